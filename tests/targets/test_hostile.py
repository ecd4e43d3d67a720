"""Requirement files of unknown origin: cut anywhere, changed anywhere, or built to cost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from modelaudit import Config
from modelaudit.targets.collect import MOST_PINS, read
from modelaudit.targets.nearby import kind_of
from modelaudit.targets.pins import Broken
from modelaudit.targets.surroundings import Surroundings

FILES = Path(__file__).parent / "files"
KNOWN = sorted(path for path in FILES.rglob("*") if path.is_file() and kind_of(path.name))
PATIENCE = 20.0
"""Seconds for the costliest of these files on a slow machine; without a bound they take hours."""


def readers(path: Path) -> Callable[[str, str], object]:
    kind = kind_of(path.name)
    assert kind is not None
    found: Callable[[str, str], object] = import_module(
        f"modelaudit.targets.readers.{kind.reader}"
    ).read
    return found


def consume(path: Path, text: str) -> None:
    """Nothing but a Broken that names a line of the file may come out."""
    line = 1
    try:
        list(readers(path)(text, path.name))  # type: ignore[call-overload]
    except Broken as problem:
        line = problem.line
    assert 1 <= line <= len(text.splitlines()) + 1


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.relative_to(FILES).as_posix())
def test_files_cut_and_changed(path: Path) -> None:
    text = path.read_text("utf-8")
    for length in range(0, len(text), 3):
        consume(path, text[:length])
    chance = random.Random(7)
    signs = "\"'[]{}()=<>!~^,;:#\\\n\t \0\u2028aZ09.-*|@&$"
    for _ in range(300):
        changed = list(text)
        for _ in range(chance.randrange(1, 4)):
            changed[chance.randrange(len(changed))] = chance.choice(signs)
        consume(path, "".join(changed))


COSTLY = {
    "requirements.txt": "a" * 500_000 + ")(\n" + "-r\\\n" * 10,
    "requirements-many.txt": "".join(f"p{n}==1\n" for n in range(90_000)),
    "requirements-ranges.txt": "".join(f"p{n}>=1,<2\n" for n in range(20_000)),
    "requirements-marker.txt": "numpy==1; " + "(" * 900 + "\n",
    "requirements-digits.txt": f"numpy>={'1' * 990}\nscipy=={'9' * 5000}\n",
    "pyproject.toml": "[project]\ndependencies = [" + '"numpy", ' * 90_000 + "]\n",
    "uv.lock": '[[package]]\nname = "a"\nversion = "1"\nresolution-markers = [' * 20_000,
    "poetry.lock": '[[package]]\nname = "a"\nversion = "1"\n' * 90_000
    + '[metadata]\npython-versions = "^3.9"\n',
    "pdm.lock": '[[package]]\nname = "a"\nversion = "' + "1" * 9000 + '"\n',
    "pylock.toml": "a = " + "[" * 60_000,
    "Pipfile.lock": '{"default": {' + ",".join(f'"p{n}": {{}}' for n in range(60_000)) + "}}",
    "environment.yml": "dependencies:\n" + "  - a b c d\n" * 30_000,
    "setup.cfg": "[options]\ninstall_requires =\n" + "    numpy\n" * 60_000,
    "Dockerfile": "ENV A=xx\n" + "ENV A=$A$A$A$A\n" * 4000 + "RUN pip install $A\n" * 1000,
    ".python-version": f"{'3' * 90_000}.{'1' * 90_000}\n",
}


@pytest.mark.parametrize("name", COSTLY)
def test_files_that_cost(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(COSTLY[name])
    began = time.process_time()
    where = Surroundings(["."], Config(), ())
    targets = [target for target in where.targets_of("a.pkl") if target.version]
    assert time.process_time() - began < PATIENCE
    assert len(targets) <= MOST_PINS + 10
    (resolution,) = where.resolutions()
    assert all(len(note.text) < 500 for note in (*resolution.problems, *resolution.notes))


def test_includes_are_bounded(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.txt").write_text(f"-r {number + 1}.txt\na{number}==1\n")
    reading = read(str(tmp_path / "0.txt"), None, str(tmp_path))
    assert len(reading.pins) == 50
    assert "more than 50 files" in reading.notes[0].text
