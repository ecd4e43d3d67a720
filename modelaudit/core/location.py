"""Where in an artifact something stands."""

from __future__ import annotations

import msgspec


class Location(msgspec.Struct, frozen=True):
    """Where in an artifact: ``models/a.pt!archive/data.pkl@0x1f``, ``model.pmml:41``.

    ``members`` names every container on the way in, outermost first. ``offset`` counts bytes from
    the start of the innermost one; for a compressed stream, in the decompressed bytes.
    """

    path: str
    members: tuple[str, ...] = ()
    offset: int | None = None
    line: int | None = None
    object: str | None = None

    def __str__(self) -> str:
        text = "!".join((self.path, *self.members))
        if self.object is not None:
            text += f"#{self.object}"
        if self.line is not None:
            text += f":{self.line}"
        if self.offset is not None:
            text += f"@{self.offset:#x}"
        return text
