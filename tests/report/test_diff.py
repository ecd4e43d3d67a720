"""A comparison as text, as JSON and as a page, also where it is long or hostile."""

from __future__ import annotations

import io
import json
import time

import pytest
from msgspec.structs import replace

from modelaudit.comparison.compare import compare
from modelaudit.comparison.model import Comparison, Side, Version
from modelaudit.core.facts import Fact, Import, Tensor
from modelaudit.core.findings import Finding
from modelaudit.core.location import Location
from modelaudit.core.report import Artifact
from modelaudit.report import Detail, Terminal
from modelaudit.report.diff import FORMATS, writer
from tests.report.conftest import FINDING
from tests.report.html_page import check

W = Location("a.pkl", (), 3)
HOSTILE = "\x1b[2J\u202e<script>alert(1)</script>\r\n::error::x\n##vso[x]" + "y" * 5000


def imported(name: str) -> Import:
    return Import("m", name, "GLOBAL", "", "", 0, 1, W)


def version(
    facts: tuple[Fact, ...] = (), findings: tuple[Finding, ...] = (), name: str = "a.pkl"
) -> Version:
    return Version(name, name, Artifact(name, "pickle", 10, (), "safe"), facts, findings)


def comparison(old: Version, new: Version) -> Comparison:
    return compare(Side("old", (old,), single=True), Side("new", (new,), single=True))


def text(compared: Comparison, form: str = "text", detail: Detail = "compact") -> str:
    out = io.StringIO()
    writer(form)(compared, out, Terminal(detail=detail))
    return out.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_is_harmless_in_every_format(form: str) -> None:
    new = version(
        (imported(HOSTILE), Tensor(HOSTILE, "f4", (HOSTILE,), 4, W)),
        (replace(FINDING, message=HOSTILE, subject=HOSTILE, where=Location(HOSTILE, (HOSTILE,))),),
        HOSTILE,
    )
    compared = replace(comparison(version(), new), notes=(HOSTILE,), new=HOSTILE)
    written = text(compared, form)
    for bad in ("\x1b", "\u202e", "\r", "##vso["):
        assert bad not in written
    assert "\n::error" not in written
    if form == "html":
        assert "<script>alert" not in written
        check(written)
    if form == "json":
        assert json.loads(written)["artifacts"][0]["name"] == HOSTILE
    else:
        assert written.count("y") < 40_000  # every text is cut


def test_many_rows_are_folded() -> None:
    compared = comparison(version(), version(tuple(imported(f"f{n:03}") for n in range(40))))
    short = text(compared)
    assert "Names that loading imports  40 added\n  + m.f000\n" in short
    assert "  … and 25 more: --verbose shows all\n" in short
    assert text(compared, detail="verbose").count("  + m.f") == 40


def test_what_training_changes_is_counted() -> None:
    old, new = (version((replace(imported("f"), count=n),)) for n in (1, 2))
    compared = comparison(old, new)
    assert "imports  1 with other counts or data\n" in text(compared)
    assert "m.f" not in text(compared)
    assert "  ~ m.f: times 1 → 2\n" in text(compared, detail="verbose")


def test_a_finding_with_another_severity_says_both() -> None:
    old = version(findings=(replace(FINDING, severity="low", gates=False),))
    compared = comparison(old, version(findings=(FINDING,)))
    assert "  ~ critical PKL101 calls os.system('id'), was low: calls os" in text(compared)
    assert compared.gates


def test_pages_stay_usable() -> None:
    names = [f"m{number:04}.pkl" for number in range(2000)]
    sides = [
        Side("s", tuple(version((imported(text_),), name=name) for name in names), single=False)
        for text_ in ("f", "g")
    ]
    compared = compare(*sides)
    start = time.process_time()
    page = text(compared, "html")
    assert (len(page) < 2_000_000, time.process_time() - start < 20) == (True, True)
    assert "and 1500 more artifacts that changed" in page
    assert "… and 1970 more artifacts that changed: --verbose shows all" in text(compared)


def test_a_page_of_100_000_changes_is_bounded() -> None:
    facts = tuple(imported(f"f{number}") for number in range(100_000))
    page = text(comparison(version(), version(facts)), "html")
    assert len(page) < 500_000
    assert "and 99500 that this page leaves out" in page


def test_a_page_has_what_matters_first() -> None:
    page = check(text(comparison(version(), version(findings=(FINDING,))), "html"))
    begin, _, rest = page.text.partition("What changed")
    assert "Safety: safe, as before: calls os.system('id') (critical PKL101)." in begin
    assert "Findings 1 new" in rest
