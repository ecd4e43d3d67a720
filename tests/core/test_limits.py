"""Limits on what one artifact may cost: its time, and what it inflates to."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Unreadable
from modelaudit.core.limits import MIB, Bounds, Limits
from modelaudit.discovery.discover import Found
from modelaudit.engine import inspect_artifact


def test_reading_ends_at_the_deadline() -> None:
    bounds = Bounds.starting_now(Limits(timeout=60), 1 << 20)
    bounds.check()
    assert 59 < bounds.left <= 60
    with pytest.raises(Malformed) as late:
        Bounds.starting_now(Limits(timeout=-0.5), 1 << 20).check()
    assert (late.value.reason, late.value.fields) == ("timeout", {"seconds": "-0.5"})


def test_expansion_counts_all_levels_together(tmp_path: Path) -> None:
    """No stream inflates remarkably; the archive as a whole does, level by level."""
    value = b"\x80\x04\x8e" + (12 * MIB).to_bytes(8, "little") + b"a" * 12 * MIB + b"."
    data, name = value, "m.pkl"
    for _ in range(3):
        written = BytesIO()
        with ZipFile(written, "w", ZIP_DEFLATED) as archive:
            for number in range(3):
                archive.writestr(f"{number}-{name}", data)
        data, name = written.getvalue(), "m.zip"
    path = tmp_path / "nested.zip"
    path.write_bytes(data)
    found = inspect_artifact(Found(str(path), len(data)), Limits(max_ratio=1500))
    assert found is not None
    limits = [fact.fields for fact in found.facts if isinstance(fact, Unreadable)]
    assert {"limit": "max-ratio", "most": 1500} in limits
