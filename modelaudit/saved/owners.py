"""Who owns a path, by a ``CODEOWNERS`` file: of the patterns that fit, the last one decides.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelaudit.core.errors import UsageError
from modelaudit.core.project import path_from

if TYPE_CHECKING:
    from pathspec import PathSpec
    from pathspec.pattern import Pattern

PLACES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where such a file is looked for, from the project's root."""
_PARTS: Final = re.compile(r"(?:\\.|[^\s\\])+")
_SECTION: Final = re.compile(r"\^?\[[^\]]*\](?:\[\d+\])?")


class Owners:
    """The owners of paths below ``root``. A line that names none takes paths out again."""

    def __init__(self, root: str, lines: Sequence[tuple[str, tuple[str, ...]]] = ()) -> None:
        self._root = root
        self._lines = tuple(lines)

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a path; none where nobody is named."""
        if not self._lines:
            return ()
        found = self._spec.check_file(path_from(self._root, path).lstrip("/"))
        return () if found.index is None else self._lines[found.index][1]

    @cached_property
    def _spec(self) -> PathSpec[Pattern]:
        from pathspec import PathSpec  # noqa: PLC0415  only where there are owners

        # Not as in .gitignore, where a pattern of files has precedence over one of directories.
        return PathSpec.from_lines("gitignore", [pattern for pattern, _ in self._lines])


def nearest(root: str) -> Owners:
    """By the project's own file, if it has one. Raises UsageError where it cannot be read."""
    found = next((Path(root, place) for place in PLACES if Path(root, place).is_file()), None)
    return Owners(root) if found is None else read(found, root)


def read(file: Path, root: str) -> Owners:
    """By a file. Raises UsageError where it cannot be read."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    return Owners(root, list(_lines(text)))


def _lines(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Patterns and their owners; of a GitLab section without own ones, those of its heading."""
    found: list[tuple[str, tuple[str, ...]]] = []
    default: tuple[str, ...] = ()
    for raw in text.splitlines():
        line = raw.partition(" #")[0].strip()
        section = _SECTION.match(line)
        if section is not None:
            default = tuple(line[section.end() :].split())
        elif line and not line.startswith("#"):
            pattern, *owners = _PARTS.findall(line)
            found.append((pattern, tuple(owners) or default))
    return found
