"""What pip would install: the resolver over the table of releases."""

from __future__ import annotations

import pytest

from modelaudit.targets.candidates import has_wheel
from modelaudit.targets.host import Host
from modelaudit.targets.pins import Pin
from modelaudit.targets.readers.requirements import read
from modelaudit.targets.resolver import MOST_RANGES, install


def chosen(text: str, python: str = "3.11") -> dict[str, str]:
    pins = [item for item in read(text, "requirements.txt") if isinstance(item, Pin)]
    return {name: release.version for name, release in install(pins, Host(python)).chosen.items()}


def test_a_release_brings_what_it_requires() -> None:
    found = chosen("scikit-learn==1.3.2\n")
    assert found["scikit-learn"] == "1.3.2"
    assert found["numpy"].startswith("1.26.")  # 1.3.2 asks for numpy<2.0
    assert {"joblib", "scipy", "threadpoolctl"} < set(found)


def test_a_python_limits_releases() -> None:
    assert chosen("pandas\n", "3.9")["pandas"] == "2.3.3"
    assert chosen("numpy\n", "3.8")["numpy"] == "1.24.4"


def test_what_one_requires_limits_another() -> None:
    found = chosen("tensorflow==2.15.1\nnumpy\n", "3.10")
    assert found["numpy"].startswith("1.26.")
    assert found["keras"] == "2.15.0"


def test_markers_of_requirements_hold_for_the_python() -> None:
    assert "tzdata" in chosen("pandas==2.2.2")
    assert "tensorflow-intel" not in chosen("tensorflow==2.12.0", "3.10")


def test_extras_bring_what_they_ask_for() -> None:
    assert "torch" not in chosen("transformers==4.44.2")
    assert "torch" in chosen("transformers[torch]==4.44.2")


def test_what_no_table_lists_is_left_out() -> None:
    assert chosen("no-such-package==1\n") == {}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("numpy~=1.24.1", "1.24.4"),
        ("numpy~=1.24", "1.26.4"),
        ("numpy<2,!=1.26.4", "1.26.3"),
        ("numpy==1.26.*", "1.26.4"),
        ("numpy==1.26.4+local", "1.26.4"),
        ("numpy==2.0.0rc1", "2.0.0rc1"),
    ],
)
def test_ranges(asked: str, expected: str) -> None:
    assert chosen(asked)["numpy"] == expected


def test_both_lines_of_a_conflict_are_told() -> None:
    pins = list(read("pandas==2.1.0\nnumpy==1.20.3\n", "requirements.txt"))
    causes = install([pin for pin in pins if isinstance(pin, Pin)], Host("3.11")).causes
    assert {(c.need.specifier, c.parent, c.pin.line if c.pin else 0) for c in causes} == {
        ("==1.20.3", "", 2),
        (">=1.23.2", "pandas 2.1.0", 1),
    }


def test_a_constraint_limits_and_asks_for_nothing() -> None:
    asked = Pin("scikit-learn", "==1.5.2", "", "r.txt", 1)
    limit = Pin("numpy", "<2", "", "c.txt", 1, constraint=True)
    other = Pin("torch", "==2.4.0", "", "c.txt", 2, constraint=True)
    found = install([asked, limit, other], Host("3.12")).chosen
    assert found["numpy"].version == "1.26.4"
    assert "torch" not in found


def test_many_ranges_of_one_package_are_given_up() -> None:
    pins = [Pin("numpy", f"!=9.{n}", "", "r.txt", n) for n in range(MOST_RANGES + 1)]
    assert install(pins, Host("3.11")).gave_up


@pytest.mark.parametrize(
    ("files", "python", "has"),
    [
        ("cp310 cp311 sdist", "3.11", True),
        ("cp310 cp311 sdist", "3.12", False),
        ("cp38-abi3", "3.12", True),
        ("cp38-abi3", "3.7", False),
        ("py3", "3.14.1", True),
        ("cp27", "3.7", False),
        ("sdist", "3.11", False),
    ],
)
def test_wheels(files: str, python: str, has: bool) -> None:
    assert has_wheel(files, python) is has
