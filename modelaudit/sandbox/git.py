"""Questions to git, asked so that a repository cannot have anything run.

A repository's own configuration may name programs: ``core.fsmonitor``, filters (which also a plain
comparison starts, where a file is as young as the index), and what fetches missing objects of a
partial clone. So only plumbing is asked, and each of these is turned off on the command line, which
overrides every file: https://git-scm.com/docs/git-config.
"""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from typing import Final

from modelaudit.core.errors import UsageError

TIMEOUT: Final = 120
"""Seconds that one question may take."""
_SAFE: Final = ("core.fsmonitor=false", "core.untrackedCache=false", "protocol.allow=never")
_FILTER: Final = re.compile(r"filter\.(.+)\.(?:clean|smudge|process|required)", re.DOTALL)


def ask(folder: str, *question: str) -> bytes:
    """What git prints. Raises UsageError where it cannot answer, with its own words."""
    return _run(folder, (*_SAFE, *_no_filters(folder)), question)


@cache
def _no_filters(folder: str) -> tuple[str, ...]:
    """Settings that take the programs away from every filter that is configured."""
    listed = os.fsdecode(_run(folder, _SAFE, ("config", "--list", "--name-only", "-z")))
    names = {found[1] for key in listed.split("\0") if (found := _FILTER.fullmatch(key))}
    if any("=" in name for name in names):
        raise UsageError("git: the name of a filter has '=' in it, which cannot be turned off")
    empty = ("clean=", "smudge=", "process=", "required=false")
    return tuple(f"filter.{name}.{setting}" for name in sorted(names) for setting in empty)


def _run(folder: str, settings: tuple[str, ...], question: tuple[str, ...]) -> bytes:
    given = [part for setting in settings for part in ("-c", setting)]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603  no shell
            ["git", "-C", folder, *given, *question],  # noqa: S607  the git of the user
            capture_output=True, check=False, timeout=TIMEOUT, env=environment,
        )  # fmt: skip
    except FileNotFoundError:
        raise UsageError("git is not installed, which this option needs") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"git {question[0]} takes more than {TIMEOUT} seconds") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(f"git {question[0]}: {words[-1] if words else done.returncode}")
    return done.stdout
