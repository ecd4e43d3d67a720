"""The README: what it shows is what is printed, and what it names exists."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from modelaudit.report import FORMATS
from tests.docs.replay import README, ROOT, absent, blocks, failing, replayed, section, shell

TEXT = README.read_text("utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The directory in which the README was replayed, and the README as it should be."""
    folder = tmp_path_factory.mktemp("project")
    return folder, replayed(README, folder)


@pytest.mark.skipif(os.name == "nt", reason="the README is written for a POSIX shell")
def test_what_is_shown_is_what_is_printed(project: tuple[Path, str]) -> None:
    _, text = project
    assert text == README.read_text("utf-8")
    assert len(blocks(README, "console")) > 5


def test_other_commands_run(project: tuple[Path, str]) -> None:
    folder, _ = project
    pack = folder / "our-rules"
    pack.mkdir()
    for rule in re.findall(
        r"^```yaml\n(id: .*?)^```$", guide("rules.md"), re.DOTALL | re.MULTILINE
    ):
        (pack / f"{rule.split()[1]}.yaml").write_text(rule, encoding="utf-8")
    assert len(blocks(README, "sh")) > 1
    assert failing(README, folder) == []


def test_what_the_text_names_exists() -> None:
    """Commands, options, outputs and files that stand in the running text."""
    assert absent(README) == []
    for link in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / link).exists(), link
    for name in re.findall(
        r"^\| (`[a-z]+`(?:, `[a-z]+`)*) \| ", section(TEXT, "Gate a build"), re.MULTILINE
    ):
        assert set(re.findall("[a-z]+", name)) <= FORMATS.keys()


def test_every_output_is_in_the_table() -> None:
    table = section(TEXT, "Gate a build")
    assert [name for name in FORMATS if f"`{name}`" not in table] == []


def test_the_workflow_runs(project: tuple[Path, str]) -> None:
    folder, _ = project
    (workflow,) = (block for block in blocks(README, "yaml") if "runs-on" in block)
    steps = yaml.safe_load(workflow)["jobs"]["modelaudit"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    install, scan = runs
    assert install.startswith('pip install "git+<address of this repository>@v')
    assert "exit 0" in shell(f'{scan} >/dev/null; echo "exit $?"', folder)
    assert (folder / "modelaudit.sarif").exists()


def test_the_hooks_exist() -> None:
    (config,) = (block for block in blocks(README, "yaml") if "hooks:" in block)
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (repo,) = yaml.safe_load(config)["repos"]
    assert {hook["id"] for hook in repo["hooks"]} <= offered


def test_the_demo_shows_what_make_demo_promises() -> None:
    folder = "fixtures/demo"
    printed = shell(f"modelaudit scan --exit-zero {folder}", ROOT)
    assert "critical PKL101" in printed
    assert printed.startswith(f"  {folder}/")


def guide(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")
