"""What a PMML document defines and refers to, kept only as long as it may still be needed.

A model is resolved and forgotten when it ends: the fields that it may refer to stand before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

MOST_NAMES: Final = 200_000
"""Definitions and references of one kind that are followed in one place."""


class Place(NamedTuple):
    line: int
    path: str


class Trouble(NamedTuple):
    """A contradiction: what an ``Anomaly`` will say."""

    kind: str
    detail: str
    place: Place


class Use(NamedTuple):
    """A function as it is applied: its name and how many arguments it is given."""

    function: str
    arguments: int


@dataclass(slots=True)
class Owner:
    """Whatever refers to fields and applies functions."""

    place: Place
    refs: dict[str, Place] = field(default_factory=dict)
    uses: dict[Use, list[Place]] = field(default_factory=dict)
    """the first places of each; the number of uses stands in ``times``"""
    times: dict[Use, int] = field(default_factory=dict)

    def apply(self, use: Use, place: Place) -> None:
        self.times[use] = self.times.get(use, 0) + 1
        places = self.uses.setdefault(use, [])
        if not places:
            places.append(place)


@dataclass(slots=True)
class Derived(Owner):
    """A DerivedField of one of the dictionaries. ``order`` counts from its beginning."""

    name: str = ""
    order: int = 0
    numeric: bool = False


@dataclass(slots=True)
class Function(Owner):
    name: str = ""
    parameters: dict[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class Model(Owner):
    """A model that is open. ``mining`` has the usage of each field of its MiningSchema."""

    element: str = ""
    task: str = ""
    parent: Model | None = None
    schema: bool = False
    mining: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    """where each mining field stands"""
    derived: dict[str, Derived] = field(default_factory=dict)
    outputs: dict[str, Place] = field(default_factory=dict)
    chained: dict[str, str] = field(default_factory=dict)
    """output fields of the segments before, with the element that gave them"""
    segments: dict[str, Place] = field(default_factory=dict)
    casts: bool = False
    """whether a Target rounds"""
    absent: set[str] = field(default_factory=set)
    """mining fields that nothing outside provides"""
    output_refs: dict[str, Place] = field(default_factory=dict)
    """what expressions in the Output refer to"""
    named: dict[tuple[str, bool], dict[str, Place]] = field(default_factory=dict)
    """what its elements name within it, by what that is and whether they define it"""
    columns: dict[str, Place] = field(default_factory=dict)
    """columns of its training instances"""
    labels: list[tuple[str, str, Place]] = field(default_factory=list)
    """name and feature of outputs that are numbers"""
    categories: dict[str, Place] = field(default_factory=dict)
    """targetCategory of each RegressionTable"""
    width: bool = False
    """whether a NeuralNetwork has one for all layers"""
    activation: str = ""
    real: bool = False
    """whether a Cluster stands elsewhere than at 0 and 1"""
    scores: dict[str, Place] = field(default_factory=dict)
    """distinct scores of nodes and rules of a classification"""
    method: str = ""
    """how its segments are combined"""
    embedded: bool = False
    later: bool = False
    """whether another model at the top stands before it"""


@dataclass(slots=True)
class Document:
    """The whole document: what every model may refer to, and what was found so far."""

    data: dict[str, str] = field(default_factory=dict)
    """dataType of each DataField"""
    values: dict[str, set[str]] = field(default_factory=dict)
    """the valid values of each DataField that lists some"""
    derived: dict[str, Derived] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    needed: set[str] = field(default_factory=set)
    """fields of the TransformationDictionary that a model refers to, at least through others"""
    models: list[Model] = field(default_factory=list)
    """those at the top, emptied"""
    complete: int = 0
    """how many models at the top have ended"""
    header: bool = False
    dictionary: bool = False
    fields: int = 0

    def report(self, kind: str, detail: str, place: Place) -> None:
        if len(self.troubles) < MOST_NAMES:
            self.troubles.append(Trouble(kind, detail[:200], place))
