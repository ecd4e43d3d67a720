"""The configuration in force, as lines that a report can show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from modelaudit.config.model import Authority, Config
from modelaudit.core.report import Setting

_ALWAYS: Final = ("fail-on", "profile")
"""Keys that are shown also where nobody sets them."""
_SILENT: Final = frozenset({"version"})
_FOR_ALL: Final = frozenset({"targets", "packs", "limits"})
"""Keys that silence nothing. Limits that are lower than usual are not in force where a
configuration was found, and a pack can only add rules.
"""


def settings_of(authority: Authority) -> tuple[Setting, ...]:
    """The keys that are not as without a configuration, and those that say what fails a run."""
    usual = msgspec.to_builtins(Config())
    given = msgspec.to_builtins(authority.config)
    given["limits"] = msgspec.to_builtins(authority.limits)
    trusted = msgspec.to_builtins(authority.trusted)
    keys = [key for key in given if key not in _SILENT and given[key] != usual[key]]
    wanted = [*_ALWAYS, *(key for key in keys if key not in _ALWAYS)]
    return tuple(
        Setting(
            key,
            tuple(_lines(given[key], usual[key])),
            limited=key not in _FOR_ALL and given[key] != trusted[key],
        )
        for key in wanted
    )


def _lines(value: object, usual: object) -> Iterator[str]:
    """A line for each part of a value that is set."""
    if isinstance(value, dict):
        before = usual if isinstance(usual, dict) else {}
        for key, part in value.items():
            if key not in before or before[key] != part:
                yield f"{key}: {_text(part)}"
    elif isinstance(value, list):
        yield from map(_text, value)
    else:
        yield _text(value)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(part)}" for key, part in value.items() if part)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
