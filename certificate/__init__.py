"""What a land certificate is: record, forms, rules, code lists, places.

Pure: the standard library and this package's own data files, no input or output beyond reading those.
Every other package may import this one; it imports none of them.
"""
