"""What each format is good for, and what is checked in it: ``rules/formats/*.yaml``."""

from __future__ import annotations

import msgspec

from modelaudit.config.strict import convert
from modelaudit.config.yamlfile import read
from modelaudit.core import shipped


class FormatInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One format, for people who choose how to save a model; extensions are without the dot.

    ``names`` are those of its files where they tell it and no ending does.
    """

    name: str
    title: str
    extensions: list[str]
    use: str
    strengths: list[str]
    weaknesses: list[str]
    checks: list[str]
    names: list[str] = []

    @property
    def endings(self) -> list[str]:
        """How files of the format are called; empty for a directory."""
        return [f".{one}" for one in self.extensions] + self.names

    @property
    def inspected(self) -> bool:
        """False for a format that is recognised and whose content is not judged yet."""
        return bool(self.checks)


def describe() -> tuple[FormatInfo, ...]:
    """All formats that are recognised; the inspected ones first, then by title."""
    folder = shipped.folder() / "formats"
    formats = [
        convert(read(file.read_text(encoding="utf-8"), file.name), FormatInfo)
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    ]
    return tuple(sorted(formats, key=lambda info: (not info.inspected, info.title.lower())))
