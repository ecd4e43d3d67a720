"""Reports to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from modelaudit.core.findings import Finding, Suppressed, Target
from modelaudit.core.location import Location
from modelaudit.core.outline import Mark, Node, Outline, Part
from modelaudit.core.report import Artifact, Report, Setting, Skipped
from modelaudit.core.verdicts import LoadingVerdict

MakeFinding = Callable[..., Finding]

FINDING = Finding(
    rule="PKL101",
    name="dangerous-call",
    category="security",
    severity="critical",
    confidence="high",
    effect=None,
    message="calls os.system('id')",
    why="Loading the file runs\n  this command.\n",
    fix="Do not load it.",
    references=("https://cwe.mitre.org/data/definitions/502.html",),
    subject="os.system",
    where=Location("m/a.pt", ("archive/data.pkl",), 0x1F),
    places=(Location("m/a.pt", ("archive/data.pkl",), 0x1F),),
    count=1,
    target=None,
    fingerprint="0123",
    title="Loading calls a function that can do harm",
    gates=True,
)


@pytest.fixture
def finding() -> MakeFinding:
    """A finding that is the usual one but for what is given."""

    def make(**changes: object) -> Finding:
        return replace(FINDING, **changes)

    return make


def _outline() -> Outline:
    mark = Mark("critical", "PKL101", "0123", accepted=False)
    accepted = Mark("medium", "PKL104", "0123:2", accepted=True)
    calls = Node(
        "calls", count=9, nodes=(
            Node("x.Model().__setstate__", ("({…})",), nodes=(
                Node("os.system", ("('id')", "through y"), 2, mark=mark), Node("x.f", ("()",)),
            )),
            Node("x.g", ("(1)",), mark=accepted),
        ), more=5, worst=mark,
    )  # fmt: skip
    tensors = Node("tensors", (), 3, 4000, nodes=(
        Node("layers", (), 2, 3000, nodes=(Node("0", ("float32", "[2]"), 1, 8), Node("1"))),
    ), more=1)  # fmt: skip
    parts = (Part("weights", 4000), Part("code", 1), Part("structure", 200), Part("trailing", 99))
    return Outline(
        parts, 4000, (Node("imports", nodes=(Node("os.system", mark=mark),)), tensors), calls
    )


@pytest.fixture
def whole(finding: MakeFinding) -> Report:
    """A report with something of everything that a report may have."""
    sklearn = Target("scikit-learn", "1.5.2", "requirements.txt:1", ">=1.5")
    inside = [Location("m/a.pt", ("archive/data.pkl",), at) for at in (0x1F, 0x30)]
    call = finding(count=4, places=tuple(inside), fingerprint="0123")
    older = finding(
        rule="ONX201", name="opset-newer", category="compatibility", severity="high",
        effect="breaks-load", message="opset 21 is newer than 17", subject="opset 21",
        where=Location("b.onnx", object="graph/node[1]"), target=sklearn, fingerprint="4567",
        places=(Location("b.onnx", object="graph/node[1]"),), references=(),
    )  # fmt: skip
    free = finding(
        rule="PKL104", name="unreviewed", severity="low", confidence="medium", gates=False,
        message="imports x.Y", where=Location("c.pkl", (), 3), places=(Location("c.pkl", (), 3),),
        fingerprint="89ab",
    )  # fmt: skip
    file = finding(
        rule="TGT203", name="unsatisfiable", category="compatibility", severity="medium",
        message="no release", where=Location("requirements.txt", line=3), places=(),
        fingerprint="cdef",
    )  # fmt: skip
    return Report(
        artifacts=(
            Artifact(
                "m/a.pt", "pytorch", 4300, (), "unsafe", (), ("torch 2.1.0",), "a" * 64,
                ("torch==2.1.0", "numpy>=1.2,<2", "joblib"), outline=_outline(),
            ),
            Artifact(
                "b.onnx", "onnx", 99, (), "safe",
                (
                    LoadingVerdict(sklearn, "breaks-load", "ONX201: opset 21"),
                    LoadingVerdict(Target("python", "3.15", "--target"), "not-judged", "no table"),
                ),
            ),
            Artifact("c.pkl", "pickle", 8, ("c.pkl@0x2a: the data ends",), "unknown"),
            Artifact("d.pkl", "pickle", 8, (), "safe"),
        ),
        findings=(call, older, free, file),
        suppressed=(Suppressed(replace(call, fingerprint="0123:2"), "reviewed in SEC-42"),),
        other=2,
        notes=("the configuration in m/ is not used",),
        skipped=(Skipped(".git", "not named"),),
        configuration="modelaudit.yaml",
        gates=True,
        settings=(
            Setting("fail-on", ("high",), limited=True),
            Setting("suppress", ("rule: PKL101, path: m/*, reason: ok", "rule: PKL104"), True),
            Setting("limits", ("timeout: 90.0",)),
        ),
        spared=2,
    )  # fmt: skip


EVIL = (
    "\x1b[2J\n\r\u202e::error::x ##vso[task.setvariable variable=a]b ##[group]]>"
    "%0A,;:|`*_[a](http://e.example)"
    "<script>alert('\"&')</script> @team #1 \udc80\x00 {0} ${{ x }}"
)
"""Text that means something to each of the outputs' media."""


@pytest.fixture
def hostile(finding: MakeFinding) -> Report:
    """A report in which everything that artifacts and projects choose is hostile."""
    target = Target(EVIL, EVIL, EVIL, EVIL)
    path = EVIL.replace("\x00", "").replace("/", "")
    places = [Location(path, (EVIL, EVIL + "2"), 1, line, EVIL) for line in (1, 2)]
    bad = finding(message=EVIL, subject=EVIL, where=places[0], places=tuple(places), target=target)
    mark = Mark("critical", EVIL, EVIL, accepted=False)
    node = Node(EVIL, (EVIL, EVIL), 2, 1, mark, (Node(EVIL, (EVIL,), 1, -1, mark),), 2, mark)
    outline = Outline((Part("rest", 1),), 1, (Node("imports", nodes=(node,)),), node)
    unread = Artifact(
        path, "pickle", 1, (EVIL,), "unknown", (LoadingVerdict(target, "not-judged", EVIL),),
        (EVIL,), "b" * 64, (EVIL,), outline=outline,
    )  # fmt: skip
    return Report(
        (unread,), (bad,), (Suppressed(replace(bad, fingerprint="4567"), EVIL),), 0,
        (EVIL,), (Skipped(EVIL, EVIL),), EVIL, gates=True, root="/home/me",
        settings=(Setting(EVIL, (EVIL, EVIL), limited=True),), spared=1,
    )  # fmt: skip
