"""Write rules/tables/onnxruntime.json: what each onnxruntime release takes, and runs on a CPU.

    python -m scripts.tables.onnx.runtime --cache DIR   install releases, ask them, write
    python -m scripts.tables.onnx.runtime --check       the table's invariants, no network

Nothing in a wheel tells its kernels but the library itself, so each release is installed into a
directory of its own below DIR and asked, in a process of its own, by onnxruntime_probe.py. Releases
before 1.15 need a Python of 3.8 or 3.9, which OLD_PYTHON names. Those before 1.16 tell their limits
only: onnx_trials.py finds out what they run, which takes a minute or two for each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from scripts.common import onnx_trials as trials
from scripts.common.files import ROOT, TABLES
from scripts.common.releases import minor, refresh

PROBE = ROOT / "scripts" / "common" / "onnxruntime_probe.py"
TABLE = TABLES / "onnxruntime.json"

RELEASES: Final = (
    *("1.8.1", "1.9.0", "1.10.0", "1.11.1", "1.12.1", "1.13.1", "1.14.1", "1.15.1", "1.16.3"),
    *("1.17.3", "1.18.1", "1.19.2", "1.20.1", "1.21.1", "1.22.1", "1.23.2", "1.24.4", "1.25.1"),
    *("1.26.0", "1.27.0", "1.28.0", "1.29.0", "1.30.0", "1.31.1", "1.32.0"),
)
"""The last patch release of each minor one."""
OLD: Final = frozenset(RELEASES[:7])
BEFORE_NUMPY_2: Final = frozenset(RELEASES[:11])
OLD_PYTHON: Final = os.environ.get("OLD_PYTHON", "python3.9")
REFERENCE: Final = "1.16.3"
"""The first release that tells its operators and kernels."""
OPEN: Final = 2**31 - 1
REFUSED: Final = (frozenset({"ai.onnx::GRU", "ai.onnx::LSTM", "ai.onnx::RNN"}), "layout", 1)
"""Operators, an attribute, and its number with which no kernel is made: recurrent operators take
one layout (onnxruntime/core/providers/cpu/rnn)."""
WELL_KNOWN: Final = {"ai.onnx": 180, "ai.onnx.ml": 17, "com.microsoft": 70}

Probe = dict[str, Any]


def ask(release: str, cache: Path) -> Probe:
    """What one release says, from the cache if it was asked before."""
    answer = cache / f"{release}.json"
    if not answer.is_file():
        python = OLD_PYTHON if release in OLD else sys.executable
        folder = cache / release
        if not folder.is_dir():
            _install(release, folder, python)
        asked = subprocess.run(
            [python, PROBE],
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            check=True,
        )
        answer.write_bytes(asked.stdout)
    told: Probe = json.loads(answer.read_text())
    assert told["version"] == release
    return told if "kernels" in told else {**told, **_tried(release, told["limits"], cache)}


def _tried(release: str, limits: dict[str, int | None], cache: Path) -> Probe:
    """What a release runs that does not tell it, from the cache if it was tried before."""
    answer = cache / f"{release}.tried.json"
    if not answer.is_file():
        python = OLD_PYTHON if release in OLD else sys.executable
        runtime = trials.Runtime(python, cache / release)
        answer.write_text(json.dumps(trials.asked(ask(REFERENCE, cache), runtime, limits)))
    tried: Probe = json.loads(answer.read_text())
    return tried


def _install(release: str, folder: Path, python: str) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    numpy = "numpy<2" if release in BEFORE_NUMPY_2 else "numpy>=2"
    needs = ["packaging", "flatbuffers", "protobuf<4" if release in OLD else "protobuf"]
    needs += ["coloredlogs", "humanfriendly"]
    wanted = [f"onnxruntime=={release}", numpy, *needs]
    subprocess.run([*command, "--target", str(folder), *wanted], check=True)


def operator(domain: str, name: str) -> str:
    return f"{domain or 'ai.onnx'}::{name}"


def public(domain: str) -> bool:
    """False for domains that only the runtime's own optimisers write."""
    return not domain.startswith(("com.ms.internal", "com.microsoft.nchwc"))


def renamed(schemas: list[Probe]) -> dict[str, dict[str, str]]:
    """By operator, the type parameter of each input and output: kernels may name either."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for schema in schemas:
        parameters = set(schema["parameters"])
        names = found[operator(schema["domain"], schema["name"])]
        names |= {key: type_ for key, type_ in schema["formal"].items() if type_ in parameters}
        names |= {parameter: parameter for parameter in parameters}
    return found


def kernels_of(told: Probe) -> dict[tuple[str, int, int], list[Any]]:
    """Constraints by operator, first and last version.

    Kernels that differ in the types of one parameter are one.
    """
    names = renamed(told["schemas"])
    found: set[tuple[str, int, int, tuple[tuple[str, tuple[str, ...]], ...]]] = set()
    for domain, name, (first, last), constraints in told["kernels"]:
        if not public(domain):
            continue
        own = names[operator(domain, name)]
        bound = {own[key]: tuple(sorted(types)) for key, types in constraints.items() if key in own}
        found.add((operator(domain, name), first, min(last, OPEN), tuple(sorted(bound.items()))))
    return merged(found)


def merged(found: set[Any]) -> dict[tuple[str, int, int], list[Any]]:
    """Kernels alike but for one parameter's types, put together until nothing changes."""
    kernels: dict[Any, set[Any]] = {(name, first, last): set() for name, first, last, _ in found}
    for name, first, last, bound in found:
        kernels[name, first, last].add(bound)
    result = {}
    for key, bounds in kernels.items():
        result[key] = _merge(bounds)
    return result


def _merge(bounds: set[Any]) -> list[Any]:
    current = sorted(bounds)
    changed = True
    while changed:
        changed = False
        for index, one in enumerate(current):
            for other in current[index + 1 :]:
                joined = _joined(one, other)
                if joined is not None:
                    current.remove(one)
                    current.remove(other)
                    current.append(joined)
                    changed = True
                    break
            if changed:
                break
    return sorted(current)


def _joined(one: Any, other: Any) -> Any:
    a, b = dict(one), dict(other)
    if set(a) != set(b):
        return None
    differing = [key for key in a if a[key] != b[key]]
    if len(differing) > 1:
        return None
    for key in differing:
        a[key] = tuple(sorted({*a[key], *b[key]}))
    return tuple(sorted(a.items()))


def spans(by_release: dict[str, set[Any]]) -> dict[Any, list[list[int]]]:
    """For each thing the runs of releases that have it, by index: first, and first without."""
    releases = list(by_release)
    found: dict[Any, list[list[int]]] = defaultdict(list)
    for index, release in enumerate(releases):
        for thing in by_release[release]:
            runs = found[thing]
            if runs and runs[-1][1] == index:
                runs[-1][1] = index + 1
            else:
                runs.append([index, index + 1])
    return found


def added(
    schemas: dict[str, set[tuple[str, int, bool]]], attributes: dict[str, set[tuple[str, int, str]]]
) -> dict[str, str]:
    """Attributes that an operator did not have from its first version on, and the first release
    that has them: they came with a later version, or without one.
    """
    releases = list(attributes)
    own = {(name, since): runs for (name, since, _), runs in spans(schemas).items()}
    everywhere = spans(attributes)
    found: dict[str, str] = {}
    for (name, since, attribute), runs in sorted(everywhere.items()):
        before = [other for operator_, other in own if operator_ == name and other < since]
        inherited = before and (name, max(before), attribute) in everywhere
        if runs != own[name, since] or (before and not inherited):
            found[f"{name}@{since}.{attribute}"] = releases[runs[0][0]]
    return {key: release for key, release in found.items() if release != releases[0]}


def render(cache: Path, date: str) -> str:
    told = {minor(release): ask(release, cache) for release in RELEASES}
    kernels = {
        release: {
            (name, first, last, bound)
            for (name, first, last), bounds in kernels_of(one).items()
            for bound in bounds
        }
        for release, one in told.items()
    }
    schemas = {
        release: {
            (operator(one["domain"], one["name"]), one["since"], one["deprecated"])
            for one in each["schemas"]
            if public(one["domain"])
        }
        for release, each in told.items()
    }
    attributes = {
        release: {
            (operator(one["domain"], one["name"]), one["since"], attribute)
            for one in each["schemas"]
            if public(one["domain"])
            for attribute in one["attributes"]
        }
        for release, each in told.items()
    }
    refused = {
        f"{name}@{since}.{REFUSED[1]}": REFUSED[2]
        for name, since, attribute in sorted(set().union(*attributes.values()))
        if name in REFUSED[0] and attribute == REFUSED[1]
    }
    sets: dict[tuple[str, ...], int] = {}
    held: dict[str, list[Any]] = defaultdict(list)
    for (name, first, last, bound), runs in sorted(spans(kernels).items()):
        types = {key: sets.setdefault(value, len(sets)) for key, value in bound}
        for run in runs:
            held[name].append([first, -1 if last == OPEN else last, types, *run])
    known: dict[str, list[Any]] = defaultdict(list)
    for (name, since, deprecated), runs in sorted(spans(schemas).items()):
        for run in runs:
            known[name].append([since, int(deprecated), *run])
    table = {
        "about": "onnxruntime by release. limits: the newest IR version and the newest version of "
        "each set of operators that it loads. operators: the versions of each operator that it "
        "knows, as [since, deprecated, first, end]; kernels: what its CPU provider runs, as [first "
        "version, last version or -1, types by parameter, first, end]. first and end are indexes "
        "into releases, end being the first without; types are indexes into sets. refused: numbers "
        "of attributes with which no kernel is made. attributes: those that an operator got "
        "later, each with the first release that has it.",
        "source": "wheels of onnxruntime on PyPI, each asked by "
        "scripts/common/onnxruntime_probe.py; before 1.16 by loading models of one node",
        "licence": "facts out of MIT-licensed releases",
        "date": date,
        "limits": {release: one["limits"] for release, one in told.items()},
        "releases": list(told),
        "refused": refused,
        "attributes": added(schemas, attributes),
        "sets": [list(one) for one in sets],
        "operators": known,
        "kernels": held,
    }
    return lines(table)


def lines(table: Probe) -> str:
    """JSON with one operator a line."""
    parts = []
    for key, value in table.items():
        if key in ("operators", "kernels", "limits"):
            inner = ",\n".join(
                f"  {json.dumps(name)}: {json.dumps(one, separators=(',', ':'))}"
                for name, one in value.items()
            )
            parts.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        elif key == "sets":
            inner = ",\n".join(f"  {json.dumps(one)}" for one in value)
            parts.append(f' "sets": [\n{inner}\n ]')
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def problems() -> list[str]:
    """What is wrong with the committed table."""
    table = json.loads(TABLE.read_text("utf-8"))
    found = [
        f"{domain} has fewer operators with kernels than it should"
        for domain, count in WELL_KNOWN.items()
        if sum(name.startswith(f"{domain}::") for name in table["kernels"]) < count
    ]
    if list(table["limits"]) != [minor(release) for release in RELEASES]:
        found.append("the releases are not those of this script")
    for name in ("ai.onnx::Add", "ai.onnx::If", "ai.onnx.ml::TreeEnsembleClassifier"):
        ends = {entry[-1] for entry in table["kernels"][name]}
        if len(table["releases"]) not in ends:
            found.append(f"{name} has no kernel in the newest release")
    opsets = [one["ai.onnx"] for one in table["limits"].values()]
    if opsets != sorted(opsets):
        found.append("a newer release takes an older opset")
    return found


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
