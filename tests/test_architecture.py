"""Imports go down only: a room imports those below it, and no circle is left among modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "modelaudit"
FLOORS = (
    {"__main__"},
    {"cli"},
    {"__init__"},
    {"api"},
    {"report"},
    {"versions", "explained", "merged"},
    {"run"},
    {"remarks", "inforce"},
    {"excerpt"},
    {"engine"},
    {"described"},
    {"requirements", "outline"},
    {"cache"},
    {"targets"},
    {"formats", "judge"},
    {"discovery", "config"},
    {"baseline", "comparison", "knowledge", "sandbox"},
    {"saved"},
    {"core", "version"},
)
"""Rooms from the top to the bottom; the rooms of one floor do not know each other."""
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(("modelaudit", *(part for part in parts if part != "__init__")))] = path
    return found


MODULES = modules()


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a module imports, whenever it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from inner & set(MODULES) or {node.module}


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    own = room(module)
    for other in imported(MODULES[module]):
        below = FLOOR[own] < FLOOR[room(other)]
        assert below or room(other) == own, f"{module} imports {other}, which is not below it"


def test_no_circle() -> None:
    graph = {module: set(imported(path)) - {module} for module, path in MODULES.items()}
    while leaves := {module for module, others in graph.items() if not others & set(graph)}:
        for module in leaves:
            del graph[module]
    while roots := set(graph) - set().union(*graph.values()):
        for module in roots:
            del graph[module]
    assert not graph
