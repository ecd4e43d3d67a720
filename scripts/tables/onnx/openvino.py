"""Write rules/tables/onnx_openvino.json: the ONNX operators that releases of OpenVINO read.

    python -m scripts.tables.onnx.openvino --cache DIR   install releases, ask them, write
    python -m scripts.tables.onnx.openvino --check       the table's invariants, no network

Each release reads a model of one node for every operator that the newest onnxruntime knows, whose
answer scripts.tables.onnx.runtime left in DIR. One that it has no translation for it names.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from scripts.common import onnx_targets as targets
from scripts.common import onnx_trials as trials
from scripts.common.files import ROOT, TABLES
from scripts.common.releases import refresh

TABLE: Final = TABLES / "onnx_openvino.json"
TRIAL: Final = ROOT / "scripts" / "common" / "openvino_trial.py"
RELEASES: Final = (
    *("2023.1.0", "2024.0.0", "2024.4.0", "2025.0.0", "2025.4.1", "2026.0.0", "2026.4.1"),
)
SCHEMAS: Final = "1.32.0"
DOMAINS: Final = ("", "ai.onnx.ml", "com.microsoft")
REFUSALS: Final = (
    "does not support the following ONNX operations: ",
    "No conversion rule found for operations: ",
)


def ask(release: str, cache: Path) -> list[str]:
    """The operators that one release reads."""
    answer = cache / f"openvino-{release}.json"
    if not answer.is_file():
        folder = cache / f"openvino-{release}"
        if not folder.is_dir():
            _install(release, folder)
        runtime = trials.Runtime(sys.executable, folder, TRIAL)
        schemas = json.loads((cache / f"{SCHEMAS}.json").read_text())["schemas"]
        answer.write_text(json.dumps(_read(schemas, runtime)))
    found: list[str] = json.loads(answer.read_text())
    return found


def _install(release: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary"]
    wanted = [f"openvino=={release}", "numpy<2", "openvino-telemetry"]
    subprocess.run([*command, ":all:", "--target", str(folder), *wanted], check=True)


def _read(schemas: list[Any], runtime: trials.Runtime) -> list[str]:
    read = set()
    for schema in schemas:
        if schema["domain"] not in DOMAINS or schema["deprecated"]:
            continue
        types = {name: _type(allowed) for name, allowed in schema["allowed"].items()}
        made = trials.model(schema, types)
        refusal = runtime.refusal(made) if made is not None else ""
        if not any(one in refusal for one in REFUSALS):
            read.add(targets.operator(schema["domain"], schema["name"]))
    return sorted(read)


def _type(allowed: list[str]) -> str:
    return "tensor(float)" if "tensor(float)" in allowed else allowed[0]


def render(cache: Path, date: str) -> str:
    found = {release: {name: {0} for name in ask(release, cache)} for release in RELEASES}
    return targets.render(
        "The ONNX operators that OpenVINO has a translation for, by release.",
        "wheels of openvino on PyPI, each asked by scripts/common/openvino_trial.py",
        "facts out of Apache-2.0 releases",
        date,
        found,
    )


def problems() -> list[str]:
    return targets.problems(TABLE, RELEASES, present=("Conv", "If", "LSTM"), absent=("Det",))


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
