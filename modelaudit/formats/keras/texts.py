"""A model's configuration alone: ``model.to_json()`` and, before Keras 2.6, ``to_yaml()``.

Keras read YAML with a loader that builds any Python object which a tag names. Here a tag becomes a
fact, and nothing is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Producer
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.keras import config

if TYPE_CHECKING:
    from modelaudit.formats.keras.walk import Json

MOST_YAML: Final = 4 << 20
_PRODUCER: Final = "keras_version"


def inspect(source: Source, _bounds: Bounds) -> Iterator[Fact]:
    """The facts of a configuration without weights. Raises Malformed."""
    text = source.whole_bytes(config.MOST_TEXT).decode("utf-8", "replace")
    yield Identity("keras-config", "", source.at())
    if text.lstrip().startswith("{"):
        yield Metadata("keras-container", "json", -1, source.at())
        yield from _producer(text, source)
        yield from config.facts(text, source.at(), "json")
        return
    yield Metadata("keras-container", "yaml", -1, source.at())
    yield from _yaml(text, source)


def _producer(text: str, source: Source) -> Iterator[Fact]:
    try:
        value, _ = config.parse(text)
    except (ValueError, RecursionError):
        return  # ``config.facts`` reports it
    yield from _version(value, source)


def _version(value: Json, source: Source) -> Iterator[Fact]:
    version = value.get(_PRODUCER) if isinstance(value, dict) else None
    if isinstance(version, str):
        yield Producer("keras", version[:100], source.at())


def _yaml(text: str, source: Source) -> Iterator[Fact]:
    import yaml  # noqa: PLC0415  few files need it

    if len(text) > MOST_YAML:
        raise Malformed("limit", {"limit": "bytes of one YAML configuration", "most": MOST_YAML})
    tags: dict[str, int] = {}

    class Loader(yaml.SafeLoader):
        """Gives the plain value that follows a tag, whatever the tag."""

    def untag(loader: Loader, suffix: str, node: yaml.Node) -> object:
        tags.setdefault(suffix, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return str(node.value)

    Loader.add_multi_constructor("!", untag)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", untag)
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise Malformed("yaml-alias", {})
        value = _named(yaml.load(text, Loader))  # noqa: S506  it builds plain values alone
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = str(error)[: config.MOST_PROBLEM]
        raise Malformed("broken-config", {"language": "YAML", "problem": problem}) from None
    for tag, line in tags.items():
        yield Anomaly("keras-yaml-tag", {"tag": tag}, replace(source.at(), line=line))
    yield from _version(value, source)
    yield from config.of_value(value, source.at(), "yaml")


def _named(value: Json) -> Json:
    """The value with every key as text: a key of YAML may be a number, a date or null."""
    if isinstance(value, dict):
        return {str(key): _named(item) for key, item in value.items()}
    return [_named(item) for item in value] if isinstance(value, list) else value
