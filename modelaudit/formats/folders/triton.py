"""Triton's model repositories: ``config.pbtxt`` and directories of versions with the model's file.

The server loads the file that the platform or the backend goes by, compares the declared inputs and
outputs with it, and imports ``model.py`` of the Python backend.
https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_configuration.html
https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_repository.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Reference
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.folders.origins import origin
from modelaudit.formats.folders.tritonports import compared
from modelaudit.formats.prototext import Message, parse
from modelaudit.formats.python.facts import Entry, facts

MAIN: Final = "config.pbtxt"
_WANTED: Final = {
    "onnxruntime_onnx": "model.onnx", "onnxruntime": "model.onnx",
    "tensorrt_plan": "model.plan", "tensorrt": "model.plan",
    "pytorch_libtorch": "model.pt", "pytorch": "model.pt",
    "tensorflow_savedmodel": "model.savedmodel", "tensorflow_graphdef": "model.graphdef",
    "openvino": "model.xml", "python": "model.py", "vllm": "model.json", "dali": "model.dali",
}  # fmt: skip
"""The file of a version directory, by platform and backend."""
_ENVIRONMENT: Final = "EXECUTION_ENV_PATH"
"""The parameter that names a packed environment:
https://github.com/triton-inference-server/python_backend#creating-custom-execution-environments"""
_SHOWN: Final = 200
_CALLED: Final = tuple(
    f"TritonPythonModel.{name}"
    for name in ("__init__", "auto_complete_config", "initialize", "execute")
)


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """What the configuration declares, where the model beside it differs, and code that is run."""
    yield Identity("triton", "", folder.at())
    yield from folder.unread()
    try:
        raw = files.read(folder, MAIN, files.MOST_JSON)
        config = parse(raw.decode("utf-8", "replace"))
    except Malformed as problem:
        yield unreadable(folder.at(MAIN), problem)
        return
    served_by = config.text("platform") or config.text("backend")
    yield Metadata("triton-served-by", served_by, -1, folder.at(MAIN))
    versions = _versions(folder)
    yield from _file(folder, config, served_by, versions)
    for version in versions:
        name = f"{version}/model.onnx"
        if name in folder.files:
            try:
                yield from compared(folder, config, name, folder.at(MAIN))
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
    yield from _brought(folder, config)
    yield from _engine(folder, versions)
    yield from compiled(files.of_folder(folder), versions)
    yield from _python(folder, versions, bounds)


def _python(folder: Folder, versions: Sequence[str], bounds: Bounds) -> Iterator[Fact]:
    """The code of the Python backend, which Triton also takes where no backend is named."""
    for version in versions:
        entries = [Entry("model", _CALLED, "the Python backend")]
        if f"{version}/model.py" in folder.files:
            yield from facts(files.modules(files.of_folder(folder), (version, "")), entries, bounds)


def _brought(folder: Folder, config: Message) -> Iterator[Reference]:
    """Libraries of operators that are loaded, and the packed environment of the Python backend."""
    for operations in config.messages.get("model_operations", []):
        for name in operations.values.get("op_library_filename", []):
            yield Reference("native-library", name[:_SHOWN], leaves=False, where=folder.at(MAIN))
    for parameter in config.messages.get("parameters", []):
        if parameter.text("key") == _ENVIRONMENT:
            for value in parameter.messages.get("value", []):
                name = value.text("string_value")[:_SHOWN]
                yield Reference("environment", name, leaves=False, where=folder.at(MAIN))


def _engine(folder: Folder, versions: Sequence[str]) -> Iterator[Fact]:
    """What vLLM reads: which model it loads, and whether it runs code of that one."""
    for version in versions:
        name = f"{version}/model.json"
        if name not in folder.files:
            continue
        try:
            said = files.json_of(files.read(folder, name, files.MOST_JSON))
        except Malformed as problem:
            yield unreadable(folder.at(name), problem)
            continue
        model = said.get("model") if isinstance(said, dict) else None
        if isinstance(said, dict) and isinstance(model, str) and model:
            yield from origin(model, folder.at(name), named=True)
            if said.get("trust_remote_code") is True:
                target = model[:_SHOWN]
                yield Reference("code-repository", target, leaves=True, where=folder.at(name))


def _versions(folder: Folder) -> list[str]:
    tops = dict.fromkeys(name.partition("/")[0] for name in folder.files if "/" in name)
    return [top for top in tops if top.isdecimal()]


def _file(
    folder: Folder, config: Message, served_by: str, versions: Sequence[str]
) -> Iterator[Anomaly]:
    """A version that lacks the file which the platform or backend loads."""
    wanted = config.text("default_model_filename") or _WANTED.get(served_by, "")
    for version in versions:
        there = [n.partition("/")[2] for n in folder.files if n.startswith(f"{version}/model.")]
        if wanted and there and not any(n.partition("/")[0] == wanted for n in there):
            fields = {
                "served_by": served_by,
                "wanted": wanted,
                "version": version,
                "file": there[0],
            }
            yield Anomaly("triton-file-missing", fields, folder.at(MAIN))
