"""Directories that are one artifact, by the files that their loaders look for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.core.paths import is_file, open_regular


class FolderSignature(msgspec.Struct, frozen=True):
    """A format that is a directory, recognised by a file in it.

    ``mains`` are the files of which there has to be one, ``parts`` the other files, and the
    directories, that belong to it. Where other directories have files of these names too, one of
    ``marks`` has to be among the first bytes of a main file. ``also`` are patterns of files that
    the loader reads and that stay artifacts of their own.
    """

    format: str
    mains: tuple[str, ...]
    parts: tuple[str, ...] = ()
    marks: tuple[bytes, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def own(self) -> frozenset[str]:
        """Files that are no artifacts beside it: JSON that is read too may be one of Keras."""
        names = (*self.mains, *self.parts)
        return frozenset(name for name in names if not (self.also and name.endswith(".json")))


COMPILED: Final = ("*.so", "*.pyd", "*.pyc")
"""Modules that Python imports without their source."""
_OF_HUB: Final = ("*.py", *COMPILED, "*.json", "*.jinja", "requirements.txt")
FOLDERS: Final = (
    FolderSignature(
        "savedmodel",
        ("saved_model.pb", "saved_model.pbtxt", "saved_model.cpb"),
        ("variables", "assets", "assets.extra", "keras_metadata.pb", "fingerprint.pb"),
    ),
    FolderSignature(
        "mlflow",
        ("MLmodel",),
        ("python_env.yaml", "conda.yaml"),
        (b"flavors",),
        ("*.py", *COMPILED, "requirements.txt", "conda.yaml", "pickle_module_info.txt"),
    ),
    FolderSignature(
        "triton",
        ("config.pbtxt",),
        marks=(b"platform", b"backend", b"max_batch_size", b"instance_group"),
        also=("*.py", *COMPILED, "model.*"),
    ),
    FolderSignature(
        "hub",
        (
            "config.json", "model_index.json", "adapter_config.json", "tokenizer_config.json",
            "genai_config.json", "open_clip_config.json",
        ),
        ("generation_config.json", "processor_config.json", "preprocessor_config.json"),
        (
            b'"model_type"', b'"architectures"', b'"auto_map"', b'"_class_name"', b'"peft_type"',
            b'"tokenizer_class"', b'"sentence_transformers', b'"context_length"',
            b'"custom_ops_library"', b'"custom_pipelines"', b'"model_cfg"', b'"pretrained_cfg"',
        ),
        _OF_HUB,
    ),
    FolderSignature(
        "speechbrain",
        ("hyperparams.yaml",),
        (),
        (b"!new:", b"!name:", b"!apply", b"!module:", b"!ref", b"!include:"),
        ("*.py", *COMPILED),
    ),
    FolderSignature(
        "spacy",
        ("config.cfg", "meta.json"),
        (),
        (b"[nlp]", b'"spacy_version"', b'"spacy_git_version"'),
        ("*.py", *COMPILED, "meta.json"),
    ),
    FolderSignature(
        "seldon",
        ("model-settings.json", ".s2i/environment"),
        (),
        (b'"implementation"', b"MODEL_NAME"),
        ("*.py", *COMPILED, "settings.json", "requirements.txt"),
    ),
    FolderSignature(
        "cog",
        ("cog.yaml",),
        (),
        (b"predict", b"build", b"train", b"run"),
        ("*.py", *COMPILED, "*requirements*.txt"),
    ),
    FolderSignature(
        "monai",
        ("configs/metadata.json",),
        (),
        (b'"monai_version"', b'"network_data_format"', b'"required_packages_version"'),
        ("*.py", *COMPILED, "*.json", "*.yaml", "*.yml", "logging.conf"),
    ),
    FolderSignature(
        "kerashub",
        ("metadata.json",),
        (),
        (b'"keras_hub_version"', b'"keras_nlp_version"'),
        ("metadata.json",),
    ),
    FolderSignature("orbax", ("_CHECKPOINT_METADATA",), ("_METADATA", "manifest.ocdbt")),
    FolderSignature(
        "bentoml",
        ("bentofile.yaml", "bento.yaml"),
        (),
        (b"service",),
        ("*.py", *COMPILED, "requirements.txt"),
    ),
    FolderSignature(
        "sparkml",
        ("metadata/part-00000",),
        ("metadata/_SUCCESS",),
        (b'"class":"org.apache.spark.ml',),
    ),
    FolderSignature("hub", ("modules.json",), (), (b'"type"',), _OF_HUB),
)  # fmt: skip
_ESCAPED: Final = re.compile(rb"\\u00[4-7][0-9a-fA-F]")
"""A letter that JSON need not escape: whoever does hides a key."""
MARKED: Final = 4 * 1024 * 1024
"""Bytes of a main file among which a mark has to be."""


def folder_of(path: str) -> FolderSignature | None:
    """The format of a directory that is one artifact; of several the one that names it."""
    return next(iter(folders_of(path)), None)


def folders_of(path: str) -> list[FolderSignature]:
    """Every format that a directory has the files of: it is inspected as each, like bytes are."""
    found = {}
    for one in FOLDERS:
        if one.format not in found and any(_is_main(path, one, main) for main in one.mains):
            found[one.format] = one
    return list(found.values())


def _is_main(path: str, signature: FolderSignature, name: str) -> bool:
    main = Path(path, name)
    if not is_file(main):
        return False
    if not signature.marks:
        return True
    try:
        with open_regular(main) as file:
            head = file.read(MARKED)
    except OSError:
        return True  # reading the artifact says so
    return any(mark in head for mark in signature.marks) or _ESCAPED.search(head) is not None
