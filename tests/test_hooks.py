"""The pre-commit hook: which names it is called for, and that the generated files are fresh."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from modelaudit.discovery.identify import COMPRESSIONS, SIGNATURES

ROOT = Path(__file__).parent.parent
CONTAINERS = {"zip", "7z", "tar"}


@pytest.fixture(scope="module")
def hook() -> dict[str, object]:
    hooks: list[dict[str, object]] = yaml.safe_load(
        (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    )
    (hook,) = hooks
    return hook


def test_one_process_for_all_files_and_no_filter_by_type(hook: dict[str, object]) -> None:
    assert hook["entry"] == "modelaudit scan"
    assert hook["args"] == ["--"]
    assert hook["language"] == "python"
    assert hook["require_serial"] is True
    assert {"types", "types_or", "exclude_types"} & set(hook) == set()


@pytest.mark.parametrize(
    "name",
    ["a.pkl", "m/A.PKL", "x.joblib", "x.joblib.gz", "m.pkl.xz", "net.pt", "net.onnx", "m.pmml"],
)
def test_called_for(hook: dict[str, object], name: str) -> None:
    assert re.search(str(hook["files"]), name)


@pytest.mark.parametrize(
    "name",
    ["pkl", "a.pkl.txt", "setup.py", "data.csv.gz", "docs.zip", "a.ts", "xpkl", "src.tar.gz"],
)
def test_not_called_for(hook: dict[str, object], name: str) -> None:
    assert not re.search(str(hook["files"]), name)


def test_called_for_every_name_that_claims_to_be_a_model(hook: dict[str, object]) -> None:
    claims = {
        claim
        for signature in SIGNATURES
        if signature.format not in COMPRESSIONS | CONTAINERS
        for claim in signature.claims
    }
    assert ".pkl" in claims
    missed = {claim for claim in claims if not re.search(str(hook["files"]), "model" + claim)}
    assert missed == set()
