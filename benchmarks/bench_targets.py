"""What targets cost: CPU of the whole command with and without requirement files around a model.

Rounds are interleaved, so that a slow minute of the machine meets all cases; what is printed is the
median over a scan without any such file. The reach is 30 ms.

    python benchmarks/bench_targets.py [--rounds N]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import environment

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "tests" / "targets" / "files"
MODEL = ROOT / "fixtures" / "real" / "pickle" / "pipeline.p4.pkl"
REACH = 0.030
CASES = {
    "none": None,
    "requirements.txt": b"scikit-learn==1.5.2\n",
    "requirements.txt, a range": b"scikit-learn>=1.3,<1.6\n",
    "requirements.txt, a marker": b'scikit-learn==1.5.2; python_version >= "3.9"\n',
    **{
        name: FILES / name
        for name in ("pyproject/pyproject.toml", "uv/uv.lock", "conda/environment.yml")
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    spent: dict[str, list[float]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as place:
        commands = {}
        for number, (case, given) in enumerate(CASES.items()):
            folder = Path(place) / str(number)
            folder.mkdir()
            model = shutil.copy(MODEL, folder / "model.pkl")
            if isinstance(given, bytes):
                (folder / "requirements.txt").write_bytes(given)
            elif given is not None:
                shutil.copy(given, folder)
            commands[case] = [Path(sys.executable).parent / "modelaudit", "scan", model]
        for _ in range(rounds):
            for case, command in commands.items():
                spent[case].append(environment.cpu_seconds(command, 1))
    base = median(spent["none"])
    print(f"without requirement files {base * 1000:.0f} ms")
    for case, seconds in spent.items():
        more = median(seconds) - base
        print(f"{case:<28}{more * 1000:>+8.1f} ms{'' if more <= REACH else '  beyond the reach'}")


if __name__ == "__main__":
    main()
