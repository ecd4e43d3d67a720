"""Whether a release of onnxruntime runs an operator of a model: rules/tables/onnxruntime.json.

A kernel is chosen as the runtime does: by the version in which the operator's schema was last
changed, and by the types of its parameters. An operator without one is replaced by its body where
the standard gives it one, and with ``float16`` it runs in ``float``.
https://onnxruntime.ai/docs/reference/compatibility.html
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import msgspec

from modelaudit.knowledge.span import Names, agreed, coverage
from modelaudit.knowledge.tables import load

Parameters = dict[str, int]
"""Type parameters, each with the index of the set of types that it may stand for."""
Kernel = tuple[int, int, Parameters, int, int]
"""First and last version (-1: none after it changes), types, first release, first without."""
Known = tuple[int, int, int, int]
"""Version of an operator, 1 where it is deprecated, first release, first without."""

_HALF: Final = "tensor(float16)"
_WHOLE: Final = "tensor(float)"
_STORED: Final = "ai.onnx::Constant"
"""What a session turns into a stored tensor before it looks for kernels."""


_UNDECIDED: Final = "?"
"""What stands for a body that depends on more than types."""


class Runtime(msgspec.Struct):
    """rules/tables/onnxruntime.json, as far as operators are concerned."""

    releases: Names
    limits: dict[str, dict[str, int | None]]
    sets: list[list[str]]
    operators: dict[str, list[Known]]
    kernels: dict[str, list[Kernel]]


class Standard(msgspec.Struct):
    """rules/tables/onnx.json, as far as bodies of operators are concerned."""

    releases: Names
    opsets: dict[str, dict[str, int | None]]
    bodies: dict[str, dict[str, str]]


class Node(msgspec.Struct, frozen=True):
    """An operator in a version of its set, with the types that its parameters are bound to."""

    domain: str
    name: str
    version: int
    types: tuple[str, ...]

    @property
    def operator(self) -> str:
        return f"{self.domain}::{self.name}"


def _runtime() -> Runtime:
    return load("onnxruntime", Runtime)


def _standard() -> Standard:
    return load("onnx", Standard)


def _number(release: str) -> tuple[int, ...]:
    from packaging.version import Version  # noqa: PLC0415  only with a target

    return Version(release).release[:2]


@cache
def newest(package: str, release: str, what: str) -> int | None:
    """The newest IR version (``ir``), or version of a domain's set, that a release takes.

    ``package`` is onnx or onnxruntime. None where that is not known.
    """
    limits = _runtime().limits if package == "onnxruntime" else _standard().opsets
    known = list(limits.values())
    return agreed(coverage(tuple(limits), release), lambda at: known[at].get(what))


def _index(release: str) -> int | None:
    """The sample that speaks for a release; None where there is none, or two."""
    positions = coverage(_runtime().releases, release).positions
    return positions[0] if len(positions) == 1 else None


def runs(
    release: str, domain: str, name: str, version: int, types: list[str], body: list[str]
) -> dict[str, str]:
    """What keeps a release from running an operator; ``problem`` is empty where nothing does.

    ``problem`` is ``unknown`` (``since`` is the first release that knows it, if one does),
    ``custom`` where the release knows no operator of the domain, ``deprecated``, or ``no-kernel``
    (``what`` is the operator without one, with its types).
    """
    index = _index(release)
    most = newest("onnxruntime", release, domain)
    if index is None or version < 1 or (most is not None and version > most):
        return {"problem": "", "since": "", "what": ""}
    return _runs(index, Node(domain, name, version, tuple(types)), tuple(body))


@lru_cache(maxsize=4096)
def _runs(index: int, node: Node, body: tuple[str, ...]) -> dict[str, str]:
    since = _since(index, node)
    if since is None:
        problem = "unknown" if _knows(index, node.domain) else "custom"
        return {"problem": problem, "since": _first(node.operator), "what": node.operator}
    if since[1]:
        return {"problem": "deprecated", "since": str(since[0]), "what": node.operator}
    without = _without_kernel(index, node, _tree(body))
    what = f"{without.operator} ({', '.join(without.types)})" if without else ""
    return {"problem": "no-kernel" if without else "", "since": "", "what": what}


def _since(index: int, node: Node) -> Known | None:
    """The newest version of an operator that its set's version has, as a release knows it."""
    known = [
        one
        for one in _runtime().operators.get(node.operator, ())
        if one[0] <= node.version and one[2] <= index < one[3]
    ]
    return max(known, default=None)


@cache
def _knows(index: int, domain: str) -> bool:
    prefix = f"{domain}::"
    return any(
        first <= index < end
        for name, held in _runtime().operators.items()
        if name.startswith(prefix)
        for _, _, first, end in held
    )


def _first(operator: str) -> str:
    known = _runtime().operators.get(operator)
    return _runtime().releases[min(one[2] for one in known)] if known else ""


class Tree(msgspec.Struct):
    """An operator of a body, and those of its own."""

    node: Node
    parts: list[Tree]


def _tree(body: tuple[str, ...]) -> list[Tree]:
    """``Operator.body``: one line for each, whose depth begins it."""
    tops: list[Tree] = []
    open_: list[Tree] = []
    for line in body:
        depth, domain, *rest = line.split(" ")
        name, version, *types = rest or ("", "-1")
        made = Tree(Node(domain, name, int(version), tuple(types)), [])
        del open_[int(depth) :]
        (open_[-1].parts if open_ else tops).append(made)
        open_.append(made)
    return tops


def _without_kernel(index: int, node: Node, parts: list[Tree]) -> Node | None:
    """The operator that a release has no kernel for: the node, or one of its body's."""
    if node.domain == _UNDECIDED:
        return None
    since = _since(index, node)
    if since is None or since[1]:
        return node
    if node.operator == _STORED or _has_kernel(index, node, since[0]):
        return None
    if parts and _has_body(index, node.operator, since[0]):
        missing = (_without_kernel(index, part.node, part.parts) for part in parts)
        return next((one for one in missing if one is not None), None)
    if any(type_.endswith(_HALF) for type_ in node.types):
        wider = tuple(type_.replace(_HALF, _WHOLE) for type_ in node.types)
        if _has_kernel(index, msgspec.structs.replace(node, types=wider), since[0]):
            return None
    return node


def _has_body(index: int, operator: str, since: int) -> bool:
    """Whether the standard that a release was built with gives the operator a body."""
    added = _standard().bodies.get(operator, {}).get(str(since))
    if added is None:
        return False
    most = _runtime().limits[_runtime().releases[index]].get("ai.onnx") or 0
    built = [each for each, sets in _standard().opsets.items() if (sets["ai.onnx"] or 0) <= most]
    return bool(built) and _number(added) <= _number(built[-1])


def _has_kernel(index: int, node: Node, since: int) -> bool:
    return any(
        kernel[3] <= index < kernel[4] and _fits(kernel, node, since)
        for kernel in _runtime().kernels.get(node.operator, ())
    )


def _fits(kernel: Kernel, node: Node, since: int) -> bool:
    """A kernel without a last version is for its own version of the operator alone."""
    first, last, parameters, *_ = kernel
    if first != since and not (first < since <= last):
        return False
    for binding in node.types:
        parameter, _, type_ = binding.partition("=")
        if parameter in parameters and type_ not in _types(parameters[parameter]):
            return False
    return True


@cache
def _types(index: int) -> frozenset[str]:
    return frozenset(_runtime().sets[index])
