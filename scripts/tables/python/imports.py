"""Write rules/tables/imports.json: what importing a module imports besides.

Source: the standard library of the Pythons named with --stdlib, and the packages of PACKAGES as
installed for that named with --packages. Method: scripts/common/import_probe.py imports each module
in a process of its own and lists what is loaded then; of several Pythons the answers are joined.
``--check`` needs none of them, and says whether the committed table is in order.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from modelaudit.discovery.shadows import ALWAYS_THERE
from scripts.common.files import TABLES, report

TABLE = TABLES / "imports.json"
LIBRARY = TABLES / "distributions.json"
PROBE = Path(__file__).resolve().parents[2] / "common" / "import_probe.py"
PACKAGES = (
    "joblib", "joblib.numpy_pickle", "numpy", "pandas", "scipy", "scipy.sparse", "scipy.stats",
    "sklearn", "sklearn.ensemble", "sklearn.linear_model", "sklearn.pipeline", "torch",
)  # fmt: skip
FROZEN = {"_frozen_importlib", "_frozen_importlib_external"}
SKIPPED = {"antigravity", "this", "idlelib", "test", "turtledemo", "__main__"}


def asked(python: str, names: Iterable[str], *options: str) -> dict[str, set[str]]:
    """The first parts of what is loaded with each name, by the first part of that."""
    done = subprocess.run(
        [python, *options, "-E", "-s", str(PROBE)],
        input="\n".join(names),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        name, *loaded = line.split()
        found.setdefault(name.partition(".")[0], set()).update(loaded)
    return found


def collect(stdlib: Iterable[str], packages: str) -> dict[str, list[str]]:
    library = set(json.loads(LIBRARY.read_text("utf-8"))["library"]) - SKIPPED
    answers = [asked(python, sorted(library), "-S") for python in stdlib]
    answers.append(asked(packages, PACKAGES))
    joined: dict[str, set[str]] = {}
    for answer in answers:
        for name, loaded in answer.items():
            joined.setdefault(name, set()).update(loaded - ALWAYS_THERE - FROZEN - {name})
    return {name: sorted(loaded) for name, loaded in sorted(joined.items()) if loaded}


def problems() -> list[str]:
    imports = json.loads(TABLE.read_text("utf-8"))["imports"]
    unsorted = [name for name, loaded in imports.items() if loaded != sorted(set(loaded))]
    lacking = [name for name in ("numpy", "pickle", "joblib", "torch") if name not in imports]
    return [f"{TABLE.name}: {name} is not in order" for name in unsorted] + [
        f"{TABLE.name} lacks {name}" for name in lacking
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="look at the committed table only")
    parser.add_argument("--stdlib", nargs="+", default=[], help="Pythons of several releases")
    parser.add_argument("--packages", help="a Python that has the packages")
    options = parser.parse_args()
    if options.check:
        return report(problems())
    if not options.packages:
        parser.error("--packages is needed")
    table = {
        "about": "what importing a module imports besides, by the first parts of their names",
        "source": "CPython 3.9 to 3.13; current releases of " + ", ".join(PACKAGES),
        "licence": "facts",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }
    head = json.dumps(table, indent=1)[:-2]
    lines = [
        f"  {json.dumps(name)}: {json.dumps(loaded)}"
        for name, loaded in collect(options.stdlib, options.packages).items()
    ]
    text = head + ',\n "imports": {\n' + ",\n".join(lines) + "\n }\n}\n"
    TABLE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(lines)} modules\n")
    return report(problems())


if __name__ == "__main__":
    sys.exit(main())
