"""A model's configuration alone: ``model.to_json()`` and, before Keras 2.6, ``to_yaml()``.

Keras read YAML with a loader that builds any Python object which a tag names; here a tag is told
and nothing is built.
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
    from modelaudit.formats.keras.special import Json

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
        return  # told by who reads the rest
    yield from _told(value, source)


def _told(value: Json, source: Source) -> Iterator[Fact]:
    version = value.get(_PRODUCER) if isinstance(value, dict) else None
    if isinstance(version, str):
        yield Producer("keras", version[:100], source.at())


def _yaml(text: str, source: Source) -> Iterator[Fact]:
    import yaml  # noqa: PLC0415  few files need it

    if len(text) > MOST_YAML:
        raise Malformed("limit", f"a configuration of more than {MOST_YAML} bytes of YAML")
    tags: dict[str, int] = {}

    class Loader(yaml.SafeLoader):
        """Any tag gives the plain value that it stands on."""

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
            raise Malformed("broken-config", "the YAML has aliases, which Keras never writes")
        value: Json = yaml.load(text, Loader)  # noqa: S506  it builds plain values alone
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        detail = f"the configuration is no YAML: {error}"[:300]
        raise Malformed("broken-config", detail) from None
    for tag, line in tags.items():
        detail = f"a YAML tag names the Python object {tag!r}"
        yield Anomaly("keras-yaml-tag", detail, replace(source.at(), line=line))
    yield from _told(value, source)
    yield from config.of_value(value, source.at(), "yaml")
