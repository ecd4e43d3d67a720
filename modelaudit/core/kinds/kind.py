"""What the registry says of one kind."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from modelaudit.core.errors import Fields

_PLACE: Final = re.compile(r"\{(\w+)(!r)?\}")
SHOWN: Final = 200
"""Characters of one field that a sentence shows."""


class Kind(msgspec.Struct, frozen=True):
    """One kind of anomaly.

    ``sentence`` names its fields in braces: ``{name}`` as they are, ``{name!r}`` in quotes.
    ``also`` are the fields that an inspector gives for rules, beside those in the sentence.
    """

    sentence: str
    also: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields that a fact of this kind has."""
        return frozenset(self.also) | {match[1] for match in _PLACE.finditer(self.sentence)}

    def sentence_of(self, fields: Fields) -> str:
        """The sentence with the fields of one fact. Raises KeyError where one is missing."""
        return _PLACE.sub(lambda m: _shown(fields[m[1]], quoted=m[2] is not None), self.sentence)


Group = Literal[
    "damaged", "unsupported", "pointer", "misnamed", "limit", "failed", "unreachable",
    "unrecognised", "uninspected", "other", "refused",
]  # fmt: skip
"""What a reader's user can do about it: fetch the file again, install or convert something, fetch
what it points to, rename it, raise a limit, report a defect, make it readable, nothing where it is
no model, look elsewhere where its format is known and not read. ``other`` has a rule of its own;
``refused`` is damage that every loader of the format refuses too."""


class Reason(Kind, frozen=True, kw_only=True):
    """One reason why a part is not read. Rules go by its ``group``."""

    group: Group


class Key(msgspec.Struct, frozen=True):
    """One key of metadata: what it says, and whether its value is a number or text."""

    says: str
    value: Literal["number", "text"]


def _shown(value: str | int, *, quoted: bool) -> str:
    text = str(value)
    text = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return repr(text) if quoted else text
