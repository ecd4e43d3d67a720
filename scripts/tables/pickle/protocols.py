"""Write rules/tables/pickle_protocols.json: protocols, and names that only Python 2 wrote.

Source: PEP 307, 3154 and 574 for the releases; the running interpreter's ``_compat_pickle`` for the
names. Below protocol 3 Python 3 writes Python 2's names as well; ``python2_only`` holds those that
it reads and would not write.
"""

from __future__ import annotations

import argparse
import json
import sys
from _compat_pickle import NAME_MAPPING, REVERSE_IMPORT_MAPPING, REVERSE_NAME_MAPPING

from scripts.common.files import TABLES, date_of, write_or_check

TABLE = TABLES / "pickle_protocols.json"
FIRST_PYTHON = {"0": "1.4", "1": "1.5", "2": "2.3", "3": "3.0", "4": "3.4", "5": "3.8"}


def python2_only() -> dict[str, str]:
    """Spelled name to the Python 3 name, for what Python 3 would have spelled otherwise."""
    found: dict[str, str] = {}
    for (module, name), (new_module, new_name) in NAME_MAPPING.items():
        back = REVERSE_NAME_MAPPING.get((new_module, new_name))
        back = back or (REVERSE_IMPORT_MAPPING.get(new_module, new_module), new_name)
        if back != (module, name):
            found[f"{module}.{name}"] = f"{new_module}.{new_name}"
    return found


def render(date: str) -> str:
    table = {
        "about": "pickle protocols by the first Python that reads them; names of Python 2 alone",
        "source": "PEP 307, PEP 3154, PEP 574; CPython's Lib/_compat_pickle.py",
        "licence": "facts; PSF-2.0 source",
        "date": date,
        "first_python": FIRST_PYTHON,
        "python2_only": dict(sorted(python2_only().items())),
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed table")
    parser.add_argument("--date", default="2026-11-23", help="the date that the table bears")
    options = parser.parse_args()
    date = date_of(TABLE) if options.check else options.date
    return write_or_check(TABLE, render(date), check=options.check)


if __name__ == "__main__":
    sys.exit(main())
