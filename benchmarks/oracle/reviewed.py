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


def attempted(python: str, known: Known, packages: list[str]) -> Iterator[Row]:
    """What ``attempts.py`` saw of every reviewed name that the environment has."""
    table = json.loads(SAFE.read_text())
    arguments = {
        f"{module}.{name}": kinds
        for module, several in table["arguments"].items()
        for name, kinds in several.items()
    }
    looked_up = [*(entry[3] for entry in known.odd), *(entry[3] for entry in known.special)]
    methods = {path.rpartition(".")[2] for path in looked_up}
    names = {
        module: several
        for module, several in table["names"].items()
        if not packages or module.partition(".")[0] in packages
    }
    asked = {"names": names, "arguments": arguments, "methods": sorted(methods)}
    with subprocess.Popen(
        [python, str(HERE / "attempts.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked).encode())
        process.stdin.close()
        yield from (tuple(json.loads(line)) for line in process.stdout)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "attempts.py")


def is_understood(dotted: str) -> bool:
    return any(fnmatchcase(dotted, pattern) for pattern in UNDERSTOOD)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", help="names of these alone")
    parser.add_argument("--python", default=str(SAFE.parents[2] / ".venv-oracle/bin/python"))
    parser.add_argument("--probed", default=str(kept()))
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    names: dict[str, set[str]] = {"tried": set(), "left": set()}
    acting: dict[str, str] = {}
    known = probed(options.python, Path(options.probed))
    for module, name, done, what, which in attempted(options.python, known, options.packages):
        dotted = f"{module}.{name}"
        counts[what] += int(which) if what == "tried" else 1
        names.setdefault(what, set()).add(dotted)
        if what == "acts" and not is_understood(dotted) and dotted not in acting:
            acting[dotted] = f"{done}: {which}"
            print(f"{dotted}: {acting[dotted]}", flush=True)
        if sys.stderr.isatty():
            print(f"\r{len(names['tried'])} names", end="", file=sys.stderr)
    print(
        f"{len(names['tried'])} reviewed names tried, {counts['tried']} attempts,"
        f" {len(acting)} names act; {counts['slow']} attempts took too long, {counts['ended']}"
        f" ended the process, {len(names['left'])} names were left before their last attempt"
    )
    for dotted in sorted(names["left"]):
        print(f"  left: {dotted}")
    return 1 if acting else 0


if __name__ == "__main__":
    sys.exit(main())
