"""Draws single lines of certificate text, to train the line reader on. Synthetic text only."""
