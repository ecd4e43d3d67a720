"""Models as SageMaker takes them: a tar with weights, and code in a directory of its own.

The containers for PyTorch, TensorFlow and Hugging Face install ``code/requirements.txt`` and import
``code/inference.py``, both unasked.
https://sagemaker.readthedocs.io/en/stable/frameworks/pytorch/using_pytorch.html
https://huggingface.co/docs/sagemaker/inference (user defined code and modules)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable, within
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled, shadows
from modelaudit.formats.folders.requirements import from_text
from modelaudit.formats.python.facts import Entry, facts

ROOT: Final = "code"
MAIN: Final = f"{ROOT}/inference.py"
REQUIREMENTS: Final = f"{ROOT}/requirements.txt"
MOST_CODE: Final = 16 * MIB
"""Bytes of all source of one archive that are looked at."""
_CALLED: Final = (
    "model_fn", "input_fn", "predict_fn", "output_fn", "transform_fn", "input_handler",
    "output_handler", "handler",
)  # fmt: skip


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """The code that serving imports, and what it installs."""
    yield from folder.unread()
    yield from _served(files.of_folder(folder), folder.at(), bounds)


def _served(held: files.Files, where: Location, bounds: Bounds) -> Iterator[Fact]:
    yield Identity("sagemaker", "", where)
    if REQUIREMENTS in held.names:
        yield from from_text(held, REQUIREMENTS)
    yield from compiled(held, (ROOT,))
    yield from shadows(held, (ROOT,))
    entry = Entry("inference", _CALLED, "serving by SageMaker")
    yield from facts(files.modules(held, (ROOT,)), [entry], bounds)


class Collected:
    """The code of an archive, which is read while its members pass."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._texts: dict[str, bytes] = {}
        self._size = 0

    def take(self, name: str, inner: Source) -> Iterator[Fact]:
        """Keep a member that is code; one fact for one that cannot be kept."""
        name = name.removeprefix("./")
        if not name.startswith(f"{ROOT}/") or not name.endswith((".py", ".txt", ".so", ".pyc")):
            return
        try:
            if self._size + inner.size > MOST_CODE:
                raise Malformed("limit", {"limit": "bytes of source", "most": MOST_CODE})
            is_text = name.endswith((".py", ".txt"))
            self._texts[name] = inner.whole_bytes(MOST_CODE) if is_text else b""
            self._size += len(self._texts[name])
        except Malformed as problem:
            yield unreadable(inner.at(), problem)

    def facts(self, bounds: Bounds) -> Iterator[Fact]:
        """What serving runs of it; nothing of an archive that is not SageMaker's."""
        if MAIN in self._texts:
            held = files.Files(self._texts, self._read, lambda name: within(self._source, name))
            yield from _served(held, self._source.at(), bounds)

    def _read(self, name: str, most: int) -> bytes:
        if len(self._texts[name]) > most:
            raise Malformed("limit", {"limit": "bytes of one file of source", "most": most})
        return self._texts[name]
