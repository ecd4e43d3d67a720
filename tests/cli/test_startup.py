"""What a scan of one small pickle has loaded: start-up is part of every run of a hook."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

LATER = {
    *("numpy", "onnx", "h5py", "fickling", "rich", "jinja2", "lxml", "torch", "packaging"),
    *("google.protobuf", "tomllib", "configparser", "pathspec", "sqlite3"),
    *("pebble", "lz4", "py7zr", "zstandard", "asyncio", "concurrent.futures", "multiprocessing"),
    *("cel_expr_python", "cel_expr_python.cel", "importlib.resources", "tempfile", "zipfile"),
    *("modelaudit.judge.compiled", "modelaudit.knowledge.tables"),
    *("subprocess", "socket", "ssl", "difflib", "importlib.metadata"),
    *("modelaudit.cli.inspect", "modelaudit.cli.rules", "modelaudit.cli.formats"),
    *("modelaudit.cli.config", "modelaudit.report.json", "modelaudit.report.inspection"),
    *("modelaudit.report.compact", "modelaudit.report.verbose", "modelaudit.report.paths"),
    *("modelaudit.report.sarif", "modelaudit.report.jsonl", "cyclonedx", "xml.sax"),
    *(
        "modelaudit.sandbox.decompile",
        "modelaudit.config.schema",
        "modelaudit.targets.named",
        "modelaudit.baseline.file",
        "pickle",
    ),
}
PROGRAM = """
import sys
from modelaudit.cli import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    sys.stderr.write(str(left.code) + "\\n" + "\\n".join(sys.modules))
"""


def test_a_scan_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"a": [1, 2, 3]}))
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM, "scan", "a.pkl"],
        cwd=tmp_path, capture_output=True, check=True, text=True,
    )  # fmt: skip
    code, *loaded = child.stderr.splitlines()
    assert code == "0"
    assert child.stdout.startswith("  a.pkl  pickle  safe        no target is known\n\nNo find")
    assert "modelaudit.cli.scan" in loaded
    assert sorted(LATER & set(loaded)) == []


def test_the_help_loads_no_command(tmp_path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--help"],
        cwd=tmp_path, capture_output=True, check=True, text=True,
    )  # fmt: skip
    loaded = {name for name in child.stderr.splitlines() if name.startswith("modelaudit")}
    assert loaded == {
        *("modelaudit", "modelaudit.cli", "modelaudit.core", "modelaudit.core.errors"),
        "modelaudit.version",
    }
    assert "msgspec" not in child.stderr.splitlines()
