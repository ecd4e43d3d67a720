"""The catalogue: rules out of the package and out of packs, refused where they do not fit.

The package's own rules are read from ``rules/catalogue/<topic>.json``, which
``scripts/generate/catalogue.py`` makes of the YAML files: reading those takes longer than scanning
a small file, and so does reading the topics that do not concern it. A pack is YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import msgspec

from modelaudit.core import shipped
from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Category
from modelaudit.judge.policy import Selection, select
from modelaudit.judge.rule import ABSENT, ANY, Rule, RuleError

if TYPE_CHECKING:
    from modelaudit.config.model import Authority
    from modelaudit.config.yamlfile import Document, YamlError
    from modelaudit.judge.compiled import Compiled

NO_TOPICS: Final = frozenset({"tables", "formats", "catalogue"})
"""Folders under ``rules/`` that hold no rules."""
FIXTURES: Final = "fixtures"
"""The folder of a pack that holds no rules but files to try them on."""
_LOOKUP: Final = re.compile(r"""\blookup\(\s*(?:"([^"]*)"|'([^']*)')""")


class Catalogue(msgspec.Struct):
    """Rules by id. ``documents`` are the YAML files of those that were read from one."""

    rules: dict[str, Rule] = {}
    documents: dict[str, Document] = {}
    _compiled: dict[str, Compiled] = {}
    _selected: tuple[Authority, Selection] | None = None

    def selection(self, authority: Authority) -> Selection:
        """What a configuration leaves of the rules; most artifacts of a run have the same one."""
        if self._selected is None or self._selected[0] != authority:
            self._selected = (authority, select(authority, self.rules.values()))
        return self._selected[1]

    def compiled(self, rule: Rule) -> Compiled:
        """A rule ready to run. Raises UsageError for one whose expressions are wrong."""
        ready = self._compiled.get(rule.id)
        if ready is None:
            from modelaudit.judge.compiled import compile_rule  # noqa: PLC0415  few facts need CEL

            try:
                _check_tables(rule)
                ready = compile_rule(rule, self._lets())
            except RuleError as error:
                raise UsageError(self._describe(rule, error)) from None
            self._compiled[rule.id] = ready
        return ready

    def _lets(self) -> frozenset[str]:
        return frozenset(name for rule in self.rules.values() for name in rule.let)

    def _describe(self, rule: Rule, error: RuleError) -> str:
        document = self.documents.get(rule.id)
        if document is None:
            return f"{rule.file}: {'.'.join(error.key)}: {error}"
        return str(_located(document, error))


@cache
def load(topics: frozenset[str] | None = None, packs: tuple[str, ...] = ()) -> Catalogue:
    """The rules of some topics (of all where None) and of every pack. Raises UsageError."""
    catalogue = Catalogue()
    for topic in _topics() if topics is None else sorted(topics):
        catalogue.rules |= {rule.id: rule for rule in _shipped(topic)}
    taken = {rule.id: rule.file for topic in _topics() for rule in _shipped(topic)} if packs else {}
    for pack in packs:
        read_files(catalogue, _pack_files(Path(pack)), taken)
    for identity in catalogue.documents:
        catalogue.compiled(catalogue.rules[identity])
    return catalogue


def _topics() -> list[str]:
    return sorted(path.stem for path in (shipped.folder() / "catalogue").glob("*.json"))


@cache
def _shipped(topic: str) -> list[Rule]:
    """The rules of a topic. Raises UsageError where they are missing: nothing may pass unjudged."""
    path = shipped.folder() / "catalogue" / f"{topic}.json"
    try:
        content = path.read_bytes()
    except OSError as error:
        detail = f"the rules of the topic {topic} cannot be read: {error.strerror or error}"
        raise UsageError(f"{path}: {detail}; install modelaudit-lint again") from None
    return msgspec.json.decode(content, type=list[Rule])


def read_files(catalogue: Catalogue, paths: Iterable[Path], taken: dict[str, str]) -> None:
    """Add rules out of YAML files; ``taken`` holds the ids in use. Raises UsageError."""
    from modelaudit.config.strict import convert  # noqa: PLC0415  only packs and generators read YAML
    from modelaudit.config.yamlfile import YamlError, read  # noqa: PLC0415

    for path in paths:
        file = path.as_posix()
        try:
            document = read(path.read_text("utf-8"), file)
            rule = convert(document, Rule)
            if rule.id in taken:
                raise document.error(("id",), f"the id {rule.id} is taken by {taken[rule.id]}")
            if path.stem != rule.id:
                raise document.error(("id",), f"the rule {rule.id} is in a file of another name")
            digit = 1 + get_args(Category).index(rule.category)
            if rule.id[-3] != str(digit):
                text = f"category: the first digit of an id of {rule.category} is {digit}"
                raise document.error(("category",), text)
        except (YamlError, OSError, UnicodeDecodeError) as error:
            message = str(error) if isinstance(error, YamlError) else f"{file}: {error}"
            raise UsageError(message) from None
        taken[rule.id] = file
        catalogue.rules[rule.id] = msgspec.structs.replace(rule, topic=path.parent.name, file=file)
        catalogue.documents[rule.id] = document


def _pack_files(pack: Path) -> list[Path]:
    if not pack.is_dir():
        raise UsageError(f"{pack}: a pack has to be a directory of rules")
    return [
        path for path in sorted(pack.rglob("*.yaml")) if path.relative_to(pack).parts[0] != FIXTURES
    ]


def against(packs: tuple[str, ...] = ()) -> frozenset[str]:
    """The targets that rules are about. Raises UsageError."""
    rules = load(None, packs).rules.values()
    return frozenset(rule.against for rule in rules if rule.against) - {ANY, ABSENT}


def _check_tables(rule: Rule) -> None:
    """Refuse look-ups in tables that are not there."""
    from modelaudit.knowledge import tables  # noqa: PLC0415  only for a rule that is compiled

    parts = [(("let", name), text) for name, text in rule.let.items()]
    for key, text in [*parts, (("when",), rule.when)]:
        for match in _LOOKUP.finditer(text):
            name = match[1] or match[2]
            if not tables.exists(name):
                raise RuleError(key, f"there is no table {name!r}")


def _located(document: Document, error: RuleError) -> YamlError:
    """The error at its place in the file; inside an expression, at its place there."""
    from modelaudit.config.yamlfile import YamlError  # noqa: PLC0415

    base = document.error(error.key, f"{'.'.join(error.key)}: {error}")
    if not error.line or base.line is None or base.column is None:
        return base
    column = base.column + error.column - 1 if error.line == 1 else error.column
    return YamlError(base.file, base.line + error.line - 1, column, base.message)
