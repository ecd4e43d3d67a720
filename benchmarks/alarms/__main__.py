"""Count what a scan says of ordinary objects: ``python -m benchmarks.alarms DIRECTORY``.

The files are those that ``make``, ``draw`` and ``estimators`` write. Security findings that gate
are counted by rule and subject, and each file that gates is named in ``gating.txt``. The bytecode
that cloudpickle and dill store gates rightly: files that carry some are counted apart.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from modelaudit import scan

AT_ONCE = 100
GATING = {"critical", "high", "medium"}
BYTECODE = "PKL113"


def main() -> int:
    """Print how many files each rule finds something in that gates, and about what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--most", type=int, help="scan so many files, picked at random")
    options = parser.parse_args()
    files = sorted(str(path) for path in options.directory.rglob("*-*") if path.is_file())
    random.Random(1).shuffle(files)
    files = files[: options.most]
    found: dict[tuple[str, str, str], set[str]] = {}
    for start in range(0, len(files), AT_ONCE):
        for finding in scan(files[start : start + AT_ONCE]).findings:
            if finding.severity in GATING and finding.category == "security":
                key = (finding.rule, finding.severity, finding.subject)
                found.setdefault(key, set()).add(finding.where.path)
    for (rule, severity, subject), paths in sorted(found.items(), key=lambda one: -len(one[1])):
        sys.stdout.write(f"{len(paths):5} {rule} {severity} {subject} {min(paths)}\n")
    code = {path for key, paths in found.items() if key[0] == BYTECODE for path in paths}
    gating = {path for paths in found.values() for path in paths} - code
    names = "".join(f"{path}\n" for path in sorted(gating))
    (options.directory / "gating.txt").write_text(names, encoding="utf-8")
    said = f"{len({class_of(path) for path in files})} classes, {len(files)} files"
    sys.stdout.write(f"{said}: {len(gating)} that gate, beside {len(code)} with bytecode\n")
    return 1 if gating else 0


def class_of(path: str) -> str:
    """The class that a file's name says, between its number and its two endings."""
    return Path(path).name.partition("-")[2].rsplit(".", 2)[0]


if __name__ == "__main__":
    sys.exit(main())
