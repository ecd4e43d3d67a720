"""Files that ship with the package ``modelaudit.rules``: rules, tables, descriptions of formats.

They are opened beside the package's own file. ``importlib.resources`` would also find them in a
packed archive, where no installer leaves them, and imports tempfile, zipfile and shutil for it: a
tenth of what a small scan imports.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path


@cache
def folder() -> Path:
    """The directory of the package."""
    file = import_module("modelaudit.rules").__file__
    assert file is not None  # the package has an __init__.py
    return Path(file).parent
