"""The README, replayed from its top in an empty directory: what it shows is what is printed.

A block whose first line is a comment with a name is that file. The commands of a ``console`` block
are run in order, and have to print what stands below them: MODELAUDIT_SNAPSHOTS=write puts in what
they print. The commands of an ``sh`` block have to exist and to run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from modelaudit.cli import COMMANDS
from modelaudit.config.file import load
from modelaudit.report import FORMATS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"# (\.?[\w./-]+\.\w+)\n")
MARK = "@@@"


def blocks(language: str) -> list[str]:
    text = README.read_text("utf-8")
    return [body for name, body in BLOCK.findall(text) if name == language]


def shell(script: str, folder: Path) -> str:
    """What a script prints in a directory, with this Python's programs before all others."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    programs = Path(sys.executable).parent
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = {**kept, "PATH": path, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return child.stdout.decode("utf-8")


def replayed(body: str, folder: Path) -> str:
    """A console block with what its commands print now."""
    commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    script = "".join(f"{line}\ncode=$?; echo '{MARK}'; (exit $code)\n" for line in commands)
    printed = shell(script, folder).split(f"{MARK}\n")
    return "".join(f"$ {line}\n{out}" for line, out in zip(commands, printed, strict=False))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The directory in which the README was replayed, and the README as it should be."""
    folder = tmp_path_factory.mktemp("project")

    def step(block: re.Match[str]) -> str:
        language, body = block.groups()
        named = NAMED.match(body)
        if named is not None:
            (folder / named[1]).parent.mkdir(parents=True, exist_ok=True)
            (folder / named[1]).write_text(body, encoding="utf-8")
        if language != "console":
            return block[0]
        return f"```console\n{replayed(body, folder)}```"

    return folder, BLOCK.sub(step, README.read_text("utf-8"))


@pytest.mark.skipif(os.name == "nt", reason="the README is written for a POSIX shell")
def test_what_is_shown_is_what_is_printed(project: tuple[Path, str]) -> None:
    _, text = project
    if os.environ.get("MODELAUDIT_SNAPSHOTS") == "write":
        README.write_text(text, encoding="utf-8")
    assert text == README.read_text("utf-8")
    assert len(blocks("console")) > 5


def test_other_commands_run(project: tuple[Path, str]) -> None:
    folder, _ = project
    pack = folder / "our-rules"
    pack.mkdir()
    for rule in re.findall(
        r"^```yaml\n(id: .*?)^```$", guide("rules.md"), re.DOTALL | re.MULTILINE
    ):
        (pack / f"{rule.split()[1]}.yaml").write_text(rule, encoding="utf-8")
    lines = [line.partition("  #")[0] for block in blocks("sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("modelaudit ")]
    assert len(commands) > 5
    for line in commands:
        assert shell(f"{line} >/dev/null\n[ $? -lt 2 ] || echo failed", folder) == "", line


def test_what_the_text_names_exists() -> None:
    """Commands, options and files that stand in the running text."""
    text = BLOCK.sub("", README.read_text("utf-8"))
    helps = {name: helped(name) for name in COMMANDS}
    whole = " ".join(helps.values())
    for code in re.findall(r"`([^`\n]+)`", text):
        words = shlex.split(code) if code.count("'") % 2 == 0 else [code]
        if words[0] == "modelaudit" and len(words) > 1:
            assert words[1] in COMMANDS, code
            assert all(w in helps[words[1]] for w in words[2:] if w.startswith("--")), code
        elif words[0].startswith("--") and words[0] != "--":
            assert words[0].partition("=")[0] in whole, code
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / link).exists(), link
    for name in re.findall(
        r"^\| (`[a-z]+`(?:, `[a-z]+`)*) \| ", section(text, "Gate a build"), re.MULTILINE
    ):
        assert set(re.findall("[a-z]+", name)) <= FORMATS.keys()


def test_every_output_is_in_the_table() -> None:
    table = section(README.read_text("utf-8"), "Gate a build")
    assert [name for name in FORMATS if f"`{name}`" not in table] == []


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("yaml") if block.startswith("version: 1"))
    path = tmp_path / "modelaudit.yaml"
    path.write_text(example.replace("9f2c…", "9f2c" * 16), encoding="utf-8")
    config = load(path)
    assert config.suppress[0].rule == "PKL101"
    missing = {key.replace("_", "-") for key in config.__struct_fields__} - yaml.safe_load(
        path.read_text("utf-8")
    ).keys()
    assert missing == set()


def test_the_workflow_runs(project: tuple[Path, str]) -> None:
    folder, _ = project
    (workflow,) = (block for block in blocks("yaml") if "runs-on" in block)
    steps = yaml.safe_load(workflow)["jobs"]["modelaudit"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    install, scan = runs
    assert install.startswith('pip install "git+<address of this repository>@v')
    assert "exit 0" in shell(f'{scan} >/dev/null; echo "exit $?"', folder)
    assert (folder / "modelaudit.sarif").exists()


def test_the_hooks_exist() -> None:
    (config,) = (block for block in blocks("yaml") if "hooks:" in block)
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


def helped(command: str) -> str:
    """The help of a command and of its own commands."""
    listed = shell(f"modelaudit {command} --help", ROOT)
    inner = re.findall(r"^  ([a-z]+)  ", listed.partition("Commands:")[2], re.MULTILINE)
    return listed + "".join(shell(f"modelaudit {command} {name} --help", ROOT) for name in inner)


def section(text: str, title: str) -> str:
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]
