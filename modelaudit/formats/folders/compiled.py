"""Modules among the source of an artifact that are compiled, or take the place of a package.

Python imports ``name.so`` and ``name.pyd`` before ``name.py``, and ``name.pyc`` where there is no
source: https://docs.python.org/3/library/importlib.html#importlib.machinery.all_suffixes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase

from modelaudit.core.facts import Anomaly
from modelaudit.discovery.folders import COMPILED
from modelaudit.formats.folders.files import Files


def compiled(files: Files, roots: Sequence[str]) -> Iterator[Anomaly]:
    """Those that are imported from one of the directories; empty is the artifact's own."""
    for name in _below(files.names, roots):
        if any(fnmatchcase(name, pattern) for pattern in COMPILED):
            module = name.rpartition("/")[2].partition(".")[0]
            yield Anomaly("module-compiled", {"module": module, "file": name}, files.at(name))


def _below(names: Collection[str], roots: Sequence[str]) -> Iterator[str]:
    for name in names:
        if any(not root or name.startswith(f"{root}/") for root in roots):
            yield name


def shadows(files: Files, roots: Sequence[str]) -> Iterator[Anomaly]:
    """Modules in a directory of code that take the place of a package which loading imports."""
    from modelaudit.knowledge.distributions import distribution_of  # noqa: PLC0415  a large table

    seen = set[str]()
    for root in roots:
        for name in _below(files.names, (root,)):
            below = name[len(root) + 1 :] if root else name
            module = below.partition("/")[0].partition(".")[0]
            importable = below.endswith(".py") or any(fnmatchcase(below, one) for one in COMPILED)
            known = distribution_of(module)
            if known is not None and importable and module not in seen:
                seen.add(module)
                fields = {"module": module, "file": name, "of": known or "the standard library"}
                yield Anomaly("module-shadowed", fields, files.at(name))
