"""What an artifact is made of, in outline: few enough lines to be looked at, whatever its size."""

from __future__ import annotations

from typing import Literal

import msgspec

from modelaudit.core.findings import Severity

Kind = Literal["weights", "code", "structure", "other", "archive", "trailing", "rest"]
"""What bytes are for. ``structure`` is what the members of an archive say of the model,
``archive`` what the archive itself takes, ``trailing`` what follows the end of the format, and
``rest`` what nothing tells apart.
"""


class Part(msgspec.Struct, frozen=True):
    """Bytes of one kind, as they are stored."""

    kind: Kind
    size: int


class Mark(msgspec.Struct, frozen=True):
    """The worst security finding about a node; ``accepted`` where it is suppressed."""

    severity: Severity
    rule: str
    fingerprint: str
    accepted: bool


class Node(msgspec.Struct, frozen=True):
    """One thing, and what is in it: the parts of a name, or for a call the calls that it needs.

    ``texts`` say more of it. ``count`` is how many there are, with ``size`` bytes in all, -1 where
    it is unknown. ``more`` counts what is below and was left out, and ``worst`` is the worst
    mark among that.
    """

    name: str
    texts: tuple[str, ...] = ()
    count: int = 1
    size: int = -1
    mark: Mark | None = None
    nodes: tuple[Node, ...] = ()
    more: int = 0
    worst: Mark | None = None


class Outline(msgspec.Struct, frozen=True):
    """An artifact in outline.

    ``parts`` are its bytes; empty where they cannot be located, as in a file that is compressed
    as a whole. ``stated`` is how many bytes the tensors say that they have, which is more than the
    file has where they share them or have them in other files. ``topics`` are named as those of a
    comparison, and ``calls`` has the calls that loading makes, outermost first.
    """

    parts: tuple[Part, ...] = ()
    stated: int = 0
    topics: tuple[Node, ...] = ()
    calls: Node | None = None
