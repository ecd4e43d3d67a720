"""What targets cost: CPU of the whole command with and without them, for one model.

Targets stand in requirement files around the model, or are options. Rounds are interleaved, so that
a slow minute of the machine meets all cases; what is printed is the median over a scan without any
target. The reach is 30 ms.

    python -m benchmarks.speed.targets [--rounds N]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.common import environment

ROOT = environment.ROOT
FILES = ROOT / "tests" / "targets" / "files"
MODEL = ROOT / "fixtures" / "real" / "pickle" / "pipeline.p4.pkl"
REACH = 0.030
CASES: dict[str, Path | bytes | str] = {
    "none": "",
    "requirements.txt": b"scikit-learn==1.5.2\n",
    "requirements.txt, a range": b"scikit-learn>=1.3,<1.6\n",
    "requirements.txt, a marker": b'scikit-learn==1.5.2; python_version >= "3.9"\n',
    **{
        name: FILES / name
        for name in ("pyproject/pyproject.toml", "uv/uv.lock", "conda/environment.yml")
    },
    **{
        f"--target {target}": target
        for target in ("scikit-learn==1.3.2", "numpy==1.26.0", "pandas==2.0.3", "python==3.12")
    },
}


def command(place: Path, given: Path | bytes | str) -> list[str | Path]:
    """The scan of a copy of the model, with what tells where it has to load."""
    place.mkdir()
    model = shutil.copy(MODEL, place / "model.pkl")
    made: list[str | Path] = [Path(sys.executable).parent / "modelaudit", "scan", model]
    if isinstance(given, bytes):
        (place / "requirements.txt").write_bytes(given)
    elif isinstance(given, Path):
        shutil.copy(given, place)
    elif given:
        made += ["--target", given]
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    spent: dict[str, list[float]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as scratch:
        commands = {
            case: command(Path(scratch) / str(number), given)
            for number, (case, given) in enumerate(CASES.items())
        }
        for _ in range(rounds):
            for case, made in commands.items():
                spent[case].append(environment.cpu_seconds(made, 1))
    base = median(spent["none"])
    print(f"without a target {base * 1000:.0f} ms")
    for case, seconds in spent.items():
        more = median(seconds) - base
        print(f"{case:<32}{more * 1000:>+8.1f} ms{'' if more <= REACH else '  beyond the reach'}")


if __name__ == "__main__":
    main()
