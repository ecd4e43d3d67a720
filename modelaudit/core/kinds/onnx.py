"""Kinds of ONNX models."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "no-graph": Kind("the model has no graph"),
    "undefined-value": Kind("no input, initializer or node defines the value {name!r}"),
    "redefined-value": Kind("the value {name!r} is defined more than once"),
    "unsorted-graph": Kind("the value {name!r} is used before the node that computes it"),
    "recursive-function": Kind("the function {domain}.{function} calls itself"),
    "node-arity": Kind("{operator} does not take {count} {part}"),
    "node-unknown-attribute": Kind("{operator} has no attribute {part!r}"),
    "node-missing-attribute": Kind("{operator} lacks its required attribute {part!r}"),
    "node-type-not-allowed": Kind("{operator} does not allow {type} for its {part}"),
    "node-type-conflict": Kind(
        "{operator} binds its type parameter {part} to both {type} and {other}"
    ),
    "node-type-mismatch": Kind("{operator} computes {type}, and {part!r} is declared as {other}"),
    "node-shapes-refused": Kind("{operator} refuses the shapes of its inputs: {problem}"),
    "node-shapes-refused-since": Kind(
        "{operator} refuses the shapes of its inputs: {problem}; onnxruntime {since} and later"
        " check it when a session is created"
    ),
    "node-shapes-ignored-before": Kind(
        "{operator} refuses the shapes of its inputs: {problem}; onnxruntime {since} and later"
        " check it when a session is created"
    ),
    "node-shapes-refused-in-runs": Kind("{operator} refuses to run: {problem}"),
    "node-inputs-refused": Kind("{what} of {operator} is {given}, and has to be {needed}"),
    "node-constants-refused": Kind(
        "{what} of {operator} is {given} in its constants, and has to be {needed}"
    ),
    "kernel-refused": Kind("{what} of {operator} is {given}, and no kernel takes it ({needed})"),
    "node-inputs-refused-since": Kind(
        "{what} of {operator} is {given}, and has to be {needed} from onnxruntime {since} on"
    ),
    "kernel-refused-since": Kind(
        "{what} of {operator} is {given}, and has to be {needed}; onnxruntime {since} and later"
        " check it when a session is created"
    ),
    "kernel-ignored-before": Kind(
        "{what} of {operator} is {given}, and has to be {needed}; onnxruntime {since} and later"
        " check it when a session is created"
    ),
    "node-inputs-refused-before": Kind(
        "{what} of {operator} is {given}, and has to be {needed} before onnxruntime {before}"
    ),
    "kernel-refused-before": Kind(
        "{what} of {operator} is {given}, and has to be {needed}; before onnxruntime {before} no"
        " session is created"
    ),
    "value-without-element-type": Kind("the type of the value {name!r} has no element type"),
    "missing-opset-import": Kind(
        "the graph uses operators of the domain {domain}, which the model does not import"
    ),
    "duplicate-opset-import": Kind("the model imports the domain {domain} {count} times"),
    "unused-opset-import": Kind("the model imports the domain {domain} and uses no operator of it"),
    "unknown-element-type": Kind("the tensor {name!r} has the unknown element type {number}"),
    "negative-dimension": Kind("the tensor {name!r} has a negative dimension"),
    "tensor-bytes": Kind(
        "the tensor {name!r} needs {expected} bytes by its type and shape, and {actual} are stored"
    ),
    "tensor-values": Kind(
        "the tensor {name!r} needs {expected} values by its shape, and {actual} are stored"
    ),
    "tensor-in-two-fields": Kind("the tensor {name!r} stores its values in two fields"),
    "tensor-in-wrong-field": Kind(
        "the tensor {name!r} of type {dtype} stores its values in field {actual}, not {expected}"
    ),
    "strings-as-raw-data": Kind("the tensor {name!r} stores strings as raw_data"),
    "external-data-unknown-key": Kind(
        "the external data of the tensor {name!r} has the unknown key {key!r}"
    ),
    "external-data-duplicate-key": Kind(
        "the external data of the tensor {name!r} has the key {key!r} twice"
    ),
    "external-data-in-memory": Kind(
        "the tensor {name!r} claims to be in the memory of the process, at address {address}"
    ),
    "external-data-bad-number": Kind(
        "the external data of the tensor {name!r} has the {key} {value!r}, which is not an"
        " unsigned integer"
    ),
    "external-data-beyond-end": Kind(
        "the tensor {name!r} ends at byte {end} of its external file, which has {size} bytes"
    ),
    "external-data-missing": Kind("the external data file {file!r} is missing"),
    "external-data-unreadable": Kind(
        "the external data file {file!r} cannot be examined: {problem}"
    ),
    "external-data-symlink": Kind(
        "the external data file {file!r} leads out of the model's directory through a link"
    ),
    "external-data-hardlink": Kind(
        "the external data file {file!r} is a hard link: the file has {count} names"
    ),
}
REASONS: Final[dict[str, Reason]] = {}
METADATA: Final[dict[str, Key]] = {
    "onnx-ir-version": Key("version of the intermediate representation", "number"),
    "onnx-property": Key("an entry of the model's metadata_props", "text"),
    "onnx-training": Key("how many nodes a training algorithm in the model has", "number"),
    "onnx-attribute": Key("an attribute that a node sets, except an integer of 0 or more", "text"),
    "onnx-integer-attribute": Key(
        "an attribute that a node sets to an integer of 0 or more, with that integer", "number"
    ),
}
