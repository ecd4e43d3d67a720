"""Read models with one OpenVINO and say what it says: run by scripts.tables.onnx.openvino.

Each line of its input is a model in base64, each line of its output what reading it raised, as
JSON; empty where it is read.
"""

from __future__ import annotations

import base64
import json
import os
import sys

import openvino


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    core = openvino.Core() if hasattr(openvino, "Core") else openvino.runtime.Core()
    for line in sys.stdin:
        text = ""
        try:
            core.read_model(base64.b64decode(line))
        except Exception as error:  # noqa: BLE001  a release has many
            text = str(error)[-2000:]
        print(json.dumps(text), file=answers, flush=True)


main()
