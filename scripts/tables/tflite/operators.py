"""Write rules/tables/tflite_operators.json: built-in operators, and releases that have them.

    python -m scripts.tables.tflite.operators SCHEMA   write
    python -m scripts.tables.tflite.operators --check  compare with the sources

SCHEMA is that of an installed TensorFlow, ``tensorflow/lite/python/schema_py_generated.py``,
which is parsed and not imported. The releases are those of ``scripts/sources/tflite_versions.tsv``.
"""

from __future__ import annotations

import ast
import json
import sys
from datetime import date
from pathlib import Path

from scripts.common.files import ROOT, TABLES, write_or_check

TABLE = TABLES / "tflite_operators.json"
VERSIONS = ROOT / "scripts/sources/tflite_versions.tsv"


def numbers(schema: str) -> dict[str, str]:
    """The operators of the enumeration, by their number."""
    for node in ast.parse(schema).body:
        if isinstance(node, ast.ClassDef) and node.name == "BuiltinOperator":
            return {
                str(one.value.value): one.targets[0].id
                for one in node.body
                if isinstance(one, ast.Assign)
                and isinstance(one.value, ast.Constant)
                and isinstance(one.targets[0], ast.Name)
            }
    raise SystemExit("the schema has no BuiltinOperator")


def since() -> dict[str, dict[str, str]]:
    """The first release by operator and version."""
    found: dict[str, dict[str, str]] = {}
    for line in VERSIONS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            operator, version, release = line.split("\t")
            found.setdefault(operator, {})[version] = release
    return found


def render(operators: dict[str, str], day: str) -> str:
    table = {
        "about": "Built-in operators of TensorFlow Lite by number, and by operator and version the"
        " first release of TensorFlow that has it",
        "source": "the schema in the wheel of TensorFlow; scripts/sources/tflite_versions.tsv",
        "licence": "facts; Apache-2.0 source",
        "date": day,
        "operators": operators,
        "since": since(),
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        present = json.loads(TABLE.read_text("utf-8"))
        return write_or_check(TABLE, render(present["operators"], present["date"]), check=True)
    schema = Path(sys.argv[1]).read_text("utf-8")
    return write_or_check(TABLE, render(numbers(schema), date.today().isoformat()), check=False)


if __name__ == "__main__":
    sys.exit(main())
