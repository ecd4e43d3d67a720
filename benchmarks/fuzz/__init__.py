"""Damaged files of every format: none may break a reader, or cost more than it may."""
