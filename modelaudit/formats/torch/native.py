"""Native libraries among the members of an archive: shared objects, which run code when loaded.

ELF: https://refspecs.linuxfoundation.org/elf/elf.pdf; PE and Mach-O by their first bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Code, Fact
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.zipmembers import Archive, open_member

_MAGIC: Final = {
    b"\x7fELF": "ELF",
    b"\xcf\xfa\xed\xfe": "Mach-O",
    b"\xce\xfa\xed\xfe": "Mach-O",
    b"\xca\xfe\xba\xbe": "Mach-O",
    b"MZ": "PE",
}
_HEAD: Final = 4
_STORAGE: Final = re.compile(r"(?:.*/)?(?:data|constants|weights)/(?:weight_)?\d+")
"""Records of numbers, which may begin with any bytes."""


def libraries(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """One fact for each member that is a native library, by its content or its name."""
    for member in archive.members:
        if member.is_directory or _STORAGE.fullmatch(member.name):
            continue
        try:
            inner = open_member(source, member, bounds)
            head = inner.read(0, _HEAD)
        except Malformed:
            continue  # whoever inspects the member says why it cannot be read
        kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
        if kind == "PE" and not member.name.lower().endswith((".dll", ".pyd", ".exe")):
            kind = ""  # two letters may begin anything
        if kind:
            size = inner.extent if inner.bounded else -1
            yield Code("native-library", member.name, (), kind, inner.at(), "", size)
