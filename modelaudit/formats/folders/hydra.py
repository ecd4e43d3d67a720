"""Configurations that name what their loader imports and calls, by keys and by tags.

``_target_`` is instantiated by hydra and NeMo, ``target`` beside ``params`` by latent diffusion,
``class_path`` by Lightning's command line; tags by HyperPyYAML (SpeechBrain) and by PyYAML's unsafe
loaders. Each imports a dotted name and calls it with arguments out of the same configuration.
https://hydra.cc/docs/advanced/instantiate_objects/overview/
https://github.com/CompVis/latent-diffusion/blob/main/ldm/util.py (instantiate_from_config)
https://jsonargparse.readthedocs.io/en/stable/#class-type-and-sub-classes
https://github.com/speechbrain/HyperPyYAML/blob/main/hyperpyyaml/core.py
https://pyyaml.org/wiki/PyYAMLDocumentation (YAML tags and Python types)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from modelaudit.core.facts import Anomaly, Fact, Identity, Import, Producer
from modelaudit.core.location import Location
from modelaudit.formats.folders import files

VIA: Final = "hydra"
_PLACE: Final = "${"
_FILLED: Final = re.compile(r"\$\{([\w.]+)\}")
_MOST_FILLED: Final = 20
_MOST_TEXT: Final = 1000
_SHOWN: Final = 200
_CREATES: Final = re.compile(r"\$\{\s*oc\.(?:create\s*:|decode\s*:(?=(?:[^{$]|\$\{)*?(?<!\$)\{))")
"""A resolver of OmegaConf that makes a mapping of a text."""
_WITHIN: Final = re.compile(r"_target_[\"']?\s*:\s*[\"']?([\w.]+)")
"""A name inside of a text."""
_TARGETS: Final = ("_target_", "class_path")
_TARGET: Final = "target"
_BESIDE: Final = frozenset({"params", "_target_"})
"""Keys of which one stands beside ``target`` where that is instantiated."""
_GETTERS: Final = frozenset(
    f"hydra.utils.get_{what}" for what in ("class", "method", "object", "static_method")
)
"""Targets that only import the name which their ``path`` gives."""
_TAG: Final = re.compile(
    r"(?:!(?P<own>new|name|module|apply|applyref):|tag:yaml\.org,2002:python/"
    r"(?P<python>object/apply|object/new|object|name|module):)(?P<name>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a loader imports, the key or tag that says so, and the line, from 1."""

    key: str
    name: str
    line: int

    @property
    def is_module(self) -> bool:
        return self.key.endswith("module")


def nemo(raw: bytes, where: Location) -> Iterator[Fact]:
    """The configuration of a NeMo model. Raises Malformed."""
    trees = files.nodes_of(raw)
    yield Identity("nemo", "", where)
    for tree in trees:
        version = _at("nemo_version", tree)
        if version is not None:
            yield Producer("nemo-toolkit", version[:_SHOWN], where)
    yield from facts([*named(trees, every_target=True)], where)


def facts(names: Sequence[Named], where: Location) -> Iterator[Fact]:
    """One fact for each name, and for each that the loader works out."""
    groups: dict[tuple[str, str], list[Named]] = {}
    for one in names:
        groups.setdefault((one.key, one.name), []).append(one)
    for (key, name), found in groups.items():
        at = Location(where.path, where.members, line=found[0].line)
        if _PLACE in name:
            yield Anomaly("target-computed", {"key": key, "value": name[:_SHOWN]}, at)
            continue
        module, _, last = (name, "", "") if found[0].is_module else name.rpartition(".")
        if not module:
            module = "builtins"
        yield Import(module, last, key, name, VIA, len(found), len(found), at)


def named(trees: Sequence[yaml.Node], *, every_target: bool = False) -> Iterator[Named]:
    """The names that loading imports. Raises Malformed where there are too many values.

    With ``every_target`` the key ``target`` names one wherever it stands.
    """
    for tree in trees:
        for node in files.walk_nodes(tree):
            tag = _TAG.fullmatch(node.tag)
            if tag is not None:
                kind = f"!{tag['own']}" if tag["own"] else f"!!python/{tag['python']}"
                yield Named(kind, tag["name"][:_MOST_TEXT], node.start_mark.line + 1)
            if isinstance(node, yaml.MappingNode):
                yield from _of_mapping(node, tree, every_target=every_target)
            elif isinstance(node, yaml.ScalarNode):
                yield from _of_text(node)


def _of_text(node: yaml.ScalarNode) -> Iterator[Named]:
    """Names in a text of which a resolver of OmegaConf makes a configuration."""
    line = node.start_mark.line + 1
    if _CREATES.search(node.value):
        yield Named("_target_", node.value[:_MOST_TEXT], line)
    for found in _WITHIN.finditer(node.value):
        yield Named("_target_", found[1][:_MOST_TEXT], line)


def _of_mapping(node: yaml.MappingNode, tree: yaml.Node, *, every_target: bool) -> Iterator[Named]:
    pairs = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    wanted = [*_TARGETS]
    if every_target or not _BESIDE.isdisjoint(pairs):
        wanted.append(_TARGET)
    for key in wanted:
        value = pairs.get(key)
        if not isinstance(value, yaml.ScalarNode) or not value.value:
            continue
        name, line = _resolved(value.value, tree), value.start_mark.line + 1
        path = pairs.get("path")
        if name in _GETTERS and isinstance(path, yaml.ScalarNode):
            name = _resolved(path.value, tree)
        yield Named(key, name, line)


def _resolved(text: str, tree: yaml.Node) -> str:
    """A text with the places in ``${}`` filled in that name a text of the same configuration.

    What stays computed is given as it was written.
    """
    written = text
    for _ in range(_MOST_FILLED):
        found = _FILLED.search(text)
        value = _at(found[1], tree) if found else None
        if found is None or value is None:
            break
        text = text[: found.start()] + value + text[found.end() :]
    return (written if _PLACE in text else text)[:_MOST_TEXT]


def _at(path: str, tree: yaml.Node) -> str | None:
    """The text at a path with dots from the top of a configuration."""
    value: yaml.Node | None = tree
    for part in path.split("."):
        value = files.value_of(value, part)
    return value.value if isinstance(value, yaml.ScalarNode) and value.value else None
