"""Write rules/tables/onnx_mobile.json: the operators in the packages onnxruntime-mobile.

    python -m scripts.tables.onnx.mobile --cache DIR   read releases that are installed, write
    python -m scripts.tables.onnx.mobile --check       the table's invariants, no network

The wheels of onnxruntime 1.12 to 1.19 bring the list that the packages of the same release were
built with. Later releases have no such packages. DIR is that of scripts.tables.onnx.runtime.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

from onnx import defs

from scripts.common import onnx_targets as targets
from scripts.common.files import TABLES
from scripts.common.releases import minor, refresh

TABLE: Final = TABLES / "onnx_mobile.json"
RELEASES: Final = (
    *("1.12.1", "1.13.1", "1.14.1", "1.15.1", "1.16.3", "1.17.3", "1.18.1", "1.19.2"),
)
LIST: Final = "onnxruntime/tools/mobile_helpers/mobile_package.required_operators.config"


def read(text: str) -> dict[str, set[int]]:
    """The versions of each operator out of lines ``domain;versions of the set;names``."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in text.splitlines():
        domain, *rest = line.split(";")
        if not rest or line.startswith(("#", "!")):
            continue
        for version in map(int, rest[0].split(",")):
            for name in rest[1].split(","):
                found[targets.operator(domain, name)].add(_since(domain, name, version))
    return dict(found)


def _since(domain: str, name: str, version: int) -> int:
    """The version in which an operator last changed; onnxruntime's own have one version."""
    if domain != "ai.onnx" or not defs.has(name, version, ""):
        return version
    return defs.get_schema(name, version, "").since_version


def render(cache: Path, date: str) -> str:
    return targets.render(
        "The operators in the packages onnxruntime-mobile, by release.",
        f"{LIST.rpartition('/')[2]} in the wheels of onnxruntime on PyPI",
        "facts out of MIT-licensed releases",
        date,
        {minor(one): read((cache / one / LIST).read_text("utf-8")) for one in RELEASES},
    )


def problems() -> list[str]:
    releases = [minor(one) for one in RELEASES]
    return targets.problems(TABLE, releases, present=("Conv", "If"), absent=("Det", "Einsum"))


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
