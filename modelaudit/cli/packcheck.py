"""Whether a pack of rules is valid, and finds in its fixtures what it says that it finds.

Fixtures are laid out as modelaudit's own: ``fixtures/<ID>/fail/*`` has to be found by the rule,
``fixtures/<ID>/pass/*`` must not be. ``targets.txt`` in the same folder names what to judge
against, one ``name==version`` a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.core.errors import UsageError
from modelaudit.judge.catalogue import FIXTURES, load

if TYPE_CHECKING:
    from modelaudit.core.findings import Target
    from modelaudit.judge.rule import Rule

TARGETS: Final = "targets.txt"
OUTCOMES: Final = ("fail", "pass")
_UNTARGETED: Final = ": it is judged against {0.against}, and there is no {1}/targets.txt"


class Checked(msgspec.Struct, frozen=True):
    """What came out: the rules, the fixtures that were judged, and what is wrong, in sentences.

    ``untried`` are the rules without a fixture.
    """

    rules: list[str]
    fixtures: int
    problems: list[str]
    untried: list[str]


def check_pack(pack: Path) -> Checked:
    """Load a pack and judge its fixtures. Raises UsageError for a rule that does not load."""
    shipped = set(load().rules)
    catalogue = load(None, (str(pack),))
    own = {id_: rule for id_, rule in catalogue.rules.items() if id_ not in shipped}
    if not own:
        raise UsageError(
            f"{pack}: there is no rule; a pack is a directory with a file ID.yaml each"
        )
    for rule in own.values():
        catalogue.compiled(rule)
    judged, problems, tried = 0, [], set()
    folders = [*(pack / FIXTURES).glob("**/fail"), *(pack / FIXTURES).glob("**/pass")]
    for folder in sorted(folders, key=lambda folder: (folder.name, folder)):
        id_ = folder.parent.name
        if id_ not in own:
            problems.append(f"{folder}: the pack has no rule {id_}")
            continue
        for path in sorted(folder.iterdir()):
            if path.name != TARGETS:
                judged += 1
                tried.add(id_)
                problems += _judged(path, own[id_], pack)
    problems += _misplaced({folder.parent for folder in folders})
    return Checked(sorted(own), judged, problems, sorted(set(own) - tried))


def _misplaced(folders: set[Path]) -> Iterator[str]:
    """What lies beside fail and pass as if it were judged."""
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        if path.name not in OUTCOMES and (path.is_dir() or path.name == TARGETS):
            yield f"{path}: is not read, since it is not in fail or pass"


def _judged(path: Path, rule: Rule, pack: Path) -> Iterator[str]:
    """What is wrong with the findings about one fixture."""
    from modelaudit import Config, scan  # noqa: PLC0415  the command line imports it late

    config = Config(
        packs=[str(pack)], select=[rule.id], profile=rule.profile or "default",
        targets={"requirements": "off"},
    )  # fmt: skip
    targets = list(_targets(path.parent / TARGETS))
    report = scan([path], config, targets=targets, jobs=1)
    found = any(finding.rule == rule.id for finding in report.findings)
    expected = path.parent.name == "fail"
    if not report.artifacts:
        yield f"{path}: not taken for a model, by content or name"
    elif found and not expected:
        yield f"{path}: {rule.id} finds it, and must not"
    elif expected and not found:
        why = "" if targets or rule.against is None else _UNTARGETED.format(rule, path.parent)
        yield f"{path}: {rule.id} does not find it{why}"


def _targets(file: Path) -> Iterator[Target]:
    from modelaudit.core.findings import Target  # noqa: PLC0415

    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        name, _, version = line.strip().partition("==")
        if name:
            yield Target(name, version, TARGETS, installed=bool(version))
