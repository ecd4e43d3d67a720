"""The README shows what the program prints, and names only what it has."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from modelaudit.config.file import load

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_the_report_is_what_the_demo_prints() -> None:
    command = [sys.executable, "-X", "utf8", "-m", "modelaudit", "scan", "fixtures/demo"]
    child = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    printed = child.stdout.decode("utf-8")
    shown = blocks("text")
    assert [block for block in shown if block not in printed] == []
    assert len(shown) > 1


def test_every_command_and_option_exists() -> None:
    commands = [
        line.split("#")[0].split()[1:]
        for block in blocks("sh")
        for line in block.splitlines()
        if line.startswith("modelaudit ")
    ]
    assert len(commands) > 5
    for name, *arguments in commands:
        command = [sys.executable, "-m", "modelaudit", name, "--help"]
        text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        for option in (argument for argument in arguments if argument.startswith("-")):
            if option != "-":
                assert option in text


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("yaml") if block.startswith("version: 1"))
    path = tmp_path / "modelaudit.yaml"
    path.write_text(example.replace("9f2c…", "9f2c" * 16), encoding="utf-8")
    config = load(path)
    assert config.suppress[0].rule == "PKL101"
