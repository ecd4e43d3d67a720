"""Where output goes and what can be shown there."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from modelaudit.cli.output import terminal_of
from modelaudit.cli.progress import CLEAR, Progress, progress_for


class Stream(io.StringIO):
    """A stream with a choice of what it is connected to."""

    encoding = "utf-8"

    def __init__(self, *, tty: bool) -> None:
        super().__init__()
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


@pytest.mark.parametrize(
    ("option", "environ", "tty", "color"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
    ],
)
def test_color(option: str, environ: dict[str, str], tty: bool, color: bool) -> None:
    assert terminal_of(Stream(tty=tty), option, environ).color is color


def test_lines_are_wrapped_on_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "66")
    assert terminal_of(Stream(tty=True), "auto", {}).width == 66
    assert terminal_of(Stream(tty=False), "auto", {}).width is None


@pytest.mark.parametrize(
    ("encoding", "able"), [("UTF-8", True), ("ascii", False), ("cp1252", False)]
)
def test_unicode(encoding: str, able: bool) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    assert terminal_of(stream, "auto", {}).unicode is able


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.pkl").write_bytes(b"")
    command = [sys.executable, "-m", "modelaudit", "scan", "--jobs", "1", str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    err = child.stderr.read()
    child.stderr.close()
    assert (child.wait(), err) == (1, b"")


def test_progress_waits_and_does_not_flicker() -> None:
    stream = Stream(tty=True)
    times = iter([0.0, 1.9, 2.0, 2.05, 2.2])
    progress = Progress(stream, 20, lambda: next(times))
    progress(1, 9, "early")
    assert stream.getvalue() == ""
    progress(2, 9, "a\x1bb")
    progress(3, 9, "too soon")
    progress(4, 9, "long/" * 10)
    progress.close()
    assert stream.getvalue() == f"{CLEAR}2/9 a\\x1bb{CLEAR}4/9 long/long/long/{CLEAR}"


def test_progress_that_was_never_shown_leaves_nothing() -> None:
    stream = Stream(tty=True)
    progress = Progress(stream, 20, lambda: 0.0)
    progress(1, 1, "a")
    progress.close()
    assert stream.getvalue() == ""


def test_progress_is_for_people_who_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert progress_for(Stream(tty=True)) is not None
    assert progress_for(Stream(tty=False)) is None
    monkeypatch.setenv("CI", "true")
    assert progress_for(Stream(tty=True)) is None
