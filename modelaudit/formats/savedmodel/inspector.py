"""TensorFlow's SavedModel as a directory, and its graphs as files.

The directory has ``saved_model.pb`` (or ``.pbtxt``, the same as text), ``variables/`` with a
checkpoint, ``assets/``, and of Keras 2 ``keras_metadata.pb``. ``fingerprint.pb`` holds no more than
hashes and is not needed for loading. https://www.tensorflow.org/guide/saved_model
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Buffer, Source
from modelaudit.discovery.directory import Folder
from modelaudit.discovery.identify import HEAD, POINTER, identify
from modelaudit.formats.archives.members import embedded, leaves, unreadable
from modelaudit.formats.protobuf import fields, text
from modelaudit.formats.savedmodel import checkpoint, keras, textformat
from modelaudit.formats.savedmodel.checkpoint import Checkpoint
from modelaudit.formats.savedmodel.graph import Reader, Span
from modelaudit.formats.savedmodel.metagraph import Needs, graph, meta_graph
from modelaudit.formats.savedmodel.resolve import Outside
from modelaudit.formats.savedmodel.schema import walk

INDEX: Final = "variables/variables.index"
DATA: Final = "variables/variables.data-{:05}-of-{:05}"
CHUNKED: Final = "saved_model.cpb"
MOST_MISSING: Final = 8
FIRST: Final = 64
"""Fields that are looked at to tell what a file is."""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """A file on its own: a SavedModel's, a frozen graph, a meta graph. Raises Malformed."""
    yield from _file(source, bounds, Needs())


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """A SavedModel with everything that belongs to it."""
    yield Identity("savedmodel", "", folder.at())
    if not folder.whole:
        most = bounds.limits.max_members
        yield Unreadable("limit", f"max-members ({most}) reached", folder.at())
    needs, index = Needs(within=True), Checkpoint()
    for name in folder.files:
        yield from _member(folder, name, bounds, needs, index)
    yield from _missing(folder, needs, index)


def _member(
    folder: Folder, name: str, bounds: Bounds, needs: Needs, index: Checkpoint
) -> Iterator[Fact]:
    """One file of the directory. What is wrong with it does not keep the others from being read."""
    try:
        if name == CHUNKED:
            raise Malformed("not-supported", "a SavedModel in chunks is not read")
        with folder.open(name) as source:
            if identify(source.read(0, HEAD)) == POINTER:
                raise Malformed("pointer", "a Git LFS pointer stands in for it: run git lfs pull")
            if name in ("saved_model.pb", "saved_model.pbtxt"):
                yield from _file(source, bounds, needs)
            elif name == INDEX:
                yield from checkpoint.read(source, bounds, index)
            elif name == "keras_metadata.pb":
                yield from keras.read(Reader(source, bounds))
            elif name != "fingerprint.pb" and not name.startswith("variables/variables.data-"):
                yield from embedded(source, name)
    except Malformed as problem:
        where = folder.at(name)
        yield unreadable(where, problem)


def _missing(folder: Folder, needs: Needs, index: Checkpoint) -> Iterator[Fact]:
    """What the model needs and the directory does not have."""
    if INDEX not in folder.files:
        if needs.checkpoint:
            yield Anomaly("missing-checkpoint", f"{INDEX} is not there", folder.at())
    else:
        short = 0
        for shard in range(index.shards):
            name = DATA.format(shard, index.shards)
            size, end = folder.files.get(name), index.ends.get(shard, 0)
            if size is not None and size >= end:
                continue
            short += 1
            if short <= MOST_MISSING:
                detail = "is not there" if size is None else f"has {size} bytes, and {end} are used"
                yield Anomaly("missing-checkpoint-data", f"{name} {detail}", folder.at())
    for asset in dict.fromkeys(needs.assets):
        if not leaves(asset) and f"assets/{asset}" not in folder.files:
            yield Anomaly("missing-asset", f"assets/{asset[:200]!r} is not there", folder.at())


def _file(source: Source, bounds: Bounds, needs: Needs) -> Iterator[Fact]:
    """One file, by what it is. Raises Malformed."""
    named = (source.members or (source.path.rpartition("/")[2],))[-1].startswith("saved_model.")
    if textformat.looks_like_text(source.read(0, 4096)):
        kind = "SavedModel" if named else textformat.kind(source.read(0, MIB))
        data = textformat.binary(source, kind, bounds) if kind else b""
        reader = Reader(Source(data, source.path, source.members), bounds, placed=False)
    else:
        reader = Reader(source, bounds)
        kind = "SavedModel" if named else _kind(reader)
    format_ = _FORMATS.get(kind)
    if format_ is None:
        raise Malformed("not-recognised", "nothing that TensorFlow reads", 0)
    if not needs.within:
        yield Identity(format_, "", source.at())
    span = (reader.base, reader.end)
    if kind == "KerasMetadata":
        yield from keras.read(reader)
    elif kind == "FingerprintDef":
        return
    elif kind == "GraphDef":
        yield from graph(reader, [span], Outside())
    elif kind == "MetaGraphDef":
        yield from meta_graph(reader, span, needs)
    else:
        yield from _saved_model(reader, needs)


_FORMATS: Final = {
    "SavedModel": "savedmodel",
    "KerasMetadata": "savedmodel",
    "FingerprintDef": "savedmodel",
    "GraphDef": "tensorflow-graph",
    "MetaGraphDef": "tensorflow-graph",
}


def _saved_model(reader: Reader, needs: Needs) -> Iterator[Fact]:
    count = 0
    for name, part in walk(reader.data, reader.base, reader.end, "SavedModel"):
        if name == "meta_graphs":
            count += 1
            yield from meta_graph(reader, (part.value, part.stop), needs)
        else:
            yield Metadata("saved-model-schema", str(part.value), part.value, reader.at(part.at))
    if not count:
        yield Anomaly("no-graph", "there is no graph in it", reader.at(reader.base))


def _kind(reader: Reader) -> str:
    """Which message a file is, by what its first fields hold; empty for none of them."""
    span = (reader.base, reader.end)
    for kind, is_kind in _KINDS.items():
        try:
            if is_kind(reader.data, span):
                return kind
        except Malformed:
            continue
    return ""


def _is_node(data: Buffer, span: Span) -> bool:
    held = dict(walk(data, *span, "NodeDef"))
    return "op" in held and re.fullmatch(r"[A-Za-z_][\w>.]*", text(data, held["op"])) is not None


def _is_function(data: Buffer, span: Span) -> bool:
    held = dict(walk(data, *span, "FunctionDef"))
    signature = held.get("signature")
    inner = dict(walk(data, signature.value, signature.stop, "OpDef")) if signature else {}
    return "name" in inner and text(data, inner["name"]).isprintable()


def _holding(
    message: str, **inner: Callable[[Buffer, Span], bool]
) -> Callable[[Buffer, Span], bool]:
    """True for a message of which one of the first fields holds what it should."""

    def is_kind(data: Buffer, span: Span) -> bool:
        for name, part in islice(walk(data, *span, message), FIRST):
            if name in inner and inner[name](data, (part.value, part.stop)):
                return True
        return False

    return is_kind


def _is_keras(data: Buffer, span: Span) -> bool:
    held = dict(walk(data, *span, "KerasObject"))
    return "identifier" in held and text(data, held["identifier"]).startswith("_tf_keras")


def _is_fingerprint(data: Buffer, span: Span) -> bool:
    """Hashes alone: every field is one that a FingerprintDef has."""
    count = sum(1 for _ in islice(fields(data, *span), FIRST))
    held = dict(walk(data, *span, "FingerprintDef"))
    return len(held) == count and len(held) > 3


_is_library = _holding("FunctionDefLibrary", function=_is_function)
_is_graph = _holding("GraphDef", node=_is_node, library=_is_library)
_is_meta_graph = _holding("MetaGraphDef", graph_def=_is_graph)
_KINDS: Final = {
    "SavedModel": _holding("SavedModel", meta_graphs=_is_meta_graph),
    "MetaGraphDef": _is_meta_graph,
    "GraphDef": _is_graph,
    "KerasMetadata": _holding("KerasMetadata", nodes=_is_keras),
    "FingerprintDef": _is_fingerprint,
}
