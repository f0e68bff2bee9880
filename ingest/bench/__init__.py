"""Measuring: speed, fairness and scale, each in one command that also writes its table into the docs."""
