"""The report for people, letter by letter."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from modelaudit.core.findings import Finding, Suppressed, Target
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact, Report, Skipped
from modelaudit.core.verdicts import LoadingVerdict
from modelaudit.report import Detail, Terminal, writer
from modelaudit.report.numbers import plural, size

MakeFinding = Callable[..., Finding]
PLAIN = Terminal()
VERBOSE = Terminal(detail="verbose")
QUIET = Terminal(detail="quiet")
DETAILS: tuple[Detail, ...] = ("compact", "verbose", "quiet")


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


@pytest.fixture
def some(finding: MakeFinding) -> Report:
    """A report with some of everything."""
    first = Location("m/a.pt", ("archive/data.pkl",), 0x1F)
    second = Location("m/a.pt", ("archive/data.pkl",), 0x30)
    python2 = finding(
        rule="PKL203", name="python2", severity="medium", message="imports string.maketrans",
        where=Location("b.pkl", (), 2), target=Target("python", "3.9", "--target"),
    )  # fmt: skip
    low = finding(
        rule="PKL104", name="unreviewed", severity="low", message="imports x.Y", gates=False,
        fix="Find out whose it is.",
    )  # fmt: skip
    many = finding(count=4, places=(first, second))
    loading = (
        LoadingVerdict(Target("python", "3.9", "--target"), "not-judged", "no table"),
        LoadingVerdict(Target("numpy", "1.21", "r.txt:1", ">=1.21"), "loads"),
        LoadingVerdict(Target("numpy", "2.1", "r.txt:1", ">=1.21"), "loads"),
    )
    return report(
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


def test_a_whole_report(some: Report) -> None:
    assert (
        text(some)
        == """\
  m/a.pt  pytorch  unsafe (1 suppressed)  python 3.9 not judged: no table  numpy 1.21 and 2.1 load
  b.pkl   pickle   unknown                no target concerns it

m/a.pt!archive/data.pkl@0x1f: critical PKL101 calls os.system('id') (4 times)
b.pkl@0x2: medium PKL203 imports string.maketrans (python 3.9)
m/a.pt!archive/data.pkl@0x1f: low PKL104 imports x.Y

How to fix it
  PKL101  Do not load it.
  PKL203  Do not load it.
  PKL104  Find out whose it is.

3 findings: 1 critical, 1 medium, 1 low.
1 of 2 artifacts not read to the end:
  b.pkl@0x2a: the data ends before STOP
1 finding suppressed by configuration.
2 other files, not models by content or name.
note: the configuration in m/ is not used
Explain a rule: modelaudit rules PKL101; every finding at length: --verbose
"""
    )


def test_a_whole_report_at_length(some: Report) -> None:
    assert (
        text(some, VERBOSE)
        == """\
  m/a.pt  pytorch  unsafe (1 suppressed)  python 3.9 not judged: no table  numpy 1.21 and 2.1 load
  b.pkl   pickle   unknown                no target concerns it

m/a.pt · pytorch · 4.2 KiB

  critical  PKL101 dangerous-call: calls os.system('id')
  where     m/a.pt!archive/data.pkl@0x1f (4 times, also @0x30, …)
  why       Loading the file runs this command.
  fix       Do not load it.

  low       PKL104 unreviewed: imports x.Y
  where     m/a.pt!archive/data.pkl@0x1f
  why       Loading the file runs this command.
  fix       Find out whose it is.

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
2 other files, not models by content or name.
note: the configuration in m/ is not used
Explain a rule: modelaudit rules PKL101
"""
    )


def test_a_whole_report_in_few_words(some: Report) -> None:
    assert (
        text(some, QUIET)
        == """\
m/a.pt!archive/data.pkl@0x1f: critical PKL101 calls os.system('id') (4 times)
b.pkl@0x2: medium PKL203 imports string.maketrans (python 3.9)
3 findings: 1 critical, 1 medium, 1 low.
1 of 2 artifacts not read to the end:
  b.pkl@0x2a: the data ends before STOP
1 finding suppressed by configuration.
note: the configuration in m/ is not used
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
  b.pkl  pickle  safe        no target concerns it

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
    shown = text(report(many), Terminal(unicode=False, detail="verbose"))
    assert shown.isascii()
    assert "m/a.pt - pytorch - 4.2 KiB" in shown
    assert ", ...)" in shown


@pytest.mark.parametrize("width", [50, 80, 140])
@pytest.mark.parametrize("detail", ["compact", "verbose", "quiet"])
def test_a_terminal_gets_lines_that_fit(finding: MakeFinding, width: int, detail: Detail) -> None:
    words = finding(message="word " * 60, why="because " * 60, fix="do " * 60)
    loading = tuple(
        LoadingVerdict(Target(f"package-{n}", "1.0", "r.txt"), "loads") for n in range(9)
    )
    artifact = Artifact("m/a.pt", "pytorch", 43, (), "unreviewed", loading)
    terminal = Terminal(width=width, detail=detail)
    lines = text(report(words, artifacts=(artifact,)), terminal).splitlines()
    assert max(map(len, lines)) <= width
    assert sum(line.startswith("    ") for line in lines) > 1


def test_a_long_path_has_a_line_of_its_own(finding: MakeFinding) -> None:
    long = finding(where=Location("folder/" * 12 + "a.pkl", (), 3))
    lines = text(report(long), Terminal(width=80)).splitlines()
    assert lines[3:5] == [
        f"{'folder/' * 12}a.pkl@0x3:",
        "    critical PKL101 calls os.system('id')",
    ]


def test_equal_findings_of_many_files_are_one(finding: MakeFinding) -> None:
    same = [finding(where=Location(f"{n}.pkl", (), 7)) for n in range(3000)]
    shown = text(report(*same)).splitlines()
    call = "critical PKL101 calls os.system('id')"
    others = "1.pkl@0x7, 2.pkl@0x7, 3.pkl@0x7, 4.pkl@0x7, …"
    assert f"0.pkl@0x7: {call}; also 2999 times in 2999 other files: {others}" in shown
    two = text(report(*same[:2]))
    assert f"0.pkl@0x7: {call}; also 1.pkl@0x7\n" in two
    inner = [finding(where=Location("a.pkl", (str(n),), 7)) for n in range(6)]
    assert f"a.pkl!0@0x7: {call}; also 5 times elsewhere in this file: a.pkl!1@0x7, " in text(
        report(*inner)
    )


def test_three_thousand_bad_files_are_a_page(finding: MakeFinding) -> None:
    found = [
        finding(where=Location(f"{n}.pkl", (), 7), message=f"calls os.system('{n}')")
        for n in range(3000)
    ]
    unread = tuple(
        Artifact(f"{n}.pkl", "pickle", 9, ("lost",), "unsafe" if n else "unknown")
        for n in range(3000)
    )
    bad = report(*found, artifacts=unread)
    lines = text(bad).splitlines()
    assert len(lines) < 150
    assert "  … and 2900 more: 2899 unsafe, 1 unknown. --verbose lists them." in lines
    assert "… and 2990 more findings of PKL101 in 2990 files: --verbose lists them" in lines
    assert "  and 2990 more artifacts: --verbose lists them" in lines
    everything = text(bad, VERBOSE)
    assert all(f"\n{n}.pkl" in everything for n in range(3000))


def test_what_gates_is_what_quiet_shows(finding: MakeFinding) -> None:
    free = finding(rule="PKL104", severity="low", gates=False)
    assert text(report(free), QUIET) == "1 finding: 1 low.\n2 artifacts read to the end.\n"
    assert text(report(), QUIET) == "No findings in 2 artifacts.\n"


def test_a_line_is_no_command_to_a_ci_system(finding: MakeFinding) -> None:
    evil = finding(
        where=Location("::error::x"), message="##vso[task.setvariable]y ##[group]", fix="::stop::z"
    )
    for detail in DETAILS:
        for color in (False, True):
            shown = text(report(evil), Terminal(detail=detail, color=color, width=40))
            for line in re.sub("\x1b\\[[0-9;]*m", "", shown).splitlines():
                assert not line.lstrip().startswith("::")
                assert "##" not in line


def test_skipped_paths_are_counted_and_listed_at_length() -> None:
    skipped = (Skipped(".git", "not named"), Skipped("b", "a link"))
    assert "\n2 paths skipped: --verbose says why.\n" in text(report(skipped=skipped))
    assert "\nskipped: .git: not named\nskipped: b: a link\n" in text(
        report(skipped=skipped), VERBOSE
    )


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
    bad = report(hostile, artifacts=(unread,), notes=(evil,))
    for color in (False, True):
        for detail, times in zip(DETAILS, (10, 15, 7), strict=True):
            shown = text(bad, Terminal(color=color, detail=detail))
            own = re.sub("\x1b\\[[0-9;]*m", "", shown)
            assert "\x1b" not in own
            assert "\u202e" not in own
            assert own.count("\\u202e") == times


def test_colours_change_nothing_but_the_look(finding: MakeFinding) -> None:
    plain, colored = (text(report(finding()), Terminal(color=color)) for color in (False, True))
    assert "\x1b[" in colored
    stripped = re.sub("\x1b\\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def test_a_finding_about_no_artifact_is_shown(finding: MakeFinding) -> None:
    assert text(report(finding(), artifacts=())).startswith(
        "m/a.pt!archive/data.pkl@0x1f: critical"
    )
    assert text(report(finding(), artifacts=()), VERBOSE).startswith("m/a.pt\n\n  critical")


def test_places_elsewhere_are_whole(finding: MakeFinding) -> None:
    places = (Location("a", ("x",), 1), Location("a", ("y",), 2), Location("a", ("x",)))
    shown = text(report(finding(where=places[0], places=places, count=3)), VERBOSE)
    assert "where     a!x@0x1 (3 times, also a!y@0x2, itself)" in shown


def test_of_many_artifacts_those_that_are_clean_are_counted() -> None:
    clean = [Artifact(f"{n}.pkl", "pickle", 9, (), "safe") for n in range(50)]
    bad = Artifact("bad.pkl", "pickle", 9, (), "unreviewed")
    lines = text(report(artifacts=(*clean[:25], bad, *clean[25:]))).splitlines()
    first = "  bad.pkl  pickle  unreviewed  no target concerns it"
    assert lines[:3] == [first, "  50 other artifacts are safe.", ""]


def test_numbers_for_people() -> None:
    assert [plural(1, "file"), plural(0, "file")] == ["1 file", "0 files"]
    sizes = [size(0), size(1023), size(1024), size(3 << 20), size(5 << 30), size(2 << 40)]
    assert sizes == ["0 bytes", "1023 bytes", "1.0 KiB", "3.0 MiB", "5.0 GiB", "2.0 TiB"]


@pytest.mark.parametrize(
    ("name", "versions", "said"),
    [
        ("scikit-learn", ["1.3.0", "1.9.1"], "scikit-learn 1.3.0 and 1.9.1 load"),
        ("numpy", ["1.21.0", "1.26.4", "2.4.6"], "numpy 1.21.0, 1.26.4 and 2.4.6 load"),
        ("python", ["3.9", "3.10", "3.11"], "python 3.9–3.11 load"),
        ("python", ["3.9", "3.11", "3.12"], "python 3.9, 3.11 and 3.12 load"),
        ("python", ["2.7", "3.8", "3.9"], "python 2.7, 3.8 and 3.9 load"),
    ],
)
def test_only_releases_that_were_judged_are_named(
    name: str, versions: list[str], said: str
) -> None:
    entries = tuple(
        LoadingVerdict(Target(name, version, "r.txt:1", ">=1"), "loads") for version in versions
    )
    shown = text(report(artifacts=(Artifact("a.pkl", "pickle", 1, (), "safe", entries),)))
    assert shown.splitlines()[0].endswith(f"  {said}")


def test_what_no_finding_says_is_said_with_the_verdict() -> None:
    target = Target("scikit-learn", "1.3.0", "--target")
    entries = (
        LoadingVerdict(target, "breaks-load", "it does not import with NumPy 2.0.0"),
        LoadingVerdict(Target("numpy", "1.0", "--target"), "breaks-load", "PKL207: no such name"),
    )
    shown = text(report(artifacts=(Artifact("a.pkl", "pickle", 1, (), "safe", entries),)))
    assert "scikit-learn 1.3.0 does not load: it does not import with NumPy 2.0.0  " in shown
    assert shown.splitlines()[0].endswith("numpy 1.0 does not load")
