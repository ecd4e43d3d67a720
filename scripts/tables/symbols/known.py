"""Write rules/tables/names/*.json: every module and name of the newest release that was read.

    python -m scripts.tables.symbols.known --cache DIR [PACKAGE…]   download wheels, read, write
    python -m scripts.tables.symbols.known --check                  invariants, no network

rules/tables/symbols has what differs between releases. What every release has is in the newest one,
so that the two together say whether a name is known at all. The cache is that of
``scripts.tables.symbols.names``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from pathlib import Path

from scripts.common.files import TABLES
from scripts.common.module_names import Module, Release, modules
from scripts.common.package_tables import main
from scripts.common.python_wheels import fetch
from scripts.common.read_packages import PACKAGES
from scripts.tables.symbols.names import INTERPRETERS, PYTHON, licence, standard_library

FOLDER = TABLES / "names"
ANY = "*"
ASK = """
import importlib, json, sys
names = {name: " ".join(dir(importlib.import_module(name))) for name in sys.builtin_module_names}
print(json.dumps(names))
"""
ABOUT = (
    "Every module of the newest release that was read, with its names. '*' is before those of a "
    "module that may have more: it is compiled, or makes names when it is imported."
)


def names(module: Module) -> str:
    """The names of a module, with blanks between, behind ``*`` where there may be more."""
    if module.dynamic or module.compiled:
        return " ".join([ANY, *sorted(module.own if module.compiled else module.defined)])
    return " ".join(sorted(module.own | module.names))


def render(package: str, release: str, read: Release, date: str) -> str:
    content = {
        "about": ABOUT,
        "source": "files of the interpreter" if package == PYTHON else f"a wheel of {package}",
        "licence": licence(package),
        "date": date,
        "release": release,
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
    found = {dotted: names(module) for dotted, module in read.items()}
    if package == PYTHON:
        found = with_python_2(found | built_in(release))
    inner = [f"  {json.dumps(dotted)}: {json.dumps(found[dotted])}" for dotted in sorted(found)]
    lines.append(' "modules": {\n' + ",\n".join(inner) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def built_in(release: str) -> dict[str, str]:
    """Modules that are part of the interpreter, which is asked for them."""
    python = next(INTERPRETERS.glob(f"{release}.*")) / "bin" / "python"
    done = subprocess.run([python, "-c", ASK], capture_output=True, check=True, text=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def with_python_2(found: dict[str, str]) -> dict[str, str]:
    """The names of Python 2 too, which unpickling turns into those of Python 3."""
    old = {module: found[new] for module, new in IMPORT_MAPPING.items() if new in found}
    for module, name in NAME_MAPPING:
        old[module] = f"{old.get(module, '')} {name}".strip()
    return old | found


def newest(package: str) -> str:
    """The last release in the table of symbols."""
    content = json.loads((TABLES / "symbols" / f"{package}.json").read_text("utf-8"))
    return str(content["releases"][-1])


def _text(package: str, cache: Path, date: str) -> str:
    release = newest(package)
    if package == PYTHON:
        return render(package, release, standard_library()[release], date)
    return render(package, release, modules(fetch(package, release, cache)), date)


def check() -> list[str]:
    """What is wrong with the tables as they are."""
    wrong = []
    for package in (*PACKAGES, PYTHON):
        path = FOLDER / f"{package}.json"
        if not path.is_file():
            wrong.append(f"{path.name} is missing")
        elif json.loads(path.read_text("utf-8"))["release"] != newest(package):
            wrong.append(f"{path.name}: its release is not the newest in the table of symbols")
    return wrong


if __name__ == "__main__":
    sys.exit(main(__doc__, FOLDER, [*PACKAGES, PYTHON], _text, check))
