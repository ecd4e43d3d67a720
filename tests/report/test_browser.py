"""The page in Chromium: it runs only its own script, and can be read and used by everyone.

Run by ``make test-browser``, which names the Python that has playwright in MODELAUDIT_BROWSER.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from modelaudit.core.findings import Finding
from modelaudit.core.location import Location
from modelaudit.core.report import Report
from modelaudit.report import Terminal, writer

MakeFinding = Callable[..., Finding]
PYTHON = os.environ.get("MODELAUDIT_BROWSER")
DRIVE = Path(__file__).with_name("browser") / "drive.py"

pytestmark = pytest.mark.skipif(PYTHON is None, reason="run by make test-browser")


@pytest.fixture(name="look")
def _look(tmp_path: Path) -> Callable[[Report], dict[str, Any]]:
    """What came of opening the page of a report; for all of them: nothing that it should not do."""

    def look(report: Report) -> dict[str, Any]:
        path = tmp_path / "page.html"
        with path.open("w", encoding="utf-8") as out:
            writer("html")(report, out, Terminal())
        assert PYTHON is not None
        done = subprocess.run([PYTHON, DRIVE, path], check=True, stdout=subprocess.PIPE)
        found: dict[str, Any] = json.loads(done.stdout)["page"]
        print(json.dumps(found, indent=1))
        assert found["said"] == []
        assert {url.partition("#")[0] for url in found["asked"]} == {path.as_uri()}
        assert found["beyond"] == {"wide": 0, "narrow": 0}
        assert all(violations == [] for violations in found["axe"].values())
        assert found["linked"]
        assert found["printed"] == 0
        assert found["focus"] == "Skip to the findings"
        assert found["unscripted"]["filters"] == 0
        return found

    return look


def test_it_is_used(look: Callable[[Report], dict[str, Any]], whole: Report) -> None:
    found = look(whole)
    assert len(found["axe"]) == 4
    assert found["before"] == found["after"] == 4
    assert found["filter"]["count"] == "1 of 4 findings shown"
    assert (found["filter"]["rows"], found["filter"]["rules"]) == (1, 1)
    assert found["worst"] == "1 of 4 findings shown"
    names = ["b.onnx", "c.pkl", "d.pkl", "m/a.pt"]
    first, up, down = found["orders"]
    assert sorted(first) == names != first
    assert (up, down) == (names, names[::-1])
    assert found["sorted"] == "descending"
    assert found["unscripted"]["rows"] == 4


def test_hostile_text(
    look: Callable[[Report], dict[str, Any]], hostile: Report, finding: MakeFinding
) -> None:
    evil = hostile.findings[0].message
    long = [evil + char * 10_000_000 for char in ("x", "\u202e", "<b>")]
    more = tuple(
        finding(message=text, where=Location(text, (text,), object=text), fingerprint=f"l{n}")
        for n, text in enumerate(long)
    )
    found = look(replace(hostile, findings=hostile.findings + more))
    assert len(found["axe"]) == 4
    assert found["before"] == 4


def test_two_thousand_artifacts(
    look: Callable[[Report], dict[str, Any]], whole: Report, finding: MakeFinding
) -> None:
    model = replace(whole.artifacts[1], outline=whole.artifacts[0].outline)
    artifacts = tuple(replace(model, path=f"models/b{n}.onnx") for n in range(2000))
    found = tuple(
        finding(
            message=f"opset {n % 30}" if n % 2 else f"calls f{n % 50}", fingerprint=f"{n:08}",
            severity="low" if n % 2 else "critical",
            where=Location(f"models/b{n % 2000}.onnx"), places=(),
        )
        for n in range(4000)
    )  # fmt: skip
    seen = look(replace(whole, artifacts=artifacts, findings=found))
    assert seen["filter"]["count"] == "2000 of 4000 findings shown"
    assert seen["worst"] == "2000 of 4000 findings shown"
    assert seen["seconds"] < 10
    assert seen["filter"]["seconds"] < 5
