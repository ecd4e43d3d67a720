"""The root of a project: the paths of suppressions, overrides, baselines and fingerprints are
counted from there, so that they do not depend on the directory a scan is started in.
"""

from __future__ import annotations

import os
from pathlib import Path


def root_of(start: str, configuration: Path | None = None) -> str:
    """The root of the project that someone works on in ``start``, as an absolute path.

    That is the root of the repository, else the directory of the configuration if it is ``start``
    or lies above it, else ``start``. Where an artifact lies says nothing: a download may bring a
    ``.git`` of its own.
    """
    start = os.path.abspath(start)  # noqa: PTH100  startup does without more of pathlib
    folder = start
    while True:
        if os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
            return folder
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            break
        folder = above
    if configuration is not None:
        beside = os.path.dirname(os.path.abspath(configuration))  # noqa: PTH100, PTH120
        if _below(beside, start) is not None:
            return beside
    return start


def path_from(root: str, path: str) -> str:
    """A path as seen from the root, with forward slashes; absolute where it is not below it.

    ``models/x.pkl``, ``./models/x.pkl`` and an absolute path are one. A link keeps its own name.
    """
    absolute = os.path.abspath(path)  # noqa: PTH100
    below = _below(root, absolute)
    if below is None:
        folder, name = os.path.split(absolute)
        resolved = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
        below = _below(os.path.realpath(root), resolved)
    return (absolute if below is None else below).replace(os.sep, "/")


def _below(folder: str, path: str) -> str | None:
    """A path as seen from a directory; None for one that is not below it."""
    if path == folder:
        return "."
    prefix = folder.rstrip(os.sep) + os.sep
    return path[len(prefix) :] if path.startswith(prefix) else None
