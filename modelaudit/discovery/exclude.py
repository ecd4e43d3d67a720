"""What a run leaves out: by patterns, by ``.gitignore``, and by name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from modelaudit.core.paths import open_regular
from modelaudit.core.patterns import Patterns
from modelaudit.core.project import path_from

EXCLUDED: Final = frozenset(
    {".git", ".hg", ".svn", ".dvc", ".venv", "node_modules", "__pycache__", ".tox"}
)
"""Directories that are passed over unless they are named."""
GITIGNORE: Final = ".gitignore"


class Exclusion:
    """The patterns of one run. Paths are absolute or relative to the working directory.

    ``patterns`` leave out paths below ``root``, from which they are counted. ``doubted`` are
    patterns that may have come with the artifacts: what they fit is looked at all the same, for
    what is severe.
    """

    def __init__(
        self,
        root: str = "",
        patterns: Sequence[str] = (),
        doubted: Sequence[str] = (),
        *,
        gitignore: bool = False,
    ) -> None:
        self._root = root
        self._patterns = Patterns(patterns) if patterns else None
        self._doubted = Patterns(doubted) if doubted else None
        self._gitignore = gitignore
        self._files: dict[str, Patterns | None] = {}

    def folder(self, path: str) -> str:
        """Why nobody has to look into a directory; empty where somebody has to."""
        if self._patterns is None and not self._gitignore:
            return ""
        below = self._below(path)
        if self._patterns is not None and self._patterns.covers(below):
            return _because(self._patterns, below, folder=True)
        if self._gitignore and self._ignored(below, folder=True):
            return f"ignored by {GITIGNORE}"
        return ""

    def artifact(self, path: str, *, folder: bool = False) -> str:
        """Why an artifact is left out; empty where it is not."""
        if self._patterns is None and not self._gitignore:
            return ""
        below = self._below(path)
        if self._patterns is not None and self._patterns.decides(below, folder=folder):
            return _because(self._patterns, below, folder=folder)
        if self._gitignore and self._ignored(below, folder=folder):
            return f"ignored by {GITIGNORE}"
        return ""

    def doubted(self, path: str, *, folder: bool = False) -> str:
        """Why an artifact would be left out if the configuration had been named; or empty."""
        if self._doubted is None:
            return ""
        below = self._below(path)
        fits = self._doubted.decides(below, folder=folder)
        return _because(self._doubted, below, folder=folder) if fits else ""

    def _below(self, path: str) -> str:
        return path_from(self._root or os.getcwd(), path)  # noqa: PTH109

    def _ignored(self, below: str, *, folder: bool) -> bool:
        """What the nearest ``.gitignore`` that says something about a path says."""
        parts = below.split("/")
        if not parts[0]:  # it is not below the root
            return False
        for depth in range(len(parts) - 1, -1, -1):
            patterns = self._of("/".join(parts[:depth]))
            said = patterns and patterns.decides("/".join(parts[depth:]), folder=folder)
            if said is not None:
                return bool(said)
        return False

    def _of(self, folder: str) -> Patterns | None:
        """The patterns of a directory's ``.gitignore``."""
        if folder not in self._files:
            file = os.path.join(self._root, folder, GITIGNORE)  # noqa: PTH118
            try:
                with open_regular(file) as lines:
                    text = lines.read().decode("utf-8", "surrogateescape")
                self._files[folder] = Patterns(text.splitlines())
            except OSError:
                self._files[folder] = None
        return self._files[folder]


def _because(patterns: Patterns, below: str, *, folder: bool) -> str:
    return f"excluded by {patterns.fits(below, folder=folder)!r}"
