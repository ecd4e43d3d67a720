"""Variations of PMML documents: where fields are defined, referred to, and defined twice."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.truth.pmml_documents import bases
from benchmarks.truth.pmml_documents.fields import X1, apply, derived
from benchmarks.truth.pmml_documents.functions import defined


def scopes() -> Iterator[tuple[str, str]]:
    base = bases.REGRESSION
    table = '<NumericPredictor name="x1" coefficient="2.0" exponent="1"/>'
    yield "scope-predictor-unknown", base.replace(table, table.replace("x1", "nope"))
    yield "scope-predictor-not-mined", base.replace(table, table.replace("x1", "n"))
    yield (
        "scope-predicate-unknown",
        bases.TREE.replace(
            'field="x1" operator="lessOrEqual"', 'field="nope" operator="lessOrEqual"'
        ),
    )
    yield (
        "scope-predicate-not-mined",
        bases.TREE.replace('field="x1" operator="lessOrEqual"', 'field="n" operator="lessOrEqual"'),
    )
    yield (
        "scope-mining-unknown",
        base.replace(
            '<MiningField name="x2"/>', '<MiningField name="x2"/><MiningField name="nope"/>'
        ),
    )
    yield (
        "scope-mining-unknown-supplementary",
        base.replace(
            '<MiningField name="x2"/>',
            '<MiningField name="x2"/><MiningField name="nope" usageType="supplementary"/>',
        ),
    )
    yield "scope-target-unknown", base.replace(bases.NUMBER, "")
    yield (
        "scope-two-targets",
        base.replace(
            '<MiningField name="x2"/>',
            '<MiningField name="x2"/><MiningField name="n" usageType="target"/>',
        ),
    )
    yield "scope-predicted", base.replace('usageType="target"', 'usageType="predicted"')
    yield (
        "scope-forward",
        derived(X1).replace(
            "<LocalTransformations>",
            '<LocalTransformations><DerivedField name="early" optype="continuous" dataType="double"><FieldRef field="z"/></DerivedField>',
        ),
    )
    yield (
        "scope-forward-used",
        derived(X1)
        .replace(
            "<LocalTransformations>",
            '<LocalTransformations><DerivedField name="early" optype="continuous" dataType="double"><FieldRef field="z"/></DerivedField>',
        )
        .replace('NumericPredictor name="z"', 'NumericPredictor name="early"'),
    )
    yield (
        "scope-cycle",
        derived(
            '<FieldRef field="w"/>',
            more='<DerivedField name="w" optype="continuous" dataType="double"><FieldRef field="z"/></DerivedField>',
        ),
    )
    yield "scope-cycle-self", derived('<FieldRef field="z"/>')
    yield "scope-cycle-unused", derived('<FieldRef field="z"/>', used=False)
    yield "scope-derived-unknown", derived('<FieldRef field="nope"/>')
    yield "scope-derived-unknown-unused", derived('<FieldRef field="nope"/>', used=False)
    yield "scope-derived-not-mined", derived('<FieldRef field="n"/>')
    yield "scope-derived-not-mined-unused", derived('<FieldRef field="n"/>', used=False)
    yield "scope-target-as-predictor", base.replace(table, table.replace("x1", "y"))
    yield (
        "scope-output-unknown",
        base.replace('<FieldRef field="predicted"/>', '<FieldRef field="nope"/>'),
    )
    yield (
        "scope-output-active",
        base.replace('<FieldRef field="predicted"/>', '<FieldRef field="x1"/>'),
    )
    yield (
        "scope-output-not-mined",
        base.replace('<FieldRef field="predicted"/>', '<FieldRef field="n"/>'),
    )
    yield (
        "scope-nested-not-mined",
        bases.FOREST.replace(
            '<MiningField name="x1" usageType="active" importance="0.5" missingValueReplacement="0" missingValueTreatment="asValue" invalidValueTreatment="returnInvalid" outliers="asIs"/>\n<MiningField name="x2"/>',
            '<MiningField name="x2"/>',
            1,
        ),
    )
    inner = bases.INNER.replace("<MiningSchema>\n", "").replace("</MiningSchema>\n", "")
    yield "scope-nested-schema-empty", bases.FOREST.replace(bases.INNER, "<MiningSchema/>")
    yield (
        "scope-nested-unknown",
        bases.FOREST.replace(
            bases.INNER, f'<MiningSchema>{inner}<MiningField name="nope"/></MiningSchema>', 1
        ),
    )
    yield "scope-nested-target", bases.FOREST.replace(bases.INNER, bases.SCHEMA)
    yield (
        "scope-parent-derived",
        bases.FOREST.replace(
            "<Segmentation",
            '<LocalTransformations><DerivedField name="z" optype="continuous" dataType="double"><FieldRef field="x1"/></DerivedField></LocalTransformations><Segmentation',
        ).replace('field="x1" operator', 'field="z" operator'),
    )
    yield (
        "scope-parent-derived-mined",
        bases.FOREST.replace(
            "<Segmentation",
            '<LocalTransformations><DerivedField name="z" optype="continuous" dataType="double"><FieldRef field="x1"/></DerivedField></LocalTransformations><Segmentation',
        )
        .replace('field="x1" operator', 'field="z" operator')
        .replace(bases.INNER, f'<MiningSchema>{inner}<MiningField name="z"/></MiningSchema>'),
    )
    yield (
        "scope-chain-unknown",
        bases.CHAIN.replace('<MiningField name="first"/>', '<MiningField name="second"/>'),
    )
    yield (
        "scope-chain-not-mined",
        bases.CHAIN.replace('<MiningField name="first"/>', '<MiningField name="x1"/>'),
    )
    yield "scope-chain-average", bases.CHAIN.replace("modelChain", "average")
    yield "scope-shadow", derived(X1).replace('name="z"', 'name="x2"')
    yield "scope-global-not-mined", bases.TRANSFORMED.replace('<MiningField name="x2"/>', "")
    yield (
        "scope-no-target",
        base.replace('<MiningField name="y" usageType="target"/>', "").replace(bases.TARGETS, ""),
    )
    yield (
        "scope-no-target-tree",
        bases.TREE.replace('<MiningField name="y" usageType="target"/>', ""),
    )
    yield (
        "scope-no-target-classifier",
        bases.CLASSIFIER.replace('<MiningField name="y" usageType="target"/>', ""),
    )
    yield (
        "scope-no-target-forest",
        bases.FOREST.replace('<MiningField name="y" usageType="target"/>', ""),
    )
    yield "scope-no-output-clustering", cut(bases.CLUSTERING, "Output")
    yield "scope-no-schema-twice", bases.FOREST.replace(bases.INNER, "")
    for method in ["majorityVote", "weightedMajorityVote", "weightedAverage", "median", "weightedMedian", "max", "sum", "weightedSum", "selectFirst", "selectAll", "modelChain", "x-weightedMedian", "x-weightedSum", "x-multiModelChain", "bogus"]:  # fmt: skip
        yield f"segmentation-{method}", bases.FOREST.replace('"average"', f'"{method}"')
    yield (
        "segmentation-missing-treatment",
        bases.FOREST.replace(
            '"average"', '"average" missingPredictionTreatment="skipSegment" missingThreshold="0.5"'
        ),
    )
    yield (
        "segmentation-variable-weight",
        bases.FOREST.replace(
            '<Segment id="1" weight="1"><True/>',
            '<Segment id="1"><True/><VariableWeight field="x1"/>',
        ),
    )
    yield (
        "segmentation-locals",
        bases.FOREST.replace(
            '"average">',
            '"average"><LocalTransformations><DerivedField name="z" optype="continuous" dataType="double"><FieldRef field="x1"/></DerivedField></LocalTransformations>',
        ),
    )
    yield (
        "segmentation-none",
        bases.document(f'<MiningModel functionName="regression">{bases.SCHEMA}</MiningModel>'),
    )
    yield (
        "segmentation-empty",
        bases.document(
            f'<MiningModel functionName="regression">{bases.SCHEMA}<Segmentation multipleModelMethod="sum"/></MiningModel>'
        ),
    )
    yield "segmentation-false", bases.FOREST.replace("<True/><TreeModel", "<False/><TreeModel")
    yield (
        "segmentation-embedded-regression",
        bases.document(
            f'<MiningModel functionName="regression">{bases.SCHEMA}<Regression functionName="regression">{bases.TABLE}</Regression></MiningModel>'
        ),
    )
    yield (
        "segmentation-embedded-tree",
        bases.document(
            f'<MiningModel functionName="regression">{bases.SCHEMA}<DecisionTree functionName="regression">{bases.NODES.format("1", "2", "")}</DecisionTree></MiningModel>'
        ),
    )
    yield (
        "segmentation-no-weight",
        bases.FOREST.replace(' weight="1"', "")
        .replace(' weight="2"', "")
        .replace('"average"', '"weightedAverage"'),
    )


def cut(text: str, element: str) -> str:
    """Without the first element of a name."""
    start = text.index(f"<{element}>")
    end = text.index(f"</{element}>") + len(element) + 3
    return text[:start] + text[end:]


def duplicates() -> Iterator[tuple[str, str]]:
    base = bases.REGRESSION
    yield "twice-data-field", base.replace(bases.NUMBER, bases.NUMBER * 2)
    yield (
        "twice-mining-field",
        base.replace('<MiningField name="x2"/>', '<MiningField name="x2"/>' * 2),
    )
    one = '<DerivedField name="z" optype="continuous" dataType="double"><FieldRef field="x2"/></DerivedField>'
    yield "twice-derived", derived(X1, more=one)
    yield (
        "twice-derived-global",
        derived(X1).replace(
            "<RegressionModel",
            f"<TransformationDictionary>{one * 2}</TransformationDictionary><RegressionModel",
        ),
    )
    yield (
        "twice-derived-local-global",
        derived(X1).replace(
            "<RegressionModel",
            f"<TransformationDictionary>{one}</TransformationDictionary><RegressionModel",
        ),
    )
    output = (
        '<OutputField name="twice" optype="continuous" dataType="double" feature="predictedValue"/>'
    )
    yield "twice-output", base.replace("<Output>", f"<Output>{output}")
    yield (
        "twice-function",
        defined("twice", apply("twice", X1)).replace(
            "<DefineFunction",
            '<DefineFunction name="twice" optype="continuous"><ParameterField name="a"/><FieldRef field="a"/></DefineFunction><DefineFunction',
        ),
    )
    yield "twice-segment", bases.FOREST.replace('Segment id="2"', 'Segment id="1"')
    yield (
        "twice-segment-none",
        bases.FOREST.replace('Segment id="2"', "Segment").replace('Segment id="1"', "Segment"),
    )
    yield (
        "twice-output-target",
        base.replace('name="predicted"', 'name="y"').replace('field="predicted"', 'field="y"'),
    )
    yield "twice-neuron", bases.NETWORK.replace('"1,0"', '"0,0"')
    yield "twice-value", base.replace('<Value value="a"/>', '<Value value="a"/><Value value="a"/>')
    yield "twice-node-id", bases.TREE.replace('id="3"', 'id="2"')
    yield "twice-derived-mining", derived(X1).replace('name="z"', 'name="x1"')
