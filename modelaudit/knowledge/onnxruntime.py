"""Whether a release of onnxruntime runs an operator of a model: rules/tables/onnxruntime.json.

A kernel is chosen as the runtime chooses it: by the version in which the operator's schema last
changed, and by the types of its parameters. An operator without a kernel is replaced by its body,
where the standard defines one; one that takes ``float16`` falls back to its kernel for ``float``.
https://onnxruntime.ai/docs/reference/compatibility.html
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import msgspec

from modelaudit.core.facts import BodyOperator
from modelaudit.knowledge.span import Names, agreed, coverage
from modelaudit.knowledge.tables import load

Parameters = dict[str, int]
"""Type parameters, each with the index of the set of types that the kernel takes for it."""
Kernel = tuple[int, int, Parameters, int, int]
"""First and last version of the operator (-1: the first alone), types, the first release with the
kernel and the first without it."""
Known = tuple[int, int, int, int]
"""Version of an operator, 1 where it is deprecated, first release with it, first without it."""

_HALF: Final = "tensor(float16)"
_WHOLE: Final = "tensor(float)"
_STORED: Final = "ai.onnx::Constant"
"""What a session turns into a stored tensor before it looks for kernels."""


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
    """An operator in a version of its set, with the types that its parameters are bound to.

    An empty name stands for operators that depend on more than types.
    """

    domain: str
    name: str
    version: int
    types: tuple[tuple[str, str], ...]

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
    release: str,
    domain: str,
    name: str,
    version: int,
    types: list[list[str]],
    body: list[dict[str, object]],
) -> dict[str, str]:
    """What keeps a release from running an operator; ``problem`` is empty where nothing does.

    ``types`` and ``body`` are those of an ``Operator`` as rules see them. ``problem`` is one of:
    ``unknown`` (``since`` is the first release with the operator, empty without one), ``custom``
    (the release has no operator of the domain), ``deprecated`` (``since`` is the version of the
    set), and ``no-kernel``: ``operator`` and ``types`` are those of the operator that has none,
    which may be one of the body.
    """
    covered = coverage(_runtime().releases, release)
    older = covered.state == "older"
    index = 0 if older else _index(release)
    most = newest("onnxruntime", release, domain)
    if index is None or version < 1 or (most is not None and version > most):
        return _problem("")
    node = Node(domain, name, version, msgspec.convert(types, tuple[tuple[str, str], ...]))
    found = _runs(index, node, msgspec.convert(body, tuple[BodyOperator, ...]))
    # Releases before the table had no kernel that its first one lacks; what they had is unknown.
    return _problem("") if older and found["problem"] != "no-kernel" else found


@lru_cache(maxsize=4096)
def _runs(index: int, node: Node, body: tuple[BodyOperator, ...]) -> dict[str, str]:
    since = _since(index, node)
    if since is None:
        problem = "unknown" if _knows(index, node.domain) else "custom"
        return _problem(problem, since=_first(node.operator))
    if since[1]:
        return _problem("deprecated", since=str(since[0]))
    without = _without_kernel(index, node, _tree(body))
    return _problem("no-kernel", without) if without else _problem("")


def _problem(problem: str, node: Node | None = None, *, since: str = "") -> dict[str, str]:
    operator = node.operator if node else ""
    types = ", ".join(f"{parameter}={type_}" for parameter, type_ in node.types) if node else ""
    return {"problem": problem, "since": since, "operator": operator, "types": types}


def _since(index: int, node: Node) -> Known | None:
    """The newest definition that a release has of an operator, up to the version of its set."""
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
        for name, known in _runtime().operators.items()
        if name.startswith(prefix)
        for _, _, first, end in known
    )


def _first(operator: str) -> str:
    known = _runtime().operators.get(operator)
    return _runtime().releases[min(one[2] for one in known)] if known else ""


class Tree(msgspec.Struct):
    """An operator of a body, and the operators of its own body."""

    node: Node
    parts: list[Tree]


def _tree(body: tuple[BodyOperator, ...]) -> list[Tree]:
    """The operators of a body by their depth: each belongs to the last one that is less deep."""
    tops: list[Tree] = []
    ancestors: list[Tree] = []
    for one in body:
        made = Tree(Node(one.domain, one.name, one.version, one.types), [])
        del ancestors[one.depth :]
        (ancestors[-1].parts if ancestors else tops).append(made)
        ancestors.append(made)
    return tops


def _without_kernel(index: int, node: Node, parts: list[Tree]) -> Node | None:
    """The operator that a release has no kernel for: the node, or one of its body."""
    if not node.name:
        return None
    since = _since(index, node)
    if since is None or since[1]:
        return node
    if node.operator == _STORED or _has_kernel(index, node, since[0]):
        return None
    if parts and _has_body(index, node.operator, since[0]):
        missing = (_without_kernel(index, part.node, part.parts) for part in parts)
        return next((one for one in missing if one is not None), None)
    if any(type_ == _HALF for _, type_ in node.types):
        wider = tuple((name, type_.replace(_HALF, _WHOLE)) for name, type_ in node.types)
        if _has_kernel(index, msgspec.structs.replace(node, types=wider), since[0]):
            return None
    return node


def _has_body(index: int, operator: str, since: int) -> bool:
    """Whether the standard that a release was built with defines a body for the operator."""
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
    """A kernel without a last version fits only the version of the operator it was written for."""
    first, last, parameters, *_ = kernel
    if first != since and not (first < since <= last):
        return False
    for parameter, type_ in node.types:
        if parameter in parameters and type_ not in _types(parameters[parameter]):
            return False
    return True


@cache
def _types(index: int) -> frozenset[str]:
    return frozenset(_runtime().sets[index])
