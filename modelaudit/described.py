"""What an outcome says of its artifact beyond the verdicts, where an output asks for it."""

from __future__ import annotations

from msgspec.structs import replace

from modelaudit.core.inspection import Inspection
from modelaudit.core.report import Outcome


def with_requirements(outcome: Outcome, inspection: Inspection) -> Outcome:
    """The outcome with the packages that loading its artifact takes."""
    from modelaudit.requirements.needs import needs_of  # noqa: PLC0415  for few outputs

    assert outcome.artifact is not None  # what was inspected is one
    lines = tuple(need.name + need.specifier() for need in needs_of([inspection]).listed())
    return replace(outcome, artifact=replace(outcome.artifact, requires=lines))


def with_outline(outcome: Outcome, inspection: Inspection) -> Outcome:
    """The outcome with the outline of its artifact."""
    from modelaudit.outline.outline import outline_of  # noqa: PLC0415  for one output

    assert outcome.artifact is not None  # what was inspected is one
    outline = outline_of(inspection.facts, outcome)
    return replace(outcome, artifact=replace(outcome.artifact, outline=outline))
