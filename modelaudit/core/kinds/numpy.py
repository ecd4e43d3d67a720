"""Kinds of NumPy arrays, safetensors and shard indexes. Sizes are in bytes."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "array-truncated": Kind("{missing} of the {declared} bytes of the array are missing"),
    "data-after-array": Kind("data follows the {size} bytes of the array"),
    "header-start": Kind("the header does not start with an opening brace"),
    "duplicate-key": Kind("the header contains the key {key!r} more than once"),
    "invalid-metadata": Kind("__metadata__ is not a map from text to text"),
    "entry-fields-missing": Kind("the entry of the tensor {name!r} lacks {missing}"),
    "entry-fields-unknown": Kind("the entry of the tensor {name!r} has unknown fields: {unknown}"),
    "entry-field-invalid": Kind(
        "the field {field} of the tensor {name!r} has the wrong type or range"
    ),
    "too-many-dimensions": Kind("the tensor {name!r} has {dimensions} dimensions"),
    "unknown-dtype": Kind("the tensor {name!r} has the unknown dtype {dtype!r}"),
    "tensor-size-mismatch": Kind(
        "the tensor {name!r} takes {computed} bytes by its dtype and shape, and its offsets span"
        " {declared}"
    ),
    "tensor-gap": Kind("{size} bytes before the tensor {name!r} belong to no tensor"),
    "tensor-overlap": Kind(
        "the tensor {name!r} starts {size} bytes before the end of another tensor"
    ),
    "tensors-truncated": Kind("the file ends {missing} bytes before the tensors do"),
    "data-after-tensors": Kind("{size} bytes follow the last tensor"),
    "safetensors-repeated": Kind("the header contains {key!r} twice in one place"),
    "shard-not-text": Kind("the weight_map names a shard that is not text"),
    "missing-shard": Kind("the shard {name!r} does not exist"),
}
REASONS: Final[dict[str, Reason]] = {
    "numpy-version": Reason("version {version} of the .npy format is unknown", group="unsupported"),
    "numpy-header-length": Reason(
        "the header of the array has {length} bytes, and numpy.load reads at most {most} by"
        " default",
        group="limit",
    ),
    "numpy-header": Reason("the header of the array is invalid: {problem}", group="damaged"),
    "safetensors-header-truncated": Reason(
        "the header declares {declared} bytes, and {present} follow its length", group="refused"
    ),
    "safetensors-header-length": Reason(
        "the header has {length} bytes, and safetensors reads at most {most}", group="limit"
    ),
    "safetensors-header": Reason("the header is not a JSON object: {problem}", group="refused"),
    "shard-index": Reason("the index of shards is invalid: {problem}", group="damaged"),
}
METADATA: Final[dict[str, Key]] = {
    "object-array": Key("the dtype of an array of Python objects", "text"),
    "safetensors-dtype": Key("a dtype that a tensor of the file has", "text"),
    "safetensors-format": Key(
        "the framework that the metadata names, and how many keys it has", "text"
    ),
    "safetensors-metadata": Key("one entry of __metadata__; the location names its key", "text"),
}
