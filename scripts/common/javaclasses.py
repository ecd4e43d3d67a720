"""Java class files, read without a Java: names, annotations, and the text that methods mention.

https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-4.html
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Value = str | int | list["Value"] | dict[str, "Value"]
"""What an annotation's element holds: text, a number, or annotations and lists of these."""

_WIDTHS = {3: 4, 4: 4, 5: 8, 6: 8, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4}
_WIDTHS |= {7: 2, 19: 2, 20: 2}
"""Bytes of each entry of the constant pool behind its tag; 1 is text of its own length."""


@dataclass
class Field:
    name: str
    descriptor: str
    signature: str = ""
    annotations: dict[str, dict[str, Value]] = field(default_factory=dict)


@dataclass
class Class:
    """``texts`` are the string constants of the class, ``mentions`` all names in its pool."""

    name: str
    parent: str
    annotations: dict[str, dict[str, Value]]
    fields: list[Field]
    texts: list[str]
    mentions: list[str]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.pool: list[object] = [None]

    def take(self, form: str) -> int:
        size = struct.calcsize(f">{form}")
        (value,) = struct.unpack_from(f">{form}", self.data, self.at)
        self.at += size
        return int(value)

    def read_pool(self) -> None:
        count = self.take("H")
        while len(self.pool) < count:
            tag = self.take("B")
            if tag == 1:
                length = self.take("H")
                text = self.data[self.at : self.at + length].decode("utf-8", "replace")
                self.pool.append(text)
                self.at += length
                continue
            raw = self.data[self.at : self.at + _WIDTHS[tag]]
            self.at += _WIDTHS[tag]
            self.pool.append((tag, raw))
            if tag in (5, 6):
                self.pool.append(None)

    def text(self, index: int) -> str:
        entry = self.pool[index]
        if isinstance(entry, tuple):
            tag, raw = entry
            if tag in (7, 8):
                return self.text(int.from_bytes(raw))
            if tag == 3:
                return str(int.from_bytes(raw, signed=True))
            return ""
        return entry if isinstance(entry, str) else ""

    def annotation(self) -> tuple[str, dict[str, Value]]:
        name = self.text(self.take("H")).strip("L;").rpartition("/")[2]
        pairs = self.take("H")
        return name, {self.text(self.take("H")): self.element() for _ in range(pairs)}

    def element(self) -> Value:
        tag = chr(self.take("B"))
        if tag == "e":
            self.take("H")
            return self.text(self.take("H"))
        if tag == "@":
            name, held = self.annotation()
            return {"annotation": name, **held}
        if tag == "[":
            return [self.element() for _ in range(self.take("H"))]
        return self.text(self.take("H"))

    def attributes(self) -> tuple[dict[str, dict[str, Value]], str]:
        """Annotations and generic signature out of a table of attributes."""
        found: dict[str, dict[str, Value]] = {}
        signature = ""
        for _ in range(self.take("H")):
            name = self.text(self.take("H"))
            end = self.take("I") + self.at
            if name in ("RuntimeVisibleAnnotations", "RuntimeInvisibleAnnotations"):
                found |= dict(self.annotation() for _ in range(self.take("H")))
            elif name == "Signature":
                signature = self.text(self.take("H"))
            self.at = end
        return found, signature


def parse(data: bytes) -> Class:
    reader = _Reader(data)
    reader.at = 8
    reader.read_pool()
    reader.at += 2
    name, parent = reader.text(reader.take("H")), reader.text(reader.take("H"))
    interfaces = reader.take("H")
    reader.at += 2 * interfaces
    fields = []
    for kind in ("field", "method"):
        for _ in range(reader.take("H")):
            reader.at += 2
            member = Field(reader.text(reader.take("H")), reader.text(reader.take("H")))
            member.annotations, member.signature = reader.attributes()
            if kind == "field":
                fields.append(member)
    annotations, _ = reader.attributes()
    pooled = [entry for entry in reader.pool if isinstance(entry, tuple)]
    texts = [reader.text(int.from_bytes(raw)) for tag, raw in pooled if tag == 8]
    mentions = [entry for entry in reader.pool if isinstance(entry, str)]
    return Class(name, parent, annotations, fields, texts, mentions)


def classes(jar: Path, prefix: str) -> Iterator[Class]:
    """The classes of a jar whose path begins with ``prefix``, in the order of their names."""
    with zipfile.ZipFile(jar) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(prefix) and name.endswith(".class"):
                yield parse(archive.read(name))
