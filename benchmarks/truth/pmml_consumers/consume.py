"""Load documents with one consumer and evaluate them on one row; run by the interpreter that has it.

    python -m benchmarks.truth.pmml_consumers.consume {jpmml-evaluator|pypmml} FOLDER

One JSON line on standard output for each file name that is read from standard input: the name, and
what loading and evaluating gave: ``ok``, ``null`` where something was predicted as nothing, or the error.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

ROW = {"x1": 0.5, "x2": 2.0, "n": 3, "c": "a", "t": "an apple a day"}

NO_INTEGER = -(2**63)
"""What PMML4S gives in place of a missing integer."""

Consumer = Callable[[Path, dict[str, object]], tuple[str, str]]


def brief(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def judged(results: dict[str, object]) -> str:
    """Whether what is predicted is there; probabilities may be missing beside it."""
    lacking = {
        name: str(name).startswith("probability")
        for name, value in results.items()
        if value in (None, NO_INTEGER) or (isinstance(value, float) and math.isnan(value))
    }
    if results and (not lacking or (all(lacking.values()) and len(lacking) < len(results))):
        return "ok"
    return f"null: {', '.join(map(str, lacking))}"


def jpmml() -> Consumer:
    from jpmml_evaluator import make_evaluator  # noqa: PLC0415

    def consume(path: Path, row: dict[str, object]) -> tuple[str, str]:
        try:
            evaluator = make_evaluator(str(path)).verify()
        except Exception as error:  # noqa: BLE001  the error is what is asked for
            return brief(error), ""
        try:
            return "ok", judged(dict(evaluator.evaluate(dict(row))))
        except Exception as error:  # noqa: BLE001
            return "ok", brief(error)

    return consume


def pypmml() -> Consumer:
    from pypmml import Model  # noqa: PLC0415

    def consume(path: Path, row: dict[str, object]) -> tuple[str, str]:
        try:
            model = Model.fromFile(str(path))
        except Exception as error:  # noqa: BLE001
            return brief(error), ""
        try:
            given = {name: row[name] for name in list(model.inputNames) if name in row}
            return "ok", judged(dict(model.predict(given)))
        except Exception as error:  # noqa: BLE001
            return "ok", brief(error)

    return consume


def main() -> None:
    consume = {"jpmml-evaluator": jpmml, "pypmml": pypmml}[sys.argv[1]]()
    folder = Path(sys.argv[2])
    beside = folder / "rows.json"
    rows = json.loads(beside.read_text()) if beside.is_file() else {}
    for line in sys.stdin:
        name = line.strip()
        load, use = consume(folder / name, rows.get(name, ROW))
        print(json.dumps([name, load, use]), flush=True)


if __name__ == "__main__":
    main()
