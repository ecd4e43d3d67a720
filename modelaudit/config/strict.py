"""Values out of a file into msgspec types; each error says where it is and how to put it right."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from modelaudit.config.yamlfile import Document, Path, YamlError
from modelaudit.core.spelling import nearest

T = TypeVar("T")

_ERROR = re.compile(r"(?P<message>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>[0-9]+)\]|(?P<any>\[\.\.\.\])")
_PLAIN = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
    "date": "a date",
}


def convert(document: Document, type_: type[T]) -> T:
    """The document as a ``type_`` (a Struct). Raises YamlError, which points at what is wrong."""
    try:
        return msgspec.convert(document.value, type=type_)
    except msgspec.ValidationError as error:
        raise _explain(document, type_, str(error)) from None


def dotted(path: Path) -> str:
    """``suppress[0].reason``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _explain(document: Document, type_: type[Any], raw: str) -> YamlError:
    match = _ERROR.fullmatch(raw)
    assert match is not None  # the pattern takes any text
    message = match["message"]
    path = _locate(document, type_, raw, match["path"] or "")
    if found := re.fullmatch(r"Object contains unknown field `(.*)`", message, re.DOTALL):
        key = found[1]
        text = f"unknown key {dotted((*path, key))!r}"
        if path and key in _choices(type_, ()):
            text += f"; {key} is a key of the whole file and is not allowed there"
        else:
            text += nearest(key, _choices(type_, path))
        return document.error((*path, key), text, at_key=True)
    if found := re.fullmatch(r"Object missing required field `(.*)`", message):
        return document.error(path, f"required key {dotted((*path, found[1]))!r} is missing")
    if found := re.fullmatch(r"Invalid enum value (.*)", message, re.DOTALL):
        text = f"{found[1]} is not valid" + nearest(found[1].strip("'"), _choices(type_, path))
    elif found := re.fullmatch(r"Expected `(.*)`, got `(.*)`", message):
        text = _mismatch(found[1], found[2])
    elif "of length >= 1" in message:
        text = "must not be empty"
    elif found := re.fullmatch(r"Expected `str` matching regex '(.*)'", message):
        text = f"does not have the form {found[1]}"
    elif "RFC3339 encoded date" in message:
        text = "not a date as in 2027-01-31"
    else:
        text = message.replace("`", "'")
    where = dotted(path)
    return document.error(path, f"{where}: {text}" if where else text)


def _mismatch(expected: str, got: str) -> str:
    names = [_PLAIN.get(name, name) for name in expected.split(" | ")]
    if "text" in names and got in ("int", "float", "bool"):
        return f"expected text, got {_PLAIN[got]} (put it in quotes)"
    return f"expected {' or '.join(names)}, got {_PLAIN.get(got, got)}"


def _locate(document: Document, type_: type[Any], raw: str, path: str) -> Path:
    """The path of an error. msgspec writes ``[...]`` for any key of a mapping.

    The key is the one that still gives the same error when it is alone in its mapping.
    """
    found: list[str | int] = []
    value = document.value
    for step in _STEP.finditer(path):
        at = _get(value, found)
        if step["any"] is None:
            found.append(step["name"] if step["name"] is not None else int(step["index"]))
            continue
        if not isinstance(at, dict):
            break
        for key, item in at.items():
            alone = _with(value, found, {key: item})
            if _raises(alone, type_, raw):
                value = alone
                found.append(key)
                break
        else:
            break
    return tuple(found)


def _raises(value: Any, type_: type[Any], raw: str) -> bool:
    try:
        msgspec.convert(value, type=type_)
    except msgspec.ValidationError as error:
        return str(error) == raw
    return False


def _get(value: Any, path: list[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def _with(value: Any, path: list[str | int], new: Any) -> Any:
    """A copy of ``value`` in which ``new`` stands at ``path``."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _with(value[path[0]], path[1:], new)
    return copy


def _choices(type_: type[Any], path: Path) -> list[str]:
    """What may stand at a path: the keys of a Struct, or the values of a Literal."""
    from msgspec import inspect  # noqa: PLC0415  only for errors

    candidates = [inspect.type_info(type_)]
    for step in path:
        candidates = [inner for info in candidates for inner in _inside(info, step)]
    names: list[str] = []
    for info in _members(candidates):
        if isinstance(info, inspect.StructType):
            names += [field.encode_name for field in info.fields]
        elif isinstance(info, inspect.LiteralType):
            names += [str(value) for value in info.values]
    return names


def _members(infos: list[Any]) -> list[Any]:
    """Unions and annotations taken apart."""
    flat: list[Any] = []
    for info in infos:
        if hasattr(info, "types"):
            flat += _members(list(info.types))
        elif isinstance(info, msgspec.inspect.Metadata):
            flat += _members([info.type])
        else:
            flat.append(info)
    return flat


def _inside(info: Any, step: str | int) -> list[Any]:
    inner: list[Any] = []
    for member in _members([info]):
        if hasattr(member, "fields"):
            inner += [field.type for field in member.fields if field.encode_name == step]
        elif hasattr(member, "value_type"):
            inner.append(member.value_type)
        elif hasattr(member, "item_type"):
            inner.append(member.item_type)
    return inner
