"""Bytes that only look like an artifact: what was found in them says so."""

from __future__ import annotations

import sys
from _compat_pickle import IMPORT_MAPPING
from collections.abc import Sequence
from typing import Final

from modelaudit.core.facts import Call, Fact, Import, Unreadable

_MISTAKEN: Final = frozenset(
    {"not-a-pickle", "broken-stream", "broken-message", "not-recognised", "damaged-compression"}
)
"""Reasons to give up that are expected where the bytes only looked like a format."""
_LIBRARY: Final = sys.stdlib_module_names | IMPORT_MAPPING.keys()
_NO_MODULE: Final = ",;\t\r "
"""Characters in lines of tables and texts, which modules do not have in their names."""


def is_mistaken(facts: Sequence[Fact]) -> bool:
    """True where bytes would not act as an artifact before they break."""
    return _breaks(facts) and not any(isinstance(fact, Import) for fact in facts)


def are_words(facts: Sequence[Fact]) -> bool:
    """True where bytes that nothing marks as a pickle are lines of a text, or numbers.

    The first two lines of a table whose heading begins with a c are an import, ``city`` of
    ``ity``; and a map of MessagePack is an extension. Both end a load: there is no such module.
    What calls something, and what imports a module that every installation has, is a pickle.
    """
    imports = [fact for fact in facts if isinstance(fact, Import)]
    if not imports or any(isinstance(fact, Call) for fact in facts):
        return False
    if any(mark in imports[0].module for mark in _NO_MODULE):
        return True
    return _breaks(facts) and not any(one.module.split(".")[0] in _LIBRARY for one in imports)


def _breaks(facts: Sequence[Fact]) -> bool:
    return any(isinstance(fact, Unreadable) and fact.reason in _MISTAKEN for fact in facts)
