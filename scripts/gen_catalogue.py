"""The old path of ``python -m scripts.generate.catalogue``, for branches that still name it."""

import subprocess
import sys
from pathlib import Path

sys.exit(
    subprocess.call(
        [sys.executable, "-m", "scripts.generate.catalogue", *sys.argv[1:]],
        cwd=Path(__file__).resolve().parents[1],
    )
)
