"""Which releases speak for a version, and which releases a span takes in."""

from __future__ import annotations

import pytest

from modelaudit.knowledge.span import agreed, coverage, in_span

RELEASES = ("1.0.2", "1.1.0", "1.1.3", "1.3.2", "2.0.0")


@pytest.mark.parametrize(
    ("version", "state", "positions"),
    [
        ("1.0.2", "covered", (0,)),
        ("1.0.9", "covered", (0,)),
        ("1.0", "covered", (0,)),  # the oldest series has no other sample to speak for it
        ("1.1.0", "covered", (1,)),
        ("1.1.2", "covered", (1,)),
        ("1.1.3.post1", "covered", (2,)),
        ("1.2.0", "between", (2, 3)),  # a minor series without a sample
        ("1.3.0", "between", (2, 3)),  # before the first sample of its series
        ("2.0.0rc1", "between", (3, 4)),
        ("2.0.7", "covered", (4,)),
        ("2.0.7+cu118", "covered", (4,)),
        ("2", "covered", (4,)),
        ("2.1.0", "newer", ()),
        ("0.9", "older", ()),
    ],
)
def test_which_samples_speak_for_a_version(
    version: str, state: str, positions: tuple[int, ...]
) -> None:
    found = coverage(RELEASES, version)
    assert (found.state, found.positions) == (state, positions)
    assert (found.oldest, found.newest) == ("1.0.2", "2.0.0")


def test_two_samples_have_to_agree() -> None:
    between = coverage(RELEASES, "1.2.0")
    assert agreed(between, lambda at: at > 0) is True
    assert agreed(between, lambda at: at > 2) is None
    assert agreed(coverage(RELEASES, "3.0"), lambda at: at > 0) is None


@pytest.mark.parametrize(
    ("notation", "taken_in"),
    [
        (":", "11111"),
        ("1.1.0:1.3.2", "01100"),
        (":1.1.0 2.0.0:", "10001"),
        (("1.1.0",), "01111"),
        (("1.0.2", "1.1.0", "2.0.0"), "10001"),
    ],
)
def test_a_span_takes_in_its_first_release_and_not_its_end(
    notation: str | tuple[str, ...], taken_in: str
) -> None:
    assert "".join(str(int(in_span(notation, RELEASES, at))) for at in range(5)) == taken_in
