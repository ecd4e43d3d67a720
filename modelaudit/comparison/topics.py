"""What artifacts contain, put so that two of them can be compared: names, each with fields.

A place says nothing here: one more layer moves all that follows. What differs with every training
(how often, how many bytes, which numbers are handed to a call) is marked as minor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from modelaudit.core.digest import measured
from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import (
    Anomaly,
    Call,
    Code,
    Element,
    Fact,
    Identity,
    Import,
    Layer,
    Member,
    Metadata,
    Operator,
    Opset,
    Producer,
    Reference,
    Setting,
    SourceUse,
    State,
    Tensor,
    Unreadable,
)
from modelaudit.core.kinds import sentence

MINOR: Final = frozenset({"count", "calls", "span", "size", "packed", "arguments"})
"""Fields that change with every training."""
COUNTED: Final = frozenset({"count", "calls", "span", "size", "packed"})
"""Fields that are numbers, added up where several facts have one name."""


class Entry(msgspec.Struct):
    """All that the facts of one name say, by field: a number, or the different texts."""

    numbers: dict[str, int]
    texts: dict[str, dict[str, None]]


class Topic(msgspec.Struct, frozen=True):
    """A section of a comparison, under its heading."""

    name: str
    heading: str


TOPICS: Final = (
    Topic("format", "Format"),
    Topic("producers", "Written by"),
    Topic("imports", "Names that loading imports"),
    Topic("calls", "Calls that loading makes"),
    Topic("code", "Code inside"),
    Topic("source", "What its source code uses"),
    Topic("references", "References to what is outside"),
    Topic("operators", "Operators"),
    Topic("opsets", "Opsets"),
    Topic("layers", "Layers and what they are made of"),
    Topic("settings", "Settings"),
    Topic("elements", "Elements"),
    Topic("attributes", "Attributes of instances"),
    Topic("tensors", "Tensors"),
    Topic("members", "Members"),
    Topic("embedded", "Artifacts inside"),
    Topic("metadata", "Properties of the file"),
    Topic("anomalies", "What contradicts itself or the standard"),
    Topic("unread", "Not read"),
)
"""What may be dangerous first."""

Fields = Iterable[tuple[str, "int | str"]]
Said = tuple[str, str, Fields]
"""A topic, a name, and fields."""


def entries_of(facts: Iterable[Fact], root: str) -> dict[tuple[str, str], Entry]:
    """By topic and name, what facts say. The time is linear in the facts.

    ``root`` is the directory that all members of the archive lie in, and no part of their names.
    """
    found: dict[tuple[str, str], Entry] = {}
    for fact in facts:
        said = said_of(fact)
        if said is None:
            continue
        topic, name, fields = said
        if root and isinstance(fact, Member | Code):
            name = name.replace(root, "", 1)
        entry = found.get((topic, name))
        if entry is None:
            entry = found[topic, name] = Entry({}, {})
        for field, value in fields:
            if isinstance(value, int):
                entry.numbers[field] = entry.numbers.get(field, 0) + value
            else:
                entry.texts.setdefault(field, {})[value] = None
    return found


def said_of(fact: Fact) -> Said | None:
    """What one fact says; None for one that a comparison leaves out."""
    tell = _TELL.get(type(fact))
    return None if tell is None else tell(fact)


def root_of(names: Iterable[str]) -> str:
    """The directory that all members of an archive lie in, with its slash; empty without one.

    torch calls it as the file was called when it was saved, which says nothing of the model.
    """
    roots = set()
    for name in names:
        first, slash, _ = name.partition("/")
        roots.add(first + slash if slash else "")
        if len(roots) > 1 or not slash:
            return ""
    return next(iter(roots), "")


def dotted(module: str, name: str) -> str:
    """A name as Python spells it; ``?`` for what the stream works out."""
    return f"{module}.{name}".removesuffix(".") if module else f"?.{name}"


def _identity(fact: Identity) -> Said:
    return "format", fact.format, [("version", fact.version)]


def _producer(fact: Producer) -> Said:
    return "producers", fact.name, [("version", fact.version)]


def _import(fact: Import) -> Said:
    return "imports", dotted(fact.module, fact.name), [
        ("through", fact.via), ("calls", fact.calls), ("count", fact.count),
    ]  # fmt: skip


def _call(fact: Call) -> Said:
    name = dotted(fact.module, fact.name)
    if fact.callee == "value":
        name = "plain data"
    elif fact.callee == "result":
        name = f"the result of {name}"
    elif fact.opcode == "BUILD" and not fact.target:
        name += ".__setstate__"
    if fact.resolves:
        name += f" → {fact.resolves}"
    return "calls", name, [
        ("through", fact.via), ("arguments", fact.arguments), ("count", fact.count),
    ]  # fmt: skip


def _code(fact: Code) -> Said:
    name = f"{fact.language} {fact.origin}".strip()
    size, digest = fact.size, fact.sha256
    if not digest:  # as much of it as the fact shows
        shown, digest = measured(fact.text.encode("utf-8", "surrogatepass"))
        size = max(size, shown)
    return "code", name, [
        ("runs on", ", ".join(fact.versions)), ("made by", fact.maker),
        ("sha256", digest), ("bytes", str(size)),
    ]  # fmt: skip


def _source(fact: SourceUse) -> Said:
    name = f"{fact.module}.{fact.name}".strip(".")
    return "source", f"{name} ({fact.how})", [("when", fact.when), ("count", fact.count)]


def _reference(fact: Reference) -> Said:
    return "references", f"{fact.kind} → {fact.target}", [
        ("leaves the directory", "yes" if fact.leaves else "no"),
    ]  # fmt: skip


def _operator(fact: Operator) -> Said:
    overload = f".{fact.overload}" if fact.overload else ""
    version = "" if fact.version < 0 else str(fact.version)
    return "operators", f"{fact.domain}::{fact.name}{overload}", [
        ("version", version), ("count", fact.count),
        *(("types", f"{parameter}={type_}") for parameter, type_ in fact.types),
    ]  # fmt: skip


def _opset(fact: Opset) -> Said:
    return "opsets", fact.domain or "ai.onnx", [("version", str(fact.version))]


def _layer(fact: Layer) -> Said:
    name = dotted(fact.module, fact.class_name) if fact.module else fact.class_name
    return "layers", name, [
        ("role", fact.role), ("registered as", fact.registered_name), ("count", fact.count),
        *(("keys", key) for key in fact.keys),
    ]  # fmt: skip


def _setting(fact: Setting) -> Said:
    return "settings", f"{fact.owner}.{fact.name}".strip("."), [
        ("value", fact.value), ("count", fact.count),
    ]  # fmt: skip


def _element(fact: Element) -> Said:
    if fact.attribute:
        return "elements", f"{fact.name}/@{fact.attribute}", [
            ("value", fact.value), ("count", fact.count),
        ]  # fmt: skip
    return "elements", fact.name, [
        ("count", fact.count), ("in", fact.parent),
        *(("attributes", attribute) for attribute in fact.attributes),
    ]  # fmt: skip


def _state(fact: State) -> Said:
    return "attributes", dotted(fact.module, fact.name), [
        ("count", fact.count), *(("attributes", key) for key in fact.keys),
    ]  # fmt: skip


def _tensor(fact: Tensor) -> Said:
    shape = f"[{', '.join(fact.shape)}]"
    if not fact.name:
        return "tensors", f"unnamed {fact.dtype} {shape}", [("count", 1)]
    return "tensors", fact.name, [
        ("dtype", fact.dtype), ("shape", shape), ("span", max(fact.span, 0)),
    ]  # fmt: skip


def _member(fact: Member) -> Said:
    return "members", fact.name, [
        ("kind", fact.kind), ("method", fact.method), ("size", fact.size), ("packed", fact.packed),
        ("listed", "yes" if fact.listed else "no"),
    ]  # fmt: skip


def _embedded(fact: Embedded) -> Said:
    return "embedded", fact.format, [
        ("encoding", fact.encoding), ("handed to", fact.handed_to), ("count", 1),
    ]  # fmt: skip


def _metadata(fact: Metadata) -> Said:
    return "metadata", fact.key, [("value", fact.value or str(fact.number))]


def _anomaly(fact: Anomaly) -> Said:
    return "anomalies", fact.kind, [("what", sentence(fact)), ("count", 1)]


def _unreadable(fact: Unreadable) -> Said:
    return "unread", fact.reason, [("what", sentence(fact)), ("count", 1)]


_TELL: Final[dict[type, Callable[..., Said]]] = {
    Identity: _identity,
    Producer: _producer,
    Import: _import,
    Call: _call,
    Code: _code,
    SourceUse: _source,
    Reference: _reference,
    Operator: _operator,
    Opset: _opset,
    Layer: _layer,
    Setting: _setting,
    Element: _element,
    State: _state,
    Tensor: _tensor,
    Member: _member,
    Embedded: _embedded,
    Metadata: _metadata,
    Anomaly: _anomaly,
    Unreadable: _unreadable,
}
