"""Write rules/catalogue/<topic>.json from rules/<topic>/<ID>.yaml; each rule is compiled once.

``--check`` writes nothing and exits with 1 where a file is not what would be written.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from modelaudit.core.errors import UsageError
from modelaudit.judge.catalogue import NO_TOPICS, Catalogue, read_files
from scripts.common.files import ROOT, write_or_check


def catalogue() -> Catalogue:
    """All rules below the working directory. Raises UsageError for one that does not fit."""
    read = Catalogue()
    topics = [path for path in sorted(Path("rules").iterdir()) if path.is_dir()]
    paths = [p for t in topics if t.name not in NO_TOPICS for p in sorted(t.glob("*.yaml"))]
    read_files(read, paths, {})
    for rule in read.rules.values():
        read.compiled(rule)
    return read


def main() -> int:
    os.chdir(ROOT)  # a rule's file is named as seen from here
    try:
        rules = list(catalogue().rules.values())
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    check = "--check" in sys.argv[1:]
    folder = Path("rules/catalogue")
    topics = sorted({rule.topic for rule in rules})
    codes = [_stale(path, check=check) for path in folder.glob("*") if path.stem not in topics]
    for topic in topics:
        chosen = [rule for rule in rules if rule.topic == topic]
        text = msgspec.json.format(msgspec.json.encode(chosen), indent=1).decode() + "\n"
        codes.append(write_or_check(folder / f"{topic}.json", text, check=check))
    return max(codes)


def _stale(path: Path, *, check: bool) -> int:
    """Remove the catalogue of a topic that no longer exists; an exit code."""
    if check:
        sys.stderr.write(f"{path}: no rule has this topic; remove the file\n")
        return 1
    path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
