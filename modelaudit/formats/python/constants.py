"""Constant texts in Python source, put together as far as that takes no running.

Bytes are texts of the same code points. What is not a constant, or not put together by one of the
operations here, is None: it is then something that the source works out.
"""

from __future__ import annotations

import ast
import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple


class Look(NamedTuple):
    """``text`` gives the constant text of a name, and None for another name.

    ``dotted`` gives the one thing of another module that an expression is, by its name; else empty.
    """

    text: Callable[[str], str | None]
    dotted: Callable[[ast.expr], str]


MOST_TEXT: Final = 1000
"""Characters of one text that are kept."""
MOST_DEPTH: Final = 20
"""Expressions inside each other: deeper than anyone writes a constant."""
_LATIN: Final = "latin-1"
_PLAIN: Final[dict[str, Callable[[str], str]]] = {
    "lower": str.lower, "upper": str.upper, "strip": str.strip, "title": str.title,
    "swapcase": str.swapcase, "casefold": str.casefold, "lstrip": str.lstrip,
    "rstrip": str.rstrip, "capitalize": str.capitalize, "encode": str, "decode": str,
}  # fmt: skip
"""Methods of a text without arguments."""
_PLAIN_CODES: Final = ("ascii", "utf-8", "utf8", "latin-1", "latin1", "iso-8859-1")
"""Encodings in which bytes below 128 are the characters of the same number."""
_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "base64.b64decode": base64.b64decode,
    "base64.standard_b64decode": base64.b64decode,
    "base64.urlsafe_b64decode": base64.urlsafe_b64decode,
    "base64.b32decode": base64.b32decode,
    "base64.b16decode": base64.b16decode,
    "base64.b85decode": base64.b85decode,
    "base64.a85decode": base64.a85decode,
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.a2b_hex": binascii.unhexlify,
    "binascii.a2b_base64": binascii.a2b_base64,
    "builtins.bytes.fromhex": lambda raw: bytes.fromhex(raw.decode(_LATIN)),
    "builtins.bytearray.fromhex": lambda raw: bytes.fromhex(raw.decode(_LATIN)),
}
"""Functions by the names that they have where they are defined."""


def text(node: ast.expr, named: Look, depth: int = 0) -> str | None:
    """The text that an expression is; None for one that is no constant."""
    if depth > MOST_DEPTH:
        return None
    found = _text(node, named, depth + 1)
    return found if found is None else found[:MOST_TEXT]


def _text(node: ast.expr, named: Look, depth: int) -> str | None:
    found: str | None = None
    match node:
        case ast.Constant(value=str(value)):
            found = value
        case ast.Constant(value=bytes(raw)):
            found = raw.decode(_LATIN)
        case ast.Name(id=name):
            found = named.text(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            found = _joined([text(left, named, depth), text(right, named, depth)])
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            found = _filled(left, right, named, depth)
        case ast.JoinedStr(values=values):
            found = _joined([text(value, named, depth) for value in values])
        case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
            found = text(inner, named, depth)
        case ast.Call():
            found = _called(node, named, depth)
        case ast.Subscript(value=inner, slice=ast.Slice(lower=low, upper=high, step=step)):
            whole = text(inner, named, depth)
            bounds = [_number(bound) for bound in (low, high, step)]
            given = [bound is not None for bound in (low, high, step)]
            if whole is not None and given == [bound is not None for bound in bounds]:
                found = whole[slice(*bounds)] if bounds[2] != 0 else None
    return found


def _filled(left: ast.expr, right: ast.expr, named: Look, depth: int) -> str | None:
    whole = text(left, named, depth)
    parts = right.elts if isinstance(right, ast.Tuple) else [right]
    given = [text(part, named, depth) for part in parts]
    if whole is None or None in given or whole.count("%") != whole.count("%s"):
        return None
    pieces = whole.split("%s")
    if len(pieces) != len(given) + 1:
        return None
    return "".join(a + (b or "") for a, b in zip(pieces, [*given, ""], strict=True))


def _called(node: ast.Call, named: Look, depth: int) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="join"), args=[many], keywords=[]):
            between = text(inner, named, depth)
            if between is not None and isinstance(many, ast.List | ast.Tuple):
                return _joined([text(one, named, depth) for one in many.elts], between)
            turned = _turned(many, named, depth)
            return between.join(turned) if between is not None and turned else None
        case ast.Call(func=ast.Attribute(value=inner, attr=method), args=args, keywords=[]):
            given = [text(one, named, depth) for one in args]
            known = [one for one in given if one is not None]
            owner = text(inner, named, depth)
            if len(known) == len(given) and owner is not None:
                return _method(owner, method, known)
            return _decode(named.dotted(node.func), known) if len(known) == len(given) else None
        case ast.Call(func=ast.Name(), args=[inner, *codes], keywords=[]):
            return _converted(named.dotted(node.func), inner, codes, named, depth)
    return None


def _converted(
    dotted: str, inner: ast.expr, codes: list[ast.expr], named: Look, depth: int
) -> str | None:
    """What ``chr``, ``str``, ``bytes`` and functions that decode a text give."""
    given = text(inner, named, depth)
    match dotted:
        case "builtins.chr" if not codes:
            number = _number(inner)
            return chr(number) if number is not None and 0 <= number < 0x110000 else None
        case "builtins.str" | "builtins.bytes" | "builtins.bytearray":
            plain = all(text(code, named, depth) in _PLAIN_CODES for code in codes)
            return _characters(inner) or (given if plain and given and given.isascii() else None)
        case _ if given is not None and not codes:
            return _decode(dotted, [given])
    return None


def _turned(node: ast.expr, named: Look, depth: int) -> str | None:
    """The characters that ``reversed(text)`` and ``map(chr, [numbers])`` give."""
    match node:
        case ast.Call(func=ast.Name(id="reversed") as func, args=[inner]):
            whole = text(inner, named, depth)
            builtin = named.dotted(func) == "builtins.reversed"
            return whole[::-1] if builtin and whole is not None else None
        case ast.Call(func=ast.Name(id="map") as func, args=[ast.Name(id="chr") as each, numbers]):
            builtin = (named.dotted(func), named.dotted(each)) == ("builtins.map", "builtins.chr")
            return _characters(numbers) if builtin else None
        case _:
            return None


def _decode(dotted: str, given: list[str]) -> str | None:
    if dotted not in _DECODERS or len(given) != 1:
        return None
    try:
        return _DECODERS[dotted](given[0].encode(_LATIN)).decode(_LATIN)
    except ValueError:
        return None


def _method(owner: str, method: str, given: list[str]) -> str | None:
    """What a method of a text gives."""
    plain = _PLAIN.get(method)
    if method in ("encode", "decode"):
        kept = owner.isascii() and all(one.lower() in _PLAIN_CODES for one in given[:1])
        return owner if kept else None
    if plain is not None and not given:
        return plain(owner)
    match given:
        case [old, new] if method == "replace":
            return owner.replace(old, new)
        case _ if method == "format":
            pieces = owner.split("{}")
            if len(pieces) == len(given) + 1 and "{" not in "".join(pieces):
                return "".join(a + b for a, b in zip(pieces, [*given, ""], strict=True))
    return None


def _characters(node: ast.expr) -> str | None:
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    numbers = [_number(one) for one in node.elts]
    known = [one for one in numbers if one is not None and 0 <= one < 0x110000]
    return "".join(map(chr, known)) if len(known) == len(numbers) else None


def _number(node: ast.expr | None) -> int | None:
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
        case _:
            return None


def _joined(parts: Sequence[str | None], between: str = "") -> str | None:
    known = [part for part in parts if part is not None]
    return between.join(known) if len(known) == len(parts) else None
