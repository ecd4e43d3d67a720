"""The report for people, letter by letter."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from modelaudit.core.findings import Finding, Suppressed, Target
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact, Report
from modelaudit.core.verdicts import LoadingVerdict
from modelaudit.report import Terminal, writer
from modelaudit.report.numbers import plural, size

MakeFinding = Callable[..., Finding]
PLAIN = Terminal()


def text(report: Report, terminal: Terminal = PLAIN) -> str:
    out = io.StringIO()
    writer("text")(report, out, terminal)
    return out.getvalue()


def report(*findings: Finding, **changes: Any) -> Report:
    artifacts = (
        Artifact("m/a.pt", "pytorch", 4300, (), "safe"),
        Artifact("b.pkl", "pickle", 99, (), "safe"),
    )
    parts: dict[str, Any] = {
        "artifacts": artifacts,
        "findings": findings,
        "suppressed": (),
        "other": 0,
    }
    return Report(**{**parts, **changes})


def test_a_whole_report(finding: MakeFinding) -> None:
    first = Location("m/a.pt", ("archive/data.pkl",), 0x1F)
    second = Location("m/a.pt", ("archive/data.pkl",), 0x30)
    python2 = finding(
        rule="PKL203", name="python2", severity="medium", message="imports string.maketrans",
        where=Location("b.pkl", (), 2), target=Target("python", "3.9", "--target"),
    )  # fmt: skip
    low = finding(rule="PKL104", name="unreviewed", severity="low", message="imports x.Y")
    many = finding(count=4, places=(first, second))
    loading = (
        LoadingVerdict(Target("python", "3.9", "--target"), "not-judged", "no table of python"),
        LoadingVerdict(Target("numpy", "1.21", "r.txt:1", ">=1.21"), "loads"),
        LoadingVerdict(Target("numpy", "2.1", "r.txt:1", ">=1.21"), "loads"),
    )
    whole = report(
        low,
        python2,
        many,
        artifacts=(
            Artifact("m/a.pt", "pytorch", 4300, (), "unsafe", loading),
            Artifact("b.pkl", "pickle", 99, ("b.pkl@0x2a: the data ends before STOP",), "unknown"),
        ),
        suppressed=(Suppressed(low, "reviewed"),),
        other=2,
        notes=("the configuration in m/ is not used",),
    )
    assert (
        text(whole)
        == """\
  m/a.pt  pytorch  unsafe      python 3.9  not judged: no table of python  numpy 1.21–2.1  loads
  b.pkl   pickle   unknown

m/a.pt · pytorch · 4.2 KiB

  critical  PKL101 dangerous-call: calls os.system('id')
  where     m/a.pt!archive/data.pkl@0x1f (4 times, also @0x30, …)
  why       Loading the file runs this command.
  fix       Do not load it.

  low       PKL104 unreviewed: imports x.Y
  where     m/a.pt!archive/data.pkl@0x1f
  why       Loading the file runs this command.
  fix       Do not load it.

b.pkl · pickle · 99 bytes

  medium    PKL203 python2: imports string.maketrans
  where     b.pkl@0x2
  target    python 3.9 (from --target)
  why       Loading the file runs this command.
  fix       Do not load it.

3 findings: 1 critical, 1 medium, 1 low.
1 of 2 artifacts not read to the end:
  b.pkl@0x2a: the data ends before STOP
1 finding suppressed by configuration.
2 other files, not a model by content or name.
note: the configuration in m/ is not used
Explain a rule: modelaudit rules PKL101
"""
    )


def test_nothing_found_is_said() -> None:
    assert text(report()).splitlines()[-1] == "No findings in 2 artifacts."
    assert text(report(artifacts=())) == "No model artifacts.\n"


def test_nothing_found_never_hides_what_was_not_read() -> None:
    unread = Artifact("b.pkl", "pickle", 9, tuple(f"b.pkl@{n}: lost" for n in range(5)), "safe")
    assert (
        text(report(artifacts=(unread,)))
        == """\
  b.pkl  pickle  safe

1 of 1 artifact not read to the end:
  b.pkl@0: lost
  b.pkl@1: lost
  b.pkl@2: lost
  b.pkl: and 2 more parts
No findings in 1 artifact.
"""
    )


def test_without_unicode_the_page_is_ascii(finding: MakeFinding) -> None:
    many = finding(count=9, places=(Location("m/a.pt", (), 1), Location("m/a.pt", (), 2)))
    shown = text(report(many), Terminal(unicode=False))
    assert shown.isascii()
    assert "m/a.pt - pytorch - 4.2 KiB" in shown
    assert ", ...)" in shown


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_gets_lines_that_fit(finding: MakeFinding, width: int) -> None:
    words = finding(message="word " * 60, why="because " * 60, fix="do " * 60)
    loading = tuple(
        LoadingVerdict(Target(f"package-{n}", "1.0", "r.txt"), "loads") for n in range(9)
    )
    artifact = Artifact("m/a.pt", "pytorch", 43, (), "unreviewed", loading)
    lines = text(report(words, artifacts=(artifact,)), Terminal(width=width)).splitlines()
    assert max(map(len, lines)) <= width
    continued = [line for line in lines if line.startswith(" " * 12)]
    assert len(continued) > 4


def test_what_is_no_terminal_gets_whole_lines(finding: MakeFinding) -> None:
    long = "word " * 100
    assert long.strip() in text(report(finding(message=long)))


def test_a_message_of_nothing_but_blanks_is_written(finding: MakeFinding) -> None:
    assert "PKL101" in text(report(finding(message=" " * 200)), Terminal(width=40))


def test_hostile_text_is_escaped_everywhere(finding: MakeFinding) -> None:
    evil = "\x1b[2J\n\u202e"
    hostile = finding(
        message=evil,
        where=Location(evil, (evil,), 1, object=evil),
        target=Target(evil, evil, evil),
        why=evil,
        fix=evil,
    )
    unread = Artifact(evil, evil, 1, (evil,), "safe")
    for color in (False, True):
        shown = text(report(hostile, artifacts=(unread,), notes=(evil,)), Terminal(color=color))
        own = re.sub("\x1b\\[[0-9;]*m", "", shown)
        assert "\x1b" not in own
        assert "\u202e" not in own
        assert own.count("\\u202e") == 15


def test_colours_change_nothing_but_the_look(finding: MakeFinding) -> None:
    plain, colored = (text(report(finding()), Terminal(color=color)) for color in (False, True))
    assert "\x1b[" in colored
    stripped = re.sub("\x1b\\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def test_a_finding_about_no_artifact_is_shown(finding: MakeFinding) -> None:
    assert text(report(finding(), artifacts=())).startswith("m/a.pt\n\n  critical")


def test_places_elsewhere_are_whole(finding: MakeFinding) -> None:
    places = (Location("a", ("x",), 1), Location("a", ("y",), 2), Location("a", ("x",)))
    shown = text(report(finding(where=places[0], places=places, count=3)))
    assert "where     a!x@0x1 (3 times, also a!y@0x2, itself)" in shown


def test_of_many_artifacts_those_that_are_clean_are_counted() -> None:
    clean = [Artifact(f"{n}.pkl", "pickle", 9, (), "safe") for n in range(50)]
    bad = Artifact("bad.pkl", "pickle", 9, (), "unreviewed")
    lines = text(report(artifacts=(*clean[:25], bad, *clean[25:]))).splitlines()
    assert lines[:3] == ["  bad.pkl  pickle  unreviewed", "  50 other artifacts are safe.", ""]


def test_numbers_for_people() -> None:
    assert [plural(1, "file"), plural(0, "file")] == ["1 file", "0 files"]
    sizes = [size(0), size(1023), size(1024), size(3 << 20), size(5 << 30), size(2 << 40)]
    assert sizes == ["0 bytes", "1023 bytes", "1.0 KiB", "3.0 MiB", "5.0 GiB", "2.0 TiB"]
