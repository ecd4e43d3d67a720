"""Kinds of PyTorch checkpoints, packages, exported programs and TorchScript. Sizes are in bytes."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "storage-missing": Kind("the archive has no record {record!r} for the storage {storage!r}"),
    "storage-undeclared": Kind(
        "numbers are stored for {storage!r}, and no tensor declares a storage of that name and a"
        " known type"
    ),
    "storage-short": Kind(
        "the storage {storage!r} is declared with {declared} bytes, and its record {record!r} has"
        " only {stored}"
    ),
    "storage-long": Kind(
        "the storage {storage!r} is declared with {declared} bytes, and its record {record!r} has"
        " {stored}"
    ),
    "storage-overlap": Kind("the records {first!r} and {second!r} share bytes of the archive"),
    "storage-conflict": Kind(
        "the storage {storage!r} is declared once with {first} bytes and once with {second}"
    ),
    "storage-overrun": Kind(
        "the tensor {tensor!r} ends at byte {end} of the storage {storage!r}, which has {size}"
        " bytes"
    ),
    "storage-without-count": Kind(
        "the number of elements of the storage {storage!r} is missing or negative"
    ),
    "storage-differs": Kind(
        "the storage {storage!r} is declared with {declared} bytes and stored with {stored}"
    ),
    "storage-cut": Kind(
        "the file ends {missing} bytes before the end of the storage {storage!r}, which has {size}"
    ),
    "tensor-geometry": Kind("the tensor {tensor!r} has a negative offset, size or stride"),
    "torch-legacy-protocol": Kind(
        "the file declares protocol {declared} of the legacy form, and torch knows only {known}"
    ),
    "torch-no-root": Kind("the first member {member!r} of the archive is not in a folder"),
    "torch-second-root": Kind(
        "the member {member!r} is not in the folder {folder!r} of the first member"
    ),
    "torch-no-version": Kind("the archive has no version record"),
    "torch-bad-version": Kind("the version record is not a number"),
    "exported-code": Kind("{part!r} in the expression {expression!r} does more than calculate"),
    "exported-function": Kind(
        "the expression {expression!r} calls {part!r}, which torch does not write"
    ),
    "torchscript-unparsed": Kind(
        "the code cannot be parsed, so it was only searched for operators: {problem}"
    ),
}
REASONS: Final[dict[str, Reason]] = {
    "broken-program": Reason(
        "the graph of the exported program is not valid JSON: {problem}", group="damaged"
    ),
}
METADATA: Final[dict[str, Key]] = {
    "loaded-by": Key("what loads the checkpoint, by the files around it", "text"),
    "torch-container": Key("the form of the checkpoint: zip, legacy or tar", "text"),
    "torch-file-version": Key("the version of the file format", "number"),
    "torch-byteorder": Key("the byte order of the stored numbers", "text"),
    "torch-format-version": Key("the record .format_version of the archive", "text"),
    "torch-location": Key("a device that tensors were saved on", "text"),
    "torch-storage-class": Key("the dotted name of a class of storages", "text"),
    "torch-tensors": Key("how many tensors the pickle builds", "number"),
    "torch-bytecode-version": Key("the version of the bytecode for mobile devices", "number"),
    "torchscript-named-tuple": Key("a named tuple that the code declares", "text"),
    "operator-keyword": Key("an argument that the code names: domain::operator.argument", "text"),
    "pt2-schema-version": Key("the major version of the exported graph's schema", "number"),
    "pt2-opset": Key(
        "a set of operators that the exported program relies on, and its version", "number"
    ),
}
