"""Patterns over paths, as ``.gitignore`` has them: https://git-scm.com/docs/gitignore."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.util import CheckResult


class Patterns:
    """Some patterns: of those that fit a path the last decides, and ``!`` takes paths out."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = tuple(lines)
        self._whole = not any(line.startswith("!") for line in self._lines)

    def decides(self, path: str, *, folder: bool = False) -> bool | None:
        """Whether a path fits, or is taken out; None where no pattern says anything about it.

        ``path`` is relative, with forward slashes. What fits a directory fits all that is in it.
        """
        return self._check(path, folder=folder).include

    def covers(self, folder: str) -> bool:
        """Whether everything in a directory fits, so that nobody has to look into it."""
        return bool(self.decides(folder, folder=self._whole))

    def fits(self, path: str, *, folder: bool = False) -> str:
        """The pattern that a path fits; empty where it fits none."""
        found = self._check(path, folder=folder)
        return self._lines[found.index] if found.include and found.index is not None else ""

    def _check(self, path: str, *, folder: bool) -> CheckResult[str]:
        plain = path.lstrip("/")
        return _spec(self._lines).check_file(f"{plain}/" if folder else plain)


@cache
def _spec(lines: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  only where there are patterns

    return GitIgnoreSpec.from_lines(lines)
