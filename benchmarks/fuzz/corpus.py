"""What is damaged: the fixtures of every format, each a name with bytes, or a folder of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from modelaudit.core.limits import Limits
from modelaudit.core.source import Source
from modelaudit.discovery.discover import Found, discover
from modelaudit.discovery.identify import UNKNOWN, candidate_formats, claimed
from modelaudit.engine import inspect_artifact

FIXTURES: Final = Path(__file__).resolve().parents[2] / "fixtures"
LARGEST: Final = 20_000
"""Bytes of a file that is damaged; a longer one teaches little more and takes longer."""
CONTAINERS: Final = ("zip", "tar")
"""Formats in which others lie that have readers of their own."""
MOST_FILES: Final = 40
"""Files of a folder that is damaged."""


@dataclass(frozen=True, slots=True)
class Seed:
    """One artifact. ``files`` are those of a folder by their path below it; else there is one."""

    format: str
    name: str
    files: tuple[tuple[str, Path], ...]
    folder: bool = False


@cache
def seeds() -> dict[str, tuple[Seed, ...]]:
    """All artifacts among the fixtures that are small enough, by format."""
    found: dict[str, list[Seed]] = {}
    for item in discover([str(FIXTURES)]):
        if item.problem or not Path(item.path).exists():  # DVC names files that lie elsewhere
            continue
        seed = _folder(Path(item.path), item.format) if item.format else _file(Path(item.path))
        if seed is not None:
            found.setdefault(seed.format, []).append(seed)
    return {name: tuple(found[name]) for name in sorted(found)}


def _file(path: Path) -> Seed | None:
    if not 0 < path.stat().st_size <= LARGEST or path.name == "targets.txt":
        return None
    format_ = candidate_formats(Source(path.read_bytes(), path.name))[0]
    if format_ in CONTAINERS:
        read = inspect_artifact(Found(str(path), 0), Limits())
        format_ = read.format if read is not None else format_
    format_ = format_ if format_ != UNKNOWN else claimed(path.name)
    return Seed(format_, path.name, ((path.name, path),)) if format_ else None


def _folder(path: Path, format_: str) -> Seed | None:
    files = sorted(inner for inner in path.rglob("*") if inner.is_file())
    if not files or len(files) > MOST_FILES or sum(f.stat().st_size for f in files) > 8 * LARGEST:
        return None
    named = tuple((str(inner.relative_to(path)), inner) for inner in files)
    return Seed(f"{format_}/", path.name, named, folder=True)


@cache
def content(path: Path) -> bytes:
    return path.read_bytes()
