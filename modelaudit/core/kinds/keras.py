"""Kinds of Keras configurations and archives."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "keras-duplicate-key": Kind("an object of the configuration has the key {key!r} twice"),
    "keras-yaml-tag": Kind("a YAML tag names the Python object {tag!r}"),
}
REASONS: Final[dict[str, Reason]] = {
    "broken-config": Reason(
        "the Keras configuration is not valid {language}: {problem}", group="damaged"
    ),
    "yaml-alias": Reason(
        "the YAML configuration has an alias, which Keras never writes", group="unsupported"
    ),
}
METADATA: Final[dict[str, Key]] = {
    "keras-container": Key(
        "what contains the configuration: archive, hdf5, json or yaml; weights without one",
        "text",
    ),
    "keras-backend": Key("the backend that the model was saved with", "text"),
    "keras-weights-group": Key("the HDF5 group with the weights of an archive", "text"),
    "keras-weights-layer": Key("a group of weights in _layer_checkpoint_dependencies", "text"),
    "keras-code-name": Key("a name that the code of a Lambda layer uses", "text"),
    "keras-lambda-function": Key(
        "the dotted name of a function that a Lambda layer calls; ? for an unknown module", "text"
    ),
    "keras-bare-code": Key(
        "the key and class that have the code of a Python lambda without its class", "text"
    ),
    "keras-single-node": Key(
        "input_layers or output_layers, where it is one node and no list of nodes", "text"
    ),
    "keras-node-beyond": Key(
        "a layer whose calls, or whose use as an output, refer to a node that no call makes",
        "text",
    ),
}
