"""A rule made ready to run: its expressions compiled and checked, its templates taken apart."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Final

import msgspec
from cel_expr_python import cel

from modelaudit.core.facts import KINDS, Unreadable
from modelaudit.core.spelling import nearest
from modelaudit.judge.functions import declarations
from modelaudit.judge.prefilter import Check, checks
from modelaudit.judge.rule import Rule, RuleError
from modelaudit.judge.scope import (
    ARTIFACT,
    GROUP,
    LACKED,
    MISSING,
    NAMED,
    SENTENCE,
    TARGET,
    WORDED,
    Scope,
    fields_of,
)

_TYPES: Final = {
    "str": cel.Type.STRING,
    "int": cel.Type.INT,
    "bool": cel.Type.BOOL,
    "float": cel.Type.DOUBLE,
    "tuple[str, ...]": cel.Type.List(cel.Type.STRING),
    "dict[str, int]": cel.Type.Map(cel.Type.STRING, cel.Type.INT),
    "dict[str, tuple[str, ...]]": cel.Type.Map(cel.Type.STRING, cel.Type.List(cel.Type.STRING)),
    "tuple[tuple[str, str], ...]": cel.Type.List(cel.Type.List(cel.Type.STRING)),
    "tuple[BodyOperator, ...]": cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
    "Fields": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}
"""Field types of facts that rules see, as the facts' source spells them."""

_PLACE: Final = re.compile(r"\{([a-z][\w.]*)\}|\{\{|\}\}|[{}]")
_PARAMETERS: Final = {**_TYPES, "list": cel.Type.List(cel.Type.STRING)}
"""Types of what a rule's parameters may be, by the type of the value in its file."""
_USED: Final = re.compile(
    r"""r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*'|(?<![\w.])([a-z]\w*(?:\.\w+)?)"""
)
_NAMESPACES: Final = frozenset({"fact", "facts", "target", "targets", "artifact", "params"})
MOST_OUTCOMES: Final = 500
"""Outcomes of one rule that are kept."""
_PROTOBUF: Final = "google.protobuf"
_WHERE: Final = re.compile(r"<input>:(\d+):(\d+): (.*)")


class Template(msgspec.Struct, frozen=True):
    """Text with dotted names in it: ``"opset {fact.version}"``. Never ``str.format``."""

    parts: tuple[str, ...]
    """literal text and names in turn, beginning with text"""

    def fill(self, scope: Scope) -> str:
        texts = [
            part if index % 2 == 0 else _show(_find(scope, part))
            for index, part in enumerate(self.parts)
        ]
        return "".join(texts)


class Let(msgspec.Struct, frozen=True):
    """A name that a rule gives. ``is_shared`` where it is of the fact alone, as in other rules.

    ``checks`` are the parts of the condition that look at it.
    """

    name: str
    text: str
    expression: cel.Expression
    is_shared: bool
    checks: tuple[Check, ...]


Outcome = tuple[bool | str, dict[str, object]]


class Compiled(msgspec.Struct, frozen=True):
    """A rule and its expressions; ``lets`` in the order in which they may use each other."""

    rule: Rule
    lets: tuple[Let, ...]
    when: cel.Expression
    message: Template
    subject: Template
    uses: frozenset[str]
    """names out of the rule's scope that anything in it mentions"""
    outcomes: dict[bytes, Outcome] = msgspec.field(default_factory=dict)
    """what it came to, with its ``let``s where it matched, by all that it looked at"""

    def remember(self, key: bytes, outcome: bool | str, values: Mapping[str, object]) -> None:
        """Keep an outcome, for facts that are the same in this artifact or in another one."""
        if len(self.outcomes) >= MOST_OUTCOMES:
            self.outcomes.clear()
        lets = {let.name: values[let.name] for let in self.lets} if outcome is True else {}
        self.outcomes[key] = (outcome, lets)

    def evaluate(self, values: dict[str, object], shared: dict[str, object]) -> bool | str:
        """Whether the rule matches; a text where evaluating it went wrong, which is its defect.

        ``values`` are those of ``uses``, and gain every ``let``. ``shared`` has what a ``let`` of
        the fact alone is, by its text, so that rules evaluate it once.
        """
        for let in self.lets:
            if let.is_shared and let.text in shared:
                values[let.name] = shared[let.text]
            else:
                try:
                    value = let.expression.eval(data=values)
                except RuntimeError as error:  # how the library says that a budget is exceeded
                    return f"let.{let.name}: {error}"
                kind = value.type()
                if kind == cel.Type.ERROR:
                    return f"let.{let.name}: {value.plain_value()}"
                # The library gives away a reference to None that it does not own: a few thousand of
                # these and Python 3.11 ends with "deallocating None".
                values[let.name] = None if kind == cel.Type.NULL else value.plain_value()
                if let.is_shared:
                    shared[let.text] = values[let.name]
            if any(check.fails_of(values[let.name]) for check in let.checks):
                return False
        try:
            outcome = self.when.eval(data=values).plain_value()
        except RuntimeError as error:
            return f"when: {error}"
        return outcome if isinstance(outcome, bool) else f"when: {outcome}"


def compile_rule(rule: Rule, lets: frozenset[str]) -> Compiled:
    """Check and compile. ``lets`` are the names that any rule at hand gives. Raises RuleError.

    They are declared for all, since making an environment is what costs; a rule that uses a name
    of another one is refused all the same.
    """
    if rule.for_ != "artifact" and rule.for_ not in KINDS:
        hint = nearest(rule.for_, [*KINDS, "artifact"]) or f"; there are {', '.join(KINDS)}"
        raise RuleError(("for",), f"no kind of fact is called {rule.for_!r}{hint}")
    names = _names(rule)
    shown = frozenset({SENTENCE} if rule.for_ in WORDED else ())
    scope = frozenset(names) | shown
    given: list[Let] = []
    for name, text in rule.let.items():
        expression = _compile(rule, ("let", name), names, lets)
        looking = tuple(one for one in checks(rule.when) if one.name.partition(".")[0] == name)
        given.append(Let(name, text, expression, _is_of_fact(text, rule), looking))
        names.add(name)
    when = _compile(rule, ("when",), names, lets)
    if when.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
        raise RuleError(("when",), f"gives {when.return_type().name()} and not true or false")
    message = _template(("message",), rule.message, names | shown)
    subject = _template(("subject",), rule.subject, names | shown)
    used = {match[1] for text in (*rule.let.values(), rule.when) for match in _USED.finditer(text)}
    used |= {_base_of(name) for name in (*message.parts[1::2], *subject.parts[1::2])}
    return Compiled(rule, tuple(given), when, message, subject, scope & used)


def _is_of_fact(text: str, rule: Rule) -> bool:
    """Whether an expression uses fields of the fact and nothing else of the rule's scope."""
    heads = {(match[1] or "").partition(".")[0] for match in _USED.finditer(text)}
    return not heads & ((_NAMESPACES - {"fact"}) | rule.let.keys())


def _names(rule: Rule) -> set[str]:
    """The names in a rule's scope, before its own ``let``s."""
    known = {*ARTIFACT, NAMED, MISSING, LACKED, *(f"params.{name}" for name in rule.params)}
    known |= {f"facts.{kind}" for kind in KINDS}
    if rule.for_ != "artifact":
        known |= {f"fact.{name}" for name in fields_of(KINDS[rule.for_])}
    if rule.for_ == Unreadable.__name__:
        known.add(GROUP)
    if rule.against is not None:
        known |= set(TARGET)
    return known


@cache
def _base() -> dict[str, cel.Type]:
    """All that any rule may name, with its type; dynamic where two kinds of fact differ in it."""
    variables = {name: _TYPES[type_] for name, type_ in (ARTIFACT | TARGET).items()}
    variables |= dict.fromkeys((NAMED, MISSING, LACKED), cel.Type.List(cel.Type.STRING))
    variables[GROUP] = cel.Type.STRING
    item = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    for kind, class_ in KINDS.items():
        variables[f"facts.{kind}"] = cel.Type.List(item)
        for name, type_ in fields_of(class_).items():
            known = variables.setdefault(f"fact.{name}", _TYPES[type_])
            if known != _TYPES[type_]:
                variables[f"fact.{name}"] = cel.Type.DYN
    return variables


@cache
def _environment(params: tuple[tuple[str, str], ...], lets: frozenset[str]) -> cel.Env:
    own = {f"params.{name}": _PARAMETERS[type_] for name, type_ in params}
    own |= dict.fromkeys(lets, cel.Type.DYN)
    with _no_protobuf():
        return cel.NewEnv(variables=_base() | own, functions=declarations())


@cache
def _expression(
    params: tuple[tuple[str, str], ...], lets: frozenset[str], text: str
) -> cel.Expression:
    """Rules of one topic often begin with the same ``let``. Raises RuntimeError."""
    return _environment(params, lets).compile(text)


@contextmanager
def _no_protobuf() -> Iterator[None]:
    """Where it is installed, cel imports the library of protocol buffers, for message types that no
    rule has; that takes longer than compiling all rules.
    """
    if _PROTOBUF in sys.modules:
        yield
        return
    sys.modules[_PROTOBUF] = None  # type: ignore[assignment]  # importing it fails
    try:
        yield
    finally:
        del sys.modules[_PROTOBUF]


def _compile(
    rule: Rule, key: tuple[str, ...], names: set[str], lets: frozenset[str]
) -> cel.Expression:
    text = rule.let[key[1]] if key[0] == "let" else rule.when
    for match in _USED.finditer(text):
        name = match[1] or ""
        head = name.partition(".")[0]
        if (head in _NAMESPACES and name not in names) or (head in lets and head not in names):
            raise RuleError(key, _unknown(name, names), *_place(text, match.start()))
    params = sorted((name, type(value).__name__) for name, value in rule.params.items())
    try:
        return _expression(tuple(params), lets, text)
    except RuntimeError as error:
        found = _WHERE.search(str(error))
        if found is None:
            raise RuleError(key, str(error)) from None
        raise RuleError(key, found[3], int(found[1]), int(found[2])) from None


def _unknown(name: str, names: set[str]) -> str:
    beside = sorted(one for one in names if one.startswith(name.partition(".")[0] + "."))
    known = f"; there are {', '.join(beside)}" if beside else ""
    return f"no name {name!r} is known here{known}"


def _place(text: str, position: int) -> tuple[int, int]:
    """Line and column, from 1."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _template(key: tuple[str, ...], text: str, names: set[str]) -> Template:
    parts = [""]
    position = 0
    for match in _PLACE.finditer(text):
        parts[-1] += text[position : match.start()]
        position = match.end()
        if match[1] is None:
            if match[0] in "{}":
                raise RuleError(
                    key, f"a lone {match[0]!r}; write it twice to mean it", 1, match.start() + 1
                )
            parts[-1] += match[0][0]
            continue
        name = match[1]
        if _base_of(name) not in names:
            raise RuleError(key, _unknown(name, names), 1, match.start() + 1)
        parts += [name, ""]
    parts[-1] += text[position:]
    return Template(tuple(parts))


def _find(scope: Scope, name: str) -> object:
    """A dotted name out of the scope, or out of a map that a ``let`` made."""
    base = _base_of(name)
    value = scope[base]
    for key in name[len(base) + 1 :].split(".") if name != base else ():
        value = value[key] if isinstance(value, Mapping) else None
    return value


def _base_of(name: str) -> str:
    """The part of a dotted name that the scope has: ``fact.fields`` of ``fact.fields.member``."""
    parts = name.split(".")
    return ".".join(parts[: 2 if parts[0] in _NAMESPACES else 1])


def _show(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
