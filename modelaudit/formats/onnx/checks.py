"""Checks of the standard's inference that releases of onnxruntime make, and older ones did not.

Every release has the inference of the onnx that it was built with. A check is recognised by the
operator and by how onnx's text about it begins; a text that is not listed here is of a check that
all releases make. Found out by loading models in every release (benchmarks/truth/onnx_variations).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Check(NamedTuple):
    """``since`` is the first release with it, empty where none has it when it creates a session.

    ``run``: in those without it a run refuses the node.
    """

    since: str
    run: bool


_CHECKS: Final[tuple[tuple[re.Pattern[str], Check], ...]] = tuple(
    (re.compile(pattern), check)
    for pattern, check in (
        (r"(Greater|Less)OrEqual: Incompatible dimensions", Check("1.24", run=True)),
        (r"(Average|Lp|Max)Pool: Attribute \w+ must only contain", Check("1.26", run=True)),
        (r"\w+: Invalid tensor data type 0\.", Check("", run=True)),
        (r"ConvTranspose: Attribute (kernel_shape|strides must)", Check("1.28", run=True)),
        (r"ConvTranspose: Attribute ", Check("1.28", run=False)),
        (r"\w+: Attribute \w+ must only contain", Check("1.28", run=True)),
        (r"Col2Im: 'block_shape' input must contain", Check("1.32", run=False)),
        (r"DFT: axis attribute value", Check("1.17", run=False)),
        (r"NegativeLogLikelihoodLoss: Dimension mismatch", Check("1.32", run=False)),
        (r"Gemm: Dimension mismatch in unification", Check("1.28", run=True)),
        (r"ConvTranspose: Input channels C must be divisible", Check("1.32", run=True)),
        (r"Einsum: Equation output contains a label", Check("1.32", run=True)),
        (r"Tile: 'Repeats' input must not contain", Check("1.32", run=True)),
    )
)


def check(operator: str, problem: str) -> Check | None:
    """The check that refused a node with such a text; None for one that all releases make."""
    text = f"{operator}: {problem}"
    return next((found for pattern, found in _CHECKS if pattern.match(text)), None)
