"""What is kept for good: blobs, searchable PDF/A, packages, fixity. The only package that loads pikepdf."""
