"""PMML: elements that lack a part, and references within a model to what does not exist."""

from __future__ import annotations

import pytest

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Unreadable
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pmml.inspector import inspect

SPACE = 'xmlns="http://www.dmg.org/PMML-4_4"'
FIELDS = (
    '<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>'
    '<DataField name="y" optype="continuous" dataType="double"/>'
    '<DataField name="c" optype="categorical" dataType="string"><Value value="p"/>'
    '<Value value="q"/></DataField></DataDictionary>'
)
SCHEMA = (
    '<MiningSchema><MiningField name="x"/><MiningField name="{}" usageType="target"/>'
    "</MiningSchema>"
)
LEAVES = '<Node score="1"><SimplePredicate field="x" operator="lessThan" value="1"/></Node>'
TREE = f'<TreeModel functionName="regression">{SCHEMA.format("y")}<Node>{{}}</Node></TreeModel>'
NETWORK = (
    f'<NeuralNetwork functionName="regression" activationFunction="logistic">{SCHEMA.format("y")}'
    '<NeuralInputs><NeuralInput id="in"><DerivedField optype="continuous" dataType="double">'
    '<FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs><NeuralLayer>'
    '<Neuron id="1"><Con from="in" weight="1"/></Neuron></NeuralLayer><NeuralOutputs>'
    '<NeuralOutput outputNeuron="1"><DerivedField optype="continuous" dataType="double">'
    '<FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>'
)
LOGISTIC = (
    '<RegressionModel functionName="classification" normalizationMethod="logit">'
    f'{SCHEMA.format("c")}<Output><OutputField name="out" dataType="{{}}" feature="{{}}"/></Output>'
    '<RegressionTable intercept="1" targetCategory="p"/>'
    '<RegressionTable intercept="0" targetCategory="q"/></RegressionModel>'
)
CLUSTERS = (
    '<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="1">'
    '<MiningSchema><MiningField name="x"/></MiningSchema><ComparisonMeasure kind="similarity">'
    '<jaccard/></ComparisonMeasure><ClusteringField field="x"/><Cluster>'
    '<Array n="1" type="real">{}</Array></Cluster></ClusteringModel>'
)
INLINE = "<InlineTable><row><i>1</i><o>2</o></row></InlineTable>"
BOTH = '<MiningField name="x"/><MiningField name="c"/>'
MAPPED = (
    f'<RegressionModel functionName="regression">{SCHEMA.format("y")}<LocalTransformations>'
    '<DerivedField name="z" optype="continuous" dataType="double"><MapValues outputColumn="{}">'
    '<FieldColumnPair field="x" column="{}"/><InlineTable><row><i>1</i><o>2</o></row></InlineTable>'
    '</MapValues></DerivedField></LocalTransformations><RegressionTable intercept="1">'
    '<NumericPredictor name="{}" coefficient="1"/></RegressionTable></RegressionModel>'
)


def anomalies(model: str) -> list[tuple[str, Fields]]:
    header = '<Header><Application name="maker" version="2"/></Header>'
    raw = f'<PMML {SPACE} version="4.4">{header}{FIELDS}{model}</PMML>'.encode()
    found = inspect(Source(raw, "m.pmml"), Bounds.starting_now(Limits(timeout=60), 1 << 20))
    return [(f.kind, f.fields) for f in found if isinstance(f, Anomaly)]


@pytest.mark.parametrize(
    ("inside", "bare"),
    [
        (f"<True/>{LEAVES}", False),
        (f"<True/>{LEAVES * 500}", False),
        (f'<True/>{LEAVES * 500}<Node score="2"/>', True),
        (f"{LEAVES}{LEAVES}", True),
        (LEAVES, True),
        ('<True/><n:Node xmlns:n="http://www.dmg.org/PMML-4_4" score="1"><True/></n:Node>', False),
        ('<True/><n:Node xmlns:n="http://www.dmg.org/PMML-4_4" score="1"/>', True),
    ],
)
def test_one_of_many_nodes_without_a_predicate(inside: str, bare: bool) -> None:
    found = anomalies(TREE.format(inside))
    assert (lacks("Node", "predicate", "TreeModel") in found) is bare
    assert bare or not found


def neuron(name: str) -> tuple[str, Fields]:
    return "unknown-reference", {"element": "NeuralNetwork", "what": "neuron", "name": name}


def lacks(element: str, part: str, parent: str) -> tuple[str, Fields]:
    return "child-missing", {"element": element, "part": part, "parent": parent}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ('from="in"', 'from="out"', [neuron("out")]),
        ('outputNeuron="1"', 'outputNeuron="one"', [neuron("one")]),
        ('<FieldRef field="y"/>', "", [lacks("DerivedField", "expression", "NeuralInput")]),
        ("<NeuralLayer>", '<NeuralLayer activationFunction="radialBasis" width="1">', []),
        ("<NeuralLayer>", '<NeuralLayer activationFunction="radialBasis">',
         [("layer-without-width", {})]),
        ('"logistic"', '"radialBasis" width="1"', []),
    ],
)  # fmt: skip
def test_networks(old: str, new: str, found: list[tuple[str, Fields]]) -> None:
    assert anomalies(NETWORK.replace(old, new) if old else NETWORK) == found


@pytest.mark.parametrize(
    ("kind", "feature", "wrong"),
    [
        ("double", "probability", False),
        ("double", "predictedValue", True),
        ("string", "predictedValue", False),
        ("double", "unheardOf", True),
    ],
)
def test_a_class_label_declared_as_a_number(kind: str, feature: str, wrong: bool) -> None:
    found = dict(anomalies(LOGISTIC.format(kind, feature)))
    assert ("label-as-number" in found) is wrong


def test_categories_and_tasks() -> None:
    model = LOGISTIC.format("string", "predictedValue")
    assert not anomalies(model)
    assert "category-unknown" in dict(anomalies(model.replace('Category="q"', 'Category="r"')))
    assert "attribute-of-other-task" in dict(anomalies(model.replace("logit", "exp")))


@pytest.mark.parametrize(
    ("left", "right", "empty"),
    [("0", "1", False), ("1e3", "10", True), ("-Infinity", "1", False), ("1,5", "1", False)],
)
def test_intervals_without_a_value(left: str, right: str, empty: bool) -> None:
    field = f'<Interval closure="closedClosed" leftMargin="{left}" rightMargin="{right}"/>'
    text = f'<DataField name="w" optype="continuous" dataType="double">{field}</DataField>'
    assert ("empty-interval" in dict(anomalies(text))) is empty


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        (INLINE, "", lacks("MapValues", "table", "DerivedField")),
        (
            "<LocalTransformations>",
            "<Output/><LocalTransformations>",
            lacks("Output", "field", "RegressionModel"),
        ),
        (
            "<LocalTransformations>",
            "<Targets/><LocalTransformations>",
            lacks("Targets", "target", "RegressionModel"),
        ),
    ],
)
def test_elements_without_their_only_part(old: str, new: str, missing: tuple[str, Fields]) -> None:
    model = MAPPED.format("o", "i", "z")
    assert old in model
    assert anomalies(model.replace(old, new)) == [missing]


def test_categories_of_predictors() -> None:
    predictor = '<CategoricalPredictor name="c" value="{}" coefficient="1"/>'
    model = MAPPED.format("o", "i", "z").replace('<MiningField name="x"/>', BOTH)
    for value, known in {"p": True, "r": False}.items():
        text = model.replace("</RegressionTable>", f"{predictor.format(value)}</RegressionTable>")
        assert ("value-unknown" in dict(anomalies(text))) is not known


def test_a_measure_of_what_is_there_or_not() -> None:
    assert not anomalies(CLUSTERS.format("1"))
    assert "similarity-of-numbers" in dict(anomalies(CLUSTERS.format("0.5")))


@pytest.mark.parametrize(
    ("output", "column", "predictor", "missing"),
    [
        ("o", "i", "z", None),
        ("other", "i", "z", {"column": "other", "difference": "name", "used": True}),
        ("o", "other", "z", {"column": "other", "difference": "name", "used": True}),
        ("other", "i", "x", {"column": "other", "difference": "name", "used": False}),
    ],
)
def test_columns_of_a_table(
    output: str, column: str, predictor: str, missing: Fields | None
) -> None:
    expected = [] if missing is None else [("map-column", missing)]
    assert anomalies(MAPPED.format(output, column, predictor)) == expected


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("<Node {}/>".format(" ".join(f'a{n}=""' for n in range(1001))), "attributes of"),
        ('<Array type="string" n="1">{}</Array>'.format("\n".join("x" * 9 for _ in range(110_000))),
         "characters of"),
        ("".join(f'<Node operator="o{n}"/>' for n in range(101)), "distinct values of"),
    ],
)  # fmt: skip
def test_a_limit_that_is_reached_is_said(text: str, limit: str) -> None:
    source = Source(f'<PMML xmlns="http://www.dmg.org/PMML-4_4">{text}</PMML>'.encode(), "m.pmml")
    facts = inspect(source, Bounds.starting_now(Limits(), 1 << 20))
    reached = [fact.fields["limit"] for fact in facts if isinstance(fact, Unreadable)]
    assert [str(one).startswith(limit) for one in reached] == [True]
