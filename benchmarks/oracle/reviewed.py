"""Whether a reviewed name acts, by trying: ``python -m benchmarks.oracle.reviewed``.

Every name of ``rules/tables/pickle_safe.json`` that the environment has is called with what a file
can say, and gets instances whose states a file chose; ``attempts.py`` does that, in confinement. A
chain of reviewed names is harmless as long as none of them acts. One that does is a mistake in the
table, unless ``UNDERSTOOD`` says why it is none; with one the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from benchmarks.oracle.__main__ import SAFE, kept, probed
from benchmarks.oracle.grammar import Known
from benchmarks.oracle.judge import HERE, ONE_THREAD

UNDERSTOOD: Final = {
    "collections.namedtuple": "compiles names that it has checked, for a class",
    "pathlib.*Path": "changes files by its methods, so it is no data for what takes data",
    "platform.uname_result": "asks uname for the processor when something takes from it",
    "scipy.stats.*.rv_*": "runs a template that its state brings, which PKL118 judges",
    "sklearn.cluster._kmeans._kmeans_single_lloyd": "opens libraries that are loaded",
    "typing.TypeVar": "compiles a forward reference, and runs it only for who asks for type hints",
    "zoneinfo.ZoneInfo*": "reads a zone by a name that leads nowhere else",
}
"""Names that act, and why it does no harm."""
Row = tuple[str, str, str, str, str]


def attempted(python: str, known: Known) -> Iterator[Row]:
    """What ``attempts.py`` saw of every reviewed name that the environment has."""
    table = json.loads(SAFE.read_text())
    arguments = {
        f"{module}.{name}": kinds
        for module, several in table["arguments"].items()
        for name, kinds in several.items()
    }
    looked_up = [*(entry[3] for entry in known.odd), *(entry[3] for entry in known.special)]
    methods = {path.rpartition(".")[2] for path in looked_up}
    asked = {"names": table["names"], "arguments": arguments, "methods": sorted(methods)}
    done = subprocess.run(
        [python, str(HERE / "attempts.py")],
        input=json.dumps(asked).encode(),
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD},
        check=True,
    )
    yield from (tuple(json.loads(line)) for line in done.stdout.splitlines())


def is_understood(dotted: str) -> bool:
    return any(fnmatchcase(dotted, pattern) for pattern in UNDERSTOOD)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=str(SAFE.parents[2] / ".venv-oracle/bin/python"))
    parser.add_argument("--probed", default=str(kept()))
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    acting: dict[str, str] = {}
    for module, name, done, what, which in attempted(
        options.python, probed(options.python, Path(options.probed))
    ):
        counts[what] += 1
        if what == "acts" and not is_understood(f"{module}.{name}"):
            acting.setdefault(f"{module}.{name}", f"{done}: {which}")
    for dotted, how in acting.items():
        print(f"{dotted}: {how}")
    print(
        f"{counts['tried']} reviewed names tried, {counts['ended']} ended the process,"
        f" {len(acting)} act"
    )
    return 1 if acting else 0


if __name__ == "__main__":
    sys.exit(main())
