"""Which files are scans by their names; what they are in truth is told by their content."""

from __future__ import annotations

SCAN_SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"})
# Pictures too, but of kinds that are not read: leaving them out in silence would hide a scan from its owner.
REFUSED_SUFFIXES = frozenset({".bmp", ".gif", ".heic", ".heif", ".jp2", ".webp"})
