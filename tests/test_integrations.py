"""The action, the template of GitLab and what is written of them: they run what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from modelaudit.version import VERSION

ROOT = Path(__file__).resolve().parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
DOCUMENT = (ROOT / "docs" / "integrations.md").read_text("utf-8")
WORKFLOWS = [ROOT / "action.yml", *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_inputs_reach_no_script(path: Path) -> None:
    text = path.read_text("utf-8")
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []
    document = yaml.safe_load(text)
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    scripts = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert [script for script in scripts if "${{" in script] == []
    if "jobs" in document:
        assert document["permissions"] == {}


def act(folder: Path, **inputs: str) -> tuple[dict[str, str], str]:
    """Run the step that scans as the runner does; its outputs and what it printed."""
    bin_ = folder / "temp" / "modelaudit" / "bin"
    bin_.mkdir(parents=True)
    program = bin_ / "modelaudit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m modelaudit "$@"\n')
    program.chmod(0o755)
    (step,) = (one for one in ACTION["runs"]["steps"] if one.get("id") == "scan")
    given = {name: str(one["default"]) for name, one in ACTION["inputs"].items()} | {
        name.replace("_", "-"): value for name, value in inputs.items()
    }
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    output = folder / "output"
    output.touch()
    environment |= {"RUNNER_TEMP": str(folder / "temp"), "GITHUB_OUTPUT": str(output)}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder / "work", env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = (line.partition("=") for line in output.read_text().splitlines())
    return {name: value for name, _, value in lines}, done.stdout + done.stderr


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "$(touch marker) model.pkl").write_bytes(PAYLOAD)
    (tmp_path / "work" / "--help").write_bytes(b"")
    return tmp_path


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_action_gates_and_writes_the_report(work: Path) -> None:
    outputs, printed = act(work, upload_sarif="true")
    assert outputs == {
        "exit-code": "1", "sarif-file": str(work / "temp" / "modelaudit.sarif"),
    }  # fmt: skip
    assert Path(outputs["sarif-file"]).read_text().startswith("{")
    assert "::error file=" in printed


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_action_passes_values_on_as_they_are(work: Path) -> None:
    outputs, printed = act(
        work, paths="--help\n$(touch marker) model.pkl\n", annotations="false",
        extra_args="--ignore\nPKL101", fail_on="critical",
    )  # fmt: skip
    assert outputs == {"exit-code": "0"}
    assert "2 artifacts" in printed or "1 artifact" in printed
    assert not (work / "work" / "marker").exists()


def test_the_options_of_the_templates_exist() -> None:
    template = (ROOT / "integrations" / "gitlab-ci.yml").read_text("utf-8")
    command = [sys.executable, "-m", "modelaudit", "scan", "--help"]
    text = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT).stdout
    options = set(re.findall(r"(?<![\w-])--[a-z-]+", template + (ROOT / "action.yml").read_text()))
    ours = options - {"--quiet", "--no-install-recommends"}
    assert {option for option in ours if option not in text} == set()
    named = set(re.findall(r"--(?:config|changed-since|baseline)\b", DOCUMENT))
    assert {option for option in named if option not in text} == set()


def test_the_documentation_names_what_there_is() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {hook["id"] for hook in hooks} == set(re.findall(r"- id: ([\w-]+)", DOCUMENT))
    assert set(re.findall(r"v\d+\.\d+\.\d+", DOCUMENT)) == {f"v{VERSION}"}
    (used,) = re.findall(r"    with:\n(      paths:.*?)```", DOCUMENT, re.DOTALL)
    assert set(yaml.safe_load(used)) <= set(ACTION["inputs"])
    for source in re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE):
        compile(source, "integrations.md", "exec")
