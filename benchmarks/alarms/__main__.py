"""Count what a scan says of ordinary objects: ``python -m benchmarks.alarms DIRECTORY``.

The files are those of ``benchmarks.alarms.make``. Bytecode that cloudpickle and dill store gates
rightly, and is counted too.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from modelaudit import scan

AT_ONCE = 100
GATING = {"critical", "high", "medium"}


def main() -> int:
    """Print how many files each rule finds something in that gates, and about what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--most", type=int, help="scan so many files, picked at random")
    options = parser.parse_args()
    files = sorted(str(path) for path in options.directory.rglob("*") if path.is_file())
    random.Random(1).shuffle(files)
    files = files[: options.most]
    found: dict[tuple[str, str, str], set[str]] = {}
    for start in range(0, len(files), AT_ONCE):
        for finding in scan(files[start : start + AT_ONCE]).findings:
            if finding.severity in GATING:
                key = (finding.rule, finding.severity, finding.subject)
                found.setdefault(key, set()).add(finding.where.path)
    for (rule, severity, subject), paths in sorted(found.items(), key=lambda one: -len(one[1])):
        sys.stdout.write(f"{len(paths):5} {rule} {severity} {subject} {min(paths)}\n")
    gating = {path for paths in found.values() for path in paths}
    sys.stdout.write(f"{len(files)} files, {len(gating)} that gate\n")
    return 1 if gating else 0


if __name__ == "__main__":
    sys.exit(main())
