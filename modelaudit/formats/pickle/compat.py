"""How names of Python 2 load in Python 3: what the unpickler does itself below protocol 3."""

from __future__ import annotations

from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING


def python3_name(module: str, name: str) -> tuple[str, str]:
    """The name that ``fix_imports`` makes of a Python 2 one; any other as it is."""
    if (module, name) in NAME_MAPPING:
        return NAME_MAPPING[module, name]
    return IMPORT_MAPPING.get(module, module), name
