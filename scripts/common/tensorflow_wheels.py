"""What the TensorFlow table is made of: the few things that are read of each release's wheel.

A wheel is downloaded by pip and unpacked; nothing of it is installed. Which operators and kernels
its libraries register only they can tell: a child process loads them and asks (see
tensorflow_probe.py). The answers stay in a cache directory beside the headers that were read,
so that a second run needs no network, and the wheel goes.
"""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

ASK = Path(__file__).with_name("tensorflow_probe.py")

RELEASES = {
    **dict.fromkeys(("1.15.0", "2.0.4", "2.1.4"), "3.7"),
    **dict.fromkeys(("2.2.3", "2.3.4", "2.4.4", "2.5.3", "2.6.5", "2.7.4"), "3.8"),
    **dict.fromkeys(("2.8.4", "2.9.3", "2.10.1", "2.11.1"), "3.8"),
    **dict.fromkeys(("2.12.1", "2.13.1", "2.14.1", "2.15.1", "2.16.2"), "3.11"),
    **dict.fromkeys(("2.17.1", "2.18.1", "2.19.1", "2.20.0", "2.21.0"), "3.11"),
}
"""The last patch release of each minor one, and a Python that it has a wheel for."""
UNPACKED = (
    *("*/libtensorflow_*", "*/python/_pywrap_tensorflow_internal.so", "*/core/kernels/*.so"),
    *("*/core/public/*version.h", "*/core/framework/types.pb.h", "*/tf2xla/python/xla.py"),
)
KEPT = ("version.h", "release_version.h", "types.pb.h", "xla.py")
TEXTS = {"ignores-attributes": b"Unknown attributes will be ignored"}
"""What stands in the libraries of releases that behave in a certain way."""
PLATFORMS = ("manylinux2010", "manylinux2014", "manylinux_2_17", "manylinux_2_27", "manylinux_2_28")


def fetch(release: str, cache: Path) -> dict[str, bytes]:
    """What was read of a release: ``KEPT``, ``ops.pb``, ``kernels.pb`` and names of ``TEXTS``."""
    folder = cache / release
    if not (folder / "texts.txt").is_file():
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            _ask(release, _unpack(release, Path(scratch)), folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _unpack(release: str, scratch: Path) -> Path:
    """The package's folder, with no more in it than is looked at."""
    # The CPU build of 2.0 is the plain package.
    name = "tensorflow" if release.startswith("2.0.") else "tensorflow-cpu"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--only-binary", ":all:", "--python-version", RELEASES[release], "-d", str(scratch)]
    for platform in PLATFORMS:
        command += ["--platform", f"{platform}_x86_64"]
    subprocess.run([*command, f"{name}=={release}"], check=True)
    wheel = next(scratch.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if any(fnmatchcase(member, pattern) for pattern in UNPACKED):
                archive.extract(member, scratch)
    wheel.unlink()
    core = scratch / "tensorflow_core"
    return core if core.is_dir() else scratch / "tensorflow"


def _ask(release: str, root: Path, folder: Path) -> None:
    python = shutil.which(f"python{RELEASES[release]}")
    if python is None:
        raise SystemExit(f"tensorflow {release} needs python{RELEASES[release]} on PATH")
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        # Old wheels keep their headers in a folder that only installing moves.
        for header in root.parent.rglob(name):
            shutil.copyfile(header, folder / name)
    answers = root / "answers"
    # The C API's library names the others by their plain names.
    environment = {**os.environ, "LD_LIBRARY_PATH": str(root), "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([python, str(ASK), str(root), str(answers)], check=True, env=environment)
    for answer in ("ops.pb", "kernels.pb"):
        shutil.move(f"{answers}.{answer}", folder / answer)
    libraries = [path for path in root.rglob("*.so*") if path.is_file()]
    found = [name for name, text in TEXTS.items() if any(_has(path, text) for path in libraries)]
    (folder / "texts.txt").write_text("\n".join(found))


def _has(path: Path, text: bytes) -> bool:
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return view.find(text) >= 0
