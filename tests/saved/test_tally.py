"""Counts over saved reports, and owners of paths."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.errors import UsageError
from modelaudit.saved.owners import Owners, nearest, read
from modelaudit.saved.tally import By, tally

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
OWNERS = """\
# who is asked
*               @everyone
/models/        @ml   # all of them
/models/vision/ @vision @ml
/models/old/
"""


@pytest.fixture(autouse=True)
def _reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("models/a.pkl", "models/vision/b.pkl", "models/old/c.pkl"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(PAYLOAD)
    Path("models/ok.pkl").write_bytes(b"\x80\x04}.")
    for version in ("3.11", "3.12"):
        report = modelaudit.scan("models", targets=[f"python=={version}"])
        Path(f"{version}.json").write_text(report.to_json(), encoding="utf-8")


def counted(by: By, owners: Owners | None = None) -> dict[str, tuple[int, dict[str, int]]]:
    found = tally(["3.11.json", "3.12.json"], by, owners or Owners(str(Path.cwd())))
    return {row.name: (row.files, dict(row.counts)) for row in found.rows}


def test_a_finding_of_two_reports_counts_once() -> None:
    assert counted("rule") == {"PKL101 dangerous-call": (3, {"critical": 3})}


def test_artifacts_count_by_verdict() -> None:
    assert counted("target") == {
        "python 3.11": (4, {"loads": 4}),
        "python 3.12": (4, {"loads": 4}),
    }
    assert counted("package") == {"python": (4, {"loads": 4})}


def test_owners_have_what_the_last_pattern_gives_them(tmp_path: Path) -> None:
    Path("CODEOWNERS").write_text(OWNERS)
    assert counted("owner", nearest(str(tmp_path))) == {
        "@ml": (3, {"critical": 2}),
        "@vision": (1, {"critical": 1}),
        "(nobody)": (1, {"critical": 1}),
    }
    assert nearest(str(tmp_path)).of("readme.md") == ("@everyone",)


def test_a_section_gives_owners_to_its_patterns(tmp_path: Path) -> None:
    Path("owners").write_text("^[Models][2] @ml @ops\nmodels/\nmodels/vision/ @vision\n")
    owners = read(Path("owners"), str(tmp_path))
    assert owners.of("models/a.pkl") == ("@ml", "@ops")
    assert owners.of("models/vision/b.pkl") == ("@vision",)
    assert owners.of("elsewhere.pkl") == ()


def test_owners_that_cannot_be_read(tmp_path: Path) -> None:
    Path("owners").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="owners: cannot be read"):
        read(Path("owners"), str(tmp_path))
