"""Documents by real exporters, sklearn2pmml and nyoka; run by the interpreter that has them.

    python -m benchmarks.truth.pmml_consumers.exported FOLDER

Writes ``*.pmml`` and ``rows.json``, one row for each, into FOLDER, unless they are there. What an
exporter cannot write is left out, and said.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SEED = 0
NAMES = ["a", "b", "c", "d"]


def models() -> Iterator[tuple[str, object, bool]]:
    """Name, estimator, and whether it classifies."""
    from sklearn.ensemble import (  # noqa: PLC0415
        GradientBoostingClassifier,
        GradientBoostingRegressor,
        IsolationForest,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.linear_model import LinearRegression, LogisticRegression  # noqa: PLC0415
    from sklearn.naive_bayes import GaussianNB  # noqa: PLC0415
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor  # noqa: PLC0415
    from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: PLC0415
    from sklearn.svm import SVC, SVR  # noqa: PLC0415
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor  # noqa: PLC0415

    yield "linear", LinearRegression(), False
    yield "logistic", LogisticRegression(), True
    yield "tree-classifier", DecisionTreeClassifier(max_depth=4, random_state=SEED), True
    yield "tree-regressor", DecisionTreeRegressor(max_depth=4, random_state=SEED), False
    yield (
        "forest-classifier",
        RandomForestClassifier(n_estimators=5, max_depth=4, random_state=SEED),
        True,
    )
    yield (
        "forest-regressor",
        RandomForestRegressor(n_estimators=5, max_depth=4, random_state=SEED),
        False,
    )
    yield "boosted-classifier", GradientBoostingClassifier(n_estimators=5, random_state=SEED), True
    yield "boosted-regressor", GradientBoostingRegressor(n_estimators=5, random_state=SEED), False
    yield "isolation", IsolationForest(n_estimators=5, max_samples=16, random_state=SEED), False
    yield (
        "network-classifier",
        MLPClassifier(hidden_layer_sizes=(4,), max_iter=50, random_state=SEED),
        True,
    )
    yield (
        "network-regressor",
        MLPRegressor(hidden_layer_sizes=(4,), max_iter=50, random_state=SEED),
        False,
    )
    yield "svm-classifier", SVC(), True
    yield "svm-regressor", SVR(), False
    yield "bayes", GaussianNB(), True
    yield "neighbors-classifier", KNeighborsClassifier(3), True
    yield "neighbors-regressor", KNeighborsRegressor(3), False


def by_sklearn2pmml(path: Path, model: object, scaled: bool) -> None:
    import sklearn2pmml  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415
    from sklearn2pmml.pipeline import PMMLPipeline  # noqa: PLC0415

    inputs, labels, values = data()
    steps = [("scaler", StandardScaler())] if scaled else []
    pipeline = PMMLPipeline([*steps, ("model", model)])
    pipeline.fit(inputs, labels if classifies(model) else values)
    sklearn2pmml.sklearn2pmml(pipeline, str(path))


def by_nyoka(path: Path, model: object, scaled: bool) -> None:
    from nyoka import skl_to_pmml  # noqa: PLC0415
    from sklearn.pipeline import Pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    inputs, labels, values = data()
    steps = [("scaler", StandardScaler())] if scaled else []
    pipeline = Pipeline([*steps, ("model", model)])
    pipeline.fit(inputs, labels if classifies(model) else values)
    skl_to_pmml(pipeline, NAMES, "target", str(path))


def classifies(model: object) -> bool:
    from sklearn.base import is_classifier  # noqa: PLC0415

    return bool(is_classifier(model))


def data() -> tuple[Any, Any, Any]:
    """Inputs, labels and values."""
    import pandas  # noqa: PLC0415
    from sklearn.datasets import load_iris  # noqa: PLC0415

    iris = load_iris()
    frame = pandas.DataFrame(iris.data, columns=NAMES).iloc[::3]
    labels = pandas.Series(iris.target_names[iris.target], name="target").iloc[::3]
    return frame, labels, frame["a"] * 2 + frame["d"]


EXPORTERS: dict[str, Callable[[Path, object, bool], None]] = {
    "sklearn2pmml": by_sklearn2pmml,
    "nyoka": by_nyoka,
}


def main() -> None:
    folder = Path(sys.argv[1])
    if (folder / "rows.json").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    rows: dict[str, object] = {}
    for exporter, export in EXPORTERS.items():
        for name, model, _ in models():
            for scaled in (False, True):
                path = folder / f"{exporter}-{name}{'-scaled' if scaled else ''}.pmml"
                try:
                    export(path, model, scaled)
                except Exception as error:  # noqa: BLE001  exporters raise anything
                    path.unlink(missing_ok=True)
                    print(f"{path.name}: not written: {type(error).__name__}: {error}"[:200])
                    continue
                rows[path.name] = {"a": 5.0, "b": 3.0, "c": 1.5, "d": 0.3}
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
