"""Whether a report is what the programs that read it take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from lxml import etree
from markdown_it import MarkdownIt

from tests.report.html_page import check

PART = 100
SCHEMAS = Path(__file__).parent / "schemas"
URI = re.compile(r"[A-Za-z0-9%/._~:-]+")
"""A URI that needs no reading of RFC 3986: no blank, no quote, nothing beyond ASCII."""


def validate(form: str, text: str) -> None:
    """Raise AssertionError, or the validator's error, for a report that is not as it has to be."""
    assert text.endswith("\n")
    assert "\x1b" not in text
    assert "\u202e" not in text
    if form != "azure":
        assert re.search(r"##(vso)?\[", text, re.IGNORECASE) is None
    VALIDATORS[form](text)


def _json(text: str) -> None:
    assert text.isascii()
    assert json.loads(text)["schema"] == "modelaudit/report/2"


def _jsonl(text: str) -> None:
    assert text.isascii()
    lines = [json.loads(line) for line in text.splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds[0] == "run"
    assert kinds[-1] == "summary"
    assert set(kinds) <= {
        "run", "artifact", "finding", "suppressed", "note", "skipped", "other", "summary",
    }  # fmt: skip
    assert kinds.count("finding") == sum(lines[-1]["findings"].values())


@cache
def _sarif_schema() -> Any:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    return jsonschema.Draft4Validator(schema)


def _sarif(text: str) -> None:
    """The schema, and what GitHub asks for beyond it."""
    log = json.loads(text)
    (run,) = log["runs"]
    for part in _parts(run):
        _sarif_schema().validate({**log, "runs": [part]})
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        for key in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[key]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 20
        score = rule["properties"].get("security-severity")
        assert ("security" in rule["properties"]["tags"]) == (score is not None)
        assert score is None or 0 < float(score) <= 10
    notifications = {entry["id"] for entry in run["tool"]["driver"]["notifications"]}
    for entry in run["invocations"][0]["toolExecutionNotifications"]:
        assert entry["descriptor"]["id"] in notifications
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert len(prints) == len(set(prints))
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"].keys() >= {"startLine", "startColumn", "endLine", "endColumn"}
        artifact = run["artifacts"][place["artifactLocation"]["index"]]
        assert artifact["location"]["uri"] == place["artifactLocation"]["uri"]
        assert "parentIndex" not in artifact
    for artifact in run["artifacts"]:
        assert URI.fullmatch(artifact["location"]["uri"])
        assert artifact.get("parentIndex", -1) < len(run["artifacts"])


def _gitlab(text: str) -> None:
    """The fields that GitLab documents; it drops a second entry with the same fingerprint."""
    entries = json.loads(text)
    for entry in entries:
        assert entry["description"]
        assert entry["check_name"]
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not entry["location"]["path"].startswith("./")
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def _github(text: str) -> None:
    """Commands only, at most ten of each level, and nothing in them that ends one early."""
    lines = text.splitlines()
    for line in lines:
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.+)", line)
        assert match
        for pair in match[2].split(","):
            assert re.fullmatch(r"(file|line|title)=[^\r\n]+", pair)
        assert re.search(r"%(?!25|3A|2C)", match[2]) is None
        assert re.search(r"%(?!25)", match[3]) is None
        assert line.isprintable()
    for level in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{level} ") for line in lines) <= 10


def _azure(text: str) -> None:
    for line in text.splitlines():
        match = re.fullmatch(r"##vso\[task\.logissue ([^\]]*)\](.+)", line)
        assert match
        for pair in match[1].rstrip(";").split(";"):
            assert re.fullmatch(r"(type|sourcepath|linenumber|columnnumber|code)=.+", pair)
        assert re.search(r"##(vso)?\[", match[2]) is None
        assert re.search(r"%(?!AZP25)", match[2]) is None
        assert line.isprintable()


@cache
def _junit_schema() -> Any:
    return etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))


def _junit(text: str) -> None:
    document = etree.fromstring(text.encode())
    assert _junit_schema().validate(document), _junit_schema().error_log
    suite = document.find("testsuite")
    assert int(suite.get("tests")) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) == sum(bool(case.findall("failure")) for case in suite)
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))


def _markdown(text: str) -> None:
    """Nothing of an artifact becomes a link, an image, HTML or a row of its own."""
    assert len(text.encode()) < 1 << 20
    markdown = MarkdownIt("commonmark").enable("table")
    rules = r"<details>.*?</details>"  # what rules say is our own
    html = markdown.render(re.sub(rules, "", text, flags=re.DOTALL))
    allowed = {"h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li"}
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= allowed
    for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL):
        assert row.count("<th>") + row.count("<td>") == 4
    for part in re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL).splitlines():
        assert re.search(r"@|https?:", part) is None


def _html(text: str) -> None:
    check(text)


def _cyclonedx(text: str) -> None:
    assert text.isascii()
    bom = json.loads(text)
    for part in _parts(bom):
        problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(part))
        assert problem is None, problem
    refs = [component["bom-ref"] for component in bom.get("components", [])]
    assert len(set(refs)) == len(refs)


def _parts(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An object with long lists in pieces: the validator compares all entries of one in pairs."""
    lists = {name: value for name, value in whole.items() if isinstance(value, list)}
    longest = max(map(len, lists.values()), default=0)
    for start in range(0, max(longest, 1), PART):
        yield whole | {name: value[start : start + PART] for name, value in lists.items()}


def _text(text: str) -> None:
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


VALIDATORS = {
    "text": _text,
    "json": _json,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "github": _github,
    "gitlab": _gitlab,
    "azure": _azure,
    "junit": _junit,
    "markdown": _markdown,
    "html": _html,
    "cyclonedx": _cyclonedx,
}
