"""Operators that reach outside the graph, and which of their inputs and attributes say where.

The names are those of the operators' definitions,
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/ops. An input is given by its
index, an attribute by its name. Rules decide what each means.
"""

from __future__ import annotations

from typing import Final

Argument = tuple[str, int | str]

_FILENAME: Final[tuple[Argument, ...]] = (("filename", 0),)
_FILENAMES: Final[tuple[Argument, ...]] = (("filenames", 0),)
_PREFIX: Final[tuple[Argument, ...]] = (("prefix", 0),)
_PATH: Final[tuple[Argument, ...]] = (("path", 1),)
_DEBUG: Final[tuple[Argument, ...]] = (("debug_urls", "debug_urls"),)
_TOKEN: Final[tuple[Argument, ...]] = (("token", "token"),)
_DESCRIPTORS: Final[tuple[Argument, ...]] = (("descriptor_source", "descriptor_source"),)

SINKS: Final[dict[str, tuple[Argument, ...]]] = {
    **dict.fromkeys(("ReadFile", "WriteFile", "Save", "SaveSlices"), _FILENAME),
    **dict.fromkeys(("FixedLengthRecordDataset", "FixedLengthRecordDatasetV2"), _FILENAMES),
    **dict.fromkeys(("TextLineDataset", "TFRecordDataset", "TFRecordDatasetV2"), _FILENAMES),
    **dict.fromkeys(("CSVDataset", "CSVDatasetV2", "ExperimentalCSVDataset"), _FILENAMES),
    **dict.fromkeys(("LMDBDataset", "ExperimentalLMDBDataset"), _FILENAMES),
    **dict.fromkeys(("SaveV2", "RestoreV2", "Restore", "RestoreSlice"), _PREFIX),
    "MergeV2Checkpoints": (("checkpoint_prefixes", 0), ("destination_prefix", 1)),
    "ImmutableConst": (("memory_region_name", "memory_region_name"),),
    **dict.fromkeys(
        ("InitializeTableFromTextFile", "InitializeTableFromTextFileV2"), (("filename", 1),)
    ),
    "PrintV2": (("output_stream", "output_stream"),),
    **dict.fromkeys(("MatchingFiles",), (("pattern", 0),)),
    **dict.fromkeys(
        ("MatchingFilesDataset", "ExperimentalMatchingFilesDataset"), (("patterns", 0),)
    ),
    **dict.fromkeys(("DebugIdentity", "DebugIdentityV2", "DebugIdentityV3"), _DEBUG),
    **dict.fromkeys(("DebugNanCount", "DebugNumericSummary", "DebugNumericSummaryV2"), _DEBUG),
    "DistributedSave": (("directory", 1), ("address", 2)),
    "RpcCall": (("method_name", 1),),
    **dict.fromkeys(("RpcClient", "RpcServer"), (("server_address", 0),)),
    **dict.fromkeys(("RpcServerRegister", "RpcServerStart"), ()),
    **dict.fromkeys(("RegisterDataset", "RegisterDatasetV2"), (("address", 1),)),
    **dict.fromkeys(
        (f"DataServiceDataset{version}" for version in ("", "V2", "V3", "V4")), (("address", 2),)
    ),
    **dict.fromkeys(
        ("SqlDataset", "ExperimentalSqlDataset"), (("data_source_name", 1), ("query", 2))
    ),
    "LoadAndRemapMatrix": (("ckpt_path", 0),),
    "GenerateVocabRemapping": (("new_vocab_file", 0), ("old_vocab_file", 1)),
    **dict.fromkeys(("DecodeProtoV2", "EncodeProto"), _DESCRIPTORS),
    **dict.fromkeys(
        ("SaveDataset", "SaveDatasetV2", "SnapshotDataset", "SnapshotDatasetV2"), _PATH
    ),
    "LoadDataset": (("path", 0),),
    **dict.fromkeys(("DatasetToTFRecord", "ExperimentalDatasetToTFRecord"), (("filename", 1),)),
    **dict.fromkeys(("CacheDataset", "CacheDatasetV2"), (("filename", 1),)),
    "CreateSummaryFileWriter": (("logdir", 1),),
    "CreateSummaryDbWriter": (("db_uri", 1),),
    **dict.fromkeys(("WholeFileReader", "WholeFileReaderV2"), ()),
    **dict.fromkeys(("TextLineReader", "TextLineReaderV2"), ()),
    **dict.fromkeys(("TFRecordReader", "TFRecordReaderV2"), ()),
    **dict.fromkeys(("FixedLengthRecordReader", "FixedLengthRecordReaderV2", "LMDBReader"), ()),
    "BigQueryReader": (("project_id", "project_id"), ("dataset_id", "dataset_id")),
    "RemoteCall": (("target", 0),),
    **dict.fromkeys(("PyFunc", "PyFuncStateless", "EagerPyFunc"), _TOKEN),
    "NumpyFunction": _TOKEN,
    **dict.fromkeys(
        ("XlaCustomCall", "XlaCustomCallV2"), (("call_target_name", "call_target_name"),)
    ),
}
