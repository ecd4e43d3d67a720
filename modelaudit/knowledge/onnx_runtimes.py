"""Whether a runtime that takes some of the ONNX operators takes one: rules/tables/onnx_*.json.

What onnxruntime itself runs, which depends on types too, is in ``knowledge.onnxruntime``.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec

from modelaudit.knowledge.span import Names, agreed, coverage, in_span
from modelaudit.knowledge.tables import load

TABLES: Final = {
    "onnxruntime-mobile": "onnx_mobile",
    "openvino": "onnx_openvino",
    "tensorrt": "onnx_tensorrt",
}
"""The table of each runtime."""
_STANDARD: Final = ("ai.onnx", "ai.onnx.ml")
_ALL: Final = "0"


class _Runtime(msgspec.Struct):
    """One of the tables: by operator and the version in which it last changed, its releases."""

    releases: Names
    operators: dict[str, dict[str, str]]


class _Operator(msgspec.Struct):
    since: list[int] = []


class _Standard(msgspec.Struct):
    """rules/tables/onnx.json, as far as versions of operators are concerned."""

    operators: dict[str, _Operator]


@cache
def lacks(package: str, release: str, domain: str, name: str, version: int) -> str:
    """Whether a release of a runtime lacks an operator in a version of its set.

    ``absent`` where it does; ``unlisted`` for a domain that its table says nothing about. Empty
    where it has the operator, and where nothing is known of the release.
    """
    table = load(TABLES[package], _Runtime)
    known = table.operators.get(f"{domain}::{name}", {})
    since = str(_since(domain, name, version))

    def has(position: int) -> bool:
        notations = [known[one] for one in (_ALL, since) if one in known]
        return any(in_span(notation, table.releases, position) for notation in notations)

    if agreed(coverage(table.releases, release), has) is not False:
        return ""
    listed = domain in _STANDARD or any(one.startswith(f"{domain}::") for one in table.operators)
    return "absent" if listed else "unlisted"


def _since(domain: str, name: str, version: int) -> int:
    """The version in which an operator last changed; of sets that are not known, the set's."""
    known = load("onnx", _Standard).operators.get(f"{domain}::{name}")
    versions = [one for one in known.since if one <= version] if known else []
    return max(versions, default=version)
