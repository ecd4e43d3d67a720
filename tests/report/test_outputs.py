"""Every output: a report with something of everything letter by letter, hostile text, no text, and
one scan of all fixtures, each as the programs that read it want it.

MODELAUDIT_SNAPSHOTS=write writes the expected files anew.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from modelaudit.core.findings import Finding
from modelaudit.core.location import Location
from modelaudit.core.report import Report
from modelaudit.report import FORMATS, Terminal, sarif, writer
from tests.report.html_page import check
from tests.report.validate import VALIDATORS, validate

MakeFinding = Callable[..., Finding]
ROOT = Path(__file__).parents[2]
SNAPSHOTS = Path(__file__).parent / "snapshots"
CHANGING = (
    (re.compile(r"urn:uuid:[0-9a-f-]{36}"), "urn:uuid:00000000-0000-4000-8000-000000000000"),
    (re.compile(r'"timestamp": "[^"]*"'), '"timestamp": "2000-01-01T00:00:00+00:00"'),
    (re.compile(r"<(style|script)>.*?</\1>", re.DOTALL), r"<\1></\1>"),
    (re.compile(r"sha256-[A-Za-z0-9+/=]{44}"), "sha256-"),
)
"""What differs from run to run, or has a file of its own."""


def written(form: str, report: Report) -> str:
    out = io.StringIO()
    writer(form)(report, out, Terminal())
    return out.getvalue()


def test_every_format_has_a_validator() -> None:
    assert set(VALIDATORS) == set(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
def test_a_whole_report(whole: Report, form: str) -> None:
    text = written(form, whole)
    validate(form, text)
    for changing, fixed in CHANGING:
        text = changing.sub(fixed, text)
    path = SNAPSHOTS / f"whole.{form}"
    if os.environ.get("MODELAUDIT_SNAPSHOTS") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text(hostile: Report, form: str) -> None:
    text = written(form, hostile)
    validate(form, text)
    text.encode("utf-8")


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"github", "azure"}))
def test_nothing_to_report(form: str) -> None:
    validate(form, written(form, Report((), (), (), 0)))


@pytest.mark.parametrize("form", ["github", "azure"])
def test_no_findings_are_no_annotations(form: str) -> None:
    assert written(form, Report((), (), (), 0)) == ""


def test_annotations_that_github_would_drop_are_counted(finding: MakeFinding) -> None:
    def many(files: int, each: int) -> list[str]:
        found = [
            finding(where=Location(f"{n}.pkl", (), at), fingerprint=f"{n}-{at}")
            for n in range(files)
            for at in range(each)
        ]
        text = written("github", Report((), tuple(found), (), 0))
        validate("github", text)
        return text.splitlines()

    assert len(many(10, 1)) == 10
    assert "; and 2 more findings (PKL101)" in many(4, 3)[3]
    *shown, last = many(30, 2)
    assert len(shown) == 9
    assert last == (
        "::error title=modelaudit::42 more findings in 21 files: "
        "see the log and the summary of the job"
    )


def test_results_that_github_would_refuse_are_counted(
    whole: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    text = written("sarif", whole)
    validate("sarif", text)
    (run,) = json.loads(text)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["PKL101", "ONX201", "TGT203"]
    (*_, last) = run["invocations"][0]["toolExecutionNotifications"]
    assert last["message"]["text"] == "GitHub takes 3 results; left out: 2"


def test_a_summary_of_a_large_run_is_not_dropped(finding: MakeFinding, whole: Report) -> None:
    wide = "模" * 4000
    found = tuple(
        finding(message=wide, where=Location(f"{wide}{n}", (wide,), 1)) for n in range(500)
    )
    model = replace(whole.artifacts[1], unread=(wide,), loading=whole.artifacts[1].loading * 30)
    artifacts = tuple(replace(model, path=f"{wide}{n}") for n in range(500))
    text = written("markdown", replace(whole, findings=found, artifacts=artifacts, notes=()))
    validate("markdown", text)
    assert "… and 400 more findings." in text
    assert "… and 400 more artifacts." in text


def test_paths_are_given_from_the_root_of_the_project(
    whole: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sub dir"
    folder.mkdir()
    monkeypatch.chdir(folder)
    rooted = replace(whole, root=str(tmp_path))
    (run,) = json.loads(written("sarif", rooted))["runs"]
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": f"file://{tmp_path}/"}}
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "sub%20dir/m/a.pt", "uriBaseId": "%SRCROOT%", "index": 0}
    assert json.loads(written("gitlab", rooted))[0]["location"]["path"] == "sub dir/m/a.pt"
    assert "file=sub dir/m/a.pt,line=1," in written("github", rooted)
    elsewhere = replace(rooted, root=str(tmp_path / "other"))
    (run,) = json.loads(written("sarif", elsewhere))["runs"]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == f"file://{tmp_path}/sub%20dir/m/a.pt"


def test_bytes_are_those_of_the_file_itself(whole: Report, finding: MakeFinding) -> None:
    in_member, _, line, plain = (
        result["locations"][0]["physicalLocation"]["region"]
        for result in json.loads(written("sarif", whole))["runs"][0]["results"][:4]
    )
    assert "byteOffset" not in in_member
    assert (plain["byteOffset"], plain["byteLength"]) == (3, 1)
    assert line["startLine"] == 3
    unpacked = replace(whole, findings=(finding(where=Location("c.pkl", (), 99)),))
    (run,) = json.loads(written("sarif", unpacked))["runs"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert "byteOffset" not in region


def test_bytes_of_a_compressed_file_are_no_bytes_of_the_file(
    whole: Report, finding: MakeFinding
) -> None:
    packed = replace(whole.artifacts[3], path="p.gz", packed=True, size=500)
    found = tuple(
        finding(where=Location("p.gz", members, 3), fingerprint=f"p{len(members)}")
        for members in ((), ("x",))
    )
    text = written("sarif", replace(whole, artifacts=(packed,), findings=found, suppressed=()))
    validate("sarif", text)
    places = [result["locations"][0] for result in json.loads(text)["runs"][0]["results"][:2]]
    assert all("byteOffset" not in place["physicalLocation"]["region"] for place in places)
    names = [place["logicalLocations"][0]["fullyQualifiedName"] for place in places]
    assert names == ["p.gz@0x3", "p.gz!x"]


def test_one_scan_of_all_fixtures_to_every_output(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "utf8", "-m", "modelaudit", "scan", "fixtures"]
    for form in FORMATS:
        command += ["-o", f"{form}={tmp_path / form}"]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    child = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    said = f"modelaudit: wrote {tmp_path / 'html'}\n".encode()
    assert (child.returncode, child.stdout, child.stderr) == (1, b"", said)
    for form in FORMATS:
        validate(form, (tmp_path / form).read_text("utf-8"))
    plain = json.loads((tmp_path / "json").read_text("utf-8"))
    found = len(plain["findings"])
    assert found > 2000
    (run,) = json.loads((tmp_path / "sarif").read_text("utf-8"))["runs"]
    assert len(run["results"]) == found
    assert len(json.loads((tmp_path / "gitlab").read_text("utf-8"))) == found
    ids = check((tmp_path / "html").read_text("utf-8")).ids
    assert {f"f-{finding['fingerprint']}" for finding in plain["findings"]} <= ids.keys()
    bom = json.loads((tmp_path / "cyclonedx").read_text("utf-8"))
    assert len(bom["vulnerabilities"]) == found
    models = [c for c in bom["components"] if c["type"] == "machine-learning-model"]
    assert len(models) == len(plain["artifacts"])
    packages = [component["purl"] for component in bom["components"] if "purl" in component]
    assert "pkg:pypi/numpy" in packages
    assert len(packages) == len(set(packages))
