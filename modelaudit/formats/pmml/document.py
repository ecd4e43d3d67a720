"""What a PMML document defines and refers to, kept only as long as it may still be needed.

A model is resolved and forgotten when it ends: the fields that it may refer to precede it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from modelaudit.core.errors import Fields

MOST_NAMES: Final = 200_000
"""Definitions and references of one kind that are followed in one place."""
MOST_SHOWN: Final = 200
"""Characters of one text that a fact has."""


class Place(NamedTuple):
    """Where an ``element`` is; ``path`` is for people."""

    line: int
    path: str
    element: str = ""


class Trouble(NamedTuple):
    """A contradiction, which becomes an ``Anomaly``."""

    kind: str
    fields: Fields
    place: Place


class Demand(NamedTuple):
    """A feature that an OutputField asks of a kind of model (its element) for a task, or a method
    by which its segments are combined.
    """

    via: str
    """``output`` or ``ensemble``"""
    element: str
    task: str
    name: str
    given: int = -1
    """whether the model has what the feature shows, where that matters"""


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
    """the first place of each; ``times`` has the number of uses"""
    times: dict[Use, int] = field(default_factory=dict)
    numbers: dict[str, Place] = field(default_factory=dict)
    """fields that it computes with as numbers"""
    conditions: dict[str, Place] = field(default_factory=dict)
    """fields that it uses as true or false"""

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
    kind: str = ""
    """its dataType"""
    optype: str = ""
    gives: str = ""
    """the function or element that gives fractions, where its expression is one"""


@dataclass(slots=True)
class Function(Owner):
    name: str = ""
    kind: str = ""
    """its dataType"""
    result: str = ""
    """what its expression gives: a ``number``, a ``text`` or a ``boolean``, where that shows"""
    parameters: dict[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class Model(Owner):
    """A model that is open. ``mining`` has the usage of each field of its MiningSchema."""

    element: str = ""
    task: str = ""
    parent: Model | None = None
    schema: bool = False
    mining: dict[str, str] = field(default_factory=dict)
    treatments: dict[str, str] = field(default_factory=dict)
    """invalidValueTreatment of mining fields"""
    replaced: set[str] = field(default_factory=set)
    """mining fields of which a missing value is replaced"""
    places: dict[str, Place] = field(default_factory=dict)
    """of each mining field"""
    derived: dict[str, Derived] = field(default_factory=dict)
    outputs: dict[str, Place] = field(default_factory=dict)
    chained: dict[str, str] = field(default_factory=dict)
    """output fields of the segments before, with the element of their model"""
    segments: dict[str, Place] = field(default_factory=dict)
    casts: bool = False
    """whether a Target rounds"""
    inner: set[str] = field(default_factory=set)
    """fields that the models inside it take in"""
    absent: set[str] = field(default_factory=set)
    """mining fields that nothing outside provides"""
    features: set[str] = field(default_factory=set)
    """of its outputs"""
    asked: dict[str, Place] = field(default_factory=dict)
    """features of its outputs, with the first that has each"""
    displays: int = 0
    """values of its target that have a text to be displayed"""
    idle: dict[str, Place] = field(default_factory=dict)
    """fields that its attributes name and that no consumer computes with"""
    last: Model | None = None
    """the last of the models inside it"""
    early: list[tuple[str, str, Place]] = field(default_factory=list)
    """outputs that refer to a name which no output before them has"""
    output_values: list[tuple[str, str, str, Place]] = field(default_factory=list)
    """name, feature and value of outputs that name a value of the target"""
    output_refs: dict[str, Place] = field(default_factory=dict)
    """what expressions in the Output refer to"""
    named: dict[tuple[str, bool], dict[str, Place]] = field(default_factory=dict)
    """what its elements name within it, by what it is and whether they define it"""
    columns: dict[str, Place] = field(default_factory=dict)
    """columns of its training instances"""
    typed: list[tuple[str, str, str, Place]] = field(default_factory=list)
    """name, feature and dataType of outputs that have one"""
    labels: list[tuple[str, str, Place]] = field(default_factory=list)
    """name and feature of outputs that are numbers"""
    categories: dict[str, Place] = field(default_factory=dict)
    """targetCategory of each RegressionTable"""
    falls_back: bool = False
    """whether a TreeModel predicts where a predicate is neither true nor false"""
    default_child: bool = False
    """whether that is what a child predicts, and not the node itself"""
    total: int = 0
    """its segments"""
    never: int = 0
    """those of them that the predicate False shuts out"""
    declared: dict[str, tuple[str, str]] = field(default_factory=dict)
    """optypes of its targets that differ from the DataField's, and the element that has each"""
    width: bool = False
    """whether a NeuralNetwork has one for all layers"""
    activation: str = ""
    forward: dict[str, Place] = field(default_factory=dict)
    """neurons that a layer refers to and no layer up to it defines"""
    classes_out: list[tuple[str, Place]] = field(default_factory=list)
    """the class of each NeuralOutput, empty where it names none"""
    real: bool = False
    """whether a Cluster has other coordinates than 0 and 1"""
    clusters: int = 0
    spoiled: dict[str, tuple[int, str, Place]] = field(default_factory=dict)
    """forms of items in centers that are no plain numbers: how many centers, and the first"""
    centers: dict[int, Place] = field(default_factory=dict)
    """numbers of coordinates of clusters"""
    dimensions: int = 0
    """fields that clusters have coordinates for"""
    scores: dict[str, Place] = field(default_factory=dict)
    """distinct scores of nodes and rules of a classification"""
    method: str = ""
    """how its segments are combined"""
    reasons: bool = True
    """whether a Scorecard gives reason codes"""
    baseline: bool = False
    """whether a Scorecard has a baselineScore for all of its characteristics"""
    variant: str = ""
    """the normalizationMethod of a RegressionModel, the modelType of a GeneralRegressionModel"""
    identifier: str = ""
    """its instanceIdVariable"""
    neighbors: str = ""
    """its numberOfNeighbors"""
    pairwise: bool = False
    """whether its support vector machines tell one class from another"""
    factors: set[str] = field(default_factory=set)
    """predictors of a GeneralRegressionModel that are categories"""
    measured: dict[str, Place] = field(default_factory=dict)
    """fields whose values it takes as numbers, where an expression does not"""
    covariates: set[str] = field(default_factory=set)
    """predictors of a GeneralRegressionModel that are numbers"""
    vector_fields: int = 0
    vectors: dict[int, Place] = field(default_factory=dict)
    """numbers of coordinates of vectors"""
    reference: str = ""
    """its targetReferenceCategory"""
    embedded: bool = False
    later: bool = False
    """whether another model at the top precedes it"""


@dataclass(slots=True)
class Document:
    """The whole document: what every model may refer to, and the contradictions so far."""

    data: dict[str, str] = field(default_factory=dict)
    """dataType of each DataField"""
    values: dict[str, set[str]] = field(default_factory=dict)
    """the valid values of each DataField that lists some"""
    optypes: dict[str, str] = field(default_factory=dict)
    """optype of each DataField"""
    empty: dict[str, tuple[str, str, Place]] = field(default_factory=dict)
    """margins of the Intervals of DataFields that contain no value"""
    used_gaps: set[str] = field(default_factory=set)
    """those of them that a model has in its MiningSchema"""
    odd: dict[str, tuple[str, Place, bool]] = field(default_factory=dict)
    """a Value of each DataField that is not of its type, and whether it is a valid one"""
    taken: set[str] = field(default_factory=set)
    """those of them whose values are compared with what a row has or a model gives"""
    active: dict[str, str] = field(default_factory=dict)
    """those of them that a row has to have valid values for, and the first model"""
    untyped: set[str] = field(default_factory=set)
    """DataFields that are neither numbers nor texts"""
    categories: set[str] = field(default_factory=set)
    """DataFields of optype categorical, without those of true and false"""
    intervals: set[str] = field(default_factory=set)
    """DataFields that have an Interval"""
    derived: dict[str, Derived] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)
    """functions that were applied so far, and by what first"""
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

    limits: dict[str, int] = field(default_factory=dict)
    """those that were reached"""

    def reach(self, limit: str, most: int) -> None:
        """Note that more of something was met than is remembered."""
        self.limits.setdefault(limit, most)

    def report(self, kind: str, fields: Fields, place: Place) -> None:
        """Note an anomaly; ``fields`` are those that ``core.kinds`` lists for its kind."""
        if len(self.troubles) >= MOST_NAMES:
            self.reach("contradictions", MOST_NAMES)
        else:
            short: Fields = {
                name: value[:MOST_SHOWN] if isinstance(value, str) else value
                for name, value in fields.items()
            }
            self.troubles.append(Trouble(kind, short, place))
