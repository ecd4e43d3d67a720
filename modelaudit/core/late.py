"""Patterns that few files come to: compiling all of them took a twentieth of a small scan."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import AnyStr


def late(pattern: AnyStr, flags: int = 0) -> Callable[[], re.Pattern[AnyStr]]:
    """A function that gives a pattern, and compiles it when it is called first."""
    return cache(partial(re.compile, pattern, flags))
