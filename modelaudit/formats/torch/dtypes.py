"""How many bytes one element takes, by the names that torch's pickles use for element types.

``torch.FloatStorage`` and its kind are the classes that storages name,
https://github.com/pytorch/pytorch/blob/main/torch/storage.py (``_dtype_to_storage_type_map``).
"""

from __future__ import annotations

from typing import Final

SIZES: Final = {
    **dict.fromkeys(
        (
            *("uint8", "int8", "bool", "qint8", "quint8", "quint4x2", "quint2x4"),
            *("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"),
            *("float8_e8m0fnu", "float4_e2m1fn_x2", "bits8", "bits1x8", "bits2x4", "bits4x2"),
            *(f"uint{bits}" for bits in range(1, 8)),
            *(f"int{bits}" for bits in range(1, 8)),
        ),
        1,
    ),
    **dict.fromkeys(("int16", "uint16", "float16", "bfloat16", "bits16"), 2),
    **dict.fromkeys(("int32", "uint32", "float32", "qint32", "complex32"), 4),
    **dict.fromkeys(("int64", "uint64", "float64", "complex64"), 8),
    "complex128": 16,
}
"""Bytes of one element of a dtype."""

PACKED: Final = {"quint4x2": 2, "quint2x4": 4}
"""Elements that share a byte."""

STORAGES: Final = {
    "UntypedStorage": "uint8",
    "ByteStorage": "uint8",
    "CharStorage": "int8",
    "ShortStorage": "int16",
    "IntStorage": "int32",
    "LongStorage": "int64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "BoolStorage": "bool",
    "ComplexHalfStorage": "complex32",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "QInt8Storage": "qint8",
    "QUInt8Storage": "quint8",
    "QInt32Storage": "qint32",
    "QUInt4x2Storage": "quint4x2",
    "QUInt2x4Storage": "quint2x4",
    "UInt16Storage": "uint16",
    "UInt32Storage": "uint32",
    "UInt64Storage": "uint64",
    "Float8_e4m3fnStorage": "float8_e4m3fn",
    "Float8_e5m2Storage": "float8_e5m2",
    "Float8_e4m3fnuzStorage": "float8_e4m3fnuz",
    "Float8_e5m2fnuzStorage": "float8_e5m2fnuz",
    "Float8_e8m0fnuStorage": "float8_e8m0fnu",
    "Float4_e2m1fn_x2Storage": "float4_e2m1fn_x2",
}
"""The dtype of each storage class; ``torch.cuda`` has classes of the same names."""


def bytes_of(dtype: str, count: int) -> int:
    """The bytes that a number of elements takes; -1 for a dtype that is not known."""
    if dtype not in SIZES:
        return -1
    return -(-count // PACKED.get(dtype, 1)) * SIZES[dtype]


def of_storage(dotted: str) -> str:
    """The dtype of the elements of a storage class; empty for any other name."""
    module, _, name = dotted.rpartition(".")
    return STORAGES.get(name, "") if module.startswith("torch") else ""


def of_name(dotted: str) -> str:
    """The dtype that ``torch.float32`` names; empty for any other name."""
    name = dotted.removeprefix("torch.")
    return name if name != dotted and name in SIZES else ""
