"""Arrays of PMML: whether they hold as many items as they say, and numbers where they say so.

https://dmg.org/pmml/v4-4-1/GeneralStructure.html#xsdGroup_ARRAY
"""

from __future__ import annotations

from typing import Final

from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import Model
from modelaudit.formats.pmml.extensions import Extensions, pairs
from modelaudit.formats.pmml.facts import Collector
from modelaudit.formats.pmml.reader import MOST_TEXT, Attributes, Leave, Reader
from modelaudit.formats.pmml.tallies import Tally

_BINARY: Final = frozenset({"0", "1", "0.0", "1.0", "true", "false"})


class Arrays(Extensions):
    """Handlers of arrays; others build on them."""

    def __init__(self, reader: Reader, collector: Collector) -> None:
        super().__init__(reader, collector)
        self._counts: list[int] = []
        reader.specials |= {
            "Array": self.array,
            **dict.fromkeys(("Indices", "REAL-Entries", "INT-Entries"), self.entries),
            **dict.fromkeys(("REAL-SparseArray", "INT-SparseArray"), self.sparse),
        }

    def _innermost(self) -> Model | None:
        return self.reader.models[-1] if self.reader.models else None

    def array(self, tally: Tally, attributes: Attributes) -> Leave | None:
        """Whether an array has as many items as it says, and numbers where it says so."""
        given = pairs(attributes)
        if given.get("type") == "string" or self.reader.parser.CharacterDataHandler is not None:
            return None
        place = self._here(tally)
        text = self._collect()

        def leave() -> None:
            self.reader.parser.CharacterDataHandler = None
            found = "".join(text)
            if len(found) >= MOST_TEXT:
                return
            items = found.split()
            told = given.get("n", "").strip()
            if told.isdigit() and int(told) != len(items):
                self.document.report("array-length", f"n={told} and {len(items)} items", place)
            plain = vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(" ".join([*items, ""]))
            model = self._innermost()
            if tally.parent == "Cluster" and model is not None:
                model.real |= not _BINARY.issuperset(items)
            if plain is None:
                wrong = [i for i in items if vocabulary.NUMERAL.fullmatch(i) is None]
                if wrong:
                    self.document.report("array-number", repr(wrong[0][:60]), place)

        return leave

    def sparse(self, tally: Tally, _attributes: Attributes) -> Leave:
        place = self._here(tally)
        self._counts = []

        def leave() -> None:
            if len(self._counts) == 2 and self._counts[0] != self._counts[1]:
                detail = f"{self._counts[0]} indices and {self._counts[1]} entries"
                self.document.report("sparse-length", detail, place)

        return leave

    def entries(self, _tally: Tally, _attributes: Attributes) -> Leave:
        text = self._collect()

        def leave() -> None:
            self.reader.parser.CharacterDataHandler = None
            found = "".join(text)
            if len(found) < MOST_TEXT:
                self._counts.append(len(found.split()))

        return leave
