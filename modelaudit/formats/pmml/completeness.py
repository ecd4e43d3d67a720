"""Children that each element of a name has to have: whether some of many lack theirs.

Elements are counted by shape, not one by one. Where each has exactly one child of a group, fewer
children than elements mean that some have none. https://dmg.org/pmml/v4-4-1/GeneralStructure.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.tallies import Tally

_PREDICATES: Final = frozenset(
    {"SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False"}
)
_MEASURES: Final = frozenset(
    {
        "euclidean", "squaredEuclidean", "chebychev", "cityBlock", "minkowski", "simpleMatching",
        "jaccard", "tanimoto", "binarySimilarity",
    }
)  # fmt: skip
_PREDICATE: Final = {"predicate": _PREDICATES}
_ARRAYS: Final = frozenset({"Array", "REAL-SparseArray"})
_DISTRIBUTIONS: Final = frozenset(
    {"AnyDistribution", "GaussianDistribution", "PoissonDistribution", "UniformDistribution"}
)
_KERNELS: Final = frozenset(
    {"LinearKernelType", "PolynomialKernelType", "RadialBasisKernelType", "SigmoidKernelType"}
)
GROUPS: Final[dict[str, dict[str, frozenset[str]]]] = {
    **dict.fromkeys(("Node", "SimpleRule", "CompoundRule", "Attribute"), _PREDICATE),
    "Segment": _PREDICATE | {"model": vocabulary.MODELS},
    "SimpleSetPredicate": {"array": frozenset({"Array"})},
    "VectorInstance": {"array": _ARRAYS},
    "DiscretizeBin": {"interval": frozenset({"Interval"})},
    "TargetValueStat": {"distribution": _DISTRIBUTIONS},
    "PairCounts": {"counts": frozenset({"TargetValueCounts"})},
    "BayesOutput": {"counts": frozenset({"TargetValueCounts"})},
    "BayesInput": {"counts": frozenset({"PairCounts", "TargetValueStats"})},
    "TargetValueStats": {"stat": frozenset({"TargetValueStat"})},
    "ComparisonMeasure": {"measure": _MEASURES},
    "Cluster": {"array": _ARRAYS},
    "MapValues": {"table": frozenset({"InlineTable", "TableLocator"})},
    "NeuralInput": {"field": frozenset({"DerivedField"})},
    "NeuralOutput": {"field": frozenset({"DerivedField"})},
    "Output": {"field": frozenset({"OutputField"})},
    "Targets": {"target": frozenset({"Target"})},
    "SupportVectorMachineModel": {"kernel": _KERNELS},
    "ComplexPartialScore": {"expression": vocabulary.EXPRESSIONS},
    "DerivedField": {"expression": vocabulary.EXPRESSIONS},
}
"""For an element, groups of which each has a child, nearly always exactly one."""
_APART: Final = frozenset({"DerivedField"})
"""Elements that report it themselves where they are a part of their own."""
_EQUAL: Final = (("Coefficients", "Coefficient", "SupportVectors", "SupportVector"),)
"""Two kinds of elements, each with its parent, that come in equal numbers."""


def lacking(tallies: Iterable[Tally]) -> Iterator[tuple[Tally, Fields]]:
    """Elements of one part that lack a child: ``element`` and ``part``, the group's name."""
    together: dict[int, list[Tally]] = {}
    for tally in tallies:
        if tally.name in GROUPS:
            together.setdefault(id(tally.inside), []).append(tally)
    for same in together.values():
        for label, group in GROUPS[same[0].name].items():
            if _some_lack(same, group):
                yield same[0], {"element": same[0].name, "part": label, "parent": same[0].parent}
        if same[0].name == "Attribute":
            bare = sum(tally.count for tally in same if "partialScore" not in tally.attributes)
            if _children(same[0], frozenset({"ComplexPartialScore"})) < bare:
                yield same[0], {"element": "Attribute", "part": "score", "parent": same[0].parent}


def _some_lack(same: list[Tally], group: frozenset[str]) -> bool:
    """Whether there are fewer children than elements; ``same`` share a level of children."""
    if same[0].name not in _APART and any(
        not group.intersection(names) for tally in same for names in tally.contents
    ):
        return True
    elements = sum(tally.count - tally.apart for tally in same)
    return _children(same[0], group) < elements


def _children(tally: Tally, group: frozenset[str]) -> int:
    return sum(child.count for child in tally.inside.values() if child.name in group)


def unequal(tallies: Iterable[Tally]) -> Iterator[tuple[Tally, Fields]]:
    """Elements of one part that should be as many as others and are not."""
    counts: dict[tuple[str, str], tuple[int, Tally]] = {}
    for tally in tallies:
        count, _ = counts.get((tally.parent, tally.name), (0, tally))
        counts[tally.parent, tally.name] = (count + tally.count, tally)
    for parent, name, other_parent, other in _EQUAL:
        one, two = counts.get((parent, name)), counts.get((other_parent, other))
        if one is not None and two is not None and one[0] != two[0]:
            fields: Fields = {
                "element": name, "count": one[0], "other": other, "other_count": two[0],
            }  # fmt: skip
            yield one[1], fields
