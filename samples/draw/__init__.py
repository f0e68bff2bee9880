"""Draws fictitious certificates and captures them like a scanner, a fax, a phone."""

from samples.draw.sets import DrawnFile, Truth, draw_set

__all__ = ["DrawnFile", "Truth", "draw_set"]
