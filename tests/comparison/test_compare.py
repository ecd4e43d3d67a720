"""Two sides made by hand: what is the same, what changed, and which belong together."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace

from modelaudit.comparison.compare import compare
from modelaudit.comparison.model import MOST_VALUES, Change, Difference, Side, Version
from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import (
    KINDS,
    Anomaly,
    Call,
    Code,
    Fact,
    Identity,
    Import,
    Layer,
    Member,
    Metadata,
    Opcode,
    Operator,
    Opset,
    Producer,
    Reference,
    Tensor,
    Unjudged,
)
from modelaudit.core.findings import Finding, Target
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact
from modelaudit.core.verdicts import LoadingVerdict, Safety

W = Location("a.pkl", (), 3)
SKLEARN = Target("scikit-learn", "1.5.2", "--target")


def finding(rule: str = "PKL101", **changes: object) -> Finding:
    usual = Finding(
        rule=rule, name="x", category="security", severity="critical", confidence="high",
        effect=None, message="calls os.system", why="", fix="", references=(),
        subject="os.system", where=W, places=(W,), count=1, target=None, fingerprint="0",
        gates=True,
    )  # fmt: skip
    return replace(usual, **changes)


def version(
    facts: tuple[Fact, ...] = (),
    findings: tuple[Finding, ...] = (),
    name: str = "a.pkl",
    **changes: object,
) -> Version:
    usual = Artifact(name, "pickle", 10, (), "safe")
    return Version(f"m/{name}", name, replace(usual, **changes), facts, findings)


def side(*versions: Version, single: bool = False) -> Side:
    return Side("m", versions, single=single)


def one(old: Version, new: Version) -> Difference:
    (difference,) = compare(side(old, single=True), side(new, single=True)).differences
    return difference


def change(old: tuple[Fact, ...], new: tuple[Fact, ...]) -> Change:
    (changed,) = one(version(old), version(new)).changes
    return changed


def called(name: str, arguments: str = "", where: Location = W) -> Call:
    return Call("m", name, "REDUCE", "global", False, arguments, 1, "", "", 1, where, (), ())


def imported(name: str, count: int = 1) -> Import:
    return Import("m", name, "GLOBAL", f"m.{name}", "", 0, count, W)


def shown(changed: Change) -> tuple[str, str, str, bool]:
    return changed.topic, changed.direction, changed.name, changed.minor


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((), (imported("f"),), ("imports", "added", "m.f", False)),
        ((imported("f"),), (), ("imports", "removed", "m.f", False)),
        ((imported("f"),), (imported("f", 3),), ("imports", "changed", "m.f", True)),
        ((called("f", "1"),), (called("f", "2"),), ("calls", "changed", "m.f", True)),
        (
            (Producer("torch", "2.1", W),),
            (Producer("torch", "2.2", W),),
            ("producers", "changed", "torch", False),
        ),
        ((Opset("", 17, W),), (Opset("", 21, W),), ("opsets", "changed", "ai.onnx", False)),
        (
            (Operator("ai.onnx", "Add", "", 7, "", "", 2, W),),
            (Operator("ai.onnx", "Add", "", 14, "", "", 3, W),),
            ("operators", "changed", "ai.onnx::Add", False),
        ),
        (
            (Tensor("w", "float32", ("2", "3"), 24, W),),
            (Tensor("w", "float16", ("2", "3"), 12, W),),
            ("tensors", "changed", "w", False),
        ),
        (
            (Layer("Dense", "keras.layers", "", ("units",), "layers", "json", 1, W),),
            (Layer("Dense", "keras.layers", "", ("units", "x"), "layers", "json", 1, W),),
            ("layers", "changed", "keras.layers.Dense", False),
        ),
        (
            (Code("python-module", "a.py", (), "x = 1", W),),
            (Code("python-module", "a.py", (), "x = 2", W),),
            ("code", "changed", "python-module a.py", False),
        ),
        (
            (),
            (Reference("side-file", "../w.bin", True, W),),
            ("references", "added", "side-file → ../w.bin", False),
        ),
        (
            (Metadata("pickle-protocol", "", 2, W),),
            (Metadata("pickle-protocol", "", 4, W),),
            ("metadata", "changed", "pickle-protocol", False),
        ),
        (
            (),
            (Anomaly("unused-opset-import", {"domain": "x"}, W),),
            ("anomalies", "added", "unused-opset-import", False),
        ),
        ((Identity("zip", "", W),), (Identity("gzip", "", W),), None),
    ],
)
def test_what_an_artifact_contains(
    old: tuple[Fact, ...], new: tuple[Fact, ...], expected: tuple[str, str, str, bool] | None
) -> None:
    changes = one(version(old), version(new)).changes
    if expected is None:
        assert [shown(each)[:3] for each in changes] == [
            ("format", "added", "gzip"),
            ("format", "removed", "zip"),
        ]
    else:
        assert [shown(each) for each in changes] == [expected]


def test_every_kind_of_fact_is_compared_or_left_out_for_a_reason() -> None:
    from modelaudit.comparison import topics

    left_out = {Opcode, Unjudged}  # said by imports and calls, and by verdicts
    assert set(KINDS.values()) == set(topics._TELL) | left_out
    assert Embedded in topics._TELL


def test_a_place_is_no_difference() -> None:
    moved = called("f", where=Location("b.pkl", (), 99))
    difference = one(version((called("f"), imported("f"))), version((moved, imported("f"))))
    assert (difference.changes, difference.status) == ((), "same")
    assert difference.kept == (("imports", 1), ("calls", 1))


def test_the_directory_of_an_archive_is_no_difference() -> None:
    def archive(root: str) -> Version:
        facts = (
            Member(f"{root}/data.pkl", 5, 5, "stored", "file", True, W),
            Member(f"{root}/code/m.py", 5, 5, "stored", "file", True, W),
            Code("torchscript", f"{root}/code/m.py", (), "x", W),
        )
        return version(facts, (finding(where=Location("a", (f"{root}/data.pkl",))),))

    difference = one(archive("old"), archive("new"))
    assert (difference.status, difference.findings_kept) == ("same", 1)


def test_fields_name_what_only_one_side_has() -> None:
    def keys(*names: str) -> tuple[Fact, ...]:
        return (Layer("Dense", "", "", names, "layers", "json", 1, W),)

    (field,) = change(keys("a", "b"), keys("b", "c")).fields
    assert (field.name, field.before, field.after) == ("keys", ("a",), ("c",))
    many = [f"k{number:03}" for number in range(MOST_VALUES + 5)]
    (field,) = change(keys("a"), keys("a", *many)).fields
    assert (len(field.after), field.more_after) == (MOST_VALUES, 5)


def test_findings_new_gone_changed_and_same() -> None:
    old = version(
        findings=(
            finding(), finding("ONX202", target=SKLEARN, subject="x"),
            finding("PKL104", subject="m.f", severity="low", gates=False), finding("PKL105"),
        )
    )  # fmt: skip
    new = version(
        findings=(
            finding(), finding("ONX202", target=replace(SKLEARN, version="1.6"), subject="x"),
            finding("PKL104", subject="m.f", severity="high"), finding("PKL106", gates=False),
        ),
        safety="unsafe",
    )  # fmt: skip
    comparison = compare(side(old), side(new))
    (difference,) = comparison.differences
    fates = {(each.finding.rule, each.fate, each.gates) for each in difference.findings}
    assert fates == {
        ("PKL104", "changed", True), ("PKL106", "new", False), ("PKL105", "gone", False),
    }  # fmt: skip
    assert difference.findings[0].finding.rule == "PKL104"  # what fails the run comes first
    assert (difference.findings_kept, comparison.gates) == (2, True)


def test_the_same_release_of_a_target_goes_together() -> None:
    def about(*releases: str) -> Version:
        return version(
            findings=tuple(
                finding(target=replace(SKLEARN, version=release), message=release)
                for release in releases
            )
        )

    difference = one(about("1.1", "1.2", "1.3"), about("1.3"))
    assert {each.finding.message for each in difference.findings} == {"1.1", "1.2"}
    assert {each.fate for each in difference.findings} == {"gone"}


def test_loading_by_target() -> None:
    def loads(*verdicts: LoadingVerdict) -> Version:
        return version(loading=verdicts)

    other = Target("python", "3.12", "--target")
    difference = one(
        loads(LoadingVerdict(SKLEARN, "loads"), LoadingVerdict(other, "loads")),
        loads(LoadingVerdict(SKLEARN, "breaks-load", "why"), LoadingVerdict(other, "loads")),
    )
    (changed,) = difference.loading
    assert (changed.target, changed.before.verdict, changed.after.verdict) == (
        "scikit-learn 1.5.2", "loads", "breaks-load",
    )  # fmt: skip
    assert (difference.loading_kept, difference.status) == (1, "changed")


def test_artifacts_of_directories() -> None:
    old = side(
        version(name="a.pkl", sha256="1"), version(name="b.pkl", sha256="2"),
        version(name="c.pkl", sha256="3"), version(name="d.pkl", sha256="4"),
    )  # fmt: skip
    new = side(
        version(name="a.pkl", sha256="1"), version(name="sub/b.pkl", sha256="2"),
        version(name="d.pkl", sha256="5"), version(name="e.pkl", sha256="6"),
    )  # fmt: skip
    found = {one.name: one.status for one in compare(old, new).differences}
    assert found == {
        "a.pkl": "same", "sub/b.pkl": "moved", "c.pkl": "removed", "d.pkl": "changed",
        "e.pkl": "added",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "identical"),
    [(("1", 5), ("1", 5), True), (("1", 5), ("2", 5), False), (("", 5), ("", 6), False),
     (("", 5), ("", 5), None)],
)  # fmt: skip
def test_the_same_bytes(old: tuple[str, int], new: tuple[str, int], identical: bool | None) -> None:
    sides = [version(sha256=digest, size=size) for digest, size in (old, new)]
    assert one(*sides).identical is identical


def test_safety_alone_is_a_change() -> None:
    unsafe: Safety = "unsafe"
    assert one(version(), version(safety=unsafe)).status == "changed"


def test_a_saved_side_has_no_facts() -> None:
    saved = replace(side(replace(version(), facts=None), single=True), saved=True)
    comparison = compare(saved, side(version((imported("f"),)), single=True))
    assert (comparison.facts, comparison.differences[0].changes) == (False, ())
    assert not comparison.differences[0].facts


def test_the_order_is_always_the_same() -> None:
    facts = tuple(imported(f"f{number}") for number in range(50))
    first = one(version(), version(facts))
    assert one(version(), version(facts[::-1])).changes == first.changes
    assert [each.name for each in first.changes] == sorted(each.name for each in first.changes)


def test_many_imports_are_compared_in_linear_time() -> None:
    old = tuple(imported(f"f{number}") for number in range(100_000))
    new = tuple(imported(f"f{number}") for number in range(50_000, 150_000))
    findings = tuple(finding(subject=f"f{number}") for number in range(20_000))
    start = time.process_time()
    difference = one(version(old, findings), version(new, findings[10:]))
    assert time.process_time() - start < 10
    assert (len(difference.changes), len(difference.findings)) == (100_000, 10)
