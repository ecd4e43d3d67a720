"""Dockerfile: the Python of its base image, and what ``pip install`` lines ask for.

https://docs.docker.com/reference/dockerfile/. Variables are filled in from the defaults of ARG and
ENV. Of several base images with a version the last counts, since it is the one that runs.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from modelaudit.core.findings import PLATFORM
from modelaudit.core.limits import KIB
from modelaudit.targets.pins import (
    MOST_TEXT,
    PYTHON,
    Broken,
    Include,
    Item,
    Note,
    Pin,
    numbered,
    shown,
)
from modelaudit.targets.readers.requirements import requirement

MOST_TEXT_OF_FILE: Final = 128 * KIB
MOST_VALUE: Final = 64
"""Characters of a variable; variables that contain each other would grow without end."""
_IMAGES: Final = {"python": PYTHON, "pytorch": "torch", "tensorflow": "tensorflow"}
_FROM: Final = re.compile(r"FROM\s+(?:--\S+\s+)*(\S+)", re.IGNORECASE)
_SET: Final = re.compile(r"(?:ARG|ENV)\s+(\w+)(?:=|\s+)[\"']?([^\s\"']*)[\"']?", re.IGNORECASE)
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})")
_IMAGE: Final = re.compile(r"(?:.*/)?(\w+):(\d+\.\d+(?:\.\d+)?)(?:[-@].*)?")
_PLAIN: Final = re.compile(r"(?:.*/)?python(?:[:@].*)?")
_ARM: Final = re.compile(r"--platform=linux/(?:arm64|aarch64)\b|\sarm64v8/", re.IGNORECASE)
_WINDOWS: Final = re.compile(
    r"--platform=windows\b|windowsservercore|nanoserver|/windows/", re.IGNORECASE
)
_PIP: Final = re.compile(r"(?:pip[\d.]*|uv|python[\d.]*)")
_OTHER: Final = re.compile(
    r"\b(?:conda|mamba|micromamba)\s[^&|;\n]{0,200}?\binstall\b"
    r"|\bpython3?-(?!(?:pip|dev|venv|distutils|setuptools|wheel|full|minimal)\b)\w[\w-]*"
)
"""Other ways for packages of Python into an image."""
_BREAKS: Final = re.compile(r"&&|\|\||[;|&\n]")
_VALUED: Final = frozenset(
    ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix",
     "--root", "--platform", "--python-version", "--trusted-host", "--cache-dir", "--timeout",
     "--retries", "--proxy", "--progress-bar", "--no-binary", "--only-binary", "--python", "-p",
     "--index-strategy", "--src", "--log", "--cert", "--config-settings", "--upgrade-strategy")
)  # fmt: skip
_FILES: Final = frozenset({"-r", "--requirement", "-c", "--constraint"})


def read(text: str, file: str) -> Iterator[Item]:
    """What the image will have installed, as far as the file says."""
    variables: dict[str, str] = {}
    base: dict[str, Pin] = {}
    stages: set[str] = set()
    foreign: tuple[str, int] | None = None
    windows = arm = 0
    found: list[Item] = []
    if len(text) > MOST_TEXT_OF_FILE:
        raise Broken(1, f"larger than {MOST_TEXT_OF_FILE // KIB} KiB")
    for number, line in numbered(_without_comments(text)):
        content = line.strip()
        if (match := _SET.match(content)) is not None:
            variables[match[1]] = _filled(match[2], variables)[:MOST_VALUE]
        elif (match := _FROM.match(content)) is not None:
            image = _IMAGE.fullmatch(_filled(match[1], variables)[:MOST_TEXT])
            name = _IMAGES.get(image[1]) if image else None
            if image is not None and name is not None:
                base[name] = Pin(name, f"=={image[2]}", "", file, number)
            if match[1] not in stages:
                plain = name == PYTHON or _PLAIN.fullmatch(match[1])
                foreign = None if plain else (match[1], number)
            windows = number if _WINDOWS.search(content) else 0
            arm = number if _ARM.search(content) else 0
            stages.update(re.findall(r"\sAS\s+(\S+)", content, re.IGNORECASE))
        elif content[:4].upper() == "RUN ":
            found += _run(_filled(content[4:], variables), file, number)
    yield from base.values()
    yield from found
    if windows:
        yield Pin(PLATFORM, "==windows", "", file, windows)
    elif arm:
        yield Pin(PLATFORM, "==linux-aarch64", "", file, arm)
    if foreign is not None:
        yield Note(file, foreign[1], f"what the image {shown(foreign[0])} brings is not known")


def _without_comments(text: str) -> str:
    """A comment may stand between the lines of one command; its line stays, to be counted."""
    return re.sub(r"^[ \t]*#.*$", "\\\\", text, flags=re.MULTILINE)


def _filled(text: str, variables: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return (variables.get(match[1] or match[2]) or match[3] or "")[:MOST_VALUE]

    return _VARIABLE.sub(value, text)


def _run(command: str, file: str, number: int) -> Iterator[Item]:
    if "<<" in command:
        yield Note(file, number, "here-documents are not read")
    if "install" not in command:
        return
    if (other := _OTHER.search(command)) is not None:
        yield Note(file, number, f"{shown(other[0])} may install packages of Python")
    yield from installed(command, file, number)


def installed(command: str, file: str, number: int) -> Iterator[Item]:
    """What the commands of one line install with pip."""
    for part in _commands(command):
        try:
            words = part if isinstance(part, list) else shlex.split(part)
        except ValueError:
            text = part if isinstance(part, str) else ""
            yield Note(file, number, f"a shell cannot split this: {shown(text)}")
            continue
        if "install" in words and any(
            _PIP.fullmatch(word.rpartition("/")[2]) for word in words[: words.index("install")]
        ):
            yield from _installed(words[words.index("install") + 1 :], file, number)


def _commands(command: str) -> Sequence[str | list[str]]:
    """The commands of a shell's line, or the words of one that is given as a list."""
    if command.lstrip().startswith("["):
        try:
            return [msgspec.json.decode(command, type=list[str])]
        except msgspec.DecodeError:
            return _BREAKS.split(command)
    return _BREAKS.split(command)


def _installed(words: list[str], file: str, number: int) -> Iterator[Item]:
    rest = iter(words)
    for word in rest:
        name, _, value = word.partition("=")
        if word in _FILES or (name in _FILES and value):
            given = value or next(rest, "")
            yield Include(given, file, number, constraint=name in ("-c", "--constraint"))
        elif word in _VALUED:
            next(rest, None)
        elif word in ("-e", "--editable"):
            yield Note(
                file,
                number,
                f"an editable install names no version: {next(rest, '')}",
            )
        elif not word.startswith("-"):
            try:
                yield requirement(word, file, number)
            except Broken:
                yield Note(file, number, f"not a requirement: {shown(word)}")
