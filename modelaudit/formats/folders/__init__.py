"""Directories and archives that a loader opens as one model, and the code that it runs of them."""
