"""Findings that are known: taken into a file once, left out of later reports until they change."""
