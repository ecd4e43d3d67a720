"""Write variations of models, load and run them in releases of onnxruntime, and record it.

    python -m benchmarks.truth.onnx_variations.build FOLDER --cache DIR [--seed N] [--each N]

DIR has the releases, each installed into a directory of its own, as ``make tables`` leaves them
(scripts.tables.onnx.runtime). FOLDER gets the models and ``outcomes.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.truth.onnx_variations.models import write

ASK: Final = Path(__file__).with_name("ask.py")
RELEASES: Final = ("1.10.0", "1.13.1", "1.16.3", "1.19.2", "1.23.2", "1.27.0", "1.29.0", "1.32.0")
OLD: Final = frozenset(RELEASES[:2])
OLD_PYTHON: Final = os.environ.get("OLD_PYTHON", "python3.9")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="installed releases")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=6, help="variations of each model")
    given = parser.parse_args()
    models = given.folder / "models"
    print(f"{len(write(models, given.seed, given.each))} models")
    outcomes = {}
    for release in RELEASES:
        asked = subprocess.run(
            [OLD_PYTHON if release in OLD else sys.executable, ASK, models],
            env={**os.environ, "PYTHONPATH": str(given.cache / release)},
            stdout=subprocess.PIPE,
            check=True,
        )
        outcomes[release] = json.loads(asked.stdout)
        (given.folder / "outcomes.json").write_text(json.dumps(outcomes, indent=0) + "\n")
        print(release, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
