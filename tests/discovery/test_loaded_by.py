"""A checkpoint inside a model of MLflow is loaded by MLflow, which asks for no restriction."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modelaudit import scan
from modelaudit.core.findings import Target

CHECKPOINT = Path(__file__).parents[2] / "fixtures/torch/TOR201/fail/module.pt"


@pytest.mark.parametrize(
    ("mark", "refused"),
    [
        (b"flavors:\n  pytorch:\n    model_data: data\n", False),
        (b"flavors:\n  sklearn:\n    pickled_model: model.pkl\n", True),
        (None, True),
    ],
)
def test_only_mlflow_loads_without_restriction(
    tmp_path: Path, mark: bytes | None, *, refused: bool
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(CHECKPOINT, data / "model.pth")
    if mark is not None:
        (tmp_path / "MLmodel").write_bytes(mark)
    report = scan([data / "model.pth"], targets=[Target("torch", "2.6.0", "--target")])
    assert ("TOR201" in {finding.rule for finding in report.findings}) is refused
