"""Which outputs a scan writes, where, and what happens where that is not possible."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from modelaudit.cli.reports import Output, chosen
from modelaudit.report import FORMATS
from tests.report.validate import validate

Run = Callable[..., SimpleNamespace]
TEXT = Output("text", "-")
GITHUB = {"GITHUB_ACTIONS": "true"}
BAD = b"cos\nsystem\n(S'id'\ntR."
PROGRAM = [sys.executable, "-m", "modelaudit"]


@pytest.mark.parametrize(
    ("form", "values", "environ", "outputs"),
    [
        (None, [], {}, [TEXT]),
        ("json", [], {}, [Output("json", "-")]),
        ("json", ["a"], {}, [TEXT, Output("json", "a")]),
        (None, ["a"], {}, [Output("text", "a")]),
        (None, ["sarif=a", "junit=b"], {}, [TEXT, Output("sarif", "a"), Output("junit", "b")]),
        ("json", ["sarif=a"], {}, [Output("json", "-"), Output("sarif", "a")]),
        (None, ["text=a"], {}, [Output("text", "a")]),
        (None, ["sarif=-"], {}, [Output("sarif", "-")]),
        ("sarif", ["-", "text=a"], {}, [Output("sarif", "-"), Output("text", "a")]),
        (None, ["./a=b"], {}, [Output("text", "./a=b")]),
        (None, ["r.sarif"], {}, [TEXT, Output("sarif", "r.sarif")]),
        (None, ["r.JSON", "-"], {}, [TEXT, Output("json", "r.JSON")]),
        (None, ["r.sarif.json"], {}, [TEXT, Output("sarif", "r.sarif.json")]),
        (None, ["r.cdx.json"], {}, [TEXT, Output("cyclonedx", "r.cdx.json")]),
        (None, ["r.xml", "r.md"], {}, [TEXT, Output("junit", "r.xml"), Output("markdown", "r.md")]),
        (None, ["r.html"], {}, [TEXT, Output("html", "r.html")]),
        ("json", ["r.sarif"], {}, [TEXT, Output("json", "r.sarif")]),
        (None, [], GITHUB, [TEXT, Output("github", "-", unasked=True)]),
        (
            None,
            ["sarif=a"],
            GITHUB,
            [TEXT, Output("github", "-", unasked=True), Output("sarif", "a")],
        ),
        ("text", [], GITHUB, [TEXT]),
        ("json", [], GITHUB, [Output("json", "-")]),
        ("github", [], GITHUB, [Output("github", "-")]),
        (None, ["github=a"], GITHUB, [TEXT, Output("github", "a")]),
        (
            None,
            [],
            {**GITHUB, "GITHUB_STEP_SUMMARY": "s"},
            [
                TEXT,
                Output("github", "-", unasked=True),
                Output("markdown", "s", append=True, unasked=True),
            ],
        ),
        ("text", [], {**GITHUB, "GITHUB_STEP_SUMMARY": "s"}, [TEXT]),
        (
            None,
            [],
            {"GITLAB_CI": "true"},
            [TEXT, Output("gitlab", "gl-code-quality-report.json", unasked=True)],
        ),
        ("text", [], {"GITLAB_CI": "true"}, [TEXT]),
    ],
)
def test_what_is_written_where(
    form: str | None, values: list[str], environ: dict[str, str], outputs: list[Output]
) -> None:
    assert chosen(form, values, environ) == outputs


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["sarf=a"], "there is no format 'sarf'; did you mean 'sarif'?"),
        (["xml=a"], "there is no format 'xml'"),
        (["a.pdf"], "no format goes by .pdf; name one: --output FORMAT=a.pdf with text, json,"),
        (["sarif=a", "json=a"], "two reports go to a"),
        (["sarif=-", "json=-"], "two reports go to standard output"),
        (["sarif=absent/a"], "absent/a: No such file or directory"),
    ],
)
def test_what_cannot_be_meant(values: list[str], message: str) -> None:
    with pytest.raises(click.ClickException) as error:
        chosen(None, values, {})
    assert message in error.value.format_message()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two models, one of them bad."""
    (tmp_path / "bad.pkl").write_bytes(BAD)
    (tmp_path / "class.pkl").write_bytes(b"cmylib\nScorer\n.")
    (tmp_path / "good.pkl").write_bytes(pickle.dumps({"a": [1, 2, 3]}))
    return tmp_path


def test_several_reports_beside_the_text(run: Run, models: Path) -> None:
    result = run("scan", ".", "-o", "sarif=a.sarif", "-o", "junit=a.xml", "-o", "jsonl=a.jsonl")
    assert (result.code, result.err) == (1, "")
    assert "bad.pkl@0x13: critical PKL101" in result.out
    for form, name in (("sarif", "a.sarif"), ("junit", "a.xml"), ("jsonl", "a.jsonl")):
        validate(form, (models / name).read_text("utf-8"))


def test_an_output_to_standard_output_is_alone_there(run: Run, models: Path) -> None:
    result = run("scan", ".", "-o", "sarif=-")
    validate("sarif", result.out)
    result = run("scan", ".", "--format", "jsonl")
    validate("jsonl", result.out)
    kinds = [json.loads(line)["type"] for line in result.out.splitlines()]
    assert kinds[:3] == ["run", "artifact", "finding"]  # as each artifact is done


@pytest.mark.skipif(os.name == "nt", reason="such names do not exist there")
@pytest.mark.parametrize("form", FORMATS)
def test_names_of_files_are_escaped_in_every_output(run: Run, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "::stop-commands::x\n"
    folder.mkdir()
    name = b"\xff\x1b[2J\n::error::\xe2\x80\xae##vso[task.setvariable variable=a]b;,<&|`'\".pkl"
    (folder / os.fsdecode(name)).write_bytes(BAD)
    result = run("scan", folder.name, "--format", form)
    assert result.code == 1
    validate(form, result.out)


def test_a_report_overwrites_no_model(run: Run, models: Path) -> None:
    model = next(path for path in models.rglob("*.pkl"))
    before = model.read_bytes()
    for command in ("scan", "requirements"):
        result = run(command, str(models), "-o", f"{'json=' * (command == 'scan')}{model}")
        assert result.code == 2
        assert "that is a model, and would be overwritten" in result.err
    assert model.read_bytes() == before
    for _ in range(2):  # an earlier report is none
        assert run("scan", str(models), "-o", "json=r.json", "-o", "r.xml").code == 1


def test_quiet_verbose_and_the_least_severity(run: Run, models: Path) -> None:
    assert run("scan", "-q", "-v", ".").err.startswith("modelaudit: error: --verbose and --quiet")
    usual, quiet, verbose = (run("scan", ".", *args).out for args in ((), ("-q",), ("--verbose",)))
    assert "good.pkl" in usual
    assert "good.pkl" not in quiet
    assert "  why       " in verbose
    low = run("scan", ".", "--ignore", "PKL1", "--fail-on", "low", "--min-severity", "critical")
    assert low.code == run("scan", ".", "--ignore", "PKL1", "--fail-on", "low").code
    least = run("scan", ".", "--fail-on", "info", "--min-severity", "critical", "--format", "json")
    plain = json.loads(least.out)
    every = json.loads(run("scan", ".", "--format", "json").out)
    hidden = [f for f in every["findings"] if f["severity"] != "critical"]
    assert hidden
    assert {finding["severity"] for finding in plain["findings"]} == {"critical"}
    assert f"findings below critical, which are not shown: {len(hidden)}" in plain["notes"]
    assert [a["safety"] for a in plain["artifacts"]] == [a["safety"] for a in every["artifacts"]]
    lines = run("scan", ".", "--min-severity", "critical", "--format", "jsonl").out.splitlines()
    severities = [json.loads(line).get("severity") for line in lines]
    assert set(severities) == {None, "critical"}


def test_github_actions_get_annotations_and_a_summary(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = models / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = run("scan", "bad.pkl", "--jobs", "1")
    assert "::error file=bad.pkl,line=1,title=PKL101 dangerous-call (critical)::" in result.out
    assert result.err.count("\n") == 1
    assert summary.read_text("utf-8").startswith("before\n## modelaudit\n\n**Failed.** ")
    plain = run("scan", "bad.pkl", "--format", "text")
    assert ("::error" in plain.out, plain.err) == (False, "")


def test_what_nobody_asked_for_does_not_end_the_run(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITLAB_CI", "true")
    assert run("scan", "good.pkl").code == 0
    validate("gitlab", (models / "gl-code-quality-report.json").read_text("utf-8"))
    (models / "gl-code-quality-report.json").unlink()
    (models / "gl-code-quality-report.json").mkdir()
    result = run("scan", "good.pkl")
    assert (result.code, "No findings in 1 artifact." in result.out) == (0, True)
    assert "the gitlab report cannot be written: gl-code-quality-report.json: " in result.err


def test_a_bill_of_materials_has_digests_and_packages(run: Run, models: Path) -> None:
    path = Path(__file__).parents[2] / "fixtures/demo/linear-regression.joblib"
    (models / "a.joblib").write_bytes(path.read_bytes())
    result = run("scan", "a.joblib", "--format", "cyclonedx")
    validate("cyclonedx", result.out)
    components = json.loads(result.out)["components"]
    (model,) = (c for c in components if c["type"] == "machine-learning-model")
    assert model["hashes"][0]["alg"] == "SHA-256"
    assert "pkg:pypi/scikit-learn@1.5.2" in {c.get("purl") for c in components}


def test_a_bill_of_materials_names_the_extra_that_it_needs(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("cyclonedx")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "modelaudit.report.cyclonedx", raising=False)
    monkeypatch.setitem(sys.modules, "cyclonedx", None)
    result = run("scan", "good.pkl", "--format", "cyclonedx")
    assert (result.code, result.out) == (2, "")
    assert "the output cyclonedx needs cyclonedx" in result.err
    assert "modelaudit-lint[sbom]" in result.err


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@FULL
@pytest.mark.parametrize(
    "args",
    [
        ("scan", "good.pkl"),
        ("scan", "good.pkl", "--format", "jsonl"),
        ("scan", "good.pkl", "--format", "sarif"),
        ("rules",),
        ("inspect", "good.pkl"),
        ("--help",),
        ("scan", "--help"),
    ],
)
def test_no_room_on_standard_output(models: Path, args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        child = subprocess.run(
            [*PROGRAM, *args], cwd=models, stdout=full, stderr=subprocess.PIPE, check=False
        )
    error = b"modelaudit: error: standard output: No space left on device\n"
    assert (child.returncode, child.stderr) == (2, error)


@FULL
def test_no_room_for_a_file(run: Run, models: Path) -> None:
    for form in ("json", "jsonl"):
        result = run("scan", "good.pkl", "-o", f"{form}=/dev/full")
        assert result.code == 2
        assert result.err == "modelaudit: error: /dev/full: No space left on device\n"


@pytest.mark.parametrize("args", [("rules",), ("scan", "good.pkl"), ("scan", "--help")])
def test_a_closed_pipe_ends_quietly(models: Path, args: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        child = subprocess.run(
            [*PROGRAM, *args], cwd=models, stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (child.returncode, child.stderr) == (0, b"")


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that closes streams")
@pytest.mark.parametrize(
    ("args", "code"), [("scan good.pkl", 0), ("scan bad.pkl --format jsonl", 1), ("scan nope", 2)]
)
def test_streams_that_are_closed_from_the_start(models: Path, args: str, code: int) -> None:
    line = f"{sys.executable} -m modelaudit {args} >&- 2>&-"
    child = subprocess.run(["sh", "-c", line], cwd=models, check=False)
    assert child.returncode == code


@FULL
def test_no_room_for_an_error(models: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        child = subprocess.run([*PROGRAM, "scan", "nope"], cwd=models, stderr=full, check=False)
    assert child.returncode == 2
