"""TensorFlow's SavedModel as a directory, and its graphs as files.

The directory has ``saved_model.pb`` (or ``.pbtxt``, the same as text), ``variables/`` with a
checkpoint, ``assets/``, and from Keras 2 ``keras_metadata.pb``. ``fingerprint.pb`` has only hashes
and is not needed for loading. https://www.tensorflow.org/guide/saved_model
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Buffer, Source
from modelaudit.discovery.directory import Folder
from modelaudit.discovery.identify import HEAD, POINTER, UNKNOWN, identify
from modelaudit.formats.archives.members import embedded, leaves, unreadable
from modelaudit.formats.protobuf import fields, signed, text
from modelaudit.formats.savedmodel import checkpoint, keras, textformat
from modelaudit.formats.savedmodel.checkpoint import Checkpoint
from modelaudit.formats.savedmodel.graph import Reader, Span
from modelaudit.formats.savedmodel.metagraph import Needs, graph, meta_graph
from modelaudit.formats.savedmodel.resolve import Outside
from modelaudit.formats.savedmodel.schema import walk

INDEX: Final = "variables/variables.index"
DATA: Final = "variables/variables.data-{:05}-of-{:05}"
_DATA_NAME: Final = re.compile(r"variables/variables\.data-\d{5}-of-\d{5}")
CHUNKED: Final = "saved_model.cpb"
MOST_MISSING: Final = 8
FIRST: Final = 64
"""How many fields decide what a file is."""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """A file on its own: a SavedModel's, a frozen graph, a meta graph. Raises Malformed."""
    yield from _file(source, bounds, Needs())


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """A SavedModel directory with all files that belong to it."""
    yield Identity("savedmodel", "", folder.at())
    yield from folder.unread()
    needs, index = Needs(within=True), Checkpoint()
    for name in folder.files:
        yield from _member(folder, name, bounds, needs, index)
    yield from _missing(folder, needs, index)


def _member(
    folder: Folder, name: str, bounds: Bounds, needs: Needs, index: Checkpoint
) -> Iterator[Fact]:
    """One file of the directory. A defect in it does not end the reading of the others."""
    try:
        if name == CHUNKED:
            raise Malformed("not-supported", {"what": "a SavedModel in chunks"})
        with folder.open(name) as source:
            if identify(source.read(0, HEAD)) == POINTER:
                raise Malformed("pointer", {"system": "Git LFS"})
            if name in ("saved_model.pb", "saved_model.pbtxt"):
                yield from _file(source, bounds, needs)
            elif name == INDEX:
                yield from checkpoint.read(source, bounds, index)
            elif name == "keras_metadata.pb":
                yield from keras.read(Reader(source, bounds))
            elif not _DATA_NAME.fullmatch(name) and not _is_own_fingerprint(source, name):
                yield from embedded(source, name, bounds)
    except Malformed as problem:
        where = folder.at(name)
        yield unreadable(where, problem)


def _is_own_fingerprint(source: Source, name: str) -> bool:
    return name == "fingerprint.pb" and identify(source.read(0, HEAD)) == UNKNOWN


def _missing(folder: Folder, needs: Needs, index: Checkpoint) -> Iterator[Fact]:
    """What the model needs and the directory does not have."""
    if INDEX not in folder.files:
        if needs.checkpoint:
            yield Anomaly("missing-checkpoint", {"file": INDEX}, folder.at())
    else:
        yield from islice(_missing_data(folder, index), MOST_MISSING)
    for asset in dict.fromkeys(needs.assets):
        if not leaves(asset) and f"assets/{asset}" not in folder.files:
            yield Anomaly("missing-asset", {"file": f"assets/{asset[:200]}"}, folder.at())


def _missing_data(folder: Folder, index: Checkpoint) -> Iterator[Fact]:
    """The data files that are missing, or shorter than their tensors need."""
    for shard in range(index.shards):
        name = DATA.format(shard, index.shards)
        size, end = folder.files.get(name), index.ends.get(shard, 0)
        if size is None:
            yield Anomaly("missing-checkpoint-data", {"file": name}, folder.at())
        elif size < end:
            fields: Fields = {"file": name, "size": size, "expected": str(end)}
            yield Anomaly("short-checkpoint-data", fields, folder.at())


def _file(source: Source, bounds: Bounds, needs: Needs) -> Iterator[Fact]:
    """One file, as the message that its content or name says it is. Raises Malformed."""
    named = (source.members or (source.path.rpartition("/")[2],))[-1].startswith("saved_model.")
    if textformat.looks_like_text(source.read(0, MIB)):
        kind = "SavedModel" if named else textformat.kind(source.read(0, MIB))
        data = textformat.binary(source, kind, bounds) if kind else b""
        reader = Reader(Source(data, source.path, source.members), bounds, placed=False)
    else:
        reader = Reader(source, bounds)
        kind = "SavedModel" if named else _kind(reader)
    format_ = _FORMATS.get(kind)
    if format_ is None:
        raise Malformed("not-recognised", {"claimed": "a TensorFlow message"}, 0)
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
            version = signed(part.value)
            yield Metadata("saved-model-schema", str(version), version, reader.at(part.at))
    if not count:
        yield Anomaly("no-meta-graph", {}, reader.at(reader.base))


def _kind(reader: Reader) -> str:
    """Which message a file is, by the content of its first fields; empty if it is another file."""
    span = (reader.base, reader.end)
    for kind, is_kind in _KINDS.items():
        try:
            if is_kind(reader.data, span):
                return kind
        except Malformed:
            continue
    return ""


def _is_node(data: Buffer, span: Span) -> bool:
    op = dict(walk(data, *span, "NodeDef")).get("op")
    return op is not None and re.fullmatch(r"[A-Za-z_][\w>.]*", text(data, op)) is not None


def _is_function(data: Buffer, span: Span) -> bool:
    signature = dict(walk(data, *span, "FunctionDef")).get("signature")
    if signature is None:
        return False
    name = dict(walk(data, signature.value, signature.stop, "OpDef")).get("name")
    return name is not None and text(data, name).isprintable()


def _holding(
    message: str, **inner: Callable[[Buffer, Span], bool]
) -> Callable[[Buffer, Span], bool]:
    """A check that one of the first fields of a message has the content that it should have."""

    def is_kind(data: Buffer, span: Span) -> bool:
        for name, part in islice(walk(data, *span, message), FIRST):
            if name in inner and inner[name](data, (part.value, part.stop)):
                return True
        return False

    return is_kind


def _is_keras(data: Buffer, span: Span) -> bool:
    identifier = dict(walk(data, *span, "KerasObject")).get("identifier")
    return identifier is not None and text(data, identifier).startswith("_tf_keras")


def _is_fingerprint(data: Buffer, span: Span) -> bool:
    """Whether every field is one of a FingerprintDef."""
    count = sum(1 for _ in islice(fields(data, *span), FIRST))
    known = dict(walk(data, *span, "FingerprintDef"))
    return len(known) == count and len(known) > 3


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
