"""PMML: each kind of anomaly has a document, and the fields that the registry lists."""

from __future__ import annotations

import pytest

from modelaudit.core.facts import Anomaly
from modelaudit.core.kinds import sentence
from modelaudit.core.kinds.pmml import ANOMALIES
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pmml.inspector import inspect

OPEN = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">'
HEADER = "<Header/>"
DATA = (
    '<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>'
    '<DataField name="y" optype="continuous" dataType="double"/>'
    '<DataField name="n" optype="continuous" dataType="integer"/>'
    '<DataField name="c" optype="categorical" dataType="string"><Value value="p"/>'
    '<Value value="q"/></DataField></DataDictionary>'
)
TREE_SCHEMA = '<MiningField name="x"/><MiningField name="{}" usageType="target"/>'
FIELD = '<DerivedField name="{}" optype="continuous" dataType="double">{}</DerivedField>'
TABLE = "<InlineTable><row><i>1</i></row></InlineTable>"
MAP = f'<MapValues outputColumn="o"><FieldColumnPair field="x" column="i"/>{TABLE}</MapValues>'
CONSTANT = '<Constant dataType="{}">{}</Constant>'
PREDICATE = '<SimplePredicate field="x" operator="lessThan"{}/>'
COMPARED = '<SimplePredicate field="x" operator="lessThan" value="{}"/>'


def document(*parts: str) -> str:
    return "".join((OPEN, HEADER, DATA, *parts, "</PMML>"))


def model(inside: str, target: str = "y", task: str = "regression", more: str = "") -> str:
    schema = f"<MiningSchema>{TREE_SCHEMA.format(target)}{more}</MiningSchema>"
    return f'<RegressionModel functionName="{task}">{schema}{inside}</RegressionModel>'


def regression(predictor: str = "x", before: str = "") -> str:
    used = f'<NumericPredictor name="{predictor}" coefficient="1"/>'
    return model(f'{before}<RegressionTable intercept="1">{used}</RegressionTable>')


def derived(expression: str, name: str = "z") -> str:
    local = FIELD.format(name, expression)
    return document(regression(name, f"<LocalTransformations>{local}</LocalTransformations>"))


def tree(inside: str, target: str = "y", task: str = "regression", more: str = "") -> str:
    return document(model(inside, target, task, more).replace("RegressionModel", "TreeModel"))


def function(name: str, inside: str, parameters: str = '<ParameterField name="a"/>') -> str:
    return (
        f'<DefineFunction name="{name}" optype="continuous">{parameters}{inside}</DefineFunction>'
    )


def functions(*definitions: str) -> str:
    inside = "".join(definitions)
    shared = f"<TransformationDictionary>{inside}</TransformationDictionary>"
    apply = '<Apply function="f"><FieldRef field="x"/></Apply>'
    local = f"<LocalTransformations>{FIELD.format('z', apply)}</LocalTransformations>"
    return document(shared, regression("z", local))


def output(field: str, target: str = "y", task: str = "regression") -> str:
    table = '<RegressionTable intercept="1" targetCategory="p"/>'
    return document(model(f"<Output>{field}</Output>{table}", target, task))


SEGMENT = regression("x").replace(' usageType="target"', "")
CELLS = '<{0}Field field="x" column="i"/><InlineTable><row><i>a</i></row></InlineTable>'
APPLY = '<Apply function="{}"><FieldRef field="a"/></Apply>'
CLUSTERS = (
    '<ClusteringModel functionName="clustering"><MiningSchema><MiningField name="x"/>'
    "</MiningSchema><ComparisonMeasure><jaccard/></ComparisonMeasure><Cluster>"
    '<Array n="1" type="real">0.5</Array></Cluster></ClusteringModel>'
)
VECTORS = (
    "<VectorDictionary><VectorInstance><REAL-SparseArray><Indices>1 2</Indices><REAL-Entries>1"
    "</REAL-Entries></REAL-SparseArray></VectorInstance></VectorDictionary>"
)
LAYER = '<NeuralLayer activationFunction="radialBasis"/>'
COUNTS = (
    "<SupportVectors><SupportVector/></SupportVectors><Coefficients><Coefficient/><Coefficient/>"
    "</Coefficients>"
)
INSTANCES = (
    '<InstanceFields><InstanceField field="x" column="a"/></InstanceFields>'
    "<InlineTable><row><b>1</b></row></InlineTable>"
)

CATEGORIES = '<DataField name="w" optype="categorical"><Interval leftMargin="1"/></DataField>'

MINED = '<MiningField name="c"/></MiningSchema>'
SCORECARD = document(
    '<Scorecard functionName="regression"CARD><Output><OutputField name="o" feature="reasonCode"/>'
    "</Output><Characteristics><Characteristic><Attribute/></Characteristic></Characteristics>"
    "</Scorecard>"
)
OUTPUT_NEURON = (
    '<NeuralOutput><DerivedField><NormDiscrete field="c" value="p"/></DerivedField></NeuralOutput>'
)


NEIGHBORS = document('<NearestNeighborModel functionName="regression"KNN/>')
MACHINE = (
    '<SupportVectorMachineModel functionName="classification"SVM>'
    '<SupportVectorMachine targetCategory="p"/></SupportVectorMachineModel>'
)


def network(activation: str, later: str, outputs: str = "") -> str:
    layers = '<NeuralLayer><Neuron id="1"><Con from="2"/></Neuron></NeuralLayer>'
    return (
        f'<NeuralNetwork functionName="classification" activationFunction="{activation}">{layers}'
        f"<NeuralLayer>{later}</NeuralLayer>{outputs}</NeuralNetwork>"
    )


DOCUMENTS = {
    "unresolved-field": document(regression("nowhere")),
    "unresolved-output": output('<OutputField name="o"><FieldRef field="nowhere"/></OutputField>'),
    "unresolved-parameter": functions(function("f", '<FieldRef field="b"/>')),
    "not-in-mining-schema": document(regression("n")),
    "only-in-outer-schema": document(
        '<MiningModel functionName="regression"><MiningSchema><MiningField name="n"/>'
        f"</MiningSchema><Segmentation><Segment><True/>{regression('n')}</Segment></Segmentation>"
        "</MiningModel>"
    ),
    "undeclared-field": tree("<Node/>", more='<MiningField name="nowhere"/>'),
    "target-as-input": document(regression("y")),
    "input-of-usage": tree(
        '<Node><SimplePredicate field="n" operator="lessThan" value="1"/></Node>',
        more='<MiningField name="n" usageType="order"/>',
    ),
    "defined-twice": tree("<Node/>", more='<MiningField name="x"/>'),
    "defined-later": functions(function("f", APPLY.format("g")), function("g", APPLY.format("ln"))),
    "definition-cycle": derived('<FieldRef field="z"/>'),
    "derived-field-without-name": derived(CONSTANT.format("double", 1)).replace(
        ' name="z" o', " o"
    ),
    "unknown-reference": document(model('<Item id="1"/><ItemRef itemRef="2"/>')),
    "no-header": f"{OPEN}{DATA}{regression()}</PMML>",
    "no-data-dictionary": f"{OPEN}{HEADER}{regression()}</PMML>",
    "no-model": document(),
    "dictionary-after-model": f"{OPEN}{HEADER}{regression()}{DATA}</PMML>",
    "no-mining-schema": document('<TreeModel functionName="regression"/>'),
    "no-target-field": document(SEGMENT),
    "several-targets": tree("<Node/>", more='<MiningField name="n" usageType="target"/>'),
    "no-expression": derived(""),
    "no-output-expression": output('<OutputField name="o" feature="decision"/>'),
    "predicate-without-value": tree(f"<Node>{PREDICATE.format('')}</Node>"),
    "too-few-points": derived('<NormContinuous field="x"/>'),
    "no-target-category": document(model("<RegressionTable/>", "c", "classification")),
    "layer-without-width": document(model(LAYER)),
    "child-missing": tree("<Node/>"),
    "count-mismatch": document(model(COUNTS)),
    "verification-count": document(regression(before='<ModelVerification recordCount="1"/>')),
    "argument-count": functions(function("f", CONSTANT.format("double", 1), "")),
    "constant-not-a-number": derived(CONSTANT.format("double", "1,5")),
    "constant-fraction": derived(CONSTANT.format("integer", "1.5")),
    "constant-missing": derived('<Constant missing="true"/>'),
    "predicate-value": tree("<Node>{}</Node>".format(PREDICATE.format(' value="a"'))),
    "array-length": document(model('<Array n="2" type="int">1</Array>')),
    "array-number": document(model('<Array n="1" type="int">a</Array>')),
    "sparse-length": document(model(VECTORS)),
    "sparse-number": document(
        model("<REAL-SparseArray><REAL-Entries>a</REAL-Entries></REAL-SparseArray>")
    ),
    "class-number": tree('<Node score="a"/>', "n", "classification"),
    "text-as-number": document(regression("c").replace("</MiningSchema>", MINED)),
    "fraction-as-integer": output('<OutputField name="o" dataType="integer"/>'),
    "output-target": output('<OutputField name="o" targetField="x"/>'),
    "output-rank": output('<OutputField name="o" feature="entityId" rank="0"/>'),
    "reason-codes-off": SCORECARD.replace("CARD", ' useReasonCodes="false"'),
    "characteristic-without": SCORECARD.replace("CARD", ""),
    "array-type": document(model('<Cluster><Array type="string">1</Array></Cluster>')),
    "layer-without-activation": document(network("", "")),
    "neuron-of-later-layer": document(network("logistic", '<Neuron id="2"/>')),
    "output-neuron-without-class": document(network("logistic", "", "<NeuralOutput/>")),
    "output-neuron-class-twice": document(network("logistic", "", OUTPUT_NEURON * 2)),
    "neighbors": NEIGHBORS.replace("KNN", ' numberOfNeighbors="2"'),
    "identifier-column": NEIGHBORS.replace("KNN", ' instanceIdVariable="i"'),
    "no-alternate-category": document(
        MACHINE.replace("SVM", ' classificationMethod="OneAgainstOne"')
    ),
    "segment-task": document(
        '<MiningModel functionName="regression"><Segmentation multipleModelMethod="sum"><Segment>'
        '<TreeModel functionName="classification"/></Segment></Segmentation></MiningModel>'
    ),
    "declared-count": document(model('<SupportVectors numberOfSupportVectors="2"/>')),
    "sparse-index": document(
        model('<REAL-SparseArray n="1"><Indices>2</Indices></REAL-SparseArray>')
    ),
    "vector-length": document(
        model(
            '<VectorFields><FieldRef field="x"/></VectorFields><VectorInstance>'
            '<Array type="real">1 2</Array></VectorInstance>'
        )
    ),
    "covariate-exponent": document(
        model(
            '<CovariateList><Predictor name="x"/></CovariateList>'
            '<PPCell predictorName="x" value="a"/>'
        )
    ),
    "variance": document(model('<GaussianDistribution variance="0"/>')),
    "number-as-boolean": derived('<Apply function="not"><FieldRef field="x"/></Apply>'),
    "value-not-a-number": derived(
        '<Discretize field="x"><DiscretizeBin binValue="a"/></Discretize>'
    ),
    "schema-later": document("<TreeModel><Node/><MiningSchema/></TreeModel>"),
    "several-results": document(regression(before="<RegressionTable/>")),
    "id-twice": document(model('<Node id="1"/><Node id="1"/>')),
    "score-unknown": tree('<Node score="r"/>', "c", "classification"),
    "category-unknown": document(
        model('<RegressionTable targetCategory="r"/>', "c", "classification")
    ),
    "value-unknown": document(model('<CategoricalPredictor name="c" value="r" coefficient="1"/>')),
    "classes-of-target": document(
        model('<RegressionTable targetCategory="p"/>', "c", "classification")
    ),
    "center-length": document(
        model('<ClusteringField field="x"/><Cluster><Array n="2" type="real">1 2</Array></Cluster>')
    ),
    "interval-of-categories": derived('<FieldRef field="w"/>')
    .replace("</DataDictionary>", f"{CATEGORIES}</DataDictionary>")
    .replace('<MiningField name="x"/>', '<MiningField name="w"/><MiningField name="x"/>'),
    "label-as-number": output('<OutputField name="o" dataType="double"/>', "c", "classification"),
    "integer-target": document(model("<RegressionTable/>", "n")),
    "attribute-of-other-task": document(
        model("<RegressionTable/>", "c", "classification").replace(
            "<RegressionModel ", '<RegressionModel normalizationMethod="exp" '
        )
    ),
    "similarity-of-numbers": document(CLUSTERS),
    "empty-interval": document('<DataField name="w"><Interval leftMargin="2" rightMargin="1"/>')
    .replace("</PMML>", "</DataField></PMML>"),
    "map-column": derived(MAP),
    "instance-column": document(model(f"<TrainingInstances>{INSTANCES}</TrainingInstances>")),
    "version-contradicts-namespace": document().replace('version="4.4"', 'version="4.3"'),
    "unbound-prefix": document("<q:x/>"),
    "leaf-without-score": tree("<Node><True/></Node>"),
    "compound-of-few": tree(
        '<Node score="1"><CompoundPredicate booleanOperator="and"><True/></CompoundPredicate>'
        "</Node>"
    ),
    "field-incomplete": document(regression()).replace('name="x" optype', 'name="x" kind'),
    "outlier-limits": document(regression()).replace(
        '<MiningField name="x"', '<MiningField name="x" outliers="asExtremeValues"'
    ),
    "interval-without-margins": derived(
        '<Discretize field="x"><DiscretizeBin binValue="1"><Interval closure="openOpen"/>'
        "</DiscretizeBin></Discretize>"
    ),
    "class-without-cell": document(
        '<GeneralRegressionModel functionName="classification" modelType="multinomialLogistic" '
        f'targetReferenceCategory="q"><MiningSchema>{TREE_SCHEMA.format("c")}</MiningSchema>'
        '<ParameterList><Parameter name="p0"/></ParameterList><PPMatrix/><ParamMatrix>'
        '<PCell parameterName="p0" beta="1" targetCategory="P"/></ParamMatrix>'
        "</GeneralRegressionModel>"
    ),
    "output-value-unknown": tree(
        '<Output><OutputField name="o" feature="probability" value="P"/></Output>'
        '<Node score="p"><True/></Node>',
        "c",
        "classification",
    ),
    "value-of-other-type": document(regression()).replace(
        'name="n" optype="continuous" dataType="integer"/>',
        'name="n" optype="continuous" dataType="integer"><Value value="a"/></DataField>',
    ),
    "target-type": document(regression()).replace(
        'name="y" optype="continuous" dataType="double"',
        'name="y" optype="continuous" dataType="date"',
    ),
    "output-type": output('<OutputField name="o" dataType="date"/>'),
    "derived-type": derived('<NormDiscrete field="c" value="p"/>').replace(
        'name="z" optype="continuous" dataType="double"',
        'name="z" optype="continuous" dataType="date"',
    ),
    "constant-type": derived(f'<Apply function="if">{CONSTANT.format("boolean", "a")}</Apply>'),
    "predicate-type": tree(
        f'<Node score="1">{COMPARED.format("a")}</Node>'
    ).replace('name="x" optype="continuous" dataType="double"', 'name="x" dataType="date"'),
    "target-value": document(
        model('<Targets><Target field="y"><TargetValue value="a"/></Target></Targets>')
    ),
    "type-as-number": document(regression()).replace(
        'name="x" optype="continuous" dataType="double"', 'name="x" dataType="date"'
    ),
    "values-of-vendor-type": document(regression()).replace(
        'name="x" optype="continuous" dataType="double"/>',
        'name="x" dataType="x-dateDaysSince[2000]"><Value value="2001-01-01"/></DataField>',
    ),
    "counts-of-other-field": document(model('<BayesOutput fieldName="x"/>')),
    "order-of-categories": tree(
        f'<Node score="1">{COMPARED.format("1")}</Node>'
    ).replace('name="x" optype="continuous"', 'name="x" optype="categorical"'),
    "category-type": document(
        model('<RegressionTable><CategoricalPredictor name="x" value="a"/></RegressionTable>')
    ),
    "target-of-other-field": document(model('<Targets><Target field="x"/></Targets>')),
    "segment-output": output('<OutputField name="o" segmentId="1"/>'),
    "output-of-segments": output('<OutputField name="o" feature="entityId"/>')
    .replace("RegressionModel", "MiningModel")
    .replace("</Output>", '</Output><Segmentation multipleModelMethod="sum"/>'),
    "header-later": document(regression(), HEADER),
    "target-optype": tree('<Node score="1"><True/></Node>').replace(
        'usageType="target"', 'usageType="target" optype="categorical"'
    ),
    "target-without-values": document(model('<Targets><Target field="y" min="1"/></Targets>')),
    "never-true": tree('<Node score="1"><False/></Node>'),
    "covariate-type": document(
        model(
            '<CovariateList><Predictor name="x"/></CovariateList>'
            '<PPMatrix><PPCell predictorName="x" parameterName="p" value="1"/></PPMatrix>'
        )
    ).replace('name="x" optype="continuous" dataType="double"', 'name="x" dataType="boolean"'),
    "date-compared": tree(f'<Node score="1">{COMPARED.format("2001-01-01")}</Node>').replace(
        'name="x" optype="continuous" dataType="double"', 'name="x" dataType="date"'
    ),
    "training-cell": document(model(CELLS.format("Instance"))),
    "verification-cell": document(model(CELLS.format("Verification"))),
    "map-cell": derived(MAP.replace("<i>", "<o>a</o><i>")),
    "function-type": functions(
        function("f", APPLY.format("ln")).replace("optype", 'dataType="date" optype')
    ),
    "outliers-of-categories": tree(
        '<Node score="1"><True/></Node>',
        more='<MiningField name="c" outliers="asExtremeValues" lowValue="1" highValue="2"/>',
    ),
}  # fmt: skip


def test_each_kind_has_a_document() -> None:
    assert DOCUMENTS.keys() == ANOMALIES.keys()


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_fields_are_those_of_the_registry(kind: str) -> None:
    source = Source(DOCUMENTS[kind].encode(), "m.pmml")
    facts = list(inspect(source, Bounds.starting_now(Limits(), 1 << 20)))
    anomalies = [fact for fact in facts if isinstance(fact, Anomaly)]
    assert kind in {fact.kind for fact in anomalies}
    for fact in anomalies:
        assert fact.fields.keys() == ANOMALIES[fact.kind].fields
        assert sentence(fact)
