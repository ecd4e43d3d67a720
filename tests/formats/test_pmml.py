"""PMML: the facts of a document, and what hostile ones cost."""

from __future__ import annotations

import hashlib
import time
import tomllib
from pathlib import Path

import msgspec
import pytest

import modelaudit
from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Element, Fact, Metadata, Operator, Producer, Unreadable
from modelaudit.core.kinds.pmml import ANOMALIES
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.report import Report
from modelaudit.core.source import Source
from modelaudit.discovery.identify import identify
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.inspector import inspect
from modelaudit.formats.pmml.reader import CHUNK
from modelaudit.knowledge.tables import lookup, table

SPACE = 'xmlns="http://www.dmg.org/PMML-4_4"'
FIELDS = (
    '<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>'
    '<DataField name="y" optype="continuous" dataType="double"/></DataDictionary>'
)
SCHEMA = (
    '<MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>'
)
TABLE = (
    '<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable>'
)
MODEL = f'<RegressionModel functionName="regression">{SCHEMA}{TABLE}</RegressionModel>'
HEADER = '<Header><Application name="maker" version="2"/></Header>'
WHOLE = f'<PMML {SPACE} version="4.4">\n{HEADER}\n{FIELDS}\n{MODEL}\n</PMML>'


REAL = sorted((Path(__file__).parent.parent.parent / "fixtures" / "real" / "pmml").glob("*.pmml"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_is_quiet(path: Path) -> None:
    targets = [
        modelaudit.Target("jpmml-evaluator", "1.7.7", ""),
        modelaudit.Target("pypmml", "1.5.8", ""),
    ]
    report = modelaudit.scan([path], targets=targets)
    assert report.complete
    assert not [(f.rule, f.message) for f in report.findings if f.severity not in ("low", "info")]


def test_real_is_there() -> None:
    provenance = tomllib.loads((REAL[0].parent / "provenance.toml").read_text("utf-8"))
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in REAL}
    listed = {name: about["sha256"] for name, about in provenance.items() if name != "environment"}
    assert digests == listed


def facts(data: bytes | str, seconds: float = 60) -> list[Fact]:
    raw = data.encode() if isinstance(data, str) else data
    return list(
        inspect(Source(raw, "m.pmml"), Bounds.starting_now(Limits(timeout=seconds), 1 << 20))
    )


def anomalies(data: bytes | str) -> dict[str, Fields]:
    return {f.kind: f.fields for f in facts(data) if isinstance(f, Anomaly)}


def values(found: list[Fact], element: str, attribute: str) -> list[str]:
    return [f.value for f in found if isinstance(f, Element)
            and (f.name, f.attribute) == (element, attribute)]  # fmt: skip


def scan(tmp_path: Path, data: bytes | str, *targets: modelaudit.Target) -> Report:
    path = tmp_path / "m.pmml"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return modelaudit.scan([path], targets=targets)


def test_what_a_document_says() -> None:
    found = facts(WHOLE)
    assert [(f.name, f.version) for f in found if isinstance(f, Producer)] == [("maker", "2")]
    metadata = {f.key: f.value for f in found if isinstance(f, Metadata)}
    assert metadata["pmml-version"] == "4.4"
    assert metadata["pmml-namespace"] == "http://www.dmg.org/PMML-4_4"
    assert metadata["pmml-model"] == "RegressionModel"
    predictor = next(f for f in found if isinstance(f, Element) and f.name == "NumericPredictor")
    assert (predictor.parent, predictor.attributes) == ("RegressionTable", ("name", "coefficient"))
    assert predictor.where.line == 4
    assert predictor.where.object == "/PMML/RegressionModel/RegressionTable/NumericPredictor"
    assert values(found, "RegressionModel", "functionName") == ["regression"]
    assert values(found, "DataField", "name") == ["x", "y"]
    assert anomalies(WHOLE) == {}


def test_an_element_is_counted_with_its_first_line() -> None:
    many = "\n".join(f'<DataField name="f{n}" dataType="string"/>' for n in range(5))
    found = facts(f"<PMML {SPACE}>\n<DataDictionary>\n{many}\n</DataDictionary></PMML>")
    [field] = [
        f for f in found if isinstance(f, Element) and f.name == "DataField" and not f.attribute
    ]
    assert (field.count, field.where.line) == (5, 3)


def test_functions_say_whether_a_prediction_reaches_them() -> None:
    derived = (
        '<LocalTransformations><DerivedField name="{}" optype="continuous" dataType="double">'
        '<Apply function="{}"><FieldRef field="x"/></Apply></DerivedField></LocalTransformations>'
    )
    for name, via in {"x2": "unreached", "z": "reached"}.items():
        text = WHOLE.replace(TABLE, derived.format(name, "ln") + TABLE.replace('"x"', '"z"'))
        [applied] = [f for f in facts(text) if isinstance(f, Operator)]
        assert (applied.name, applied.given, applied.via) == ("ln", 1, via)


def test_outputs_are_asked_of_a_kind_of_model_and_a_task() -> None:
    output = '<Output><OutputField name="o" feature="residual"/></Output>'
    [asked] = [f for f in facts(WHOLE.replace(TABLE, output + TABLE)) if isinstance(f, Operator)]
    assert (asked.domain, asked.overload, asked.name, asked.via) == (
        "RegressionModel", "regression", "residual", "output",
    )  # fmt: skip


FIELD = {"element": "RegressionModel", "name": "no", "used": True}


@pytest.mark.parametrize(
    ("old", "new", "kind", "fields"),
    [
        ('Predictor name="x"', 'Predictor name="no"', "unresolved-field", FIELD),
        ('<MiningField name="x"/>', "", "not-in-mining-schema",
             FIELD | {"name": "x", "optional": False}),
        ('<MiningField name="x"/>', '<MiningField name="x"/>' * 2, "defined-twice",
         {"what": "MiningField", "name": "x", "within": "RegressionModel", "nested": False}),
        (SCHEMA, "", "no-mining-schema",
         {"element": "RegressionModel", "task": "regression", "nested": False}),
        (FIELDS, "", "no-data-dictionary", {}),
        (MODEL, "", "no-model", {}),
        (HEADER, "", "no-header", {}),
        ('version="4.4"', 'version="3.0"', "version-contradicts-namespace",
         {"version": "3.0", "namespace": "http://www.dmg.org/PMML-4_4"}),
        ('usageType="target"', "", "no-target-field",
         {"element": "RegressionModel", "task": "regression", "method": "", "outputs": 0,
          "nested": False}),
    ],
)  # fmt: skip
def test_contradictions(old: str, new: str, kind: str, fields: Fields) -> None:
    assert anomalies(WHOLE.replace(old, new))[kind] == fields


@pytest.mark.parametrize(
    ("given", "difference"), [(0, "fewer"), (1, ""), (2, "more")], ids=["fewer", "equal", "more"]
)
def test_arguments_of_a_function_of_the_document(given: int, difference: str) -> None:
    function = (
        '<TransformationDictionary><DefineFunction name="own" optype="continuous">'
        '<ParameterField name="a"/><FieldRef field="a"/></DefineFunction>'
        "</TransformationDictionary>"
    )
    arguments = '<FieldRef field="x"/>' * given
    derived = (
        '<LocalTransformations><DerivedField name="z" optype="continuous" dataType="double"><Apply'
        f' function="own">{arguments}</Apply></DerivedField>'
        "</LocalTransformations>"
    )
    text = WHOLE.replace(MODEL, function + MODEL)
    text = text.replace(TABLE, derived + TABLE.replace('"x"', '"z"'))
    expected = {
        "function": "own", "parameters": 1, "given": given, "difference": difference, "used": True,
    }  # fmt: skip
    assert anomalies(text) == ({"argument-count": expected} if difference else {})


def test_tables_of_consumers_have_kinds_and_fields_of_the_registry() -> None:
    consumers = table("pmml_consumers")
    repairs = consumers["repairs"]
    assert isinstance(repairs, dict)
    assert repairs.keys() == ANOMALIES.keys()
    for name in ("jpmml-evaluator", "pmml4s"):
        for effect in ("load", "use", "null"):
            kinds = msgspec.convert(
                lookup("pmml_consumers", name, f"anomalies-{effect}"),
                dict[str, list[dict[str, list[str | int | bool]]]],
            )
            for kind, cases in kinds.items():
                for case in cases:
                    assert case.keys() <= ANOMALIES[kind].fields, (name, effect, kind)


def test_a_long_number_column_is_read_to_its_end() -> None:
    rows = '<NumericPredictor name="x" coefficient="1.5"/>\n' * (3 * CHUNK // 40)
    text = WHOLE.replace(TABLE, f'<RegressionTable intercept="1">\n{rows}{TABLE.partition(">")[2]}')
    assert not values(facts(text), "NumericPredictor", "coefficient")
    found = facts(text.replace('coefficient="2"', 'coefficient="2,5"'))
    [bad] = [f for f in found if isinstance(f, Element) and f.value == "2,5"]
    line = text[: text.index('coefficient="2"')].count("\n") + 1
    assert abs((bad.where.line or 0) - line) <= 1


def test_nothing_is_resolved() -> None:
    outside = '<!DOCTYPE PMML [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    found = facts(outside + WHOLE.replace("maker", "&amp;"))
    assert [f.target for f in found if type(f).__name__ == "Reference"] == ["file:///etc/hostname"]
    inside = '<!DOCTYPE PMML [<!ENTITY e "<Evil/>">]>' + WHOLE.replace(
        HEADER, "<Header>&e;</Header>"
    )
    assert not [f for f in facts(inside) if isinstance(f, Element) and f.name == "Evil"]


def test_entities_made_of_entities_end_the_reading() -> None:
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    start = time.monotonic()
    found = facts(f"<!DOCTYPE PMML [{laughs}]>" + WHOLE.replace("maker", "&i;"))
    assert time.monotonic() - start < 5
    assert [f.reason for f in found if isinstance(f, Unreadable)] == ["entity-expansion"]


def test_a_hundred_thousand_elements_inside_each_other() -> None:
    deep = '<Node score="1">' * 100_000 + "</Node>" * 100_000
    found = facts(WHOLE.replace(TABLE, deep))
    assert [f.reason for f in found if isinstance(f, Unreadable)] == ["limit"]


def test_shapes_and_time_are_bounded() -> None:
    odd = "".join(f'<a{n} b{n}="1"/>' for n in range(60_000))
    assert [f.reason for f in facts(WHOLE.replace(TABLE, odd)) if isinstance(f, Unreadable)] == [
        "limit"
    ]
    late = facts(WHOLE, seconds=-1)
    assert [f.reason for f in late if isinstance(f, Unreadable)] == ["timeout"]


@pytest.mark.parametrize(
    ("data", "broken"),
    [
        (WHOLE.encode("utf-16"), False),
        (b"\xef\xbb\xbf" + WHOLE.encode(), False),
        (
            f'<?xml version="1.0" encoding="iso-8859-1"?>{WHOLE.replace("maker", "mäker")}'.encode(
                "latin-1"
            ),
            False,
        ),
        (WHOLE.replace("maker", "mäker").encode("latin-1"), True),
        (f'<?xml version="1.0" encoding="x-none"?>{WHOLE}'.encode(), True),
        (f'<?xml version="1.0" encoding="utf-16"?>{WHOLE}'.encode(), True),
    ],
)
def test_encodings(data: bytes, broken: bool) -> None:
    found = facts(data)
    assert broken == any(isinstance(f, Unreadable) for f in found)
    if not broken:
        assert next(f.name for f in found if isinstance(f, Producer))[0] == "m"


def test_every_cut_is_unreadable_and_no_flipped_bit_raises(tmp_path: Path) -> None:
    raw = WHOLE.encode()
    for length in range(1, len(raw)):
        assert any(isinstance(f, Unreadable) for f in facts(raw[:length])), length
    for position in range(0, len(raw), 7):
        flipped = bytearray(raw)
        flipped[position] ^= 1 << position % 8
        facts(bytes(flipped))
    assert not scan(tmp_path, raw[:-3]).complete


def test_nothing_of_other_files_is_lost(tmp_path: Path) -> None:
    for name, data in {"a": WHOLE[:200], "b": WHOLE, "c": "<PMML>" * 100_000}.items():
        (tmp_path / f"{name}.pmml").write_text(data)
    report = modelaudit.scan([tmp_path])
    assert [artifact.format for artifact in report.artifacts] == ["pmml"] * 3
    unread = {(Path(f.where.path).name, f.rule) for f in report.findings if f.rule < "GEN4"}
    assert unread == {("a.pmml", "GEN301"), ("c.pmml", "GEN307")}


@pytest.mark.parametrize(
    "head",
    [
        f"<PMML {SPACE}>",
        "<p:PMML xmlns:p='http://www.dmg.org/PMML-4_4'>",
        f"<!-- a <comment> --><?pi?><!DOCTYPE PMML [<!ENTITY a 'b'>]>\n<PMML {SPACE}>",
        "\ufeff<?xml version='1.0'?>\n<PMML>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_identification_goes_by_the_root(head: str, encoding: str) -> None:
    text = head.lstrip("\ufeff") if encoding == "utf-16" else head
    text = (
        text if encoding != "utf-16-le" or text[0] == "\ufeff" else f"<?xml version='1.0'?>{text}"
    )
    assert identify(text.encode(encoding)) == "pmml"


@pytest.mark.parametrize("head", [b"<html><PMML>", b'text = "<PMML>"', b"<!-- <PMML> --><a/>"])
def test_other_text_that_mentions_pmml_is_not_pmml(head: bytes) -> None:
    assert identify(head) == "unknown"


def test_pypmml_stands_for_pmml4s(tmp_path: Path) -> None:
    broken = WHOLE.replace('Predictor name="x"', 'Predictor name="no"')
    report = scan(tmp_path, broken, modelaudit.Target("pypmml", "1.5.8", "here"))
    [finding] = [f for f in report.findings if f.rule == "PMM291"]
    assert finding.target is not None
    assert finding.target.name == "pypmml"


@pytest.mark.parametrize(
    ("name", "version", "judged"),
    [
        ("jpmml-evaluator", "1.5.13", False),
        ("jpmml-evaluator", "1.5.14", True),
        ("jpmml-evaluator", "1.8.0", False),
        ("jpmml-evaluator", "0.5.0", False),
        ("jpmml-evaluator", "0.16.0", True),
        ("pmml4s", "0.5.0", False),
        ("pypmml", "1.5.8", True),
        ("pypmml", "1.6.0", False),
    ],
)
def test_releases_that_no_table_is_about_are_not_judged(
    tmp_path: Path, name: str, version: str, judged: bool
) -> None:
    broken = WHOLE.replace('Predictor name="x"', 'Predictor name="no"')
    report = scan(tmp_path, broken, modelaudit.Target(name, version, "here"))
    assert any(f.rule.startswith("PMM2") for f in report.findings) is judged
    verdicts = [one.verdict for artifact in report.artifacts for one in artifact.loading]
    assert verdicts == [verdicts[0]]
    assert (verdicts[0] != "not-judged") is judged


KINDS = {vocabulary.PROBABILITY: "number", vocabulary.AMOUNT: "integer"}


def test_kinds_of_attributes_are_those_of_the_schema() -> None:
    numbers = table("pmml_schema")["numbers"]
    assert isinstance(numbers, dict)
    wrong = [
        (element, attribute, kind)
        for element, attributes in numbers.items()
        if isinstance(attributes, dict)
        for attribute, kind in attributes.items()
        if KINDS.get(found := vocabulary.kind_of(element, attribute), found)
        != ("number" if kind == "real" else kind)
    ]
    assert wrong == []
