"""What the variations of PMML documents have in common: fields, and a derived one."""

from __future__ import annotations

from typing import Final

from benchmarks.truth.pmml_documents import bases

Document = tuple[str, bytes]
X1: Final = '<FieldRef field="x1"/>'
X2: Final = '<FieldRef field="x2"/>'
TWO: Final = '<Constant dataType="double">2</Constant>'
C: Final = '<FieldRef field="c"/>'
T: Final = '<FieldRef field="t"/>'


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
