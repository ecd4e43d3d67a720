"""Write docs/modelaudit.schema.json from the types in modelaudit/config/model.py.

``--check`` writes nothing and exits with 1 where the file is not what would be written.
"""

from __future__ import annotations

import sys

from modelaudit.config.schema import config_schema
from scripts.common.files import ROOT, write_or_check

TARGET = ROOT / "docs" / "modelaudit.schema.json"

if __name__ == "__main__":
    sys.exit(write_or_check(TARGET, config_schema(), check="--check" in sys.argv[1:]))
