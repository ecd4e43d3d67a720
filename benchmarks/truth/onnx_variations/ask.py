"""What one onnxruntime does with models: run by build.py, under the Python of that release.

    python ask.py FOLDER    prints JSON: for each model where it ended (load, run, ok;
    untried and machine are outcomes that say nothing of the model), and why

Each model is loaded in a process of its own, which it may crash or hang.
"""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Iterator  # Python 3.8 runs this
from pathlib import Path
from typing import Any

import numpy
import onnxruntime

SECONDS = 20
TYPES = {
    "tensor(float)": numpy.float32,
    "tensor(double)": numpy.float64,
    "tensor(float16)": numpy.float16,
    "tensor(bool)": numpy.bool_,
    "tensor(string)": numpy.object_,
    **{f"tensor({name})": getattr(numpy, name) for name in ("int8", "int16", "int32", "int64")},
    **{f"tensor({name})": getattr(numpy, name) for name in ("uint8", "uint16", "uint32", "uint64")},
}


def steps(path: Path) -> Iterator[tuple[str, str]]:
    """Where it is and why it ends there; the last one counts."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    yield "load", "crash"
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # noqa: BLE001  a release has many
        yield _because("load", str(error))
        return
    yield "run", "crash"
    failed = ""
    for number in (1, 0, 2):  # fails only where no numbers work
        try:
            feed = {one.name: array(one, number) for one in session.get_inputs()}
            session.run(None, feed)
        except KeyError as error:  # a type that NumPy does not have
            yield "untried", str(error)
            return
        except Exception as error:  # noqa: BLE001
            failed = failed or str(error)
        else:
            yield "ok", ""
            return
    yield _because("run", failed)


def _because(where: str, text: str) -> tuple[str, str]:
    """Where a model ended; ``machine`` where that lacks a locale, which no file decides."""
    return "machine" if "construct locale" in text else where, text[:500]


def array(given: Any, number: int) -> Any:
    sizes = [size if isinstance(size, int) else 2 for size in given.shape]
    made = numpy.full(sizes, number, TYPES[given.type])
    return made.astype(str).astype(object) if given.type == "tensor(string)" else made


def ended(path: Path) -> Any:
    receiver, sender = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for step in steps(path):
            os.write(sender, (json.dumps(step) + "\n").encode())
        os._exit(0)
    os.close(sender)
    data = b""
    while select.select([receiver], [], [], SECONDS)[0]:
        part = os.read(receiver, 65536)
        if not part:
            break
        data += part
    else:
        os.kill(child, 9)
    os.close(receiver)
    os.waitpid(child, 0)
    return json.loads(data.splitlines()[-1])


if __name__ == "__main__":
    onnxruntime.set_default_logger_severity(4)
    models = sorted(Path(sys.argv[1]).glob("*.onnx"))
    json.dump({path.stem: ended(path) for path in models}, sys.stdout)
