"""Kinds of the formats of single runtimes: GGUF, TensorFlow Lite, boosters, R; and templates."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "template-reaches": Kind("the template {origin} takes {name} by {how}"),
    "gguf-unaligned": Kind(
        "the tensor {name!r} begins at {offset}, which is not a multiple of {alignment}"
    ),
    "gguf-tensor-beyond": Kind("{count} tensors end behind the file, {name!r} by {missing} bytes"),
    "rdata-promise": Kind("a promise has no value yet and calls {name}"),
    "tflite-no-such-code": Kind("an operator has the code {index}, and there are {count} codes"),
    "tflite-buffer-beyond": Kind("the buffer {index} ends {missing} bytes behind the file"),
    "lightgbm-head": Kind("the head lacks {member}"),
    "lightgbm-features": Kind("the head has {has} {member} for {wants} features"),
    "lightgbm-no-trees-per-round": Kind("the head says that a round has no trees"),
    "lightgbm-member": Kind(
        "the tree {tree} lacks {member}, or it holds no numbers ({trees} such trees)"
    ),
    "lightgbm-count": Kind("the tree {tree} has {has} {member} for {wants} ({trees} such trees)"),
    "lightgbm-child-beyond": Kind(
        "in the tree {tree} the node {node} leads to {child}, and there are {leaves} leaves"
        " ({trees} such trees)"
    ),
    "lightgbm-split-beyond": Kind(
        "in the tree {tree} the node {node} asks for the feature {feature} of {features}"
        " ({trees} such trees)"
    ),
    "lightgbm-tree-cycle": Kind(
        "in the tree {tree} the node {node} is below itself ({trees} such trees)"
    ),
    "lightgbm-tree-sizes": Kind("the tree {tree} is not where the announced sizes put it"),
    "lightgbm-trees-left-out": Kind("{announced} trees are announced, and there are {has}"),
    "xgboost-tree-size": Kind(
        "the tree {tree} has {has} {member} for {wants} ({trees} such trees)"
    ),
    "xgboost-tree-count": Kind("{announced} trees are announced, and there are {has}"),
    "xgboost-child-beyond": Kind(
        "in the tree {tree} the node {node} leads to {child} of {nodes} ({trees} such trees)"
    ),
    "xgboost-parent-beyond": Kind(
        "in the tree {tree} the node {node} is below {parent} of {nodes} ({trees} such trees)"
    ),
    "xgboost-tree-cycle": Kind(
        "in the tree {tree} the node {node} is below itself ({trees} such trees)"
    ),
    "xgboost-split-beyond": Kind(
        "in the tree {tree} the node {node} asks for the feature {feature} of {features}"
        " ({trees} such trees)"
    ),
    "gguf-alignment": Kind("the alignment {alignment} is no power of two of 32 bits"),
    "gguf-repeated": Kind("the {what} {name!r} is there twice"),
    "gguf-name-long": Kind("the tensor {name!r} has a name of {length} bytes"),
    "gguf-hole": Kind("{size} bytes lie between the tensors {first!r} and {second!r}"),
    "gguf-odd-blocks": Kind("the tensor {name!r} has rows of {row}, and blocks of {block}"),
    "gguf-tensor-overlap": Kind("the tensor {second!r} begins inside of {first!r}"),
}
REASONS: Final[dict[str, Reason]] = {
    "template-syntax": Reason(
        "the template does not parse: {problem} in line {line}", group="other"
    ),
    "broken-flatbuffer": Reason("the flat buffer is damaged: {problem}", group="refused"),
    "broken-document": Reason("the model is damaged: {problem}", group="refused"),
    "rdata-type": Reason("an item has the unknown type {type}", group="damaged"),
    "gguf-value-type": Reason("a value has the unknown type {type}", group="refused"),
    "gguf-version": Reason("the format has the unknown version {version}", group="refused"),
    "gguf-cut": Reason("the file ends in {what}", group="refused"),
    "gguf-dimensions": Reason("the tensor {name!r} has {count} dimensions", group="damaged"),
}
METADATA: Final[dict[str, Key]] = {
    "xgboost-form": Key("binary, json or ubj", "text"),
    "lightgbm-part": Key("what not every release reads", "text"),
    "lightgbm-objective": Key("what it was trained for", "text"),
    "xgboost-part": Key("what not every release reads", "text"),
    "xgboost-objective": Key("what it was trained for", "text"),
    "xgboost-booster": Key("kind of model: gbtree, dart or gblinear", "text"),
    "xgboost-written-by": Key("release that wrote the binary form", "text"),
    "xgboost-base-score": Key("intercept, as text", "text"),
    "rdata-version": Key("version of the serialization", "number"),
    "rdata-needs-r": Key("oldest R that reads it", "text"),
    "tflite-schema": Key("version of the schema", "number"),
    "gguf-type": Key("a type that tensors have, by its number", "number"),
    "gguf-architecture": Key("architecture of the model", "text"),
    "gguf-quantization-version": Key("version of the quantisation", "number"),
    "gguf-file-type": Key("type of most tensors", "number"),
    "gguf-split-count": Key("files of a split model", "number"),
    "gguf-byte-order": Key("order of the bytes", "text"),
}
