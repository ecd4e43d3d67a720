"""Models of XGBoost and LightGBM: their facts, limits, and files that are damaged anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fixtures.recipes.lightgbms import lightgbm
from fixtures.recipes.xgboosts import binary, model, packed, text, tree
from modelaudit import engine
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Element, Fact, Metadata, Producer, Unreadable
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.discovery.identify import candidate_formats
from modelaudit.formats import ubjson
from modelaudit.formats.lightgbm import inspect as inspect_lightgbm
from modelaudit.formats.xgboost.inspector import inspect as inspect_xgboost

WHOLE = {
    "json": text(model([tree(), tree()])),
    "ubj": packed(model([tree(), tree()])),
    "binary": binary(),
    "lightgbm": lightgbm(),
}


def bounds() -> Bounds:
    return Bounds.starting_now(Limits(), 1 << 20)


def read(data: bytes) -> list[Fact]:
    """What the engine reads of a file, in whichever format it is."""
    source = Source(data, "model")
    formats = candidate_formats(source)
    limits = bounds()
    return [fact for one in formats for fact in engine._inspect(source, one, one, limits, 0)]


def parts(data: bytes) -> set[str]:
    facts = inspect_xgboost(Source(data, "model"), bounds())
    return {f.value for f in facts if isinstance(f, Metadata) and f.key == "xgboost-part"}


def test_json_and_ubjson_say_the_same() -> None:
    held = model([tree()], "[2.5E0]", (3, 2, 0))
    told = [
        [
            (fact.key, fact.value)
            for fact in inspect_xgboost(Source(data, "model"), bounds())
            if isinstance(fact, Metadata) and fact.key != "xgboost-form"
        ]
        for data in (text(held), packed(held))
    ]
    assert set(told[0]) - set(told[1]) == {("xgboost-part", "integers-as-truths")}
    assert set(told[1]) < set(told[0])


@pytest.mark.parametrize("data", [text(model([tree()])), packed(model([tree()]))])
def test_who_wrote_it(data: bytes) -> None:
    facts = list(inspect_xgboost(Source(data, "model"), bounds()))
    assert [f.version for f in facts if isinstance(f, Producer)] == ["2.1.4"]


def test_intercept_of_the_default_is_no_part() -> None:
    assert "intercept-list-counts" not in parts(text(model([tree()], "[5E-1]")))
    assert "intercept-list-counts" in parts(text(model([tree()], "[5E-1,1E0]")))


def test_names_may_be_any_bytes() -> None:
    data = text(model([tree()])).replace(b'"attributes": {}', b'"attributes": {"\xe9": "1"}')
    assert not [f for f in read(data) if isinstance(f, Unreadable)]


def test_pickled_model_behind_its_configuration() -> None:
    held = {"Config": {"learner": {}}, "Model": model([tree()])}
    assert "pickled-json" in parts(text(held))
    facts = list(inspect_xgboost(Source(packed(held), "model"), bounds()))
    assert any(isinstance(f, Element) and f.name == "reg:squarederror" for f in facts)


def test_parameters_count_in_a_file_only() -> None:
    for members, expected in (((), 1), (("value@0x10",), 0)):
        facts = inspect_lightgbm(Source(lightgbm(), "model", members), bounds())
        assert sum(isinstance(fact, Element) for fact in facts) == expected


def test_values_inside_values_are_limited() -> None:
    with pytest.raises(Malformed) as caught:
        ubjson.read(Source(b"{L\0\0\0\0\0\0\0\1a" + b"[" * 5000, "model"), 0, bounds())
    assert caught.value.reason == "limit"


def damaged(data: bytes) -> Iterator[bytes]:
    """Cut at every length, and each byte changed."""
    for place in range(len(data)):
        yield data[:place]
        changed = bytearray(data)
        changed[place] ^= (0xFF, 0x01, 0x20, 0x80)[place % 4]
        yield bytes(changed)


@pytest.mark.parametrize("name", WHOLE)
def test_damage_never_breaks_the_reader(name: str) -> None:
    for number, data in enumerate(damaged(WHOLE[name])):
        facts = read(data)
        assert facts or not data or number, "nothing was said"
        failed = [f for f in facts if getattr(f, "reason", "") == "inspector-failed"]
        assert not failed, f"case {number}: {failed} for {data!r}"


@pytest.mark.parametrize("name", WHOLE)
def test_whole_is_quiet(name: str) -> None:
    assert not [f for f in read(WHOLE[name]) if isinstance(f, Anomaly | Unreadable)]
