"""Markers, and the ranges of Poetry and conda in PEP 440's words."""

from __future__ import annotations

import pytest

from modelaudit.targets import markers
from modelaudit.targets.dialects import from_conda, from_poetry
from modelaudit.targets.host import Host


@pytest.mark.parametrize(
    ("marker", "python", "holds"),
    [
        ('python_version >= "3.9"', "3.8", False),
        ('python_full_version >= "3.10.2"', "3.10.1", False),
        ('python_full_version >= "3.10.2"', "3.10.4", True),
        ('sys_platform != "win32" or python_version < "3.11"', "3.12", True),
        ('(sys_platform == "win32" or python_version > "3.8") and os_name == "posix"', "3.9", True),
        ("extra == 'test'", "3.9", False),
    ],
)
def test_markers_are_for_linux(marker: str, python: str, holds: bool) -> None:
    assert markers.holds(marker, Host(python)) is holds


@pytest.mark.parametrize(
    "marker", ["(", "python_version", "a b c", 'python_version > "3" and', "()", "(" * 9_000]
)
def test_a_marker_that_is_none_holds(marker: str) -> None:
    assert markers.holds(marker, Host("3.11"))


@pytest.mark.parametrize(
    ("poetry", "pep440"),
    [
        ("^1.2.3", ">=1.2.3,<2"), ("^0.2.3", ">=0.2.3,<0.3"), ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^1", ">=1,<2"), ("^0", ">=0,<1"), ("~1.2.3", ">=1.2.3,<1.3"), ("~1", ">=1,<2"),
        ("*", ""), ("", ""), ("1.2", "==1.2"), ("==1.2", "==1.2"), (">=1,<2", ">=1,<2"),
        (">=1 <2", ">=1,<2"), ("^1 || ^3", ">=1,<2||>=3,<4"), ("1.*", "==1.*"), ("=1.5", "==1.5"),
    ],
)  # fmt: skip
def test_ranges_of_poetry(poetry: str, pep440: str) -> None:
    assert from_poetry(poetry) == pep440


@pytest.mark.parametrize("text", ["^", "~x", "latest", ">=1,nope"])
def test_what_is_no_range_of_poetry(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  it holds the text alone
        from_poetry(text)


@pytest.mark.parametrize(
    ("conda", "expected"),
    [
        ("numpy", ("numpy", "")), ("numpy=1.24", ("numpy", "==1.24.*")),
        ("numpy==1.24.3", ("numpy", "==1.24.3")), ("numpy 1.24.*", ("numpy", "==1.24.*")),
        ("numpy=1.24.3=py39_0", ("numpy", "==1.24.3")), ("numpy 1.2.3 py_0", ("numpy", "==1.2.3")),
        ("numpy==1.24.3=py39h_0", ("numpy", "==1.24.3")), ("numpy >=1.2,<2", ("numpy", ">=1.2,<2")),
        ("numpy>=1.2", ("numpy", ">=1.2")), ("numpy=1.24.*", ("numpy", "==1.24.*")),
        ("numpy *", ("numpy", "")), ("numpy>=1.8|<1.5", ("numpy", ">=1.8||<1.5")),
        ("conda-forge::pytorch=2.1", ("pytorch", "==2.1.*")), ("numpy>1,<=2", ("numpy", ">1,<=2")),
        ("numpy!=1.24.*", ("numpy", "!=1.24.*")), ("numpy >= 1.2", ("numpy", ">=1.2")),
        ("numpy<2,!=1.5", ("numpy", "<2,!=1.5")), ("numpy=2022a", ("numpy", "==2022a.*")),
    ],
)  # fmt: skip
def test_packages_of_conda(conda: str, expected: tuple[str, str]) -> None:
    assert from_conda(conda) == expected


@pytest.mark.parametrize(
    "text", ["", "=1.2", "numpy[version='>=1']", "numpy=", "numpy>=", "numpy = latest"]
)
def test_what_is_no_package_of_conda(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  it holds the text alone
        from_conda(text)
