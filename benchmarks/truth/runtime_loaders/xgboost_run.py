"""Models of XGBoost: written in every form by one release, and read by another.

    python xgboost_run.py write FOLDER | read FOLDER RESULT

What a release cannot train or save is left out.
"""

import json
import os
import pickle

import numpy
import xgboost
from apart import main, raised

ROWS, COLUMNS = 60, 4
BASE = {"nthread": 1, "max_depth": 3, "seed": 7}


def data():
    numbers = numpy.random.RandomState(3)
    x = numbers.rand(ROWS, COLUMNS).astype("float32")
    y = 3 * x[:, 0] + x[:, 1] * x[:, 2] + 1.5
    return x, y


def matrix(x, y=None, **more):
    return xgboost.DMatrix(x, label=y, **more)


def trained(label=None, rounds=4, x=None, evals=False, **parameters):
    own, y = data()
    x = own if x is None else x
    y = y if label is None else label(y)
    train = matrix(x, y)
    more = {"evals": [(train, "t")], "early_stopping_rounds": 2, "verbose_eval": False}
    return xgboost.train({**BASE, **parameters}, train, rounds, **(more if evals else {}))


def binary(y):
    return (y > 3).astype("float32")


def classes(y):
    return numpy.digitize(y, [2.5, 3.5]).astype("float32")


def counts(y):
    return numpy.round(y)


def holed():
    x = data()[0].copy()
    x[::3, 1] = numpy.nan
    return x


def categories(**parameters):
    x, y = data()
    x = x.copy()
    x[:, 1] = numpy.floor(x[:, 1] * 6)
    types = ["float", "c", "float", "float"]
    train = matrix(x, y, feature_types=types, enable_categorical=True)
    return xgboost.train({**BASE, "tree_method": "hist", **parameters}, train, 4)


def frame_categories():
    import pandas

    x, y = data()
    frame = pandas.DataFrame(x, columns=list("abcd"))
    frame["b"] = pandas.Categorical.from_codes((x[:, 1] * 4).astype(int), list("wxyz"))
    train = matrix(frame, y, enable_categorical=True)
    return xgboost.train({**BASE, "tree_method": "hist"}, train, 4)


def several(**parameters):
    x, y = data()
    train = matrix(x, numpy.stack([y, 2 * y + 1, -y], axis=1))
    return xgboost.train({**BASE, "tree_method": "hist", **parameters}, train, 3)


def ranked(**parameters):
    x, y = data()
    train = matrix(x, classes(y))
    train.set_group([20, 20, 20])
    return xgboost.train({**BASE, **parameters}, train, 4)


def survived():
    x, y = data()
    train = matrix(x)
    train.set_float_info("label_lower_bound", y)
    train.set_float_info("label_upper_bound", y + 1)
    return xgboost.train({**BASE, "objective": "survival:aft"}, train, 4)


def named():
    x, y = data()
    train = matrix(x, y, feature_names=["a", "b b", "c", "d"], feature_types=["float"] * 4)
    return xgboost.train(BASE, train, 4)


def attributed():
    booster = trained(base_score=0.5)
    booster.set_attr(note="version 1", other='quotes " and \\')
    return booster


def scikit():
    x, y = data()
    return xgboost.XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1).fit(x, classes(y))


def own_objective():
    def squares(predicted, train):
        return predicted - train.get_label(), numpy.ones(len(predicted))

    x, y = data()
    return xgboost.train(BASE, matrix(x, y), 4, obj=squares)


MODELS = {
    "plain": trained,
    "based": lambda: trained(base_score=2.5),
    "half": lambda: trained(base_score=0.5),
    "logistic": lambda: trained(binary, objective="binary:logistic"),
    "logistic-based": lambda: trained(binary, objective="binary:logistic", base_score=0.2),
    "hinge": lambda: trained(binary, objective="binary:hinge"),
    "softprob": lambda: trained(classes, objective="multi:softprob", num_class=3),
    "softmax-based": lambda: trained(
        classes, objective="multi:softmax", num_class=3, base_score=0.5
    ),
    "linear": lambda: trained(booster="gblinear"),
    "linear-based": lambda: trained(booster="gblinear", base_score=1.5),
    "linear-classes": lambda: trained(
        classes, booster="gblinear", objective="multi:softprob", num_class=3
    ),
    "dart": lambda: trained(booster="dart", rate_drop=0.5, rounds=6),
    "dart-based": lambda: trained(booster="dart", rate_drop=0.5, rounds=6, base_score=0.5),
    "poisson": lambda: trained(counts, objective="count:poisson"),
    "poisson-based": lambda: trained(counts, objective="count:poisson", base_score=2.0),
    "tweedie": lambda: trained(counts, objective="reg:tweedie", tweedie_variance_power=1.3),
    "gamma": lambda: trained(objective="reg:gamma"),
    "logerror": lambda: trained(objective="reg:squaredlogerror"),
    "huber": lambda: trained(objective="reg:pseudohubererror"),
    "absolute": lambda: trained(objective="reg:absoluteerror"),
    "quantile": lambda: trained(
        objective="reg:quantileerror", quantile_alpha=[0.2, 0.8], tree_method="hist"
    ),
    "expectile": lambda: trained(
        objective="reg:expectileerror", expectile_alpha=[0.3], tree_method="hist"
    ),
    "cox": lambda: trained(objective="survival:cox"),
    "aft": survived,
    "pairwise": lambda: ranked(objective="rank:pairwise"),
    "ndcg": lambda: ranked(objective="rank:ndcg"),
    "map": lambda: ranked(objective="rank:map", lambdarank_pair_method="topk"),
    "forest": lambda: trained(num_parallel_tree=3, subsample=0.6, base_score=0.5),
    "holes": lambda: trained(x=holed(), base_score=0.5),
    "lossguide": lambda: trained(tree_method="hist", grow_policy="lossguide", base_score=0.5),
    "exact": lambda: trained(tree_method="exact", base_score=0.5),
    "monotone": lambda: trained(monotone_constraints="(1,0,0,-1)", base_score=0.5),
    "stopped": lambda: trained(rounds=30, evals=True, learning_rate=1.0),
    "empty": lambda: trained(rounds=0, base_score=0.7),
    "stump": lambda: trained(max_depth=1, base_score=0.5),
    "deep": lambda: trained(max_depth=9, rounds=2, base_score=0.5),
    "pruned": lambda: trained(gamma=0.7, tree_method="exact", rounds=6, base_score=0.5),
    "named": named,
    "attributed": attributed,
    "categories": lambda: categories(),
    "categories-one-hot": lambda: categories(max_cat_to_onehot=20),
    "categories-sets": lambda: categories(max_cat_to_onehot=1, base_score=0.5),
    "frame-categories": frame_categories,
    "several": several,
    "several-based": lambda: several(base_score=0.5),
    "vector-leaf": lambda: several(multi_strategy="multi_output_tree"),
    "vector-leaf-based": lambda: several(multi_strategy="multi_output_tree", base_score=0.5),
    "scikit": scikit,
    "own-objective": own_objective,
}


def test_matrix(booster=None):
    x = data()[0][:12].copy()
    x[:, 1] = numpy.floor(x[:, 1] * 4)
    x[::5, 1] = numpy.nan
    names = getattr(booster, "feature_names", None)
    types = getattr(booster, "feature_types", None)
    more = {"feature_names": names} if names else {}
    if types and "c" in types:
        more.update(feature_types=types, enable_categorical=True)
    return matrix(x, **more)


def predicted(booster):
    booster.set_param({"nthread": 1})
    found = booster.predict(test_matrix(booster))
    return [round(float(one), 5) for one in numpy.asarray(found).ravel()]


def write(folder):
    expected, seen = {}, set()
    for name, make in MODELS.items():
        try:
            model = make()
            booster = model.get_booster() if hasattr(model, "get_booster") else model
            out = predicted(booster)
        except (ValueError, TypeError, AttributeError, xgboost.core.XGBoostError):
            continue
        for ending in ("json", "model", "ubj", "deprecated", "pkl"):
            file = "%s.%s" % (name, ending)
            path = os.path.join(folder, file)
            try:
                if ending == "pkl":
                    with open(path, "wb") as stream:
                        pickle.dump(booster, stream, protocol=2)
                else:
                    model.save_model(path)
            except (ValueError, xgboost.core.XGBoostError):
                if os.path.exists(path):
                    os.remove(path)
                continue
            with open(path, "rb") as stream:
                content = stream.read()
            if content in seen:  # the same form by another ending
                os.remove(path)
            else:
                seen.add(content)
                expected[file] = out
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as stream:
        json.dump(expected, stream)


def read(path):
    try:
        if path.endswith(".pkl"):
            with open(path, "rb") as stream:
                booster = pickle.load(stream)
        else:
            booster = xgboost.Booster({"nthread": 1}, model_file=path)
    except Exception as error:
        return {"load": raised(error)}
    try:
        return {"load": "ok", "out": predicted(booster)}
    except Exception as error:
        return {"load": "ok", "use": raised(error)}


if __name__ == "__main__":
    main(write, read)
