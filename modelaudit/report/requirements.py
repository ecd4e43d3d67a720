"""Needs as requirement lines that ``pip install -r`` takes, each with its reason as a comment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from modelaudit.report.escape import one_line

if TYPE_CHECKING:
    from modelaudit.requirements.needs import Need, Needs, Reason
    from modelaudit.requirements.settle import Settled

MOST_PATHS = 3
"""Artifacts that the reason of a line names."""


def write(needs: Needs, settled: Settled, out: TextIO) -> None:
    """Write the lines, in the order of their names, with the versions that were settled."""
    python = needs.by_name.get("python")
    ranges = {} if python is None else python.ranges
    out.writelines(
        _comment(f"python{specifier}: {_because(reasons)}") for specifier, reasons in ranges.items()
    )
    if settled.python:
        out.write(_comment(f"python {settled.python} is the newest that has releases of all these"))
    for module, reasons in sorted(needs.unknown.items()):
        said = "defined by the program that wrote it" if module == "__main__" else "not known"
        out.write(_comment(f"{module}: {said}; {_because(reasons)}"))
    lines = {need.name: _line(need, settled) for need in needs.listed()}
    for name in settled.specifiers.keys() - lines.keys():
        reason = _comment(settled.reasons.get(name, ""))
        lines[name] = f"{name}{settled.specifiers[name]}  {reason}"
    out.writelines(lines[name] for name in sorted(lines))


def contradictions(needs: Needs, settled: Settled) -> list[str]:
    """One line for each distribution of which no single release satisfies all artifacts."""
    found = [f"{need.name}: {_wanted(need)}" for need in needs.listed() if need.contradicts()]
    return found + [f"{name}: {settled.reasons[name]}" for name in sorted(settled.contradicted)]


def _wanted(need: Need) -> str:
    asked = need.versions or need.ranges
    return "; ".join(f"{text} by {_paths(reasons)}" for text, reasons in sorted(asked.items()))


def _line(need: Need, settled: Settled) -> str:
    reason = settled.reasons.get(need.name) or _because(need.why())
    if need.contradicts():
        reason = f"artifacts contradict each other: {_wanted(need)}"
    return f"{need.name}{settled.specifiers[need.name]}  {_comment(reason)}"


def _comment(text: str) -> str:
    """A comment that ends with its line: pip joins a line that ends in a backslash to the next."""
    text = one_line(text)
    return f"# {text}{' .' if text.endswith(chr(92)) else ''}\n"


def _because(reasons: Sequence[Reason]) -> str:
    """The words of the reasons, each once, and then the artifacts."""
    texts = list(dict.fromkeys(reason.text for reason in reasons))
    more = f" and {len(texts) - MOST_PATHS} more" if len(texts) > MOST_PATHS else ""
    return f"{', '.join(texts[:MOST_PATHS])}{more}, {_paths(reasons)}"


def _paths(reasons: Sequence[Reason]) -> str:
    paths = list(dict.fromkeys(reason.path for reason in reasons))
    more = f" and {len(paths) - MOST_PATHS} more" if len(paths) > MOST_PATHS else ""
    return ", ".join(paths[:MOST_PATHS]) + more
