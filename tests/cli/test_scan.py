"""``modelaudit scan``: what reaches the engine, and what the exit code says."""

from __future__ import annotations

import io
import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from modelaudit import run as run_module
from modelaudit.cli import Terminated
from modelaudit.config.model import Config
from modelaudit.core.findings import Finding, Severity, Target, at_least
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact, Outcome, Report
from modelaudit.engine import Task
from modelaudit.engine import audit as audited
from modelaudit.run import Job

UNTARGETED = "        no target concerns it"
Run = Callable[..., SimpleNamespace]


def finding(severity: Severity) -> Finding:
    where = Location("a.pkl", (), 3)
    return Finding(
        "PKL101", "dangerous-call", "security", severity, "high", None, "calls os.system('id')",
        "why", "fix", (), "os.system", where, (where,), 1, None, "f",
    )  # fmt: skip


class Engine:
    """Takes the place of ``run.execute``, and remembers how it was called."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.notes: tuple[str, ...] = ()

    def __call__(self, job: Job, progress: object, each: object) -> Report:
        self.paths, self.targets, self.jobs = job.paths, job.targets, job.jobs
        self.config, self.trusted = job.authority.config, job.authority.trusted
        self.progress, self.digest, config = progress, job.digest, job.authority.config
        artifact = Artifact("a.pkl", "pickle", 9, (), "safe")
        gates = any(at_least(f.severity, config.fail_on) for f in self.findings)
        path = job.configuration
        return Report(
            (artifact,), self.findings, (), 0, self.notes, gates=gates, configuration=path
        )


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    fake = Engine()
    monkeypatch.setattr(run_module, "execute", fake)
    return fake


def test_defaults(run: Run, engine: Engine) -> None:
    result = run("scan", "a.pkl", "b/")
    assert (result.code, result.err) == (0, "")
    assert result.out == f"  a.pkl  pickle  safe{UNTARGETED}\n\nNo findings in 1 artifact.\n"
    assert engine.paths == ["a.pkl", "b/"]
    assert engine.config == Config()
    assert (engine.targets, engine.jobs, engine.progress, engine.digest) == ([], None, None, False)


@pytest.mark.parametrize(
    ("severity", "args", "code"),
    [
        ("critical", (), 1),
        ("medium", (), 1),
        ("low", (), 0),
        ("low", ("--fail-on", "low"), 1),
        ("info", ("--fail-on", "info"), 1),
        ("high", ("--fail-on", "critical"), 0),
        ("critical", ("--exit-zero",), 0),
    ],
)
def test_the_gate(
    run: Run, engine: Engine, severity: Severity, args: tuple[str, ...], code: int
) -> None:
    engine.findings = (finding(severity),)
    for form in ("text", "json"):
        result = run("scan", "a.pkl", "--format", form, *args)
        assert result.code == code
        assert "PKL101" in result.out


def test_options_stand_over_the_configuration(run: Run, engine: Engine, tmp_path: Path) -> None:
    text = "select: [JBL]\nignore: [PKL2]\nfail-on: low\nprofile: strict\n"
    (tmp_path / "modelaudit.yaml").write_text(text, encoding="utf-8")
    run("scan", "a.pkl")
    assert engine.config == Config(select=["JBL"], ignore=["PKL2"], fail_on="low", profile="strict")
    run(
        "scan", "a.pkl", "--select", "PKL1, PKL2", "--select", "GEN", "--ignore", "PKL104",
        "--fail-on", "high", "--profile", "default",
    )  # fmt: skip
    assert engine.config == Config(
        select=["PKL1", "PKL2", "GEN"], ignore=["PKL2", "PKL104"], fail_on="high", profile="default"
    )


def test_a_named_configuration_is_used_instead(run: Run, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "modelaudit.yaml").write_text("fail-on: low", encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text("fail-on: critical", encoding="utf-8")
    result = run("scan", "a.pkl", "--config", str(other), "--format", "json")
    assert engine.config.fail_on == "critical"
    assert json.loads(result.out)["configuration"] == "other.yaml"


def test_targets_and_jobs(run: Run, engine: Engine) -> None:
    run("scan", "a", "--target", "python==3.11", "--target", "scikit-learn==1.5.2", "-j", "3")
    assert engine.targets == [
        Target("python", "3.11", "--target"),
        Target("scikit-learn", "1.5.2", "--target"),
    ]
    assert engine.jobs == 3


def test_paths_from_standard_input(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b"a b.pkl\n\nc.pkl\r\nl\xe9.pkl\nlast.pkl"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    run("scan", "first.pkl", "-")
    expected = [b"first.pkl", b"a b.pkl", b"c.pkl", b"l\xe9.pkl", b"last.pkl"]
    assert [path.encode("utf-8", "surrogateescape") for path in engine.paths] == expected


def test_output_goes_to_a_file(run: Run, engine: Engine, tmp_path: Path) -> None:
    engine.findings = (finding("high"),)
    result = run("scan", "a.pkl", "--format", "json", "-o", "report.json")
    assert result.code == 1
    assert "PKL101" in result.out
    plain = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert plain["findings"][0]["rule"] == "PKL101"


def test_an_output_that_cannot_be_written(run: Run, engine: Engine) -> None:
    result = run("scan", "a.pkl", "-o", "absent/report.txt")
    assert result.code == 2
    assert result.err.startswith("modelaudit: error: absent/report.txt: No such file")


def test_notes_do_not_get_lost_in_reports_for_programs(run: Run, engine: Engine) -> None:
    engine.notes = ("look \x1b[2J here",)
    result = run("scan", "a.pkl", "--format", "json")
    assert json.loads(result.out)["notes"] == ["look \x1b[2J here"]
    result = run("scan", "a.pkl")
    assert (result.err, "note: look" in result.out) == ("", True)


def test_color(run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.findings = (finding("high"),)
    assert "\x1b[" not in run("scan", "a.pkl").out
    assert "\x1b[" in run("scan", "a.pkl", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("scan", "a.pkl").out
    assert "\x1b[" not in run("scan", "a.pkl", "--color", "never").out


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("scan",), "Missing argument 'PATHS...'."),
        (("scan", "a", "--format", "xml"), "Invalid value for '--format': 'xml' is not one of"),
        (("scan", "a", "--jobs", "0"), "Invalid value for '--jobs'"),
        (("scan", "a", "--jobs", "many"), "Invalid value for '--jobs'"),
        (("scan", "a", "--config", "absent.yaml"), "Invalid value for '--config'"),
        (("scan", "a", "--target", "python"), "--target python: expected NAME==VERSION"),
        (("scan", "a", "--nonsense"), "No such option"),
        (("scan", "absent.pkl"), "absent.pkl: no such file or directory"),
        (("scan", "\x1b[2J"), "\\x1b[2J: no such file or directory"),
        (("nonsense",), "there is no command 'nonsense'"),
    ],
)
def test_what_cannot_run_is_one_line_and_exit_code_2(
    run: Run, args: tuple[str, ...], error: str
) -> None:
    result = run(*args)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith(f"modelaudit: error: {error}")
    assert result.err.count("\n") == 1


def test_exit_zero_does_not_hide_what_could_not_run(run: Run) -> None:
    assert run("scan", "absent.pkl", "--exit-zero").code == 2


def test_an_error_in_the_configuration(run: Run, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "modelaudit.yaml").write_text("fail-onn: low", encoding="utf-8")
    result = run("scan", "a.pkl")
    assert result.code == 2
    place = tmp_path / "modelaudit.yaml"
    unknown = "unknown key 'fail-onn'; did you mean 'fail-on'?"
    assert result.err == f"modelaudit: error: {place}:1:1: {unknown}\n"


def test_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "execute", interrupt)
    result = run("scan", "a.pkl")
    assert (result.code, result.out, result.err.strip()) == (130, "", "")


@pytest.mark.parametrize(("signal", "code"), [(KeyboardInterrupt, 130), (Terminated, 143)])
def test_an_interrupted_scan_reports_what_it_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, signal: type[Exception], code: int
) -> None:
    for name in "abc":
        (tmp_path / f"{name}.pkl").write_bytes(b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.")

    def audit(task: Task) -> Outcome:
        if task.found.path.endswith("c.pkl"):
            raise signal
        return audited(task)

    monkeypatch.setattr(run_module, "audit", audit)
    result = run("scan", ".", "--jobs", "1", "-o", "json=report.json", "-o", "r.sarif")
    assert result.code == code
    assert "the scan was interrupted: it looked at 2 of 3 files" in " ".join(result.out.split())
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["complete"] is False
    assert len(report["findings"]) == 2
    (invocation,) = json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "error" in [entry["level"] for entry in invocation["toolExecutionNotifications"]]


def test_for_real(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.pkl").write_bytes(pickle.dumps({"a": [1, 2, 3]}))
    (tmp_path / "notes.txt").write_text("no model", encoding="utf-8")
    out = run("scan", ".").out
    line = "  good.pkl  pickle  safe        no target is known\n"
    expected = f"{line}\nNo findings in 1 artifact.\n1 other file,"
    assert out.startswith(expected)
    assert "note: loading was not judged, since no target is known" in out
    (tmp_path / "bad.pkl").write_bytes(b"cos\nsystem\n(S'id'\ntR.")
    result = run("scan", "bad.pkl", "good.pkl")
    assert result.code == 1
    assert "os.system" in result.out
    assert "bad.pkl@0x" in result.out
