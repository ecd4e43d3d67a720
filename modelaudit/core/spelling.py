"""The clause of an error that helps with a misspelt name."""

from __future__ import annotations


def nearest(name: str, valid: list[str]) -> str:
    """A clause that names the nearest valid spelling, or lists them all where they are few."""
    import difflib  # noqa: PLC0415  only for errors

    close = difflib.get_close_matches(name, valid, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; valid are {', '.join(valid)}" if 0 < len(valid) <= 20 else ""  # noqa: PLR2004
