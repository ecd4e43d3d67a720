"""Kinds of TensorFlow: SavedModel, graphs, checkpoints; protocol buffers."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "no-meta-graph": Kind("the SavedModel has no graph"),
    "missing-checkpoint": Kind("the checkpoint's index {file} is missing"),
    "missing-checkpoint-data": Kind("the data file {file} of the checkpoint is missing"),
    "short-checkpoint-data": Kind(
        "the data file {file} of the checkpoint has {size} bytes, and its tensors need {expected}"
    ),
    "missing-asset": Kind("the asset file {file!r} is missing"),
    "tensor-size": Kind(
        "the tensor {name!r} needs {expected} bytes by its type and shape, and {size} are stored"
    ),
    "checkpoint-negative-offset": Kind("the checkpoint places {name!r} at a negative offset"),
    "checkpoint-shard-count": Kind(
        "the checkpoint's index claims {count} data files in its field {name}"
    ),
}
REASONS: Final[dict[str, Reason]] = {
    "broken-message": Reason(
        "the bytes are not a valid protocol buffers message: {problem}", group="damaged"
    ),
    "repeated-field": Reason(
        "the field {field!r} is in a message twice, so that readers put the parts together",
        group="damaged",
    ),
    "broken-text": Reason(
        "the text is not a valid protocol buffers message: {problem}", group="damaged"
    ),
    "broken-index": Reason("the index of the checkpoint is damaged: {problem}", group="damaged"),
}
METADATA: Final[dict[str, Key]] = {
    "saved-model-schema": Key("version of the SavedModel's schema", "number"),
    "meta-graph-tags": Key("tags by which loading chooses the graph", "text"),
    "signature": Key("a signature with its inputs and outputs", "text"),
    "saved-object": Key("the class of a Keras object in the object graph", "text"),
    "saved-without-signature": Key("an object whose save function has no signature", "text"),
    "graph-producer": Key("version of graphs that the writer declares", "number"),
    "graph-min-consumer": Key("oldest version of graphs that a reader must support", "number"),
    "graph-bad-consumer": Key("a version of graphs whose readers must refuse the graph", "number"),
    "element-type": Key("an element type that a node uses", "number"),
    "xla-call-module": Key("version of a program for XLA inside the graph", "number"),
    "operator-attribute": Key("an attribute with another value than the default", "text"),
    "operator-type": Key("an attribute of an operator and the element type it is set to", "text"),
    "checkpoint-byte-order": Key("byte order of a checkpoint that is not little-endian", "text"),
    "checkpoint-producer": Key("version of checkpoints that the writer declares", "number"),
    "checkpoint-min-consumer": Key(
        "oldest version of checkpoints that a reader must support", "number"
    ),
}
