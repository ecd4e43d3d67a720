"""What the environments write, and how each object is used. Runs on Python 3.8 and newer.

``OBJECTS`` holds a name and a function that makes it; one that an environment cannot make, for
want of the library or the class, is left out there.
"""

import warnings

import numpy as np

warnings.filterwarnings("ignore")

X = np.random.RandomState(0).rand(60, 4)
Y = (X[:, 0] > 0.5).astype(int)
R = X[:, 0] * 2 + X[:, 1]
GAPS = X.copy()
GAPS[::7, 1] = np.nan
WORDS = np.array([["red", "small"], ["blue", "big"], ["red", "big"]] * 20, dtype=object)
TEXTS = ["a bb ccc", "bb dd", "a dd ccc"]
"""What objects are fitted to, and used on."""


def sk(path, *args, on=(X, Y), **kwargs):
    """A fitted estimator of scikit-learn, by its name below the package."""
    import importlib

    module, _, name = path.rpartition(".")

    def make():
        if name in ("IterativeImputer",):
            importlib.import_module("sklearn.experimental.enable_iterative_imputer")
        made = getattr(importlib.import_module("sklearn." + module), name)
        given = [value() if callable(value) else value for value in args]
        named = {key: value() if callable(value) else value for key, value in kwargs.items()}
        return made(*given, **named).fit(*on)

    return make


def bare(path, *args, **kwargs):
    """The same, not fitted: a part of another estimator."""
    import importlib

    module, _, name = path.rpartition(".")
    return lambda: getattr(importlib.import_module("sklearn." + module), name)(*args, **kwargs)


LOGISTIC = bare("linear_model.LogisticRegression")
TREE = bare("tree.DecisionTreeClassifier", max_depth=2)
RIDGE = bare("linear_model.Ridge")

OBJECTS = {
    "ordinal-encoder": (sk("preprocessing.OrdinalEncoder", on=(WORDS,)), WORDS),
    "one-hot-encoder": (sk("preprocessing.OneHotEncoder", on=(WORDS,)), WORDS),
    "one-hot-ignore": (
        sk("preprocessing.OneHotEncoder", handle_unknown="ignore", on=(WORDS,)),
        WORDS,
    ),
    "target-encoder": (sk("preprocessing.TargetEncoder", on=(WORDS, Y)), WORDS),
    "label-binarizer": (sk("preprocessing.LabelBinarizer", on=(Y,)), Y),
    "label-encoder": (sk("preprocessing.LabelEncoder", on=(Y,)), Y),
    "k-bins": (sk("preprocessing.KBinsDiscretizer", 3), X),
    "polynomial": (sk("preprocessing.PolynomialFeatures", 2), X),
    "power": (sk("preprocessing.PowerTransformer"), X),
    "quantile": (sk("preprocessing.QuantileTransformer", n_quantiles=10), X),
    "robust-scaler": (sk("preprocessing.RobustScaler"), X),
    "min-max-scaler": (sk("preprocessing.MinMaxScaler"), X),
    "standard-scaler": (sk("preprocessing.StandardScaler"), X),
    "max-abs-scaler": (sk("preprocessing.MaxAbsScaler"), X),
    "normalizer": (sk("preprocessing.Normalizer"), X),
    "spline": (sk("preprocessing.SplineTransformer"), X),
    "function-transformer": (sk("preprocessing.FunctionTransformer", lambda: np.sqrt), X),
    "binarizer": (sk("preprocessing.Binarizer"), X),
    "simple-imputer": (sk("impute.SimpleImputer", on=(GAPS,)), GAPS),
    "simple-imputer-text": (
        sk("impute.SimpleImputer", strategy="most_frequent", on=(WORDS,)),
        WORDS,
    ),
    "knn-imputer": (sk("impute.KNNImputer", on=(GAPS,)), GAPS),
    "iterative-imputer": (sk("impute.IterativeImputer", max_iter=2, on=(GAPS,)), GAPS),
    "missing-indicator": (sk("impute.MissingIndicator", on=(GAPS,)), GAPS),
    "extra-trees": (sk("ensemble.ExtraTreesClassifier", 3), X),
    "forest-regressor": (sk("ensemble.RandomForestRegressor", 3, on=(X, R)), X),
    "bagging": (sk("ensemble.BaggingClassifier", n_estimators=3), X),
    "voting": (sk("ensemble.VotingClassifier", [("a", TREE()), ("b", LOGISTIC())]), X),
    "stacking": (sk("ensemble.StackingClassifier", [("a", TREE()), ("b", LOGISTIC())]), X),
    "gb-regressor": (sk("ensemble.GradientBoostingRegressor", n_estimators=3, on=(X, R)), X),
    "hgb-regressor": (
        sk("ensemble.HistGradientBoostingRegressor", max_iter=3, on=(X, R)),
        X,
    ),
    "adaboost-regressor": (sk("ensemble.AdaBoostRegressor", n_estimators=3, on=(X, R)), X),
    "tree-regressor": (sk("tree.DecisionTreeRegressor", max_depth=3, on=(X, R)), X),
    "linear-svc": (sk("svm.LinearSVC"), X),
    "svr": (sk("svm.SVR", on=(X, R)), X),
    "nu-svc": (sk("svm.NuSVC"), X),
    "one-class-svm": (sk("svm.OneClassSVM", on=(X,)), X),
    "gaussian-nb": (sk("naive_bayes.GaussianNB"), X),
    "multinomial-nb": (sk("naive_bayes.MultinomialNB"), X),
    "lda": (sk("discriminant_analysis.LinearDiscriminantAnalysis"), X),
    "qda": (sk("discriminant_analysis.QuadraticDiscriminantAnalysis"), X),
    "linear-regression": (sk("linear_model.LinearRegression", on=(X, R)), X),
    "elastic-net": (sk("linear_model.ElasticNet", on=(X, R)), X),
    "lasso-cv": (sk("linear_model.LassoCV", cv=2, on=(X, R)), X),
    "logistic-cv": (sk("linear_model.LogisticRegressionCV", cv=2), X),
    "sgd-regressor": (sk("linear_model.SGDRegressor", on=(X, R)), X),
    "sgd-huber": (sk("linear_model.SGDClassifier", loss="modified_huber"), X),
    "ridge-classifier": (sk("linear_model.RidgeClassifier"), X),
    "bayesian-ridge": (sk("linear_model.BayesianRidge", on=(X, R)), X),
    "huber": (sk("linear_model.HuberRegressor", on=(X, R)), X),
    "perceptron": (sk("linear_model.Perceptron"), X),
    "poisson": (sk("linear_model.PoissonRegressor", on=(X, R)), X),
    "knn-ball-tree": (sk("neighbors.KNeighborsRegressor", algorithm="ball_tree", on=(X, R)), X),
    "radius-neighbors": (sk("neighbors.RadiusNeighborsClassifier", 5.0), X),
    "nearest-centroid": (sk("neighbors.NearestCentroid"), X),
    "outlier-factor": (sk("neighbors.LocalOutlierFactor", novelty=True, on=(X,)), X),
    "mini-batch-k-means": (sk("cluster.MiniBatchKMeans", 2, n_init=1, on=(X,)), X),
    "birch": (sk("cluster.Birch", on=(X,)), X),
    "mean-shift": (sk("cluster.MeanShift", on=(X,)), X),
    "mixture": (sk("mixture.GaussianMixture", 2, on=(X,)), X),
    "nmf": (sk("decomposition.NMF", 2, on=(X,)), X),
    "truncated-svd": (sk("decomposition.TruncatedSVD", 2, on=(X,)), X),
    "fast-ica": (sk("decomposition.FastICA", 2, on=(X,)), X),
    "kernel-pca": (sk("decomposition.KernelPCA", 2, on=(X,)), X),
    "incremental-pca": (sk("decomposition.IncrementalPCA", 2, on=(X,)), X),
    "pls": (sk("cross_decomposition.PLSRegression", 2, on=(X, R)), X),
    "select-k-best": (sk("feature_selection.SelectKBest", k=2), X),
    "rfe": (sk("feature_selection.RFE", LOGISTIC, n_features_to_select=2), X),
    "variance-threshold": (sk("feature_selection.VarianceThreshold"), X),
    "count-vectorizer": (sk("feature_extraction.text.CountVectorizer", on=(TEXTS,)), TEXTS),
    "tfidf-vectorizer": (sk("feature_extraction.text.TfidfVectorizer", on=(TEXTS,)), TEXTS),
    "grid-search": (
        sk("model_selection.GridSearchCV", LOGISTIC, {"C": [0.1, 1.0]}, cv=2),
        X,
    ),
    "one-vs-rest": (sk("multiclass.OneVsRestClassifier", LOGISTIC), X),
    "calibrated": (sk("calibration.CalibratedClassifierCV", LOGISTIC, cv=2), X),
    "isotonic": (sk("isotonic.IsotonicRegression", on=(X[:, 0], R)), X[:, 0]),
    "gp-regressor": (
        sk("gaussian_process.GaussianProcessRegressor", on=(X[:10], R[:10])),
        X[:3],
    ),
    "target-regressor": (sk("compose.TransformedTargetRegressor", RIDGE, on=(X, R)), X),
    "mlp-regressor": (
        sk(
            "neural_network.MLPRegressor",
            hidden_layer_sizes=(3,),
            max_iter=5,
            random_state=0,
            on=(X, R),
        ),
        X,
    ),
    "dummy": (sk("dummy.DummyClassifier"), X),
}
"""Each with what it predicts or transforms."""


def _register(name, data=None):
    def keep(make):
        OBJECTS[name] = (make, data)
        return make

    return keep


@_register("pipeline", X)
def _pipeline():
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    return make_pipeline(FunctionTransformer(np.sqrt), StandardScaler(), LOGISTIC()).fit(X, Y)


@_register("column-transformer", WORDS)
def _columns():
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder

    parts = [("one-hot", OneHotEncoder(), [0])]
    return ColumnTransformer(parts, remainder="passthrough").fit(WORDS)


@_register("custom-transformer", X)
def _custom():
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.pipeline import make_pipeline

    class Clip(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            self.high_ = X.max(axis=0)
            return self

        def transform(self, X):
            return np.minimum(X, self.high_)

    return make_pipeline(Clip(), LOGISTIC()).fit(X, Y)


for _kind in ("csr", "csc", "coo", "lil", "dok", "bsr", "dia"):

    def _sparse(kind=_kind):
        import scipy.sparse

        return getattr(scipy.sparse, kind + "_matrix")(np.eye(4))

    OBJECTS["sparse-" + _kind] = (_sparse, None)


@_register("sparse-array")
def _sparse_array():
    import scipy.sparse

    return scipy.sparse.csr_array(np.eye(4))


@_register("masked-array")
def _masked():
    return np.ma.masked_invalid(GAPS)


@_register("structured-array")
def _structured():
    return np.zeros(3, dtype=[("a", "i4"), ("b", "f8")])


@_register("frame-multi-index")
def _frame():
    import pandas as pd

    index = pd.MultiIndex.from_product([["a", "b"], [1, 2]])
    return pd.DataFrame({"x": [1.0, 2, 3, 4], "c": pd.Categorical(list("uvuv"))}, index=index)


@_register("frame-interval")
def _interval():
    import pandas as pd

    return pd.Series(pd.cut([1, 2, 3], 2))


@_register("frame-nullable")
def _nullable():
    import pandas as pd

    return pd.DataFrame({"i": pd.array([1, None], dtype="Int64"), "s": pd.array(["a", None])})


@_register("statsmodels-ols", X)
def _ols():
    import statsmodels.api as sm

    return sm.OLS(R, X).fit()


@_register("statsmodels-logit", X)
def _logit():
    import statsmodels.api as sm

    noise = np.random.RandomState(1).rand(60)
    return sm.Logit((X[:, 0] + noise > 1).astype(int), X).fit(disp=0)


for _name, _target in (("Classifier", Y), ("Regressor", R)):

    def _lgbm(name=_name, target=_target):
        import lightgbm

        return getattr(lightgbm, "LGBM" + name)(n_estimators=2, min_child_samples=5).fit(X, target)

    def _xgb(name=_name, target=_target):
        import xgboost

        return getattr(xgboost, "XGB" + name)(n_estimators=2, max_depth=2).fit(X, target)

    OBJECTS["lgbm-" + _name.lower()] = (_lgbm, X)
    OBJECTS["xgb-" + _name.lower()] = (_xgb, X)


def use(name, made):
    """Predict, or transform, or show; raises what that raises."""
    data = OBJECTS[name][1]
    if data is not None and hasattr(made, "predict"):
        made.predict(data)
    elif data is not None and hasattr(made, "transform"):
        made.transform(data)
    else:
        repr(made)
