"""Documents replayed from their top in an empty directory: what they show is what is printed.

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

from modelaudit.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"(?:# |<!-- )(\.?[\w./-]+\.\w+)(?: -->)?\n")
MARK = "@@@"


def blocks(document: Path, language: str) -> list[str]:
    """The code blocks of one language."""
    return [body for name, body in BLOCK.findall(document.read_text("utf-8")) if name == language]


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


def replayed(document: Path, folder: Path) -> str:
    """A document as it should be, after its files and commands made ``folder`` what it is."""

    def step(block: re.Match[str]) -> str:
        language, body = block.groups()
        named = NAMED.match(body)
        if named is not None:
            (folder / named[1]).parent.mkdir(parents=True, exist_ok=True)
            (folder / named[1]).write_text(body, encoding="utf-8")
        if language != "console":
            return block[0]
        return f"```console\n{_printed(body, folder)}```"

    text = document.read_text("utf-8")
    shown = BLOCK.sub(step, text)
    if os.environ.get("MODELAUDIT_SNAPSHOTS") == "write" and shown != text:
        document.write_text(shown, encoding="utf-8")
    return shown


def _printed(body: str, folder: Path) -> str:
    """A console block with what its commands print now."""
    commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    script = "".join(f"{line}\ncode=$?; echo '{MARK}'; (exit $code)\n" for line in commands)
    printed = shell(script, folder).split(f"{MARK}\n")
    return "".join(f"$ {line}\n{out}" for line, out in zip(commands, printed, strict=False))


def failing(document: Path, folder: Path) -> list[str]:
    """Commands of ``sh`` blocks that do not run."""
    lines = [
        line.partition("  #")[0] for block in blocks(document, "sh") for line in block.splitlines()
    ]
    commands = [line for line in lines if line.startswith("modelaudit ")]
    return [line for line in commands if shell(f"{line} >/dev/null\n[ $? -lt 2 ] || echo", folder)]


def absent(document: Path) -> list[str]:
    """Commands and options in running text that do not exist."""
    text = BLOCK.sub("", document.read_text("utf-8"))
    missing = []
    for code in re.findall(r"`([^`\n]+)`", text):
        words = shlex.split(code) if code.count("'") % 2 == 0 else [code]
        if words[:1] == ["modelaudit"] and len(words) > 1:
            known = words[1] in COMMANDS or words[1].startswith("-")
            options = [word for word in words[2:] if word.startswith("--")]
            if not known or any(option not in helped(words[1]) for option in options):
                missing.append(code)
        elif words and words[0].startswith("--") and words[0] != "--":
            name = words[0].partition("=")[0]
            if not any(name in helped(command) for command in COMMANDS):
                missing.append(code)
    return missing


_HELPS: dict[str, str] = {}


def helped(command: str) -> str:
    """The help of a command and of its own commands."""
    if command not in _HELPS:
        listed = shell(f"modelaudit {command} --help", ROOT)
        inner = re.findall(r"^  ([a-z]+)  ", listed.partition("Commands:")[2], re.MULTILINE)
        several = [shell(f"modelaudit {command} {name} --help", ROOT) for name in inner]
        _HELPS[command] = listed + "".join(several)
    return _HELPS[command]


def section(text: str, title: str) -> str:
    """The text under a heading of the second level."""
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]
