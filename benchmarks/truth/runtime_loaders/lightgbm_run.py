"""Models of LightGBM as text and in pickles: written by one release, and read by another.

    python lightgbm_run.py write FOLDER | read FOLDER RESULT

What a release cannot train is left out.
"""

import json
import os
import pickle

import lightgbm
import numpy
from apart import main, raised

ROWS = 200
BASE = {
    "num_threads": 1, "num_leaves": 6, "min_data_in_leaf": 5, "verbose": -1, "seed": 7,
    "deterministic": True, "force_col_wise": True,
}  # fmt: skip


def data():
    numbers = numpy.random.RandomState(3)
    x = numbers.rand(ROWS, 4)
    return x, 3 * x[:, 0] + x[:, 1] * x[:, 2] + 1.5


def trained(label=None, rounds=4, categorical=None, group=None, names="auto", x=None, **parameters):
    own, y = data()
    x = own.copy() if x is None else x
    if categorical:
        x[:, 1] = numpy.floor(x[:, 1] * 8)
    train = lightgbm.Dataset(
        x, y if label is None else label(y), categorical_feature=categorical or "auto",
        group=group, feature_name=names, free_raw_data=False,
    )  # fmt: skip
    return lightgbm.train({**BASE, **parameters}, train, rounds)


def classes(y):
    return numpy.digitize(y, [2.5, 3.5])


def holed():
    x = data()[0].copy()
    x[::3, 1] = numpy.nan
    return x


def zeros():
    x = data()[0].copy()
    x[::3, 1] = 0
    return x


def scikit():
    x, y = data()
    return (
        lightgbm.LGBMClassifier(n_estimators=3, num_leaves=5, n_jobs=1).fit(x, classes(y)).booster_
    )


def framed():
    import pandas

    x, y = data()
    frame = pandas.DataFrame(x, columns=list("abcd"))
    frame["b"] = pandas.Categorical.from_codes((x[:, 1] * 4).astype(int), list("wxyz"))
    return lightgbm.train(BASE, lightgbm.Dataset(frame, y), 4)


MODELS = {
    "regression": lambda: trained(objective="regression"),
    "l1": lambda: trained(objective="regression_l1"),
    "huber": lambda: trained(objective="huber"),
    "fair": lambda: trained(objective="fair"),
    "sqrt": lambda: trained(objective="regression", reg_sqrt=True),
    "poisson": lambda: trained(numpy.round, objective="poisson"),
    "quantile": lambda: trained(objective="quantile", alpha=0.3),
    "mape": lambda: trained(objective="mape"),
    "gamma": lambda: trained(objective="gamma"),
    "tweedie": lambda: trained(objective="tweedie"),
    "binary": lambda: trained(lambda y: y > 3, objective="binary"),
    "sigmoid": lambda: trained(lambda y: y > 3, objective="binary", sigmoid=2.5),
    "classes": lambda: trained(classes, objective="multiclass", num_class=3),
    "ova": lambda: trained(classes, objective="multiclassova", num_class=3),
    "entropy": lambda: trained(lambda y: y > 3, objective="cross_entropy"),
    "entropy-lambda": lambda: trained(lambda y: y > 3, objective="cross_entropy_lambda"),
    "lambdarank": lambda: trained(classes, group=[100, 100], objective="lambdarank"),
    "xendcg": lambda: trained(classes, group=[100, 100], objective="rank_xendcg"),
    "dart": lambda: trained(boosting="dart", rounds=8, objective="regression"),
    "forest": lambda: trained(
        boosting="rf", bagging_freq=1, bagging_fraction=0.6, objective="regression"
    ),
    "goss": lambda: trained(boosting="goss", objective="regression"),
    "categories": lambda: trained(categorical=[1], objective="regression", min_data_per_group=1),
    "categories-sets": lambda: trained(
        categorical=[1], objective="regression", max_cat_to_onehot=1, min_data_per_group=1
    ),
    "frame": framed,
    "linear-tree": lambda: trained(linear_tree=True, objective="regression"),
    "linear-tree-categories": lambda: trained(
        linear_tree=True, categorical=[1], objective="regression"
    ),
    "quantized": lambda: trained(use_quantized_grad=True, objective="regression"),
    "smooth": lambda: trained(path_smooth=2.0, objective="regression"),
    "extra": lambda: trained(extra_trees=True, objective="regression"),
    "monotone": lambda: trained(monotone_constraints=[1, 0, 0, 0], objective="regression"),
    "bundles": lambda: trained(enable_bundle=False, objective="regression"),
    "holes": lambda: trained(x=holed(), objective="regression"),
    "zeros": lambda: trained(x=zeros(), zero_as_missing=True, objective="regression"),
    "no-missing": lambda: trained(use_missing=False, objective="regression"),
    "no-average": lambda: trained(boost_from_average=False, objective="regression"),
    "empty": lambda: trained(rounds=0, objective="regression"),
    "stump": lambda: trained(num_leaves=2, objective="regression"),
    "constant": lambda: trained(lambda y: y * 0 + 2, objective="regression"),
    "many": lambda: trained(num_leaves=31, min_data_in_leaf=1, rounds=20, objective="regression"),
    "named": lambda: trained(names=["a", "b_b", "c:", "d"], objective="regression"),
    "none": lambda: trained(objective="none"),
    "scikit": scikit,
}


def test_rows():
    x = data()[0][:12].copy()
    x[:, 1] = numpy.floor(x[:, 1] * 4)
    x[::5, 1] = numpy.nan
    x[::4, 2] = 0
    return x


def predicted(booster):
    booster.pandas_categorical = None
    found = booster.predict(test_rows(), num_threads=1)
    return [round(float(one), 5) for one in numpy.asarray(found).ravel()]


def write(folder):
    expected = {}
    for name, make in MODELS.items():
        try:
            booster = make()
            forms = {
                "lgb": booster.model_to_string().encode(),
                "pkl": pickle.dumps(booster, protocol=2),
            }
            out = predicted(booster)
        except (ValueError, TypeError, AttributeError, lightgbm.basic.LightGBMError):
            continue
        for ending, content in forms.items():
            with open(os.path.join(folder, "%s.%s" % (name, ending)), "wb") as stream:
                stream.write(content)
            expected["%s.%s" % (name, ending)] = out
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as stream:
        json.dump(expected, stream)


def read(path):
    try:
        if path.endswith(".pkl"):
            with open(path, "rb") as stream:
                booster = pickle.load(stream)
        else:
            booster = lightgbm.Booster(model_file=path)
    except Exception as error:
        return {"load": raised(error)}
    try:
        return {"load": "ok", "out": predicted(booster)}
    except Exception as error:
        return {"load": "ok", "use": raised(error)}


if __name__ == "__main__":
    main(write, read)
