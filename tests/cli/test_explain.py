"""``modelaudit explain``: a rule, and a finding with what stands at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

Run = Callable[..., SimpleNamespace]

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."
CUSTOM = b"\x80\x04cmylib.models\nBlock\n)R."


def test_a_rule_is_what_rules_shows(run: Run) -> None:
    assert run("explain", "PKL101").out == run("rules", "PKL101").out
    assert run("explain", "dangerous-call").out == run("rules", "PKL101").out
    assert "did you mean 'PKL101'?" in run("explain", "PLK101").err


def test_a_finding(run: Run) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    result = run("explain", "PKL101", "a.pkl")
    assert result.code == 0
    assert result.out.startswith("dangerous-call (PKL101)\ncritical · security · confidence high")
    for said in (
        "loading calls os.system('echo modelaudit-marker')",
        "\na.pkl@0x27\n",
        "  call        os.system('echo modelaudit-marker'), REDUCE\n",
        "           0x2  GLOBAL            os system\n",
        "  >       0x27  REDUCE\n",
        "  >       0x20  61 72 6b 65 72 0a 74[52 2e                       arker.tR.\n",
        "\nWhy it matters\n",
        "\nHow to fix it\nDo not load this file.",
        "- or take what is known into a baseline: modelaudit baseline write a.pkl\n",
    ):
        assert said in result.out, said


def test_a_fingerprint(run: Run) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    (found,) = [
        one
        for one in json.loads(run("scan", "a.pkl", "--format", "json").out)["findings"]
        if one["rule"] == "PKL101"
    ]
    name = found["fingerprint"]
    assert run("explain", name[:8], "a.pkl").out == run("explain", "PKL101", "a.pkl").out
    assert "give its path too" in run("explain", name).err
    assert f"a.pkl: no finding of {'0' * 8}; there are findings of PKL101" in (
        run("explain", "0" * 8, "a.pkl").err
    )


def test_the_suppression_that_is_proposed_works(run: Run) -> None:
    Path("[a].pkl").write_bytes(PAYLOAD)
    result = run("explain", "PKL101", "[a].pkl")
    line = next(text for text in result.out.splitlines() if "suppress: [" in text)
    assert yaml.safe_load(line)["suppress"][0]["subject"] == "os.system"
    Path("own.yaml").write_text(line.strip() + "\n", encoding="utf-8")
    scan = run("scan", "[a].pkl", "--config", "own.yaml", "--select", "PKL101")
    assert (scan.code, "1 finding suppressed by configuration." in scan.out) == (0, True)
    accepted = run("explain", "PKL101", "[a].pkl", "--config", "own.yaml").out
    assert "Accepted by the configuration: …" in accepted
    assert "- it counts again without the entry of the configuration" in accepted


def test_the_parameter_that_is_proposed_works(run: Run) -> None:
    Path("a.pkl").write_bytes(CUSTOM)
    result = run("explain", "PKL105", "a.pkl")
    line = next(text for text in result.out.splitlines() if "rules: {" in text)
    Path("own.yaml").write_text(line.strip() + "\n", encoding="utf-8")
    assert "PKL105" in run("scan", "a.pkl").out
    assert "PKL105" not in run("scan", "a.pkl", "--config", "own.yaml").out


def test_a_severe_finding_needs_a_configuration_that_is_named(run: Run) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    said = "holds only where the configuration is named: --config"
    assert said in run("explain", "PKL101", "a.pkl").out
    Path("modelaudit.yaml").write_text("version: 1\n")
    assert said in run("explain", "PKL101", "a.pkl").out
    assert said not in run("explain", "PKL101", "a.pkl", "--config", "modelaudit.yaml").out


def test_releases_that_load_it(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x05}.")
    result = run("explain", "compatibility", "a.pkl", "--target", "python==3.7")
    assert "- with python 3.8 to 3.13: loads\n" in result.out


def test_many_findings_are_counted(run: Run) -> None:
    for number in range(30):
        Path(f"{number:02}.pkl").write_bytes(PAYLOAD)
    out = run("explain", "PKL101", ".").out
    assert out.count("How to fix it") == 3
    assert "27 more findings\n" in out
    assert "  … and 7 more\n" in out


@pytest.mark.parametrize("rule", ["PKL104", "PKL105"])
def test_hostile_names_are_harmless(run: Run, rule: str) -> None:
    name = "x\x1b[2J\u202e##[error]y" + "z" * 3000
    Path("a.pkl").write_bytes(b"\x80\x04cm\n" + name.encode() + b"\n)R.")
    result = run("explain", rule, "a.pkl")
    for bad in ("\x1b", "\u202e", "##["):
        assert bad not in result.out
    assert len(result.out) < 40_000


def test_a_file_without_findings(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    result = run("explain", "PKL101", "a.pkl")
    assert (result.code, "a.pkl: no finding of PKL101, nor of any other rule" in result.err) == (
        2, True,
    )  # fmt: skip


def test_a_rule_that_needs_a_target(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    said = "it is judged against releases of torch, and none is a target here: give --target torch"
    assert said in run("explain", "TOR201", "a.pkl").err
    assert said not in run("explain", "TOR201", "a.pkl", "--target", "torch==2.6").err


def test_what_is_no_rule(run: Run) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    result = run("explain", "PKL1O1", "a.pkl")
    assert (result.code, "no rule is called 'PKL1O1'; did you mean" in result.err) == (2, True)
