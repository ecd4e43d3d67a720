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
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.folders.onnxports import Port, ports
from modelaudit.formats.prototext import Message, parse
from modelaudit.formats.python.facts import Entry, facts

MAIN: Final = "config.pbtxt"
_WANTED: Final = {
    "onnxruntime_onnx": "model.onnx", "onnxruntime": "model.onnx",
    "tensorrt_plan": "model.plan", "tensorrt": "model.plan",
    "pytorch_libtorch": "model.pt", "pytorch": "model.pt",
    "tensorflow_savedmodel": "model.savedmodel", "tensorflow_graphdef": "model.graphdef",
    "openvino": "model.xml", "python": "model.py",
}  # fmt: skip
"""The file of a version directory, by platform and backend."""
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
                yield from _compared(folder, config, name)
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
    yield from compiled(files.of_folder(folder), versions)
    yield from _python(folder, versions, bounds)


def _python(folder: Folder, versions: Sequence[str], bounds: Bounds) -> Iterator[Fact]:
    """The code of the Python backend, which Triton also takes where no backend is named."""
    for version in versions:
        entries = [Entry("model", _CALLED, "the Python backend")]
        if f"{version}/model.py" in folder.files:
            yield from facts(files.modules(files.of_folder(folder), (version, "")), entries, bounds)


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


def _compared(folder: Folder, config: Message, name: str) -> Iterator[Anomaly]:
    """Where the declared inputs and outputs differ from those of the graph."""
    with folder.open(name) as source:
        inputs, outputs = ports(source)
    batched = config.text("max_batch_size") not in ("", "0")
    for role, declared, there in (
        ("input", config.messages.get("input", []), inputs),
        ("output", config.messages.get("output", []), outputs),
    ):
        for one in declared:
            said = {"role": role, "name": one.text("name")[:100], "file": name}
            port = there.get(one.text("name"))
            if port is None:
                yield Anomaly("triton-port-unknown", said, folder.at(MAIN))
            else:
                for what, mine, its in _differences(one, port, batched=batched):
                    fields = {**said, "what": what, "declared": mine, "graph": its}
                    yield Anomaly("triton-port-differs", fields, folder.at(MAIN))


def _differences(declared: Message, port: Port, *, batched: bool) -> Iterator[tuple[str, str, str]]:
    type_ = declared.text("data_type")
    if type_ and port.type and type_ != port.type:
        yield "type", type_, port.type
    dims = declared.values.get("dims", [])
    if port.shape is None or "reshape" in declared.messages or not dims:
        return
    shape = port.shape[1:] if batched else port.shape
    shown = ", ".join("?" if size < 0 else str(size) for size in shape)
    if len(dims) != len(shape):
        yield "shape", f"[{', '.join(dims)}]", f"[{shown}]"
        return
    for dim, size in zip(dims, shape, strict=True):
        if size >= 0 and dim.isdecimal() and int(dim) != size:
            yield "shape", f"[{', '.join(dims)}]", f"[{shown}]"
            return
