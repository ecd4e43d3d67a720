"""The facts of one meta graph, or of a graph alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Metadata, Operator, Producer, Reference
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.protobuf import Field, signed, text
from modelaudit.formats.savedmodel import keras, objects
from modelaudit.formats.savedmodel.graph import Graph, Reader, Span
from modelaudit.formats.savedmodel.resolve import Outside, Resolver
from modelaudit.formats.savedmodel.schema import dtype_name, walk

DOMAIN: Final = "tensorflow"
MOST_SHOWN: Final = 300
MOST_SIGNATURES: Final = 1000
_AT_LOADING: Final = "__saved_model_init_op"
"""The signature of what loading runs."""
_VERSIONS: Final = {
    "producer": "graph-producer",
    "min_consumer": "graph-min-consumer",
    "bad_consumers": "graph-bad-consumer",
}


@dataclass(slots=True)
class Needs:
    """What a SavedModel needs beside its graph, which its directory must contain."""

    within: bool = False
    """whether the file is part of a directory that is read as one artifact"""
    assets: list[str] = field(default_factory=list)
    checkpoint: bool = False
    """whether loading fails without a checkpoint"""


def meta_graph(reader: Reader, span: Span, needs: Needs) -> Iterator[Fact]:
    """A MetaGraphDef. Raises Malformed."""
    data = reader.data
    parts: dict[str, list[Field]] = {}
    for name, part in walk(data, *span, "MetaGraphDef"):
        parts.setdefault(name, []).append(part)
    for part in parts.get("meta_info_def", []):
        yield from _info(reader, part)
    outside = Outside()
    files = []
    for part in parts.get("asset_file_def", []):
        tensor, name = _asset(reader, part)
        files.append(name)
        outside.assets[tensor] = name
        yield Reference("asset", name, leaves(name), reader.at(part.at))
    needs.assets += files
    for part in parts.get("saver_def", []):
        saver = dict(walk(data, part.value, part.stop, "SaverDef"))
        if "filename_tensor_name" in saver:
            outside.saver.add(text(data, saver["filename_tensor_name"]).partition(":")[0])
    for part in parts.get("signature_def", [])[:MOST_SIGNATURES]:
        yield from _signature(reader, part, outside)
    for part in parts.get("object_graph_def", []):
        # With an object graph, loading restores a checkpoint even if there are no variables.
        needs.checkpoint = True
        found = objects.read(reader, part, files)
        outside.bound |= found.bound
        for identifier, at in found.identifiers.items():
            yield Metadata("saved-object", identifier[:MOST_SHOWN], -1, reader.at(at))
        for name, at in found.unsigned_saves():
            yield Metadata("saved-without-signature", name[:MOST_SHOWN], -1, reader.at(at))
        yield from keras.objects(reader, found.metadata)
    yield from graph(reader, [(p.value, p.stop) for p in parts.get("graph_def", [])], outside)


def _info(reader: Reader, part: Field) -> Iterator[Fact]:
    tags: list[str] = []
    for name, found in walk(reader.data, part.value, part.stop, "MetaInfoDef"):
        if name == "tensorflow_version":
            yield Producer(DOMAIN, text(reader.data, found, 100), reader.at(found.at))
        elif name == "tags" and len(tags) < MOST_SHOWN:
            tags.append(text(reader.data, found, MOST_SHOWN))
        elif name == "stripped_op_list":
            reader.read_defaults(found)
    yield Metadata("meta-graph-tags", ",".join(tags)[:MOST_SHOWN], -1, reader.at(part.at))


def _asset(reader: Reader, part: Field) -> tuple[str, str]:
    """The tensor that loading sets to an asset's path, without its index; and the file's name."""
    data = reader.data
    asset = dict(walk(data, part.value, part.stop, "AssetFileDef"))
    info = asset.get("tensor_info")
    named = dict(walk(data, info.value, info.stop, "TensorInfo")) if info is not None else {}
    tensor = text(data, named["name"]).partition(":")[0] if "name" in named else ""
    return tensor, text(data, asset["filename"]) if "filename" in asset else ""


def _signature(reader: Reader, part: Field, outside: Outside) -> Iterator[Fact]:
    """``serving_default(x: float32) -> (y: float32)``."""
    key, value = reader.pair(part)
    if value is None:
        return
    sides: dict[str, list[str]] = {"inputs": [], "outputs": []}
    for name, found in walk(reader.data, value.value, value.stop, "SignatureDef"):
        if name in sides and len(sides[name]) < MOST_SHOWN:
            tensor, info = reader.pair(found)
            parts = dict(walk(reader.data, info.value, info.stop, "TensorInfo")) if info else {}
            if name == "outputs" and key != _AT_LOADING and "name" in parts:
                outside.outputs.add(text(reader.data, parts["name"]))
            dtype = dtype_name(parts["dtype"].value) if "dtype" in parts else "?"
            sides[name].append(f"{tensor}: {dtype}")
    shown = f"{key}({', '.join(sides['inputs'])}) -> ({', '.join(sides['outputs'])})"
    yield Metadata("signature", shown[:MOST_SHOWN], -1, reader.at(part.at))


def graph(reader: Reader, spans: list[Span], outside: Outside) -> Iterator[Fact]:
    """A GraphDef. Raises Malformed, after the facts of the part before the defect."""
    found, problem = Graph(), None
    try:
        reader.graph(spans, found)
    except Malformed as error:
        problem = error
    for key, name in _VERSIONS.items():
        for number in found.versions.get(key, []):
            if number or key == "producer":
                yield Metadata(name, str(number), number, reader.at(spans[0][0]))
    yield from _operators(reader, found)
    yield from _reaching(found, Resolver(reader, found, outside))
    for number, where in found.dtypes.items():
        yield Metadata("element-type", dtype_name(number), signed(number), where)
    for number, where in found.call_modules.items():
        yield Metadata("xla-call-module", str(number), signed(number), where)
    for name, where in found.attributes.items():
        yield Metadata("operator-attribute", name[:MOST_SHOWN], -1, where)
    for name, where in found.types.items():
        yield Metadata("operator-type", name[:MOST_SHOWN], -1, where)
    yield from found.facts
    if problem is not None:
        raise problem


def _operators(reader: Reader, found: Graph) -> Iterator[Fact]:
    """Operators that only compute."""
    for (op, compiled), use in found.uses.items():
        if op not in reader.reaching:
            via = "compiled" if compiled else "graph"
            yield Operator(DOMAIN, op[:MOST_SHOWN], "", -1, via, "", use.count, use.where)


def _reaching(found: Graph, resolver: Resolver) -> Iterator[Fact]:
    """Operators that reach outside the graph; those with the same arguments are one fact."""
    operators: dict[tuple[object, ...], Operator] = {}
    for site in found.reaching:
        arguments = resolver.arguments(site)
        shown = ", ".join(f"{label}={value.shown}" for label, value in arguments)[:MOST_SHOWN]
        origins = tuple(value.origin for _, value in arguments)
        constants = tuple(text for _, value in arguments for text in value.constants)
        via = "compiled" if site.body.compiled else "graph"
        key = (site.op, shown, origins, constants, via)
        known = operators.get(key) or Operator(
            DOMAIN, site.op, "", -1, via, shown, 0, site.where, origins=origins, constants=constants
        )
        operators[key] = replace(known, count=known.count + 1)
    yield from operators.values()
