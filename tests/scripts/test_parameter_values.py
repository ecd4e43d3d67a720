"""What the constraints of an estimator's parameters come to, out of its source."""

from __future__ import annotations

from scripts.common.classes import find_class, sources
from scripts.tables.states.values import allowed

SOURCE = b"""
class Base:
    _parameter_constraints = {"loss": [StrOptions({"a", "b"})], "n": [Interval(Real, 0, 1), None]}

class Other:
    _parameter_constraints = {"kind": [StrOptions(set(KINDS))], "odd": ["no_validation"]}

class Model(Base):
    _parameter_constraints: dict = {
        **Base._parameter_constraints,
        **Other._parameter_constraints,
        "cv": ["cv_object", Hidden(StrOptions({"warn"}))],
        "own": [str, None],
    }
    _parameter_constraints["n"] = [StrOptions({"auto"}, deprecated={"auto"})]
    for name in ["loss"]:
        _parameter_constraints.pop(name)

    def __init__(self, loss, n, cv, own, kind, odd):
        pass

class Changed(Model):
    _parameter_constraints = made(Model._parameter_constraints)
"""


def test_texts_of_a_class_its_bases_and_those_that_it_takes_over() -> None:
    all_of = sources({"lib/models.py": SOURCE})
    model = find_class(all_of, "lib.models", "Model")
    assert model is not None
    assert allowed(all_of, model) == {
        "loss": frozenset({"a", "b"}),
        "n": frozenset({"auto"}),
        "cv": frozenset({"warn", "[]"}),
        "own": None,
        "kind": None,
        "odd": None,
    }


def test_nothing_is_known_of_constraints_that_a_call_makes() -> None:
    all_of = sources({"lib/models.py": SOURCE})
    changed = find_class(all_of, "lib.models", "Changed")
    assert changed is not None
    assert set(allowed(all_of, changed).values()) == {None}
