"""The targets of each artifact of a run: those that were named, and those of files around it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelaudit.config.model import REQUIREMENTS, Config
from modelaudit.core.errors import UsageError
from modelaudit.core.facts import Anomaly, Unreadable
from modelaudit.core.findings import Target
from modelaudit.core.location import Location
from modelaudit.targets.nearby import KINDS, Nearby, Search, kind_of

if TYPE_CHECKING:
    from modelaudit.targets.collect import Readings
    from modelaudit.targets.project import Resolution

BROKEN = "requirement-file"
"""The reason of an Unreadable fact about a requirement file."""


class Surroundings:
    """The targets of any path of a run; the files around a directory are read once.

    ``fixed`` takes precedence by package: files give targets of those that are not among it. Raises
    UsageError for a file that the configuration names and that is not there.
    """

    def __init__(self, scanned: Sequence[str], config: Config, fixed: Sequence[Target]) -> None:
        self._fixed = tuple(fixed)
        wanted = config.targets.get(REQUIREMENTS, "auto")
        self._search = Search(scanned) if wanted == "auto" else None
        self._by_folder: dict[str, tuple[Target, ...]] = {}
        self._readings: Readings | None = None
        self._by_files: dict[tuple[Nearby, ...], Resolution] = {}
        sets = {"": wanted} if isinstance(wanted, list) else wanted
        named = sets if isinstance(sets, dict) else {}
        found = [self._named(label, paths) for label, paths in named.items()]
        together = (self._fixed, *found) if found else (_with_implied(self._fixed, ()),)
        self._alone = tuple(dict.fromkeys(target for targets in together for target in targets))

    def targets_of(self, path: str) -> Sequence[Target]:
        """The targets of an artifact, which may be a directory."""
        if self._search is None:
            return self._alone
        folder = path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120
        if folder not in self._by_folder:
            files = tuple(self._search.above(folder))
            found = self._with_names(self._resolve(files, folder)) if files else self._alone
            if all(file.around for file in files):
                found = tuple(target for target in found if target.version or target in self._fixed)
            self._by_folder[folder] = found
        return self._by_folder[folder]

    def files_of(self, path: str) -> set[str]:
        """The requirement files that decide about an artifact, by their real paths."""
        from modelaudit.targets.collect import Readings  # noqa: PLC0415  only where it is asked for

        self._readings = self._readings or Readings()
        read = self._readings
        files = {real for chosen in self._by_files for one in chosen for real in _files(read, one)}
        if self._search is not None:
            folder = path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120
            top = self._search.top(folder)
            files = {real for one in self._search.above(folder) for real in _files(read, one, top)}
        return files

    @property
    def fixed(self) -> tuple[Target, ...]:
        """The targets that every artifact has, wherever it lies."""
        return self._alone

    @property
    def gave_targets(self) -> bool:
        """Whether any target was named, or found for an artifact."""
        found = (self._alone, *self._by_folder.values())
        return any(target.version for targets in found for target in targets)

    def resolutions(self) -> list[Resolution]:
        """What the requirement files read so far give, one for each set of files."""
        return list(self._by_files.values())

    def remarks(self) -> list[str]:
        """Names in requirement files that are probably meant to be others, and where targets that
        are named contradict these files.
        """
        given = self.resolutions()
        found = dict.fromkeys(n for one in given for n in (*one.misspelt, *one.contradictions))
        return [f"{note.file}:{note.line}: {note.text}" for note in found]

    def problems(self) -> list[Unreadable | Anomaly]:
        """The requirement files that are broken, and what they and named targets ask for in vain,
        each once.
        """
        found = dict.fromkeys(note for entry in self.resolutions() for note in entry.problems)
        broken = [
            Unreadable(BROKEN, {"problem": note.text}, Location(note.file, line=note.line))
            for note in found
        ]
        vain = dict.fromkeys(one for entry in self.resolutions() for one in entry.conflicts)
        if len(self._fixed) > 1:
            from modelaudit.targets.conflicts import apart  # noqa: PLC0415  only with two targets

            vain |= dict.fromkeys(apart(self._fixed))
        return [
            *broken,
            *(Anomaly(v.kind, dict(v.fields), Location(v.file, line=v.line or None)) for v in vain),
        ]

    def _resolve(self, files: tuple[Nearby, ...], folder: str) -> Resolution:
        if files not in self._by_files:
            assert self._search is not None  # only a search finds files
            top = self._search.top(folder)
            self._by_files[files] = self._ask(files, top, "")
        return self._by_files[files]

    def _ask(self, files: Sequence[Nearby], top: str, label: str) -> Resolution:
        from modelaudit.targets.collect import Readings  # noqa: PLC0415  only with such files
        from modelaudit.targets.project import resolve  # noqa: PLC0415

        self._readings = self._readings or Readings()
        return resolve(files, top, self._readings, self._fixed, label)

    def _named(self, label: str, paths: Sequence[str]) -> tuple[Target, ...]:
        plain = next(kind for kind in KINDS if kind.reader == "requirements")
        files = []
        for path in paths:
            if not os.path.isfile(path):  # noqa: PTH113
                raise UsageError(f"targets.{REQUIREMENTS}: there is no file {path}")
            kind = kind_of(os.path.basename(path)) or plain  # noqa: PTH119
            files.append(Nearby(path, kind, 0))
        resolution = self._ask(files, "", label)
        self._by_files[tuple(files)] = resolution
        return self._with_names(resolution)

    def _with_names(self, resolution: Resolution) -> tuple[Target, ...]:
        """All targets, and all names that files have, for rules about what they lack."""
        names = [Target(name, "", "") for name in sorted(resolution.names)]
        if resolution.complete is not None:
            from modelaudit.targets.completeness import lacks  # noqa: PLC0415  only with files

            source = resolution.complete.file
            lacked = lacks(resolution.complete, resolution.names)
            names += [Target(name, "", source, required=False) for name in lacked]
        return (*_with_implied(self._fixed, resolution.targets), *names)


def _files(readings: Readings, file: Nearby, top: str = "") -> set[str]:
    return readings.of(file.path, file.kind, top).files


def _with_implied(fixed: Sequence[Target], found: Sequence[Target]) -> tuple[Target, ...]:
    """Targets that are named and those of files, with the Keras that they bring."""
    if not fixed and not found:
        return ()
    from modelaudit.targets.named import implied  # noqa: PLC0415  only with a target

    together = (*fixed, *found)
    return (*together, *implied(together))
