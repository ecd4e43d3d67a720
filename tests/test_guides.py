"""The guides whose commands are replayed as those of the README are."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.test_readme import BLOCK, NAMED, ROOT, replayed, shell

GUIDES = ("diff.md", "explain.md")


@pytest.mark.skipif(os.name == "nt", reason="the guides are written for a POSIX shell")
@pytest.mark.parametrize("name", GUIDES)
def test_what_is_shown_is_what_is_printed(name: str, tmp_path: Path) -> None:
    path = ROOT / "docs" / name

    def step(block: re.Match[str]) -> str:
        language, body = block.groups()
        named = NAMED.match(body)
        if named is not None:
            (tmp_path / named[1]).write_text(body, encoding="utf-8")
        if language == "sh":
            for line in body.splitlines():
                printed = shell(f"{line} >/dev/null\n[ $? -lt 2 ] || echo failed", tmp_path)
                assert "failed" not in printed, line
        return block[0] if language != "console" else f"```console\n{replayed(body, tmp_path)}```"

    text = BLOCK.sub(step, path.read_text("utf-8"))
    if os.environ.get("MODELAUDIT_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8")
