"""Load models in one onnxruntime and say what it says: run by scripts.common.onnx_trials.

It runs under the Python that the release was built for. Each line of its input is a model in
base64, each line of its output what the release raised, as JSON; empty where it loads.
"""

import base64
import json
import os
import sys

import onnxruntime


def main() -> None:
    onnxruntime.set_default_logger_severity(4)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    for line in sys.stdin:
        text = ""
        try:
            onnxruntime.InferenceSession(
                base64.b64decode(line), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # noqa: BLE001  a release has many
            text = str(error)[:400]
        print(json.dumps(text), file=answers, flush=True)


main()
