"""Chat templates: Jinja source that a tokenizer renders, parsed and never rendered.

Some programs render templates of a model without a sandbox. There an attribute such as
``__globals__`` leads from any value to every module of the process.
https://jinja.palletsprojects.com/en/stable/sandbox/
https://nvd.nist.gov/vuln/detail/CVE-2024-34359
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import cache
from typing import Final

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from modelaudit.core.digest import measured
from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Code, Fact, Unreadable
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.formats.templatenames import is_made, made_names

MOST_TEXT: Final = MIB
"""Characters of one template."""
_SHOWN: Final = 120
_INTERNAL: Final = re.compile(
    r"__\w+__|(?:gi|cr|ag)_(?:frame|code|await)|f_(?:globals|locals|builtins|back|code)|"
    r"tb_frame|func_(?:globals|code)|mro"
)
"""Attributes that lead from a value into the interpreter; the sandbox of Jinja refuses them."""
_PART: Final = re.compile(r"_?_[a-z]{0,20}|[a-z]{1,20}__|__\w{1,20}__", re.IGNORECASE)
"""Texts that such names are put together of."""
_GLOBALS: Final = frozenset({"lipsum", "cycler", "joiner", "namespace", "dict", "range", "self"})
"""Functions of Jinja that every template has; nothing of them is ever taken but by an attack."""
_FORMATS: Final = frozenset({"format", "format_map"})
_NAMES: Final = frozenset(
    {
        "attr", "map", "selectattr", "rejectattr", "groupby", "sort", "sum", "min", "max", "unique",
        "join",
    }
)  # fmt: skip
"""Filters that look up an attribute by a name which they are given."""


class _Generation(Extension):
    """``{% generation %}``, by which transformers marks what the assistant writes."""

    tags = {"generation"}  # noqa: RUF012  as the class above has it

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body, lineno=line)


def facts(text: str, origin: str, where: Location) -> Iterator[Fact]:
    """A template, and the names by which it reaches into the interpreter."""
    whole = measured(text.encode("utf-8", "surrogatepass"))
    yield Code("jinja", origin, (), text.strip()[:_SHOWN], where, "", *whole)
    if len(text) > MOST_TEXT:
        yield Unreadable("limit", {"limit": "characters of a template", "most": MOST_TEXT}, where)
        return
    try:
        tree = _environment().parse(text)
        found = dict.fromkeys(_reached(tree, made_names(tree)))
    except TemplateSyntaxError as error:
        fields: Fields = {"problem": error.message or "syntax error", "line": error.lineno}
        yield Unreadable("template-syntax", fields, where)
        return
    except (RecursionError, ValueError) as error:  # nested too deeply; a number of 5,000 digits
        yield Unreadable("template-syntax", {"problem": type(error).__name__, "line": 0}, where)
        return
    for name, how in found:
        yield Anomaly("template-reaches", {"name": name, "how": how, "origin": origin}, where)


@cache
def _environment() -> Environment:
    extensions: list[str | type[Extension]] = ["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    return Environment(extensions=[*extensions, _Generation])  # noqa: S701  nothing is rendered


def _reached(tree: nodes.Template, named: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Names of internal attributes, and how each is taken; ``?`` for one that is computed.

    ``named`` are the names of texts that the template makes.
    """
    own = {one.name for one in tree.find_all(nodes.Name) if one.ctx != "load"}
    given = _GLOBALS - own
    for node in _walk(tree):
        match node:
            case nodes.Getattr(node=nodes.Name(name=owner), attr=name) if owner in given:
                yield f"{owner}.{name}", "attribute"
            case nodes.Getattr(attr=name) if name.startswith("_") or _INTERNAL.fullmatch(name):
                yield name, "attribute"
            case nodes.Const(value=str(name)) | nodes.Keyword(key=name) if _INTERNAL.fullmatch(
                name
            ):
                yield name, "name"
            case nodes.Const(value=str(name)) if _PART.fullmatch(name):
                yield "?", "parts"
            case nodes.Getitem(node=owner, arg=key):
                yield from _item(owner, key, named, given)
            case nodes.Filter(name=filter_, args=args, kwargs=kwargs) if filter_ in _NAMES:
                others = [*args, *(pair.value for pair in kwargs)]
                yield from _given(filter_, others, named)
            case nodes.Call(node=nodes.Getattr(node=owner, attr=name)) if name in _FORMATS:
                inside = _INTERNAL.search(_text(owner) or "")
                if inside is not None:
                    yield inside[0], "format"
            case _:
                pass


def _item(
    owner: nodes.Expr, key: nodes.Expr, named: frozenset[str], given: Set[str]
) -> Iterator[tuple[str, str]]:
    item = _text(key)
    if item is not None and _INTERNAL.fullmatch(item):
        yield item, "item"
    elif isinstance(owner, nodes.Name) and owner.name in given:
        yield f"{owner.name}.{item or '?'}", "item"
    elif item is None and is_made(key, named):
        yield "?", "item"


def _given(
    filter_: str, given: list[nodes.Expr], named: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for one in given:
        name = _text(one)
        if name is None and (filter_ == "attr" or (filter_ != "join" and is_made(one, named))):
            yield "?", "filter"
        elif name is not None:
            yield from ((part, "filter") for part in name.split(".") if _INTERNAL.fullmatch(part))


def _walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    pending: list[nodes.Node] = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(list(node.iter_child_nodes()))


def _text(node: nodes.Node) -> str | None:
    """The text that an expression is; None for one that is no constant."""
    match node:
        case nodes.Const(value=str(text)):
            return text
        case nodes.TemplateData(data=text):
            return text
        case nodes.Concat(nodes=parts):
            return _joined([_text(part) for part in parts])
        case nodes.Add(left=left, right=right):
            return _joined([_text(left), _text(right)])
        case _:
            return None


def _joined(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return "".join(known)[:MOST_TEXT] if len(known) == len(parts) else None
