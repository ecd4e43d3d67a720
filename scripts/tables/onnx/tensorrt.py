"""Write rules/tables/onnx_tensorrt.json: the ONNX operators that TensorRT's parser supports.

    python -m scripts.tables.onnx.tensorrt           write, out of scripts/sources/onnx_tensorrt.tsv
    python -m scripts.tables.onnx.tensorrt --check   whether the table is what the source says

TensorRT's wheels are gigabytes and need a GPU to ask, so the published lists are kept as data.
"""

from __future__ import annotations

import sys
from typing import Final

from scripts.common import onnx_targets as targets
from scripts.common.files import ROOT, TABLES

SOURCE: Final = ROOT / "scripts" / "sources" / "onnx_tensorrt.tsv"
TABLE: Final = TABLES / "onnx_tensorrt.json"
RELEASES: Final = ("8.4", "8.5", "10.15")
DATE: Final = "2026-11-29"
"""When the lists were read."""


def content() -> str:
    lines = SOURCE.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    since = {targets.operator("", name): RELEASES.index(first) for name, first in rows}
    found = {
        release: {name: {0} for name, first in since.items() if first <= index}
        for index, release in enumerate(RELEASES)
    }
    source = "docs/operators.md of github.com/onnx/onnx-tensorrt, in scripts/sources"
    about = "The ONNX operators that TensorRT supports according to its published lists."
    return targets.render(about, source, "facts out of Apache-2.0 documentation", DATE, found)


def main() -> int:
    if "--check" not in sys.argv[1:]:
        TABLE.write_text(content(), "utf-8")
        return 0
    same = TABLE.read_text("utf-8") == content()
    if not same:
        print(f"{TABLE.name} is not what {SOURCE.name} says")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
