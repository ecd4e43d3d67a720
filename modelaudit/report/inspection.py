"""The facts of one artifact: a tree by container for people, and JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import (
    KINDS,
    Anomaly,
    BodyOperator,
    Call,
    Code,
    Element,
    Fact,
    Identity,
    Import,
    Layer,
    Member,
    Metadata,
    Opcode,
    Operator,
    Opset,
    Producer,
    Reference,
    Setting,
    SourceUse,
    State,
    Tensor,
    Unjudged,
    Unreadable,
)
from modelaudit.core.kinds import sentence
from modelaudit.core.location import Location
from modelaudit.report.escape import encodable, escape, one_line
from modelaudit.report.json import Value, dumps, location
from modelaudit.report.numbers import size
from modelaudit.report.page import Page
from modelaudit.version import VERSION

if TYPE_CHECKING:
    from modelaudit.core.inspection import Inspection
    from modelaudit.report import Terminal

SCHEMA = "modelaudit/inspect/1"
LABEL = 12
_ORDER = list(KINDS)
_INTERNAL = ("where", "source")


def write_json(inspection: Inspection, out: TextIO) -> None:
    """Write every fact with all its fields."""
    facts: list[Value] = [_fact(fact) for fact in inspection.facts]
    whole: dict[str, Value] = {
        "schema": SCHEMA,
        "tool": {"name": "modelaudit", "version": VERSION},
        "path": encodable(inspection.path),
        "format": inspection.format,
        "size": inspection.size,
        "facts": facts,
    }
    out.write(dumps(whole, indent=2) + "\n")


def _fact(fact: Fact) -> Value:
    plain: dict[str, Value] = {"fact": type(fact).__name__}
    for name in type(fact).__annotations__:
        if name not in _INTERNAL:
            plain[name] = _plain(getattr(fact, name))
    plain["location"] = location(fact.where)
    return plain


def _plain(value: object) -> Value:
    """A field as JSON has it."""
    if isinstance(value, BodyOperator):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return encodable(value)
    assert value is None or isinstance(value, int)
    return value


def write_tree(inspection: Inspection, out: TextIO, terminal: Terminal) -> None:
    """Write facts by container; in each by kind, and as they come in the file."""
    page = Page(terminal)
    page.add(
        ("title", escape(inspection.path)),
        ("dim", f" · {escape(inspection.format)} · {size(inspection.size)}"),
    )
    by_members: dict[tuple[str, ...], list[Fact]] = {}
    for fact in inspection.facts:
        by_members.setdefault(fact.where.members, []).append(fact)
    for members in sorted(by_members):
        rail = "│ " * len(members)
        if members:
            page.add(("dim", "│ " * (len(members) - 1) + "├─"), ("title", escape(members[-1])))
        _facts(page, rail, by_members[members])
    page.write(out)


def _facts(page: Page, rail: str, facts: Sequence[Fact]) -> None:
    last = ""
    for fact in sorted(facts, key=lambda fact: _ORDER.index(type(fact).__name__)):
        kind = type(fact).__name__.lower()
        label = "" if kind == last else kind
        last = kind
        begin = [("dim", rail), ("label", f"  {label:<{LABEL}}")]
        text, place = one_line(describe(fact)), _place(fact.where)
        indent = len(rail) + 2 + LABEL
        if page.terminal.width is None or indent + len(text) + len(place) <= page.terminal.width:
            page.add(*begin, ("", text), ("dim", place))
        else:
            page.wrapped(*begin, ("", text + place), indent=indent + 2, rail=rail or " ")


def _place(where: Location) -> str:
    text = str(Location("", (), where.offset, where.line, where.object))
    return f"  {escape(text)}" if text else ""


def describe(fact: Fact) -> str:  # noqa: C901, PLR0911, PLR0912  one line for each kind
    """What a fact says, on one line, not yet escaped."""
    match fact:
        case Identity():
            return f"{fact.format} {fact.version}"
        case Producer():
            return f"{fact.name} {fact.version}"
        case Import():
            return _import(fact)
        case Call():
            return _call(fact)
        case State():
            shown = ", ".join(fact.keys)
            return f"{_dotted(fact.module, fact.name)} {{{shown}}}{_times(fact.count)}"
        case Operator():
            return _operator(fact)
        case Opset():
            return f"{fact.domain or 'ai.onnx'} {fact.version}"
        case Layer():
            return _layer(fact)
        case Setting():
            return f"{fact.owner}.{fact.name} = {fact.value}{_times(fact.count)}"
        case Element():
            attribute = f"/@{fact.attribute}" if fact.attribute else ""
            value = f" = {fact.value}" if fact.value else ""
            return f"{fact.name}{attribute}{value}{_times(fact.count)}"
        case Opcode():
            return f"{fact.name} {fact.on}".rstrip() + _times(fact.count)
        case Tensor():
            bytes_ = "" if fact.span < 0 else f", {size(fact.span)}"
            return f"{fact.name} {fact.dtype} [{', '.join(fact.shape)}]{bytes_}"
        case Reference():
            leaves = " (leaves the directory)" if fact.leaves else ""
            return f"{fact.kind} → {fact.target}{leaves}"
        case SourceUse():
            name = f"{fact.module}.{fact.name}".strip(".")
            texts = ", ".join(repr(text) if text else "…" for text in fact.arguments)
            shown = f"{name}({texts})" if fact.how == "call" else f"{name} ({fact.how})"
            return f"{fact.when}: {shown}"
        case Code():
            return f"{fact.language} {', '.join(fact.versions)} {fact.origin}: {fact.text}"
        case Metadata():
            return f"{fact.key} = {fact.value or fact.number}"
        case Member():
            return _member(fact)
        case Embedded():
            encoded = f", {fact.encoding}" if fact.encoding else ""
            handed = f", handed to {fact.handed_to}" if fact.handed_to else ""
            return f"{fact.format}{encoded}{handed}"
        case Anomaly():
            return f"{fact.kind}: {sentence(fact)}"
        case Unreadable():
            return f"{fact.reason}: {sentence(fact)}"
        case Unjudged():
            return f"{fact.package} {fact.version}: {fact.because}"


def _operator(fact: Operator) -> str:
    overload = f".{fact.overload}" if fact.overload else ""
    version = f"@{fact.version}" if fact.version >= 0 else ""
    bound = ", ".join(f"{parameter}={type_}" for parameter, type_ in fact.types)
    types = f" ({bound})" if bound else ""
    return f"{fact.domain}::{fact.name}{overload}{version}{_times(fact.count)}{types}"


def _layer(fact: Layer) -> str:
    name = _dotted(fact.module, fact.class_name) if fact.module else fact.class_name
    registered = f", registered as {fact.registered_name}" if fact.registered_name else ""
    return f"{name}{registered}{_times(fact.count)}: {', '.join(fact.keys)}"


def _import(fact: Import) -> str:
    name = _dotted(fact.module, fact.name)
    spelled = f", spelled {fact.spelled}" if fact.spelled not in ("", name) else ""
    return f"{name}{_times(fact.count)}{spelled}{_via(fact.via)}"


def _member(fact: Member) -> str:
    kind = "" if fact.kind == "file" else f"{fact.kind}, "
    unlisted = "" if fact.listed else ", not in the directory"
    return f"{fact.name} ({kind}{size(fact.size)}, {fact.method}){unlisted}"


def _call(fact: Call) -> str:
    name = _dotted(fact.module, fact.name)
    if fact.opcode == "BUILD" and not fact.target:
        name += ".__setstate__"
    callee = {"global": name, "result": f"the result of {name}", "value": "plain data"}
    resolves = f" → {fact.resolves}" if fact.resolves else ""
    text = f"{callee.get(fact.callee, name)}({fact.arguments})"
    return f"{text}{resolves}{_times(fact.count)}, {fact.opcode}{_via(fact.via)}"


def _dotted(module: str, name: str) -> str:
    return f"{module}.{name}" if module else f"?.{name}"


def _times(count: int) -> str:
    return f" ×{count}" if count > 1 else ""


def _via(via: str) -> str:
    return f", through {via}" if via else ""
