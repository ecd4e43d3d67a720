"""Write rules/catalogue.json from rules/<topic>/<ID>.yaml, each rule checked and compiled once.

``--check`` writes nothing and exits with 1 where the file is not what would be written.
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
    text = msgspec.json.format(msgspec.json.encode(rules), indent=1).decode() + "\n"
    return write_or_check(Path("rules/catalogue.json"), text, check="--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
