"""Variations of PMML documents: functions, and the other expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.truth.pmml_documents import bases
from benchmarks.truth.pmml_documents.fields import TWO, X1, X2, C, T, apply, derived

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
