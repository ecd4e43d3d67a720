"""modelaudit.yaml: where it is found, what it may say, and how errors are told."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import msgspec
import pytest

from modelaudit.config.file import ConfigError, discover, load
from modelaudit.config.model import Config, RuleOverride, Suppression
from modelaudit.config.schema import config_schema
from modelaudit.core.limits import Limits

FULL = """
version: 1
targets: {python: "3.11", onnxruntime: ==1.17, requirements: off}
profile: strict
fail-on: low
select: [ALL]
ignore: [ONX4]
rules:
  PKL104: {severity: low, params: {allow: ["mylib.models.*"]}}
suppress:
  - {rule: PKL101, path: "models/a.joblib", reason: "reviewed", until: 2027-01-31}
limits: {timeout: 5, max-depth: 3}
"""


def write(folder: Path, text: str, name: str = "modelaudit.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_all_keys(tmp_path: Path) -> None:
    assert load(write(tmp_path, FULL)) == Config(
        targets={"python": "3.11", "onnxruntime": "==1.17", "requirements": "off"},
        profile="strict",
        fail_on="low",
        ignore=["ONX4"],
        rules={"PKL104": RuleOverride(severity="low", params={"allow": ["mylib.models.*"]})},
        suppress=[
            Suppression(
                rule="PKL101",
                path="models/a.joblib",
                reason="reviewed",
                until=datetime.date(2027, 1, 31),
            )
        ],
        limits=Limits(timeout=5.0, max_depth=3),
    )


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "{}"])
def test_an_empty_file_is_the_defaults(tmp_path: Path, text: str) -> None:
    assert load(write(tmp_path, text)) == Config()


def test_packs_are_named_as_seen_from_the_file(tmp_path: Path) -> None:
    config = load(write(tmp_path, "packs: [./rules, /abs]"))
    assert config.packs == [str(tmp_path / "rules"), str(Path("/abs"))]


SUPPRESS = "suppress: [{rule: A, path: b, "


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("fail-onn: high", "1:1: unknown key 'fail-onn'; did you mean 'fail-on'?"),
        ("a: 1", "1:1: unknown key 'a'; valid are version, targets, profile,"),
        ("fail-on: hig", "1:10: fail-on: 'hig' is not valid; did you mean 'high'?"),
        ("profile: Strict", "1:10: profile: 'Strict' is not valid; did you mean 'strict'?"),
        ("version: 2", "1:10: version: 2 is not valid; valid are 1"),
        ("limits: {timeot: 3}", "1:10: unknown key 'limits.timeot'; did you mean 'timeout'?"),
        ("limits: {timeout: x}", "1:19: limits.timeout: expected a number, got text"),
        ("limits: {max-depth: 0}", "1:21: limits.max-depth: must be more than 0"),
        (
            "targets: {requirments: auto}",
            "1:11: targets.requirments: did you mean 'requirements'?",
        ),
        (
            "overrides: [{paths: [a], targets: {torch: '2.0'}}]",
            "1:26: unknown key 'overrides[0].targets'; targets is a key of the whole file and is",
        ),
        ("select: PKL", "1:9: select: expected a list, got text"),
        ("- 1", "1:1: expected a mapping, got a list"),
        (
            "targets: {python: 3.10}",
            "1:19: targets.python: expected text, got a number (put it in quotes)",
        ),
        (
            "targets: {python: '>=3'}",
            "1:19: targets.python: expected one version such as 1.17, got '>=3'",
        ),
        (
            "targets: {requirements: yes}",
            "1:25: targets.requirements: expected auto, off, or files, got 'yes'",
        ),
        (
            "targets: {python: true}",
            "1:19: targets.python: expected text, got true or false",
        ),
        (
            "targets: {torch: [a.txt]}",
            "1:18: targets.torch: expected text, got a list",
        ),
        (
            "targets: {requirements: 3}",
            "1:25: targets.requirements: expected text, got a whole number (put it in quotes)",
        ),
        (
            "targets: {requirements: []}",
            "1:25: targets.requirements: must not be empty; off reads none",
        ),
        (
            "targets: {requirements: {prod: []}}",
            "1:32: targets.requirements.prod: names no file",
        ),
        (
            "targets: {requirements: {prod: a.txt}}",
            "1:32: targets.requirements.prod: expected a list, got text",
        ),
        (
            "rules:\n  A: {severity: low}\n  B: {severity: lwo}",
            "3:17: rules.B.severity: 'lwo' is not valid; did you mean 'low'?",
        ),
        (
            "rules:\n  A: {}\n  B:\n    sverity: low",
            "4:5: unknown key 'rules.B.sverity'; did you mean 'severity'?",
        ),
        (SUPPRESS + "}]", "1:12: required key 'suppress[0].reason' is missing"),
        (SUPPRESS + "reason: ''}]", "1:39: suppress[0].reason: must not be empty"),
        (SUPPRESS + "reason: ' '}]", "1:39: suppress[0].reason: must not be empty"),
        (
            SUPPRESS + "reason: r, until: 2027-13-01}]",
            "1:49: suppress[0].until: not a date as in 2027-01-31",
        ),
        (
            SUPPRESS + "reason: r, sha256: abc}]",
            "1:50: suppress[0].sha256: expected 64 hexadecimal digits",
        ),
        ("a: 1\na: 2", "2:1: duplicate key 'a', first on line 1"),
    ],
)
def test_errors_name_the_place_and_the_remedy(tmp_path: Path, text: str, error: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:{error}")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"profile: \xe9")
    with pytest.raises(ConfigError, match=r"latin\.yaml: not UTF-8 text"):
        load(tmp_path / "latin.yaml")


def test_pyproject(tmp_path: Path) -> None:
    path = write(tmp_path, '[tool.modelaudit]\nfail-on = "high"\n', "pyproject.toml")
    assert load(path) == Config(fail_on="high")
    assert discover(tmp_path) == path


def test_errors_in_pyproject_name_the_key(tmp_path: Path) -> None:
    path = write(tmp_path, "[tool.modelaudit.rules.A]\nsevrity = 1\n", "pyproject.toml")
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = "unknown key 'rules.A.sevrity'; did you mean 'severity'?"
    assert str(caught.value) == f"{path}: {message}"


def test_a_broken_pyproject_that_names_us_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "[tool.modelaudit\n", "pyproject.toml")
    assert discover(tmp_path) == path
    with pytest.raises(ConfigError, match="not valid TOML"):
        load(path)


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", '[project]\nname = "modelaudit"\n'])
def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path, text: str) -> None:
    write(tmp_path, text, "pyproject.toml")
    assert discover(tmp_path) is None


def test_the_nearest_file_counts_and_yaml_before_toml(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    outermost = write(tmp_path, "")
    assert discover(inner) == outermost
    toml = write(inner.parent, "[tool.modelaudit]\n", "pyproject.toml")
    assert discover(inner) == toml
    hidden = write(inner.parent, "", ".modelaudit.yaml")
    assert discover(inner) == hidden
    plain = write(inner.parent, "")
    assert discover(inner) == plain


def test_the_search_ends_at_the_root_of_the_repository(tmp_path: Path) -> None:
    write(tmp_path, "")
    repository = tmp_path / "repo"
    inner = repository / "src"
    inner.mkdir(parents=True)
    (repository / ".git").write_text("gitdir: elsewhere", encoding="utf-8")
    assert discover(inner) is None


def test_outside_a_repository_only_the_directory_itself_counts(tmp_path: Path) -> None:
    above = write(tmp_path, "")
    inner = tmp_path / "a"
    inner.mkdir()
    assert discover(inner) is None
    assert discover(tmp_path) == above


def test_the_schema_describes_every_key() -> None:
    schema = json.loads(config_schema())
    for part in (Config, RuleOverride, Suppression, Limits):
        properties = schema["$defs"][part.__name__]["properties"]
        assert set(properties) == set(part.__struct_encode_fields__)
        undescribed = [name for name, value in properties.items() if "description" not in value]
        assert undescribed == []


def test_a_configuration_survives_being_written_and_read(tmp_path: Path) -> None:
    config = load(write(tmp_path, FULL))
    assert msgspec.convert(msgspec.to_builtins(config), Config) == config


def test_requirement_files_are_named_as_seen_from_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "targets: {requirements: [a.txt]}")
    assert load(path).targets == {"requirements": [str(tmp_path / "a.txt")]}
    path = write(tmp_path, "targets: {requirements: {prod: [a.txt], edge: [b/c.txt]}}")
    assert load(path).targets == {
        "requirements": {"prod": [str(tmp_path / "a.txt")], "edge": [str(tmp_path / "b/c.txt")]}
    }
    assert load(write(tmp_path, "targets: {requirements: false}")).targets == {
        "requirements": False
    }


def test_both_endings_of_yaml_are_read_and_a_platform_is_a_target(tmp_path: Path) -> None:
    path = write(tmp_path, "targets: {platform: windows}", "modelaudit.yml")
    assert discover(tmp_path) == path
    assert load(path).targets == {"platform": "windows"}
