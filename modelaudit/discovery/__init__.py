"""Paths, globs and addresses into artifacts, and what the bytes of one are."""
