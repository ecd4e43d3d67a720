"""The page for a browser: what is on it, what is not, and how large it may get."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from modelaudit.core.findings import Finding, Target
from modelaudit.core.location import Location
from modelaudit.core.outline import Node, Outline, Part
from modelaudit.core.report import Artifact, Report
from modelaudit.core.verdicts import Loading, LoadingVerdict
from modelaudit.report import Terminal, writer
from modelaudit.report.html.page import MOST_PLAIN
from modelaudit.report.html.pictures import MOST_NODES
from modelaudit.report.html.shell import MOST_TEXT
from tests.report.html_page import Page, check

MakeFinding = Callable[..., Finding]


def written(report: Report) -> str:
    out = io.StringIO()
    writer("html")(report, out, Terminal())
    return out.getvalue()


def page_of(report: Report) -> Page:
    return check(written(report))


def test_the_first_screen_has_both_answers(whole: Report) -> None:
    text = page_of(whole).text
    begin, _, _ = text.partition("Findings by file")
    assert "modelaudit failed 4 findings in 4 artifacts; 1 not read to the end." in begin
    assert "m/a.pt is not safe to load: calls os.system('id')." in begin
    assert "b.onnx does not load with scikit-learn 1.5.2: ONX201: opset 21." in begin
    assert "Whether 1 artifact is safe is not known: not every part was read." in begin
    assert "1 critical 1 high 1 medium 1 low" in begin
    assert "artifact safe to load? scikit-learn 1.5.2 python 3.15" in begin
    assert "b.onnx onnx, 99 bytes safe does not load not judged" in begin
    assert "m/a.pt pytorch, 4.2 KiB · torch 2.1.0 unsafe 1 suppressed" in begin


def test_every_finding_has_an_anchor_with_why_fix_and_place(whole: Report) -> None:
    page = page_of(whole)
    for finding in whole.findings:
        assert f"f-{finding.fingerprint}" in page.ids
        assert f"#f-{finding.fingerprint}" in page.links
        assert finding.message in page.text
    assert "Why it matters Loading the file runs this command." in page.text
    assert "How to fix it Do not load it." in page.text
    assert (
        "archive/data.pkl, byte 0x1f, archive/data.pkl, byte 0x30, and 2 more places" in page.text
    )
    assert "with scikit-learn 1.5.2, asked for by requirements.txt:1 >=1.5" in page.text
    assert "b.onnx safe does not load 1 high" in page.text
    assert "requirements.txt 1 medium" in page.text  # a finding about a file that is no artifact
    assert "https://cwe.mitre.org/data/definitions/502.html" in page.links


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize(
    ("targeted", "said"), [(True, "no target concerns it"), (False, "no target is known")]
)
def test_where_there_is_no_verdict_the_reason_is_said(
    whole: Report, form: str, targeted: bool, said: str
) -> None:
    without = replace(whole, targeted=targeted, findings=(), artifacts=tuple(
        replace(artifact, safety="unknown", loading=()) for artifact in whole.artifacts
    ))  # fmt: skip
    out = io.StringIO()
    writer(form)(without, out, Terminal())
    assert said in out.getvalue()
    assert ("no target is known" in out.getvalue()) is not targeted


def test_what_an_artifact_is_made_of_is_drawn(whole: Report) -> None:
    page = page_of(whole)
    for said in (
        "Bytes by part weights 3.9 KiB 93% code 1 byte < 1%",
        "9 calls that loading makes",
        "x.Model().__setstate__({…}) dangerous PKL101 os.system('id') through y ×2 x.f()",
        "unreviewed PKL104 suppressed x.g(1) and 5 more, the worst of them dangerous PKL101",
        "Names that loading imports 1 with findings dangerous PKL101 os.system",
        "Tensors 3, 3.9 KiB layers 2 in all, 2.9 KiB 0 float32 [2] 8 bytes 1 and 1 more",
    ):
        assert said in page.text, said
    assert page.links.count("#f-0123") > 3
    assert "#s-0123:2" in page.links


def test_bytes_that_do_not_add_up_are_said(whole: Report) -> None:
    artifact = replace(whole.artifacts[0], outline=Outline(stated=5000))
    page = page_of(replace(whole, artifacts=(artifact,)))
    assert "Bytes by part 4.9 KiB of tensors, unpacked and counted once each" in page.text
    alone = replace(artifact, outline=Outline((Part("rest", 4300),)))
    assert "Bytes by part" not in page_of(replace(whole, artifacts=(alone,))).text


def test_a_finding_that_is_not_shown_is_named_without_a_link(whole: Report) -> None:
    page = page_of(replace(whole, findings=()))
    assert "dangerous PKL101 os.system" in page.text
    assert "#f-0123" not in page.links


def test_the_worst_artifacts_are_drawn_where_there_is_no_room_for_all(
    whole: Report, finding: MakeFinding
) -> None:
    name = Node("imports", nodes=tuple(Node(f"x.f{n}") for n in range(MOST_NODES // 2)))
    artifacts = tuple(
        Artifact(f"{n}.pkl", "pickle", 8, (), "safe", outline=Outline(topics=(name,)))
        for n in range(4)
    )
    page = page_of(Report(artifacts, (finding(where=Location("3.pkl"), places=()),), (), 0))
    assert page.text.count("Names that loading imports") == 1
    assert page.text.count("Not shown: other artifacts are worse") == 3
    begin, _, _ = page.text.partition("3 artifacts without a finding")
    assert "Names that loading imports" in begin


def test_the_configuration_in_force_is_shown(whole: Report) -> None:
    text = page_of(whole).text
    assert "not silence severe security findings, nor what was not read: 2 findings that" in text
    assert "fail-on high (limited) suppress rule: PKL101, path: m/*, reason: ok" in text
    assert "limits timeout: 90.0 Notes" in text
    named = replace(whole, settings=whole.settings[2:], spared=0)
    assert "not silence severe" not in page_of(named).text


def test_what_is_not_known_and_what_was_silenced_is_said(whole: Report) -> None:
    page = page_of(replace(whole, missed=2))
    for said in (
        "c.pkl: c.pkl@0x2a: the data ends",
        "python 3.15: no table b.onnx",
        "The run was interrupted: 2 files not looked at.",
        "Configuration modelaudit.yaml",
        "By the configuration: reviewed in SEC-42",
        "Notes the configuration in m/ is not used",
        ".git: not named",
        "a" * 64,
        "Needs torch==2.1.0, numpy>=1.2,<2, joblib",
        "Other files 2, no models by content or name",
    ):
        assert said in page.text, said
    assert "s-0123:2" in page.ids


def test_equal_findings_are_one_entry_with_an_anchor_each(finding: MakeFinding) -> None:
    where = [Location("a.zip", (f"{n}.pkl",), 3) for n in range(30)]
    found = tuple(
        finding(where=place, places=(place,), fingerprint=f"{n:04}")
        for n, place in enumerate(where)
    )
    page = page_of(Report((), found, (), 0))
    assert page.text.count("calls os.system('id')") == 2  # in its file, and by rule
    assert page.text.count("Do not load it.") == 1
    assert sum(name.startswith("f-") for name in page.ids) == 30
    assert "10 more places" in page.text


def test_nothing_of_an_artifact_becomes_markup(hostile: Report, whole: Report) -> None:
    page = page_of(hostile)
    plain = page_of(replace(whole, findings=whole.findings[:1]))
    assert "<script>alert('\"&')</script>" in page.text
    assert set(page.elements) <= set(plain.elements) | {"p", "h3", "li"}


def test_only_web_addresses_become_links(finding: MakeFinding) -> None:
    names = ("javascript:alert(1)", "CWE-502", "https://example.org/<a>")
    page = page_of(Report((), (finding(references=names),), (), 0))
    assert "https://example.org/<a>" in page.links
    assert "References: javascript:alert(1), CWE-502, https://example.org/<a>" in page.text


@pytest.mark.parametrize("char", ["<", "\x00", "模", "\u202e"])
def test_long_texts_are_cut_and_their_length_is_said(finding: MakeFinding, char: str) -> None:
    long = char * 10_000_000
    found = finding(message=long, where=Location(long, (long,)), places=(), subject=long)
    artifact = Artifact(long, "pickle", 1, (long,), "unsafe", (), (long,))
    text = written(Report((artifact,), (found,), (), 0, (long,), configuration=long))
    assert "… (cut: 10000000 characters)" in check(text).text
    assert len(text) < 40 * 10 * MOST_TEXT


def test_of_many_targets_the_worst_have_columns() -> None:
    def entries(verdict: str) -> tuple[LoadingVerdict, ...]:
        return tuple(
            LoadingVerdict(Target(f"p{n}", "1", "r.txt"), verdict if n == 9 else "loads")  # type: ignore[arg-type]
            for n in range(20)
        )

    report = Report(
        tuple(
            Artifact(f"{verdict}.pkl", "pickle", 1, (), "safe", entries(verdict))
            for verdict in ("loads", "breaks-load")
        ),
        (), (), 0,
    )  # fmt: skip
    text = page_of(report).text
    assert "safe to load? p9 1 p0 1 p1 1 p10 1 p11 1 other targets" in text
    assert "breaks-load.pkl pickle, 1 byte safe does not load loads" in text


def test_releases_of_a_range_that_fare_alike_are_one() -> None:
    def target(version: str) -> Target:
        return Target("numpy", version, "r.txt:1", ">=1")

    loading = tuple(
        LoadingVerdict(target(version), "breaks-load" if version == "3.0" else "loads", "x")
        for version in ("1.0", "2.0", "3.0")
    )
    text = page_of(Report((Artifact("a", "pickle", 1, (), "safe", loading),), (), (), 0)).text
    assert "1.0–2.0 loads 3.0 does not load" in text


def test_two_thousand_artifacts(finding: MakeFinding, whole: Report) -> None:
    model = replace(whole.artifacts[1], outline=whole.artifacts[0].outline)
    artifacts = [replace(model, path=f"b{n}.onnx") for n in range(1500)]
    artifacts += [Artifact(f"c{n}.pkl", "pickle", 8, (), "safe") for n in range(500)]
    found = tuple(
        finding(where=Location(f"b{n % 1500}.onnx"), places=(), fingerprint=f"{n:08}")
        for n in range(4000)
    )
    report = Report(tuple(artifacts), found, (), 0, gates=True)
    begin = time.process_time()
    text = written(report)
    assert time.process_time() - begin < 10
    assert len(text) < 8_000_000
    page = check(text)
    assert "1400 more artifacts" in page.text
    assert "500 artifacts: safe, and nothing against loading" in page.text
    assert sum(name.startswith("f-") for name in page.ids) == 4000


def test_of_many_artifacts_the_clean_ones_are_in_the_table_alone() -> None:
    def artifact(number: int, verdict: Loading) -> Artifact:
        entry = LoadingVerdict(Target("python", "3.12", "r.txt"), verdict, "new")
        return Artifact(f"m{number}.pkl", "pickle", 1, (), "safe", (entry,))

    clean = tuple(artifact(number, "loads") for number in range(MOST_PLAIN + 2))
    late = artifact(len(clean), "not-judged")
    page = page_of(Report((*clean, late), (), (), 0))
    assert "3 more artifacts without a finding" in page.text
    assert page.text.count("from r.txt") == MOST_PLAIN
    assert all(f"m{number}.pkl pickle" in page.text for number in range(len(clean) + 1))
    assert f"python 3.12: new m{len(clean)}.pkl" in page.text
