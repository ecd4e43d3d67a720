"""The state of one pass that the handlers of elements share, and what most of them need.

A handler is called when an element begins. It returns what is to be done when the element ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from modelaudit.formats.pmml.document import Document, Model, Place
from modelaudit.formats.pmml.facts import Collector
from modelaudit.formats.pmml.reader import MOST_TEXT, Attributes, Leave, Reader
from modelaudit.formats.pmml.tallies import Tally


@dataclass(slots=True)
class Pass:
    """``reader`` has the position and the models that are open, ``collector`` takes the facts.

    The other fields belong to the innermost element of a kind that is open.
    """

    reader: Reader
    collector: Collector
    document: Document
    data_field: str = ""
    """name of the DataField"""
    bayes_field: str = ""
    """field of the BayesInput"""
    derived_in: str = ""
    """the parent of the last DerivedField"""
    derived_kind: str = ""
    """its dataType"""
    output: tuple[str, str] = ("", "")
    """name and dataType of the OutputField"""
    functions: list[str] = field(default_factory=list)
    """of the Apply elements that are open"""
    map_columns: list[str] = field(default_factory=list)
    """columns that the MapValues refers to"""
    compounds: list[int] = field(default_factory=list)
    """predicates inside others inside the CompoundPredicates that are open"""
    points: int = 0
    """LinearNorm elements of the NormContinuous"""
    attributes: int = 0
    """Attribute elements of the Characteristic"""
    unexplained: int = 0
    """those of them that have no reasonCode"""
    rows: int = 0
    """rows of the ModelVerification"""
    indices: list[int] = field(default_factory=list)
    """of the sparse array"""
    lengths: list[int] = field(default_factory=list)
    """numbers of indices and of entries of the sparse array"""


Handler = Callable[[Pass, Tally, Attributes], Leave | None]


def pairs(attributes: Attributes) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def here(state: Pass, tally: Tally, name: str = "") -> Place:
    """Where the element is that begins; ``name`` distinguishes it from others of its kind."""
    place = state.reader.place(tally.name)
    return place._replace(path=f"{place.path}[@name='{name[:60]}']") if name else place


def innermost(state: Pass) -> Model | None:
    """The model that is open."""
    return state.reader.models[-1] if state.reader.models else None


def collect_text(state: Pass) -> list[str]:
    """Text that is met from here on, up to ``MOST_TEXT`` characters, until ``stop_text``."""
    text: list[str] = []
    length = 0

    def add(data: str) -> None:
        nonlocal length
        if length < MOST_TEXT:
            length += len(data)
            text.append(data)
        else:
            state.document.reach("characters of one text", MOST_TEXT)

    state.reader.parser.CharacterDataHandler = add
    return text


def is_collecting(state: Pass) -> bool:
    return state.reader.parser.CharacterDataHandler is not None


def stop_text(state: Pass, text: list[str]) -> str:
    """The text that was collected."""
    state.reader.parser.CharacterDataHandler = None
    return "".join(text)
