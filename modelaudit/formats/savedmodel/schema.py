"""The messages of TensorFlow that are read, with the fields that are used.

Source: https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf (saved_model,
meta_graph, saved_object_graph, struct, saver, tensor_bundle, fingerprint) and .../core/framework
(graph, node_def, function, op_def, attr_value, tensor, tensor_shape, versions); of Keras
https://github.com/keras-team/tf-keras/blob/master/tf_keras/protobuf/saved_metadata.proto
A release that lacks one of these fields does not use its number for anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.source import Buffer
from modelaudit.formats.protobuf import LENGTH, VARINT, Field, read_field, run_end, varint

NUMBER: Final = "number"
TEXT: Final = "text"
DTYPE: Final = "DataType"
NUMBERS: Final = frozenset({NUMBER, DTYPE})
"""Types that are varints, several of which may be packed into one field."""

MESSAGES: Final[dict[str, dict[int, tuple[str, str]]]] = {
    "SavedModel": {
        1: ("saved_model_schema_version", NUMBER),
        2: ("meta_graphs", "MetaGraphDef"),
    },
    "MetaGraphDef": {
        1: ("meta_info_def", "MetaInfoDef"),
        2: ("graph_def", "GraphDef"),
        3: ("saver_def", "SaverDef"),
        4: ("collection_def", "CollectionEntry"),
        5: ("signature_def", "SignatureEntry"),
        6: ("asset_file_def", "AssetFileDef"),
        7: ("object_graph_def", "SavedObjectGraph"),
    },
    "MetaInfoDef": {
        1: ("meta_graph_version", TEXT),
        2: ("stripped_op_list", "OpList"),
        4: ("tags", TEXT),
        5: ("tensorflow_version", TEXT),
        6: ("tensorflow_git_version", TEXT),
        7: ("stripped_default_attrs", NUMBER),
    },
    "OpList": {1: ("op", "OpDef")},
    "OpDef": {
        1: ("name", TEXT),
        2: ("input_arg", "ArgDef"),
        3: ("output_arg", "ArgDef"),
        4: ("attr", "AttrDef"),
    },
    "ArgDef": {1: ("name", TEXT)},
    "AttrDef": {1: ("name", TEXT), 2: ("type", TEXT), 3: ("default_value", "AttrValue")},
    "GraphDef": {
        1: ("node", "NodeDef"),
        2: ("library", "FunctionDefLibrary"),
        3: ("version", NUMBER),
        4: ("versions", "VersionDef"),
    },
    "VersionDef": {
        1: ("producer", NUMBER),
        2: ("min_consumer", NUMBER),
        3: ("bad_consumers", NUMBER),
    },
    "FunctionDefLibrary": {1: ("function", "FunctionDef")},
    "FunctionDef": {
        1: ("signature", "OpDef"),
        3: ("node_def", "NodeDef"),
        4: ("ret", "TextEntry"),
        5: ("attr", "AttrEntry"),
    },
    "TextEntry": {1: ("key", TEXT), 2: ("value", TEXT)},
    "NodeDef": {
        1: ("name", TEXT),
        2: ("op", TEXT),
        3: ("input", TEXT),
        4: ("device", TEXT),
        5: ("attr", "AttrEntry"),
    },
    "AttrEntry": {1: ("key", TEXT), 2: ("value", "AttrValue")},
    "AttrValue": {
        1: ("list", "ListValue"),
        2: ("s", TEXT),
        3: ("i", NUMBER),
        5: ("b", NUMBER),
        6: ("type", DTYPE),
        8: ("tensor", "TensorProto"),
        9: ("placeholder", TEXT),
        10: ("func", "NameAttrList"),
    },
    "ListValue": {
        2: ("s", TEXT),
        3: ("i", NUMBER),
        5: ("b", NUMBER),
        6: ("type", DTYPE),
        8: ("tensor", "TensorProto"),
        9: ("func", "NameAttrList"),
    },
    "NameAttrList": {1: ("name", TEXT), 2: ("attr", "AttrEntry")},
    "TensorProto": {
        1: ("dtype", DTYPE),
        2: ("tensor_shape", "TensorShapeProto"),
        4: ("tensor_content", TEXT),
        8: ("string_val", TEXT),
    },
    "TensorShapeProto": {2: ("dim", "Dim"), 3: ("unknown_rank", NUMBER)},
    "Dim": {1: ("size", NUMBER)},
    "SaverDef": {1: ("filename_tensor_name", TEXT), 3: ("restore_op_name", TEXT)},
    "SignatureEntry": {1: ("key", TEXT), 2: ("value", "SignatureDef")},
    "SignatureDef": {
        1: ("inputs", "TensorInfoEntry"),
        2: ("outputs", "TensorInfoEntry"),
        3: ("method_name", TEXT),
    },
    "TensorInfoEntry": {1: ("key", TEXT), 2: ("value", "TensorInfo")},
    "TensorInfo": {1: ("name", TEXT), 2: ("dtype", DTYPE)},
    "CollectionEntry": {1: ("key", TEXT), 2: ("value", "CollectionDef")},
    "CollectionDef": {5: ("any_list", "AnyList")},
    "AnyList": {1: ("value", "Any")},
    "Any": {1: ("type_url", TEXT), 2: ("value", TEXT)},
    "AssetFileDef": {1: ("tensor_info", "TensorInfo"), 2: ("filename", TEXT)},
    "SavedObjectGraph": {
        1: ("nodes", "SavedObject"),
        2: ("concrete_functions", "ConcreteFunctionEntry"),
    },
    "SavedObject": {
        4: ("user_object", "SavedUserObject"),
        5: ("asset", "SavedAsset"),
        8: ("bare_concrete_function", "SavedBareConcreteFunction"),
        9: ("constant", "SavedConstant"),
        11: ("saveable_objects", "SaveableEntry"),
    },
    "SavedUserObject": {1: ("identifier", TEXT), 3: ("metadata", TEXT)},
    "SavedBareConcreteFunction": {1: ("name", TEXT), 4: ("function_spec", "FunctionSpec")},
    "FunctionSpec": {5: ("input_signature", "StructuredValue")},
    "StructuredValue": {1: ("none_value", "NoneValue")},
    "NoneValue": {},
    "SavedAsset": {1: ("asset_file_def_index", NUMBER)},
    "SavedConstant": {1: ("operation", TEXT)},
    "SaveableEntry": {1: ("key", TEXT), 2: ("value", "SaveableObject")},
    "SaveableObject": {2: ("save_function", NUMBER), 3: ("restore_function", NUMBER)},
    "ConcreteFunctionEntry": {1: ("key", TEXT), 2: ("value", "SavedConcreteFunction")},
    "SavedConcreteFunction": {2: ("bound_inputs", NUMBER)},
    "KerasMetadata": {1: ("nodes", "KerasObject")},
    "KerasObject": {
        2: ("node_id", NUMBER),
        3: ("node_path", TEXT),
        4: ("identifier", TEXT),
        5: ("metadata", TEXT),
    },
    "FingerprintDef": {
        1: ("saved_model_checksum", NUMBER),
        2: ("graph_def_program_hash", NUMBER),
        3: ("signature_def_hash", NUMBER),
        4: ("saved_object_graph_hash", NUMBER),
        5: ("checkpoint_hash", NUMBER),
        6: ("version", "VersionDef"),
        7: ("uuid", TEXT),
    },
    "BundleHeader": {
        1: ("num_shards", NUMBER),
        2: ("endianness", NUMBER),
        3: ("version", "VersionDef"),
    },
    "BundleEntry": {
        1: ("dtype", DTYPE),
        2: ("shape", "TensorShapeProto"),
        3: ("shard_id", NUMBER),
        4: ("offset", NUMBER),
        5: ("size", NUMBER),
    },
}

DTYPES: Final = {
    1: ("float32", 4),
    2: ("float64", 8),
    3: ("int32", 4),
    4: ("uint8", 1),
    5: ("int16", 2),
    6: ("int8", 1),
    7: ("string", 0),
    8: ("complex64", 8),
    9: ("int64", 8),
    10: ("bool", 1),
    11: ("qint8", 1),
    12: ("quint8", 1),
    13: ("qint32", 4),
    14: ("bfloat16", 2),
    15: ("qint16", 2),
    16: ("quint16", 2),
    17: ("uint16", 2),
    18: ("complex128", 16),
    19: ("float16", 2),
    20: ("resource", 0),
    21: ("variant", 0),
    22: ("uint32", 4),
    23: ("uint64", 8),
    24: ("float8_e5m2", 1),
    25: ("float8_e4m3fn", 1),
    26: ("float8_e4m3fnuz", 1),
    27: ("float8_e4m3b11fnuz", 1),
    28: ("float8_e5m2fnuz", 1),
    29: ("int4", 1),
    30: ("uint4", 1),
    31: ("int2", 1),
    32: ("uint2", 1),
    33: ("float4_e2m1fn", 1),
}
"""Name, and bytes of one element in a file; 0 where that is not fixed. From types.proto."""


def walk(data: Buffer, start: int, stop: int, message: str) -> Iterator[tuple[str, Field]]:
    """The known fields of a message, by name; one with an unexpected wire type is skipped.

    Numbers may be packed; ``numbers()`` reads both forms. Raises Malformed.
    """
    known = MESSAGES[message]
    position = start
    passed = 0
    while position < stop:
        found = read_field(data, position, stop)
        position = found.stop
        entry = known.get(found.number)
        if entry is not None and (found.wire == LENGTH or entry[1] in NUMBERS):
            if found.wire in (LENGTH, VARINT):
                yield entry[0], found
        elif found.wire != LENGTH and found.number == passed:
            position = run_end(data, found, stop)  # numbers that are not packed may be millions
        passed = found.number


def numbers(data: Buffer, found: Field, most: int = 1 << 20) -> Iterator[int]:
    """The first ``most`` values of a field of numbers. Raises Malformed."""
    if found.wire == VARINT:
        yield found.value
        return
    position = found.value
    while position < found.stop and most > 0:
        value, position = varint(data, position, found.stop)
        most -= 1
        yield value


def dtype_name(number: int) -> str:
    """``float32``, or an unknown number as text; a reference to a type has the number plus 100."""
    plain = DTYPES.get(number - 100 if number > 100 else number)
    return plain[0] if plain is not None else str(number)
