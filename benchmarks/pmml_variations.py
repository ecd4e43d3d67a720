"""Variations that say what they vary: functions, scopes, namespaces, encodings, whole parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pmml_bases as bases

Document = tuple[str, bytes]
X1: Final = '<FieldRef field="x1"/>'
X2: Final = '<FieldRef field="x2"/>'
TWO: Final = '<Constant dataType="double">2</Constant>'
C: Final = '<FieldRef field="c"/>'
T: Final = '<FieldRef field="t"/>'

UNARY: Final = [
    "ln",
    "log10",
    "sqrt",
    "abs",
    "exp",
    "floor",
    "ceil",
    "round",
    "rint",
    "expm1",
    "ln1p",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "erf",
    "isMissing",
    "isNotMissing",
    "isValid",
    "isNotValid",
    "stdNormalCDF",
    "stdNormalPDF",
    "not",
    "median",
    "x-abs",
    "x-erf",
    "x-sin",
    "x-expm1",
    "x-log2",
    "log2",
    "sign",
    "x-unknown",
]
BINARY: Final = [
    "+",
    "-",
    "*",
    "/",
    "min",
    "max",
    "sum",
    "avg",
    "product",
    "pow",
    "threshold",
    "modulo",
    "hypot",
    "equal",
    "notEqual",
    "lessThan",
    "lessOrEqual",
    "greaterThan",
    "greaterOrEqual",
    "atan2",
    "x-atan2",
    "x-modulo",
    "x-hypot",
    "isIn",
    "isNotIn",
    "median",
]
ODD: Final = ("java.lang.Runtime", "com.example.Function", "java.util.ArrayList", "nope", "", "Sum")


def derived(expression: str, kind: str = "double", more: str = "", *, used: bool = True) -> str:
    """A regression over a local derived field, or beside one that nothing uses."""
    optype = "continuous" if kind in ("double", "integer") else "categorical"
    predictor = (
        '<NumericPredictor name="z" coefficient="1"/>'
        if optype == "continuous"
        else ('<CategoricalPredictor name="z" value="a" coefficient="1"/>')
    )
    if kind == "boolean":
        predictor = predictor.replace('value="a"', 'value="true"')
    schema = bases.SCHEMA.replace(
        '<MiningField name="x2"/>', '<MiningField name="x2"/><MiningField name="t"/>'
    )
    return bases.document(
        f'<RegressionModel functionName="regression">{schema}<LocalTransformations>{more}'
        f'<DerivedField name="z" optype="{optype}" dataType="{kind}">{expression}</DerivedField>'
        f'</LocalTransformations><RegressionTable intercept="1">{predictor if used else ""}'
        '<NumericPredictor name="x1" coefficient="1"/></RegressionTable></RegressionModel>'
    )


def apply(function: str, *arguments: str, more: str = "") -> str:
    return f'<Apply function="{function}"{more}>{"".join(arguments)}</Apply>'


def variations() -> Iterator[Document]:
    for name, text in texts():
        yield name, text.encode()
    yield from encodings()


def texts() -> Iterator[tuple[str, str]]:
    yield from functions()
    yield from expressions()
    yield from scopes()
    yield from duplicates()
    yield from roots()
    yield from parts()
    yield from literals()
    yield from values()


def functions() -> Iterator[tuple[str, str]]:
    for name in UNARY:
        yield f"unary-{name}", derived(apply(name, X1))
    for name in BINARY:
        safe = {"+": "plus", "-": "minus", "*": "times", "/": "over"}.get(name, name)
        yield f"binary-{safe}", derived(apply(name, X1, TWO))
    for name in ODD:
        label = name.replace(".", "_") or "empty"
        yield f"odd-{label}", derived(apply(name, X1))
        yield f"odd-unused-{label}", derived(apply(name, X1), used=False)
    dead = apply("if", apply("greaterThan", X1, TWO), apply("nope", X1), X1)
    yield "odd-dead-branch", derived(dead)
    for name, count in {"abs": 2, "sin": 0, "-": 1, "/": 3, "if": 1, "if-4": 4, "pow": 1}.items():
        function = name.partition("-4")[0]
        label = {"-": "minus", "/": "over"}.get(name, name)
        yield f"arity-{label}-{count}", derived(apply(function, *([X1] * count)))
    for name in ("normalCDF", "normalPDF", "normalIDF"):
        yield f"normal-{name}", derived(apply(name, X1, TWO, TWO))
    yield "string-uppercase", derived(apply("uppercase", C), "string")
    yield "string-substring", derived(apply("substring", T, '<Constant dataType="integer">1</Constant>',
                                            '<Constant dataType="integer">2</Constant>'), "string")  # fmt: skip
    yield "string-concat", derived(apply("concat", C, T), "string")
    yield (
        "string-matches",
        derived(apply("matches", C, '<Constant dataType="string">a+</Constant>'), "boolean"),
    )
    yield "string-replace", derived(apply("replace", C, '<Constant dataType="string">a</Constant>',
                                          '<Constant dataType="string">b</Constant>'), "string")  # fmt: skip
    yield "string-length", derived(apply("stringLength", T), "integer")
    yield "string-trim", derived(apply("trimBlanks", T), "string")
    yield "string-lower", derived(apply("lowercase", T), "string")
    yield (
        "string-format-number",
        derived(
            apply("formatNumber", X1, '<Constant dataType="string">%3.1f</Constant>'), "string"
        ),
    )
    yield "string-format-date", derived(apply("formatDatetime", '<Constant dataType="date">2026-01-01</Constant>',
                                              '<Constant dataType="string">%y</Constant>'), "string")  # fmt: skip
    date = '<Constant dataType="date">2026-01-01</Constant>'
    moment = '<Constant dataType="dateTime">2026-01-01T01:02:03</Constant>'
    year = '<Constant dataType="integer">1960</Constant>'
    yield "date-days", derived(apply("dateDaysSinceYear", date, year), "integer")
    yield "date-seconds-year", derived(apply("dateSecondsSinceYear", moment, year), "integer")
    yield "date-midnight", derived(apply("dateSecondsSinceMidnight", moment), "integer")
    yield (
        "apply-default",
        derived(apply("/", X1, TWO, more=' defaultValue="1" invalidValueTreatment="asMissing"')),
    )
    yield "apply-bad-treatment", derived(apply("/", X1, TWO, more=' invalidValueTreatment="bogus"'))
    for arguments in (1, 2, 0):
        yield f"defined-arity-{arguments}", defined("twice", apply("twice", *([X1] * arguments)))
    yield (
        "defined-recursive",
        defined("twice", apply("twice", X1), apply("twice", '<FieldRef field="a"/>')),
    )
    yield "defined-outer-field", defined("twice", apply("twice", X1), X2)
    yield "defined-dotted", defined("my.own", apply("my.own", X1))
    yield "defined-unused", defined("twice", X1)
    yield "defined-over-builtin", defined("abs", apply("abs", X1))
    yield "defined-unused-odd", defined("twice", X1, apply("nope", '<FieldRef field="a"/>'))
    yield (
        "defined-local",
        derived(apply("late", X1)).replace(
            "<RegressionModel",
            '<TransformationDictionary><DefineFunction name="late" optype="continuous">'
            '<ParameterField name="a"/><FieldRef field="a"/></DefineFunction></TransformationDictionary><RegressionModel',
        ),
    )
    yield (
        "defined-later",
        derived(apply("one", X1)).replace(
            "<RegressionModel",
            '<TransformationDictionary><DefineFunction name="one" optype="continuous">'
            '<ParameterField name="a"/><Apply function="two"><FieldRef field="a"/></Apply></DefineFunction>'
            '<DefineFunction name="two" optype="continuous"><ParameterField name="b"/><FieldRef field="b"/>'
            "</DefineFunction></TransformationDictionary><RegressionModel",
        ),
    )


def defined(name: str, use: str, body: str = "") -> str:
    body = body or apply("*", '<FieldRef field="a"/>', TWO)
    dictionary = (
        f'<TransformationDictionary><DefineFunction name="{name}" optype="continuous" dataType="double">'
        f'<ParameterField name="a" optype="continuous" dataType="double"/>{body}</DefineFunction>'
        "</TransformationDictionary>"
    )
    return derived(use).replace("<RegressionModel", dictionary + "<RegressionModel")


def expressions() -> Iterator[tuple[str, str]]:
    text_index = '<TextIndex textField="t"{}>{}<Constant>apple</Constant></TextIndex>'
    many: dict[str, tuple[str, str]] = {
        "aggregate": ('<Aggregate field="x1" function="average"/>', "double"),
        "aggregate-multiset": ('<Aggregate field="x1" function="multiset"/>', "double"),
        "lag": ('<Lag field="x1" n="1"/>', "double"),
        "block-lag": ('<Lag field="x1" n="1" aggregate="avg"/>', "double"),
        "text-index": (text_index.format("", ""), "double"),
        "text-index-binary": (text_index.format(' localTermWeights="binary"', ""), "double"),
        "text-index-log": (text_index.format(' localTermWeights="logarithmic"', ""), "double"),
        "text-index-augmented": (
            text_index.format(' localTermWeights="augmentedNormalizedTermFrequency"', ""), "double"),
        "text-index-no-tokens": (text_index.format(' tokenize="false"', ""), "double"),
        "text-index-best": (text_index.format(' countHits="bestHits" maxLevenshteinDistance="1"', ""), "double"),
        "constant-plain": ("<Constant>3</Constant>", "double"),
        "constant-missing": ('<Constant dataType="double" missing="true"/>', "double"),
        "constant-bad": ('<Constant dataType="double">abc</Constant>', "double"),
        "constant-bad-integer": ('<Constant dataType="integer">1.5</Constant>', "integer"),
        "constant-nan": ('<Constant dataType="double">NaN</Constant>', "double"),
        "constant-empty": ('<Constant dataType="double"/>', "double"),
        "ref-missing-to": ('<FieldRef field="x1" mapMissingTo="1"/>', "double"),
        "norm-continuous-missing": ('<NormContinuous field="x1" mapMissingTo="0" outliers="asExtremeValues">'
            '<LinearNorm orig="0" norm="0"/><LinearNorm orig="1" norm="2"/></NormContinuous>', "double"),
        "norm-one-point": ('<NormContinuous field="x1"><LinearNorm orig="0" norm="0"/></NormContinuous>', "double"),
        "norm-discrete-method": ('<NormDiscrete field="c" method="indicator" value="a"/>', "double"),
        "norm-discrete-thermometer": ('<NormDiscrete field="c" method="thermometer" value="a"/>', "double"),
        "map-table-locator": ('<MapValues outputColumn="o"><FieldColumnPair field="c" column="i"/><TableLocator/></MapValues>', "string"),
        "map-no-table": ('<MapValues outputColumn="o"><FieldColumnPair field="c" column="i"/></MapValues>', "string"),
        "map-bad-column": ('<MapValues outputColumn="nope"><FieldColumnPair field="c" column="i"/><InlineTable>'
            "<row><i>a</i><o>b</o></row></InlineTable></MapValues>", "string"),
        "discretize-empty": ('<Discretize field="x1"/>', "string"),
        "discretize-missing": ('<Discretize field="x1" mapMissingTo="m" dataType="string"><DiscretizeBin binValue="a">'
            '<Interval closure="closedOpen" leftMargin="0"/></DiscretizeBin></Discretize>', "string"),
        "no-expression": ("", "double"),
    }  # fmt: skip
    for name, (expression, kind) in many.items():
        yield f"expression-{name}", derived(expression, kind)
    for name in ("aggregate", "lag", "constant-bad", "map-table-locator", "no-expression"):
        yield f"expression-unused-{name}", derived(*many[name], used=False)
    for kind in ("dateDaysSince[0]", "dateDaysSince[1960]", "dateTimeSecondsSince[0]", "timeSeconds", "date",
                 "time", "dateTime", "float", "boolean", "integer", "string"):  # fmt: skip
        label = kind.replace("[", "-").replace("]", "")
        yield (
            f"datatype-{label}",
            derived(X1, "double", used=False).replace(
                'name="z" optype="continuous" dataType="double"',
                f'name="z" optype="continuous" dataType="{kind}"',
            ),
        )
        yield (
            f"datafield-{label}",
            bases.REGRESSION.replace(
                'name="n" optype="continuous" dataType="integer"',
                f'name="n" optype="continuous" dataType="{kind}"',
            ),
        )


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


def roots() -> Iterator[tuple[str, str]]:
    base = bases.REGRESSION
    for label, uri in {
        "none": "", "3_0": "PMML-3_0", "3_1": "PMML-3_1", "3_2": "PMML-3_2", "4_0": "PMML-4_0", "4_1": "PMML-4_1",
        "4_2": "PMML-4_2", "4_3": "PMML-4_3", "4_4": "PMML-4_4", "5_0": "PMML-5_0", "2_1": "PMML-2_1",
        "dotted": "PMML-4.4", "lower": "pmml-4_4", "9_9": "PMML-9_9", "patch": "PMML-4_4_1", "bare": "PMML",
    }.items():  # fmt: skip
        yield (
            f"namespace-{label}",
            base.replace(bases.NAMESPACE, f"http://www.dmg.org/{uri}" if uri else ""),
        )
    yield "namespace-absent", base.replace(f' xmlns="{bases.NAMESPACE}"', "")
    yield "namespace-https", base.replace("http://", "https://")
    yield "namespace-foreign", base.replace(bases.NAMESPACE, "urn:foreign")
    yield "namespace-slash", base.replace(bases.NAMESPACE, bases.NAMESPACE + "/")
    prefixed = (
        base.replace("<", "<p:")
        .replace("<p:/", "</p:")
        .replace("<p:?", "<?")
        .replace("xmlns=", "xmlns:p=")
    )
    yield "namespace-prefix", prefixed
    yield "namespace-unbound", base.replace("<Output>", "<Output><q:x/>")
    yield (
        "namespace-mixed",
        base.replace("<Output>", '<Output xmlns="http://www.dmg.org/PMML-4_2">'),
    )
    for version in ("3.0", "4.1", "4.3", "4.4.1", "5.0", "9.9", "", "abc", "4_4", "2.0", "1.0"):
        yield f"version-{version or 'empty'}", base.replace('version="4.4"', f'version="{version}"')
    yield "version-absent", base.replace(' version="4.4"', "")
    yield "version-older", base.replace('PMML-4_4" version="4.4"', 'PMML-3_0" version="3.0"')
    yield (
        "version-schema-location",
        base.replace(
            "<PMML",
            '<PMML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.dmg.org/PMML-4_4 http://www.dmg.org/pmml/v4-4/pmml-4-4.xsd"',
        ),
    )
    yield "doctype-plain", base.replace("<PMML", "<!DOCTYPE PMML>\n<PMML")
    yield "doctype-dtd", base.replace("<PMML", '<!DOCTYPE PMML SYSTEM "pmml.dtd">\n<PMML')
    yield (
        "doctype-entity",
        base.replace("<PMML", '<!DOCTYPE PMML [<!ENTITY two "2.0">]>\n<PMML').replace(
            'coefficient="2.0"', 'coefficient="&two;"'
        ),
    )
    yield "root-instruction", base.replace("<PMML", '<?xml-stylesheet href="a.xsl"?>\n<PMML')
    yield "root-comment", base.replace("<PMML", "<!-- made by hand -->\n<PMML")
    yield "root-other", base.replace("<PMML", "<PMMLX").replace("</PMML>", "</PMMLX>")
    yield "tail-garbage", base + "garbage"
    yield "tail-element", base + "<more/>"
    yield "tail-comment", base + "<!-- end -->"
    yield "tail-cut", base.replace("</PMML>", "")
    yield "tail-wrong-tag", base.replace("</PMML>", "</PMLL>")
    yield "tail-wrong-model-tag", base.replace("</RegressionModel>", "</TreeModel>")
    yield "cut-middle", base[: len(base) // 2]
    yield "cut-before-model", base[: base.index("<RegressionModel")]
    yield "attribute-twice", base.replace('modelName="r"', 'modelName="r" modelName="s"')
    yield "ampersand", base.replace('modelName="r"', 'modelName="r&s"')
    yield "entity-unknown", base.replace('modelName="r"', 'modelName="&nope;"')
    yield "control", base.replace('modelName="r"', 'modelName="\x01"')


def encodings() -> Iterator[Document]:
    base = bases.REGRESSION
    accented = base.replace('modelName="r"', 'modelName="modèle"')
    yield "encoding-bom", b"\xef\xbb\xbf" + base.encode()
    yield "encoding-utf16", base.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    yield (
        "encoding-utf16-be",
        b"\xfe\xff" + base.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16-be"),
    )
    yield "encoding-latin", accented.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    yield "encoding-latin-ascii", base.replace("UTF-8", "ISO-8859-1").encode()
    yield "encoding-wrong", accented.encode("latin-1")
    yield "encoding-accented", accented.encode()
    yield "encoding-ascii", base.replace("UTF-8", "US-ASCII").encode()
    yield "encoding-windows", accented.replace("UTF-8", "windows-1252").encode("cp1252")
    yield "encoding-unknown", base.replace("UTF-8", "x-nonsense").encode()
    yield "encoding-none", base.replace('<?xml version="1.0" encoding="UTF-8"?>\n', "").encode()
    yield (
        "encoding-xml11",
        base.replace('version="1.0" encoding', 'version="1.1" encoding').encode(),
    )
    yield "encoding-empty", b""
    yield "encoding-blank-before", b"\n" + base.encode()


def parts() -> Iterator[tuple[str, str]]:
    base = bases.REGRESSION
    extension = '<Extension name="n" value="v" extender="e">{}</Extension>'
    model = '<RegressionModel functionName="regression" modelName="r" algorithmName="least squares" normalizationMethod="none">'
    assert model in base
    for name, content in {
        "plain": "", "text": "some text", "prefixed": '<q:x xmlns:q="urn:q">1</q:x>', "default": '<x xmlns="urn:q">1</x>',
        "no-namespace": '<x xmlns="">1</x>', "pmml": "<Array n='1' type='int'>1</Array>", "unknown": "<Script>1</Script>",
    }.items():  # fmt: skip
        yield f"extension-{name}", base.replace(model, model + extension.format(content))
        yield (
            f"extension-header-{name}",
            base.replace(
                '<Header copyright="none" description="a recipe">',
                "<Header>" + extension.format(content),
            ),
        )
    yield (
        "extension-in-dictionary",
        base.replace(
            bases.NUMBER, bases.NUMBER.replace("/>", f">{extension.format('')}</DataField>")
        ),
    )
    yield "no-header", base[: base.index("<Header")] + base[base.index("<DataDictionary") :]
    yield "no-application", base.replace('<Application name="recipe" version="1.0"/>', "")
    yield (
        "no-dictionary",
        base[: base.index("<DataDictionary")] + base[base.index("<RegressionModel") :],
    )
    yield "no-model", base[: base.index("<RegressionModel")] + "</PMML>"
    yield "no-schema", base.replace(bases.SCHEMA, "")
    yield "no-schema-tree", bases.TREE.replace(bases.SCHEMA, "")
    yield "empty-schema", base.replace(bases.SCHEMA, "<MiningSchema/>")
    for name in ("true", "false", "0", "1", "False", "bogus"):
        yield f"scorable-{name}", base.replace(model, model.replace(">", f' isScorable="{name}">'))
        yield (
            f"scorable-tree-{name}",
            bases.TREE.replace(
                '<TreeModel functionName="regression"',
                f'<TreeModel isScorable="{name}" functionName="regression"',
            ),
        )
    tree = bases.TREE[bases.TREE.index("<TreeModel") : bases.TREE.index("</PMML>")]
    yield "models-two", base.replace("</PMML>", tree + "</PMML>")
    yield (
        "models-two-first-not-scorable",
        base.replace(model, model.replace(">", ' isScorable="false">')).replace(
            "</PMML>", tree + "</PMML>"
        ),
    )
    yield (
        "models-two-second-not-scorable",
        base.replace(
            "</PMML>", tree.replace("<TreeModel", '<TreeModel isScorable="false"', 1) + "</PMML>"
        ),
    )
    yield (
        "models-two-bad-second",
        base.replace("</PMML>", tree.replace('score="1.0"', 'score="abc"') + "</PMML>"),
    )
    yield "models-two-unknown-second", base.replace("</PMML>", "<UnknownModel/></PMML>")
    yield (
        "models-unsupported-second",
        base.replace("</PMML>", bases.OTHERS["baseline"] % bases.SCHEMA + "</PMML>"),
    )
    yield (
        "models-unsupported-first",
        base.replace(
            "<RegressionModel", bases.OTHERS["baseline"] % bases.SCHEMA + "<RegressionModel", 1
        ),
    )
    verify = ('<ModelVerification recordCount="{}" fieldCount="3"><VerificationFields><VerificationField field="x1" column="x1"/>'
              '<VerificationField field="x2" column="x2"/><VerificationField field="c" column="c"/><VerificationField field="y" column="y"{}/></VerificationFields>'
              "<InlineTable><row><x1>0.5</x1><x2>2.0</x2><c>a</c><y>{}</y></row></InlineTable></ModelVerification></RegressionModel>")  # fmt: skip
    simple = bases.REGRESSION.replace(bases.TARGETS, "").replace(bases.OUTPUT, "")
    for name, (count, more, value) in {
        "right": ("1", "", "1.1"), "wrong": ("1", "", "9"), "count": ("2", "", "1.6"), "precise": ("1", ' precision="1E-3" zeroThreshold="1E-3"', "1.1"),
        "text": ("1", "", "abc"), "bad-count": ("one", "", "1.6"),
    }.items():  # fmt: skip
        yield (
            f"verification-{name}",
            simple.replace("</RegressionModel>", verify.format(count, more, value)),
        )
    yield (
        "verification-unknown-field",
        simple.replace("</RegressionModel>", verify.format("1", "", "1.6")).replace(
            'VerificationField field="x1"', 'VerificationField field="nope"'
        ),
    )
    yield (
        "statistics",
        base.replace(
            bases.TARGETS,
            '<ModelStats><UnivariateStats field="x1"><Counts totalFreq="10" missingFreq="1"/><NumericInfo minimum="0" maximum="1"/></UnivariateStats></ModelStats>'
            + bases.TARGETS,
        ),
    )
    yield (
        "explanation",
        base.replace(
            bases.TARGETS,
            '<ModelExplanation><PredictiveModelQuality targetField="y" dataUsage="training" r-squared="0.5"/></ModelExplanation>'
            + bases.TARGETS,
        ),
    )
    yield (
        "order-output-last",
        base.replace(bases.OUTPUT, "").replace(bases.TABLE, bases.TABLE + bases.OUTPUT),
    )
    yield (
        "order-schema-last",
        base.replace(bases.SCHEMA, "").replace(bases.TABLE, bases.TABLE + bases.SCHEMA),
    )
    yield (
        "order-dictionary-last",
        base[: base.index("<DataDictionary")]
        + base[base.index("<RegressionModel") : base.index("</PMML>")]
        + base[base.index("<DataDictionary") : base.index("<RegressionModel")]
        + "</PMML>",
    )
    yield (
        "target-integer",
        base.replace(bases.NUMBER, bases.NUMBER.replace("double", "integer")).replace(
            bases.TARGETS, ""
        ),
    )
    yield (
        "target-integer-cast",
        base.replace(bases.NUMBER, bases.NUMBER.replace("double", "integer")),
    )
    yield (
        "target-integer-tree",
        bases.TREE.replace(bases.NUMBER, bases.NUMBER.replace("double", "integer")),
    )
    yield "target-string", base.replace(bases.NUMBER, bases.LABEL).replace(bases.TARGETS, "")
    yield "target-classifier-number", bases.CLASSIFIER.replace(bases.LABEL, bases.NUMBER)
    yield "task-mismatch", base.replace('functionName="regression"', 'functionName="clustering"')
    yield (
        "task-classification",
        base.replace('functionName="regression"', 'functionName="classification"'),
    )
    for depth in (300, 600, 900, 3000, 12000):
        nested = '<Node score="1"><True/>' * depth + "</Node>" * depth
        yield (
            f"deep-{depth}",
            bases.document(
                f'<TreeModel functionName="regression" splitCharacteristic="multiSplit">{bases.SCHEMA}{nested}</TreeModel>'
            ),
        )
    for depth in (100, 200, 300, 400, 500):
        applied = (
            '<Apply function="-">' * depth
            + X1
            + TWO
            + ("</Apply>" + TWO) * (depth - 1)
            + "</Apply>"
        )
        yield f"deep-apply-{depth}", derived(applied)
    for feature in ["probability", "standardError", "standardDeviation", "residual", "clusterId", "entityId", "affinity", "warning", "ruleValue", "reasonCode", "confidence", "decision", "confidenceIntervalLower", "predictedDisplayValue", "entityAffinity", "x-report", "bogus", "transformedValue"]:  # fmt: skip
        yield f"feature-{feature}", base.replace('feature="predictedValue"', f'feature="{feature}"')
        yield (
            f"feature-tree-{feature}",
            bases.CLASSIFIER.replace('feature="probability" value="p"', f'feature="{feature}"'),
        )
    java = (
        '<X-JavaModel xmlns="http://www.dmg.org/PMML-4_4" className="com.example.Model" functionName="regression">'
        + bases.SCHEMA
        + "</X-JavaModel>"
    )
    yield "java-model", bases.document(java)
    yield (
        "java-model-pmml",
        bases.document(
            '<x:JavaModel xmlns:x="http://jpmml.org/jpmml-model" className="com.example.Model" functionName="regression">'
            + bases.SCHEMA
            + "</x:JavaModel>"
        ),
    )
    yield (
        "taxonomy",
        base.replace(
            "</DataDictionary>",
            '<Taxonomy name="tax"><ChildParent childColumn="a" parentColumn="b"><TableLocator/></ChildParent></Taxonomy></DataDictionary>',
        ),
    )
    yield (
        "taxonomy-inline",
        base.replace(
            "</DataDictionary>",
            '<Taxonomy name="tax"><ChildParent childField="a" parentField="b"><InlineTable><row><a>1</a><b>2</b></row></InlineTable></ChildParent></Taxonomy></DataDictionary>',
        ),
    )
    yield (
        "build-task",
        base.replace(
            "<DataDictionary",
            "<MiningBuildTask><Extension name='sql' value='select'/></MiningBuildTask><DataDictionary",
        ),
    )
    yield "math-context", base.replace(model, model.replace(">", ' x-mathContext="float">'))
    yield "math-context-bad", base.replace(model, model.replace(">", ' x-mathContext="bogus">'))


def literals() -> Iterator[tuple[str, str]]:
    for label, value in {
        "text": "abc",
        "comma": "1,5",
        "nan": "NaN",
        "hex": "0x10",
        "empty": "",
        "big": "1e400",
        "space": " 1.5 ",
    }.items():
        yield (
            f"literal-predicate-{label}",
            bases.TREE.replace(
                'operator="lessOrEqual" value="1.5"', f'operator="lessOrEqual" value="{value}"'
            ),
        )
        yield f"literal-score-{label}", bases.TREE.replace('score="1.0"', f'score="{value}"')
        yield (
            f"literal-array-{label}",
            bases.CLUSTERING.replace(">0.0 0.0<", f">{value or '0.0'} 0.0<"),
        )
        yield (
            f"literal-interval-{label}",
            bases.REGRESSION.replace('leftMargin="-1000"', f'leftMargin="{value}"'),
        )
    yield (
        "literal-array-count",
        bases.CLUSTERING.replace('<Array n="2" type="real">0.0', '<Array n="3" type="real">0.0'),
    )
    yield "literal-array-short", bases.CLUSTERING.replace(">0.0 0.0<", ">0.0<")
    yield "literal-array-type", bases.CLUSTERING.replace('type="real"', 'type="double"')
    yield (
        "literal-sparse-short",
        bases.SVM.replace("<Indices>1 2</Indices>", "<Indices>1</Indices>"),
    )
    yield "literal-score-class", bases.CLASSIFIER.replace('score="p"', 'score="other"')
    yield (
        "literal-operator-set",
        bases.TREE.replace('operator="lessOrEqual" value="1.5"', 'operator="lessOrEqual"'),
    )
    yield (
        "literal-is-missing",
        bases.TREE.replace('operator="lessOrEqual" value="1.5"', 'operator="isMissing"'),
    )
    yield (
        "literal-predicate-string",
        bases.TREE.replace(
            'field="x1" operator="lessOrEqual" value="1.5"',
            'field="c" operator="lessOrEqual" value="b"',
        ),
    )
    yield (
        "literal-replacement",
        bases.REGRESSION.replace('missingValueReplacement="0"', 'missingValueReplacement="abc"'),
    )


ENUMS: Final = {
    "logistic": ('normalizationMethod="softmax"', "none simplemax logit probit cloglog loglog cauchit exp bogus"),
    "tree": ('missingValueStrategy="none"', "lastPrediction nullPrediction defaultChild weightedConfidence aggregateNodes none"),
    "network": ('activationFunction="tanh"', "threshold logistic identity exponential reciprocal square Gauss sine cosine Elliott arctan rectifier radialBasis"),
    "general": ('modelType="generalizedLinear"', "regression generalLinear multinomialLogistic ordinalMultinomial CoxRegression"),
    "clustering": ('modelClass="centerBased"', "distributionBased"),
    "svm": ('svmRepresentation="SupportVectors"', "Coefficients"),
    "scorecard": ('reasonCodeAlgorithm="pointsBelow"', "pointsAbove"),
    "rules": ('criterion="firstHit"', "weightedSum weightedMax"),
    "neighbors": ('categoricalScoringMethod="majorityVote"', "weightedMajorityVote"),
    "anomaly": ('algorithmType="iforest"', "ocsvm clusterMeanDist other"),
}  # fmt: skip
"""Words of the standard at the place of another one."""


def values() -> Iterator[tuple[str, str]]:
    for name, (held, words) in ENUMS.items():
        attribute = held.partition("=")[0]
        for word in words.split():
            yield (
                f"word-{name}-{attribute}-{word}",
                bases.BASES[name].replace(held, f'{attribute}="{word}"'),
            )
    for function in [
        "identity",
        "log",
        "logc",
        "logit",
        "loglog",
        "negbin",
        "oddspower",
        "power",
        "probit",
        "cloglog",
        "cauchit",
    ]:
        yield (
            f"word-general-link-{function}",
            bases.GENERAL.replace(
                'linkFunction="log"', f'linkFunction="{function}" linkParameter="1" '
            ),
        )
    for measure in [
        "euclidean",
        "squaredEuclidean",
        "chebychev",
        "cityBlock",
        "minkowski",
        "simpleMatching",
        "jaccard",
        "tanimoto",
    ]:
        more = ' p-parameter="2"' if measure == "minkowski" else ""
        yield (
            f"word-clustering-{measure}",
            bases.CLUSTERING.replace("<squaredEuclidean/>", f"<{measure}{more}/>"),
        )
    for kernel in (
        "LinearKernelType",
        "PolynomialKernelType",
        "SigmoidKernelType",
        "RadialBasisKernelType",
    ):
        yield (
            f"word-svm-{kernel}",
            bases.SVM.replace(
                '<RadialBasisKernelType gamma="0.5" description="rbf"/>', f"<{kernel}/>"
            ),
        )
    yield (
        "word-svm-max-wins",
        bases.SVM.replace("svmRepresentation", 'maxWins="true" svmRepresentation'),
    )
    yield "word-svm-against-all", bases.SVM.replace("OneAgainstOne", "OneAgainstAll")
    yield (
        "word-surrogate",
        bases.TREE.replace('booleanOperator="and"', 'booleanOperator="surrogate"'),
    )
    yield "word-xor", bases.TREE.replace('booleanOperator="and"', 'booleanOperator="xor"')
    yield "word-set-predicate", bases.TREE.replace("SimpleSetPredicate", "SetPredicate")
    for treatment in ["returnInvalid", "asIs", "asMissing", "asValue"]:
        yield (
            f"word-invalid-{treatment}",
            bases.REGRESSION.replace(
                'name="c" invalidValueTreatment="asIs"',
                f'name="c" invalidValueTreatment="{treatment}"',
            ),
        )
    for usage in [
        "active",
        "supplementary",
        "group",
        "order",
        "frequencyWeight",
        "analysisWeight",
        "Active",
        "bogus",
    ]:
        yield (
            f"word-usage-{usage}",
            bases.REGRESSION.replace(
                '<MiningField name="x2"/>', f'<MiningField name="x2" usageType="{usage}"/>'
            ),
        )
    for cast in ["round", "ceiling", "floor", "bogus"]:
        yield (
            f"word-cast-{cast}",
            bases.REGRESSION.replace('castInteger="round"', f'castInteger="{cast}"'),
        )
    for attribute in ('x-weight="1"', 'x-leakage="1"'):
        label = attribute.partition("=")[0]
        yield (
            f"vendor-{label}",
            bases.REGRESSION.replace(
                '<MiningField name="x2"', f'<MiningField {attribute} name="x2"'
            ),
        )
