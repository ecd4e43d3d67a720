"""The public API: the examples of its documentation, and what they do not show."""

from __future__ import annotations

import doctest
import io
import json
import pickle
from pathlib import Path

import pytest

import modelaudit
from modelaudit import api

PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps({"weights": [1.0]}, 4))
    (tmp_path / "payload.pkl").write_bytes(PAYLOAD)


@pytest.mark.parametrize(
    "example",
    [one for one in doctest.DocTestFinder().find(api, globs=vars(api).copy()) if one.examples],
    ids=lambda one: one.name,
)
def test_the_examples(example: doctest.DocTest) -> None:
    printed: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    failed, tried = runner.run(example, out=printed.append)
    assert (failed, "".join(printed)) == (0, "")
    assert tried


def test_every_public_function_has_an_example() -> None:
    shown = {one.name for one in doctest.DocTestFinder().find(api) if one.examples}
    for name in ("scan", "iter_scan", "scan_bytes", "inspect", "diff", "Report.to_json"):
        assert f"modelaudit.api.{name}" in shown


def test_paths_of_any_kind() -> None:
    for paths in ("model.pkl", Path("model.pkl"), ["model.pkl"], (Path("model.pkl"),)):
        assert [artifact.path for artifact in modelaudit.scan(paths).artifacts] == ["model.pkl"]
    assert modelaudit.scan(iter(["model.pkl"])).artifacts


def test_a_file_object_is_read_from_where_it_is() -> None:
    upload = io.BytesIO(b"skip" + PAYLOAD)
    upload.seek(4)
    report = modelaudit.scan_bytes(upload, name="upload.pkl")
    (finding,) = [one for one in report.findings if one.rule == "PKL101"]
    assert (finding.where.path, report.artifacts[0].size) == ("upload.pkl", len(PAYLOAD))
    with pytest.raises(modelaudit.UsageError, match="mode 'rb'"):
        modelaudit.scan_bytes(io.StringIO("text"), name="x.pkl")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="bytes or a binary file object, not str"):
        modelaudit.scan_bytes("text", name="x.pkl")  # type: ignore[arg-type]


def test_what_lies_around_bytes_plays_no_part() -> None:
    Path("requirements.txt").write_text("numpy==1.0\n")
    Path("pickle.py").write_text("")
    named = modelaudit.scan_bytes(PAYLOAD, name="payload.pkl", targets=["python==3.12"])
    assert [verdict.target.name for verdict in named.artifacts[0].loading] == ["python"]
    around = {one.rule for one in modelaudit.scan("payload.pkl").findings}
    assert {one.rule for one in named.findings} < around
    assert modelaudit.scan_bytes(b"no model", name="notes.txt").artifacts == ()
    assert modelaudit.scan_bytes(b"", name="empty.pkl").gates


def test_targets_of_any_kind() -> None:
    for targets in (
        "python==3.12",
        ["python==3.12"],
        [modelaudit.Target("python", "3.12", "here")],
        {"python": "3.12"},
    ):
        (artifact,) = modelaudit.scan("model.pkl", targets=targets).artifacts
        assert [str(verdict.target) for verdict in artifact.loading] == ["python 3.12"]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"fail_on": "hihg"}, "fail_on: 'hihg' is not valid; did you mean 'high'?"),
        ({"failon": "high"}, "unknown keyword 'failon'; did you mean 'fail_on'?"),
        ({"select": "PKL"}, "select: expected a list, got text"),
        ({"ignore": ["NOT1"]}, "ignore[0]: no rule is called 'NOT1'"),
        ({"targets": {"numpyy": "1"}}, "numpyy"),
        ({"limits": modelaudit.Limits(timeout=0)}, "limits.timeout: must be more than 0"),
        ({"suppress": [{"rule": "PKL101", "path": "*"}]}, "required key 'suppress[0].reason'"),
    ],
)
def test_what_is_not_valid(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(modelaudit.UsageError) as caught:
        modelaudit.scan("model.pkl", **settings)  # type: ignore[arg-type]
    assert problem in str(caught.value)


def test_a_config_is_validated_too_and_keywords_stand_over_it() -> None:
    with pytest.raises(modelaudit.UsageError, match="fail_on"):
        modelaudit.scan("model.pkl", modelaudit.Config(fail_on="never"))  # type: ignore[arg-type]
    config = modelaudit.Config(fail_on="critical", ignore=["PKL101"])
    assert not modelaudit.scan("payload.pkl", config).gates
    assert modelaudit.scan("payload.pkl", config, ignore=[]).gates


def test_severities_compare() -> None:
    report = modelaudit.scan("payload.pkl")
    assert max(modelaudit.SEVERITIES.index(f.severity) for f in report.findings) == 0
    assert modelaudit.at_least("critical", "high")
    assert sorted(["low", "critical"], key=modelaudit.SEVERITIES.index) == ["critical", "low"]
    assert json.loads(report.to_json())["summary"]["artifacts"] == 1
