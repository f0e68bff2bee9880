"""Draws fictitious certificates and captures them like a scanner, a fax, a phone."""
