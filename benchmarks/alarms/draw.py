"""Draw everyday objects by a seed, and write them: ``python -m benchmarks.alarms.draw DIRECTORY``.

It runs in an environment that has the packages. The templates are those of ``draws.yaml``, and the
same seed and number give the same object. Each is written by pickle at protocols 2 and 5, by
torch.save where torch made it, and by one of the other writers of ``benchmarks.alarms.make``.
"""

from __future__ import annotations

import argparse
import importlib
import random
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.alarms.make import evaluated, fitted, out_of_time, pieces, write_all
from scripts.tables.pickle import safe

TEMPLATES = Path(__file__).with_name("draws.yaml")
OTHERS = ("p4.pkl", "plain.joblib", "packed.joblib", "cloud.pkl", "dill.pkl")
REMEMBERED = 200
PARAMETERS = 3
Scope = dict[str, object]


class Templates(msgspec.Struct, forbid_unknown_fields=True):
    """``draws.yaml``: Python expressions in text, and the names that they use."""

    imports: dict[str, str]
    helpers: dict[str, str]
    groups: dict[str, str]


class Draw:
    """The random parts of templates."""

    def __init__(self) -> None:
        self.chance = random.Random()
        self.before: list[object] = []

    def scope(self) -> Scope:
        names = (self.pick, self.few, self.some, self.result, self.estimator)
        return {name.__name__: name for name in names}

    def pick(self, *choices: object) -> object:
        return self.chance.choice(choices)

    def few(self, *choices: object) -> list[object]:
        return self.chance.sample(choices, self.chance.randint(0, len(choices)))

    def some(self) -> object:
        return self.chance.choice(self.before) if self.before else None

    def result(self, function: Callable[..., object], *arguments: object) -> object:
        for most in (2, 1, 3):
            try:
                return function(*arguments[:most])
            except Exception:  # noqa: BLE001 - then as many as it takes
                continue
        return None

    def estimator(self) -> object:
        """An estimator of scikit-learn with some parameters of those that it allows, fitted."""
        _, cls = self.chance.choice(importlib.import_module("sklearn.utils").all_estimators())
        build = importlib.import_module("sklearn.utils._test_common.instance_generator")
        estimator = self.chance.choice(list(build._construct_instances(cls)))  # noqa: SLF001
        plain = estimator.get_params()
        known = [name for name in getattr(cls, "_parameter_constraints", {}) if name in plain]
        for name in self.chance.sample(known, min(PARAMETERS, len(known))):
            if options := self.allowed(cls._parameter_constraints[name]):
                estimator.set_params(**{name: self.chance.choice(options)})
                if not fitted(estimator):
                    estimator.set_params(**{name: plain[name]})
        fitted(estimator)
        return estimator

    def allowed(self, constraints: object) -> list[object]:
        """Some values of a parameter, by what scikit-learn says of it."""
        found: list[object] = []
        for one in constraints if isinstance(constraints, list) else []:
            if one == "boolean":
                found += [True, False]
            elif one == "random_state":
                found += [3, importlib.import_module("numpy.random").RandomState(3)]
            elif one is None:
                found.append(None)
            else:
                found += sorted(map(str, getattr(one, "options", ())))
        return found


def templates() -> tuple[Scope, Draw, dict[str, list[str]]]:
    """The names that templates use, what draws for them, and the templates by their group."""
    read = msgspec.yaml.decode(TEMPLATES.read_bytes(), type=Templates)
    draw = Draw()
    scope: Scope = {**draw.scope(), "fit": safe.fit}
    for name, module in read.imports.items():
        scope[name] = importlib.import_module(module)
    for name, text in read.helpers.items():
        made: Callable[..., object] = eval(text, scope)
        scope[name] = made
    return scope, draw, {group: safe.expressions(text) for group, text in read.groups.items()}


def main() -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, out_of_time)
    scope, draw, groups = templates()
    made = 0
    for number in range(options.start, options.start + options.count):
        chance = draw.chance = random.Random(f"{options.seed}/{number}")
        importlib.import_module("numpy.random").seed(chance.randrange(2**32))
        group = chance.choice(sorted(groups))
        line = chance.choice(pieces(chance.choice(groups[group])))
        for value in evaluated(line, scope)[:1]:
            made += 1
            draw.before = [*draw.before[-REMEMBERED:], value]
            endings = {"p2.pkl", "p5.pkl", "saved.pt", chance.choice(OTHERS)}
            write_all(options.directory, group, value, number, endings)
    sys.stdout.write(f"{made} objects\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
