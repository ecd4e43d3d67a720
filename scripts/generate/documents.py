"""Write what docs/*.md have between ``<!-- begin: PART -->`` and ``<!-- end: PART -->``.

``--check`` writes nothing and exits with 1 where a document is not what would be written.
"""

from __future__ import annotations

import sys

from scripts.common.files import ROOT, write_or_check
from scripts.documents import PART, filled, interface, settings, vocabulary, ways

PARTS = {
    "settings": settings.keys,
    "formats": ways.compared,
    "facts": vocabulary.fact_kinds,
    "functions": vocabulary.called,
    "anomalies": vocabulary.anomalies,
    "reasons": vocabulary.reasons,
    "metadata": vocabulary.metadata,
    "api-functions": interface.functions,
    "api-types": interface.types,
    "api-settings": interface.settings,
}


def main(*, check: bool) -> int:
    """Fill every document; an exit code."""
    codes = []
    for path in sorted((ROOT / "docs").glob("*.md")):
        text = path.read_text("utf-8")
        if PART.search(text):
            codes.append(write_or_check(path, filled(text, PARTS), check=check))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
