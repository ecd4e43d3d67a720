"""What is evaluated here for speed gives what the library gives."""

from __future__ import annotations

import itertools

import pytest
from packaging.markers import Marker
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from modelaudit.targets import markers, versions
from modelaudit.targets.dialects import from_conda, from_poetry

RELEASES = [
    "0.9",
    "1",
    "1.0.0",
    "1.2",
    "1.2.0",
    "1.2.3",
    "1.2.post1",
    "1.10",
    "1.10.1",
    "2.0",
    "2024.1",
]
OPERATORS = ["==", "!=", ">=", "<=", "~=", ">", "<"]
BOUNDS = ["1", "1.2", "1.2.0", "1.2.*", "1.10.1", "2.*", "v1.2"]


@pytest.mark.parametrize("operator", OPERATORS)
def test_specifiers(operator: str) -> None:
    for bound, release in itertools.product(BOUNDS, RELEASES):
        specifier = operator + bound
        try:
            expected = SpecifierSet(specifier)
        except ValueError:
            continue
        assert versions.admits([specifier], release) == expected.contains(release), (
            specifier,
            release,
        )


@pytest.mark.parametrize(
    "specifier", [">=1.0,<2", "!=1.2,!=1.10", "", ">1.2", "===1.2", ">=1.2rc1", "<2.0+local"]
)
def test_sets_of_specifiers(specifier: str) -> None:
    for release in RELEASES:
        if versions.is_valid(specifier):
            assert versions.admits([specifier], release) == SpecifierSet(specifier).contains(
                release
            )
        else:
            with pytest.raises(InvalidSpecifier):
                SpecifierSet(specifier)


MARKERS = [
    'python_version >= "3.9"',
    "python_version<'3.10'",
    'python_full_version >= "3.10.2"',
    'python_version == "3.11.*"',
    'python_version ~= "3.9"',
    'sys_platform == "linux" and python_version < "3.11"',
    'sys_platform != "win32" or python_version < "3.11"',
    '(sys_platform == "win32" or python_version > "3.8") and platform_machine == "x86_64"',
    'python_version < "3.8" or python_version >= "3.11" and os_name == "posix"',
    '((python_version < "3.8"))',
    'python_version in "3.8 3.9"',
    '"linux" in sys_platform',
    'platform_release >= "5"',
    "extra == 'test'",
    '"3.9" <= python_version',
]


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("python", ["3.7", "3.8", "3.9", "3.10.1", "3.11", "3.11.4", "3.14"])
def test_markers(marker: str, python: str) -> None:
    full = python if python.count(".") > 1 else f"{python}.0"
    environment = {
        "implementation_name": "cpython", "implementation_version": full, "os_name": "posix",
        "platform_machine": "x86_64", "platform_python_implementation": "CPython",
        "platform_release": "", "platform_system": "Linux", "platform_version": "",
        "python_full_version": full, "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "linux", "extra": "",
    }  # fmt: skip
    assert markers.holds(marker, python) == Marker(marker).evaluate(environment)


@pytest.mark.parametrize(
    "marker", ["(", "python_version", "a b c", 'python_version > "3" and', "()"]
)
def test_a_marker_that_is_none_holds(marker: str) -> None:
    assert markers.holds(marker, "3.11")


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
        ("conda-forge::pytorch=2.1", ("torch", "==2.1.*")), ("numpy>1,<=2", ("numpy", ">1,<=2")),
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
