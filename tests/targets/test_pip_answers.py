"""What pip did with realistic requirement files, recorded: benchmarks/truth/requirements."""

from __future__ import annotations

import msgspec
import pytest

from benchmarks.truth.requirement_files import ANSWERS, Answers, cases, differences, say

RECORDED = msgspec.json.decode(ANSWERS.read_bytes(), type=Answers)


@pytest.mark.parametrize("case", cases())
def test_it_is_what_pip_installs(case: str) -> None:
    said = say(case, cases()[case])
    assert list(differences(RECORDED.cases[case], said)) == []
    if not RECORDED.cases[case].error:
        assert len(set(said.versions) & set(RECORDED.cases[case].installed)) >= 2
