"""The pre-commit hooks: which names they are called for, and what they run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from modelaudit.discovery.identify import COMPRESSIONS, SIGNATURES
from modelaudit.targets.nearby import KINDS

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def hooks() -> dict[str, dict[str, object]]:
    listed: list[dict[str, object]] = yaml.safe_load(
        (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    )
    return {str(hook["id"]): hook for hook in listed}


@pytest.fixture(scope="module")
def hook(hooks: dict[str, dict[str, object]]) -> dict[str, object]:
    return hooks["modelaudit"]


def test_one_process_for_all_files_and_no_filter_by_type(hook: dict[str, object]) -> None:
    assert hook["entry"] == "modelaudit scan"
    assert hook["args"] == ["--"]
    assert hook["language"] == "python"
    assert hook["require_serial"] is True
    assert {"types", "types_or", "exclude_types"} & set(hook) == set()


def test_the_other_hooks_choose_the_files_themselves(hooks: dict[str, dict[str, object]]) -> None:
    assert set(hooks) == {"modelaudit", "modelaudit-targets", "modelaudit-all"}
    for id_ in ("modelaudit-targets", "modelaudit-all"):
        assert hooks[id_]["pass_filenames"] is False
        assert str(hooks[id_]["entry"]).endswith(" .")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        *((name, True) for name in ("requirements.txt", "a/requirements-gpu.txt", "uv.lock")),
        *((name, True) for name in ("b/pyproject.toml", "requirements/base.in", "x.Dockerfile")),
        *((name, True) for name in (".github/workflows/ci.yml", "requirements-dev.in")),
        *((name, True) for name in ("modelaudit.yaml", "a/.modelaudit.yml")),
        *((name, True) for name in ("constraints.txt", ".python-version", "conda.yaml")),
        *((name, False) for name in ("notes.txt", "model.pkl", "my.lock", "xrequirements.txt.bak")),
    ],
)
def test_the_hook_for_requirements(
    hooks: dict[str, dict[str, object]], name: str, called: bool
) -> None:
    assert bool(re.search(str(hooks["modelaudit-targets"]["files"]), name)) is called


def test_every_kind_of_requirement_file_calls_it(hooks: dict[str, dict[str, object]]) -> None:
    names = [kind.pattern.replace("*", "x") for kind in KINDS]
    pattern = str(hooks["modelaudit-targets"]["files"])
    assert [name for name in names if not re.search(pattern, f"a/{name}")] == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "hub/modeling_x.py",
            "hub/chat_template.jinja",
            "x.onnx.data",
            "x.jbl",
            "a.pkl",
            "m/A.PKL",
            "x.joblib",
            "x.joblib.gz",
            "m.pkl.xz",
            "net.pt",
            "net.onnx",
            "m.pmml",
        ),
        *("models.zip", "m.tar", "m.tar.gz", "m.tgz", "net.pth.tar", "m.7z", "m.cloudpickle"),
        *(
            "model.pkl.dvc",
            "dvc.lock",
            "a/dvc.lock",
            "s/saved_model.pb",
            "s/variables/variables.index",
        ),
    ],
)
def test_called_for(hook: dict[str, object], name: str) -> None:
    assert re.search(str(hook["files"]), name)


@pytest.mark.parametrize(
    "name",
    [
        "pkl",
        "a.pkl.txt",
        "setup.py",
        "data.csv.gz",
        "a.ts",
        "xpkl",
        "a.gz",
        ".dvc/config",
        "xdvc.lock",
    ],
)
def test_not_called_for(hook: dict[str, object], name: str) -> None:
    assert not re.search(str(hook["files"]), name)


def test_called_for_every_name_that_claims_to_be_a_model(hook: dict[str, object]) -> None:
    claims = {
        claim
        for signature in SIGNATURES
        if signature.format not in COMPRESSIONS
        for claim in signature.claims
    }
    assert ".pkl" in claims
    missed = {claim for claim in claims if not re.search(str(hook["files"]), "model" + claim)}
    assert missed == set()
