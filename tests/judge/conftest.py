"""Packs of rules, written for a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = """\
id: TST101
name: test-rule
title: A rule of a test
category: security
severity: high
since: 0.1.0
for: Import
let:
  word: 'fact.module + "." + fact.name'
when: word == "os.system"
subject: '{word}'
message: 'imports {word}, a {{name}}'
why: Because.
fix: Do not.
"""

Write = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Write:
    """Writes a rule, the good one with some of its text replaced; returns the pack."""

    def write(*changes: tuple[str, str], text: str = GOOD, name: str = "TST101") -> Path:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        folder = tmp_path / "pack"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text)
        return folder

    return write
