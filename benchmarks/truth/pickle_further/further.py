"""What the environments write, and how each object is used. Python 3.9 and newer.

As that of pickle_packages, with other objects, other packages and other releases.
"""

import importlib
import warnings

import numpy as np

warnings.filterwarnings("ignore")

RANDOM = np.random.RandomState(3)
X = RANDOM.rand(80, 5)
Y = (X[:, 0] + X[:, 1] > 1.0).astype(int)
Z = X[:, 0] * 2 + X[:, 2] + 0.1 * RANDOM.rand(80)
LABELS = np.array(["no", "yes"])[Y]
GROUPS = [20, 20, 20, 20]
COUNTS = RANDOM.poisson(2.0, 80)
SERIES = 3 + np.sin(np.arange(80) / 4.0) + RANDOM.rand(80)
WORDS = [["one", "two", "three"], ["two", "four"], ["one", "four", "three", "five"]] * 6
SENTENCES = [[("the", "DT"), ("cat", "NN"), ("sat", "VB")], [("a", "DT"), ("dog", "NN")]] * 6
"""What objects are fitted to, and used on."""

IMPORTED = {
    "statsmodels": ("statsmodels.api",),
    "gensim": ("gensim.models",),
    "imbalanced-learn": ("imblearn.ensemble", "imblearn.combine"),
    "category-encoders": ("category_encoders",),
    "sktime": ("sktime.forecasting.naive",),
    "prophet": ("prophet",),
    "shap": ("shap",),
    "lightgbm": ("lightgbm",),
    "catboost": ("catboost",),
    "xgboost": ("xgboost",),
    "interpret-core": ("interpret.glassbox",),
    "optuna": ("optuna",),
    "pmdarima": ("pmdarima.arima",),
    "nltk": ("nltk",),
}
"""What takes long to import: once, before the processes that load."""


def named(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def fitted(path, *on, **kwargs):
    return lambda: named(path)(**kwargs).fit(*on)


def made(path, *args, **kwargs):
    return lambda: named(path)(*args, **kwargs)


def calls(method, *args, **kwargs):
    return lambda one: getattr(one, method)(*args, **kwargs)


def frame():
    import pandas as pd

    colours = ["red", "green", "blue", "red"] * 20
    return pd.DataFrame({"c": colours, "d": ["x", "y"] * 40, "n": range(80)})


def series():
    import pandas as pd

    return pd.Series(SERIES, index=pd.date_range("2020-01-01", periods=80, freq="D"))


PREDICT = calls("predict", X)
SMALL = {"n_estimators": 3}


# Gradient boosting.


def light(**kwargs):
    def make():
        import lightgbm

        data = lightgbm.Dataset(X, Z)
        return lightgbm.train({"verbose": -1, "min_data": 2, **kwargs}, data, 3)

    return make


def light_data():
    import lightgbm

    return lightgbm.Dataset(X, Z, free_raw_data=False)


def cat_base():
    import catboost

    one = catboost.CatBoost({"iterations": 3, "verbose": 0, "allow_writing_files": False})
    return one.fit(X, Z)


def cat(name, y, **kwargs):
    return fitted(
        "catboost." + name, X, y, iterations=3, verbose=False, allow_writing_files=False, **kwargs
    )


def boosted():
    import xgboost

    return xgboost.train({"max_depth": 2}, xgboost.DMatrix(X, Z), 3)


def boosted_predict(one):
    import xgboost

    return one.predict(xgboost.DMatrix(X))


def ranked(path, **kwargs):
    return lambda: named(path)(n_estimators=3).fit(X, COUNTS % 4, group=GROUPS, **kwargs)


def everything(one):
    return one.predict(X), one.predict_proba(X), one.feature_importances_


def regress(one):
    return one.predict(X), one.feature_importances_


# shap.


def shap_tree():
    import shap
    from sklearn.ensemble import RandomForestRegressor

    return shap.TreeExplainer(RandomForestRegressor(3).fit(X, Z))


def shap_linear():
    import shap
    from sklearn.linear_model import LinearRegression

    return shap.LinearExplainer(LinearRegression().fit(X, Z), X)


def shap_kernel():
    import shap
    from sklearn.linear_model import LinearRegression

    return shap.KernelExplainer(LinearRegression().fit(X, Z).predict, X[:5])


def shap_exact():
    import shap
    from sklearn.linear_model import LinearRegression

    return shap.explainers.Exact(LinearRegression().fit(X, Z).predict, X[:9])


def shap_sampling():
    import shap
    from sklearn.linear_model import LinearRegression

    return shap.SamplingExplainer(LinearRegression().fit(X, Z).predict, X[:5])


def shap_masker():
    import shap

    return shap.maskers.Independent(X, 10)


def shap_values(one):
    return one.shap_values(X[:3])


# statsmodels.


def stats(path, *args, fit=None, **kwargs):
    return lambda: named("statsmodels." + path)(*args, **kwargs).fit(**(fit or {}))


WITH_ONE = np.column_stack([np.ones(80), X[:, :2]])
QUIET = {"disp": 0}
START = {"initialization_method": "estimated"}


def stats_formula():
    import pandas as pd
    import statsmodels.formula.api as smf

    data = pd.DataFrame(X, columns=list("abcde")).assign(g=LABELS)
    return smf.glm("a ~ C(g) + bs(b, df=4)", data).fit()


def stats_ordered():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    return OrderedModel(COUNTS % 3, X[:, :2], distr="logit").fit(disp=0)


def stats_seasonal():
    from statsmodels.tsa.seasonal import STL, seasonal_decompose

    return {"stl": STL(series(), period=7).fit(), "plain": seasonal_decompose(series(), period=7)}


def stats_gam():
    from statsmodels.gam.api import BSplines, GLMGam

    return GLMGam(Z, exog=WITH_ONE, smoother=BSplines(X[:, 3:4], df=[6], degree=[3])).fit()


def summary(one):
    return one.summary(), one.params, one.predict()


def forecast(one):
    return one.forecast(3), one.summary()


# gensim.


def bags():
    from gensim.corpora import Dictionary

    dictionary = Dictionary(WORDS)
    return dictionary, [dictionary.doc2bow(words) for words in WORDS]


def topics(name, **kwargs):
    def make():
        dictionary, corpus = bags()
        return named("gensim.models." + name)(corpus, id2word=dictionary, **kwargs)

    return make


def ensemble():
    dictionary, corpus = bags()
    options = {"id2word": dictionary, "num_topics": 2, "num_models": 2, "passes": 1}
    return named("gensim.models.EnsembleLda")(corpus=corpus, **options)


def random_projection():
    dictionary, corpus = bags()
    return named("gensim.models.RpModel")(corpus, id2word=dictionary, num_topics=2)


def authors():
    from gensim.models import AuthorTopicModel

    dictionary, corpus = bags()
    whose = {"ann": [0, 1, 2], "bob": [3, 4]}
    return AuthorTopicModel(corpus[:5], num_topics=2, id2word=dictionary, author2doc=whose)


def similar(name, **kwargs):
    def make():
        dictionary, corpus = bags()
        return named("gensim.similarities." + name)(corpus, num_features=len(dictionary), **kwargs)

    return make


def phraser():
    from gensim.models.phrases import Phraser, Phrases

    return Phraser(Phrases(WORDS, min_count=1, threshold=0.1))


def poincare():
    from gensim.models.poincare import PoincareModel

    one = PoincareModel([("a", "b"), ("b", "c"), ("a", "c")], negative=1, size=3)
    one.train(epochs=2)
    return one


def hashed():
    from gensim.corpora import HashDictionary

    return HashDictionary(WORDS)


def vectors(**kwargs):
    def make():
        from gensim.models import Word2Vec

        return Word2Vec(WORDS, vector_size=6, min_count=1, workers=1, **kwargs)

    return make


def fast_vectors():
    from gensim.models import FastText

    return FastText(WORDS, vector_size=6, min_count=1, workers=1).wv


BAG = [(0, 1), (2, 1)]


# imbalanced-learn and category-encoders.


def sampler(path, on=(X, Y), **kwargs):
    def make():
        one = named("imblearn." + path)(**kwargs)
        one.fit_resample(*on)
        return one

    return make


RESAMPLE = calls("fit_resample", X, Y)
RARE = np.r_[np.zeros(60, int), np.ones(20, int)]


def balanced_pipe():
    from imblearn.over_sampling import SMOTE
    from imblearn.pipeline import make_pipeline
    from sklearn.linear_model import LogisticRegression

    return make_pipeline(SMOTE(k_neighbors=2), LogisticRegression()).fit(X, RARE)


def encoder(name, **kwargs):
    return lambda: named("category_encoders." + name)(cols=["c", "d"], **kwargs).fit(frame(), Y)


def wrapped(name, inner, **kwargs):
    def make():
        one = named("category_encoders." + inner)(cols=["c", "d"])
        wrapper = named("category_encoders.wrapper." + name)(one, **kwargs)
        wrapper.fit(frame(), COUNTS % 3)
        return wrapper

    return make


def encoder_pipe():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    encode = named("category_encoders.TargetEncoder")(cols=["c", "d"])
    return make_pipeline(encode, LogisticRegression()).fit(frame(), Y)


def transform(one):
    return one.transform(frame())


# Series.


def prophet(**kwargs):
    def make():
        import pandas as pd
        from prophet import Prophet

        data = pd.DataFrame({"ds": series().index, "y": SERIES})
        return Prophet(**kwargs).fit(data)

    return make


def prophet_regressor():
    import pandas as pd
    from prophet import Prophet

    one = Prophet(weekly_seasonality=False)
    one.add_regressor("r")
    one.add_seasonality("monthly", period=30.5, fourier_order=2)
    return one.fit(pd.DataFrame({"ds": series().index, "y": SERIES, "r": X[:, 0]}))


def prophet_predict(one):
    import pandas as pd

    days = pd.date_range("2020-04-01", periods=3)
    return one.predict(pd.DataFrame({"ds": days, "r": [0.1, 0.2, 0.3]}))


def arima_steps(*steps):
    def make():
        from pmdarima import preprocessing
        from pmdarima.arima import ARIMA
        from pmdarima.pipeline import Pipeline

        parts = [(name, getattr(preprocessing, name)(**kwargs)) for name, kwargs in steps]
        return Pipeline([*parts, ("arima", ARIMA((1, 0, 0)))]).fit(SERIES)

    return make


def arima_seasonal():
    from pmdarima.arima import ARIMA

    return ARIMA((1, 0, 0), seasonal_order=(1, 0, 0, 7)).fit(SERIES)


def arima_use(one):
    return one.predict(n_periods=3), one.predict_in_sample()


def plain_series():
    import pandas as pd

    return pd.Series(SERIES, index=pd.RangeIndex(80))


def forecaster(path, **kwargs):
    return lambda: named("sktime.forecasting." + path)(**kwargs).fit(plain_series(), fh=[1, 2])


def reduced():
    from sklearn.linear_model import LinearRegression
    from sktime.forecasting.compose import make_reduction

    return make_reduction(LinearRegression(), window_length=5).fit(plain_series(), fh=[1, 2])


def sk_pipe():
    from sktime.forecasting.compose import TransformedTargetForecaster
    from sktime.forecasting.trend import PolynomialTrendForecaster
    from sktime.transformations.series.detrend import Deseasonalizer

    steps = [("d", Deseasonalizer(sp=7)), ("f", PolynomialTrendForecaster(degree=1))]
    return TransformedTargetForecaster(steps).fit(plain_series(), fh=[1, 2])


def cubes():
    random = np.random.RandomState(2)
    return random.rand(20, 1, 30), np.arange(20) % 2


def sk_class(path, **kwargs):
    return lambda: named("sktime.classification." + path)(**kwargs).fit(*cubes())


def sk_series(path, **kwargs):
    return lambda: named("sktime.transformations.series." + path)(**kwargs).fit(plain_series())


def sk_transform(one):
    return one.transform(plain_series())


# optuna.


def study(sampler, pruner="NopPruner", **kwargs):
    def make():
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        one = optuna.create_study(
            sampler=named("optuna.samplers." + sampler)(**kwargs),
            pruner=named("optuna.pruners." + pruner)(),
        )
        one.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2, n_trials=5)
        return one

    return make


def further(one):
    one.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    return one.best_value, one.trials_dataframe()


def sampler_alone(name):
    return made("optuna.samplers." + name)


def sampler_use(one):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    again = optuna.create_study(sampler=one)
    again.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=12)


def trial():
    return study("RandomSampler")().best_trial


def distributions():
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    return {
        "c": CategoricalDistribution(("a", "b")),
        "f": FloatDistribution(0.1, 1.0, log=True),
        "i": IntDistribution(1, 9, step=2),
    }


# nltk.


def language(name, *args):
    def make():
        from nltk.lm.preprocessing import padded_everygram_pipeline

        train, vocabulary = padded_everygram_pipeline(2, WORDS)
        one = named("nltk.lm." + name)(*args, order=2)
        one.fit(train, vocabulary)
        return one

    return make


def brill():
    from nltk.tag import BrillTaggerTrainer, UnigramTagger
    from nltk.tag.brill import brill24

    return BrillTaggerTrainer(UnigramTagger(SENTENCES), brill24()).train(SENTENCES, max_rules=2)


def features():
    return [({"a": at % 2, "b": at % 3}, at % 2) for at in range(24)]


def decision():
    from nltk.classify import DecisionTreeClassifier

    return DecisionTreeClassifier.train(features())


def entropy():
    from nltk.classify import MaxentClassifier

    return MaxentClassifier.train(features(), algorithm="iis", trace=0, max_iter=3)


def grammar():
    from nltk import CFG, ChartParser

    return ChartParser(CFG.fromstring("S -> 'a' S | 'b'"))


def chunker():
    from nltk.chunk import RegexpParser

    return RegexpParser("NP: {<DT>?<NN>}")


def collocations():
    from nltk.collocations import BigramCollocationFinder

    return BigramCollocationFinder.from_words([word for words in WORDS for word in words])


def frequencies():
    from nltk import ConditionalFreqDist, FreqDist

    return FreqDist("abca"), ConditionalFreqDist([("a", 1), ("b", 2)])


# OmegaConf.


def configured(data, **flags):
    def make():
        from omegaconf import OmegaConf

        one = OmegaConf.create(data)
        if flags:
            OmegaConf.set_struct(one, flags["struct"])
        return one

    return make


def conf_read(one):
    from omegaconf import OmegaConf

    return OmegaConf.to_container(one, resolve=True), OmegaConf.to_yaml(one)


def conf_copy(one):
    import copy

    from omegaconf import OmegaConf

    other = copy.deepcopy(one)
    return OmegaConf.merge(one, other), other == one


def shown(one):
    return repr(one)


def glass(name, y, **kwargs):
    return lambda: named("interpret.glassbox." + name)(**kwargs).fit(X, y)


def explained(one):
    return one.predict(X), one.explain_global(), one.explain_local(X[:2], Y[:2])


PACKAGES = {
    "lightgbm": {
        "light-classes": (fitted("lightgbm.LGBMClassifier", X, LABELS, **SMALL), everything),
        "light-values": (fitted("lightgbm.LGBMRegressor", X, Z, **SMALL), regress),
        "light-rank": (ranked("lightgbm.LGBMRanker"), regress),
        "light-multi": (fitted("lightgbm.LGBMClassifier", X, COUNTS % 3, **SMALL), everything),
        "light-new": (made("lightgbm.LGBMClassifier", **SMALL), lambda one: one.fit(X, Y)),
        "light-booster": (light(), lambda one: (one.predict(X), one.num_trees())),
        "light-linear": (light(linear_tree=True), PREDICT),
        "light-data": (light_data, lambda one: one.construct().num_data()),
    },
    "catboost": {
        "cat-classes": (cat("CatBoostClassifier", LABELS), everything),
        "cat-values": (cat("CatBoostRegressor", Z), regress),
        "cat-new": (made("catboost.CatBoostClassifier", iterations=2), shown),
        "cat-base": (cat_base, PREDICT),
    },
    "xgboost": {
        "boost-classes": (fitted("xgboost.XGBClassifier", X, Y, **SMALL), everything),
        "boost-values": (fitted("xgboost.XGBRegressor", X, Z, **SMALL), regress),
        "boost-rank": (ranked("xgboost.XGBRanker"), regress),
        "boost-forest": (fitted("xgboost.XGBRFRegressor", X, Z, **SMALL), regress),
        "boost-linear": (
            fitted("xgboost.XGBRegressor", X, Z, booster="gblinear", **SMALL),
            lambda one: (one.predict(X), one.coef_),
        ),
        "boost-new": (made("xgboost.XGBClassifier", **SMALL), lambda one: one.fit(X, Y)),
        "boost-plain": (boosted, boosted_predict),
    },
    "interpret-core": {
        "glass-classes": (glass("ExplainableBoostingClassifier", Y, max_rounds=3), explained),
        "glass-values": (glass("ExplainableBoostingRegressor", Z, max_rounds=3), explained),
        "glass-linear": (glass("LinearRegression", Z), explained),
        "glass-tree": (glass("RegressionTree", Z), explained),
        "glass-many": (
            glass("ExplainableBoostingClassifier", COUNTS % 3, max_rounds=3, interactions=0),
            lambda one: one.predict_proba(X),
        ),
    },
    "shap": {
        "shap-tree": (shap_tree, shap_values),
        "shap-linear": (shap_linear, shap_values),
        "shap-kernel": (shap_kernel, shap_values),
        "shap-sampling": (shap_sampling, shap_values),
        "shap-exact": (shap_exact, lambda one: one(X[:2])),
        "shap-masker": (shap_masker, lambda one: one(np.array([True] * 5), X[0])),
        "shap-explanation": (lambda: shap_exact()(X[:2]), lambda one: (one.mean(0), one[:, 1])),
    },
    "statsmodels": {
        "stats-poisson": (stats("api.Poisson", COUNTS, WITH_ONE, fit=QUIET), summary),
        "stats-negative": (stats("api.NegativeBinomial", COUNTS, WITH_ONE, fit=QUIET), summary),
        "stats-probit": (stats("api.Probit", COUNTS > 2, WITH_ONE, fit=QUIET), summary),
        "stats-multi": (stats("api.MNLogit", COUNTS % 3, WITH_ONE, fit=QUIET), summary),
        "stats-gls": (stats("api.GLS", Z, WITH_ONE), summary),
        "stats-quantile": (stats("api.QuantReg", Z, WITH_ONE), summary),
        "stats-mixed": (stats("api.MixedLM", Z, WITH_ONE, COUNTS % 4), summary),
        "stats-gee": (stats("api.GEE", Z, WITH_ONE, COUNTS % 4), summary),
        "stats-hazard": (stats("api.PHReg", Z, X[:, :2]), lambda one: (one.summary(), one.params)),
        "stats-ordered": (stats_ordered, summary),
        "stats-gam": (stats_gam, summary),
        "stats-formula": (stats_formula, summary),
        "stats-seasonal": (
            stats_seasonal,
            lambda one: (one["stl"].trend + one["plain"].seasonal, one["stl"].resid),
        ),
        "stats-auto": (stats("tsa.ar_model.AutoReg", SERIES, lags=2), forecast),
        "stats-components": (
            stats("tsa.api.UnobservedComponents", SERIES, "local level", fit=QUIET),
            forecast,
        ),
        "stats-vector": (
            stats("tsa.api.VARMAX", X[:, :2], order=(1, 0), fit={**QUIET, "maxiter": 3}),
            forecast,
        ),
        "stats-holt": (stats("tsa.api.Holt", SERIES, **START), forecast),
        "stats-simple": (stats("tsa.api.SimpleExpSmoothing", SERIES, **START), forecast),
        "stats-ets": (stats("tsa.exponential_smoothing.ets.ETSModel", SERIES, fit=QUIET), forecast),
        "stats-theta": (
            stats("tsa.forecasting.theta.ThetaModel", SERIES, period=7),
            calls("forecast", 3),
        ),
        "stats-markov": (
            stats("tsa.api.MarkovRegression", SERIES, k_regimes=2),
            lambda one: (one.summary(), one.smoothed_marginal_probabilities),
        ),
        "stats-pca": (
            made("statsmodels.multivariate.pca.PCA", X, ncomp=2),
            lambda one: (one.factors, one.project(1)),
        ),
        "stats-counts": (stats("api.ZeroInflatedPoisson", COUNTS, WITH_ONE, fit=QUIET), summary),
    },
    "gensim": {
        "topics-many": (topics("LdaMulticore", num_topics=2, workers=1), lambda one: one[BAG]),
        "topics-nmf": (topics("Nmf", num_topics=2), lambda one: one[BAG]),
        "topics-ensemble": (
            ensemble,
            lambda one: one.get_topics(),
        ),
        "log-entropy": (
            lambda: named("gensim.models.LogEntropyModel")(bags()[1]),
            lambda one: one[BAG],
        ),
        "normal": (lambda: named("gensim.models.NormModel")(bags()[1]), lambda one: one[BAG]),
        "projection": (random_projection, lambda one: one[BAG]),
        "authors": (authors, lambda one: one.get_author_topics("ann")),
        "similar-matrix": (similar("MatrixSimilarity"), lambda one: one[BAG]),
        "similar-sparse": (similar("SparseMatrixSimilarity"), lambda one: one[BAG]),
        "phraser": (phraser, lambda one: one[WORDS[0]]),
        "poincare": (poincare, lambda one: one.kv.distance("a", "b")),
        "hashed": (hashed, lambda one: one.doc2bow(["one", "two"])),
        "skip-grams": (vectors(sg=1, hs=1, negative=0), lambda one: one.wv.most_similar("one")),
        "bag-of-words": (vectors(), lambda one: one.train(WORDS, total_examples=18, epochs=1)),
        "vectors-fast": (fast_vectors, lambda one: one["unseen"]),
        "coherence": (
            lambda: named("gensim.models.CoherenceModel")(
                topics=[["one", "two"]], corpus=bags()[1], dictionary=bags()[0], coherence="u_mass"
            ),
            calls("get_coherence"),
        ),
    },
    "imbalanced-learn": {
        "over-border": (sampler("over_sampling.BorderlineSMOTE", (X, RARE)), RESAMPLE),
        "over-vector": (sampler("over_sampling.SVMSMOTE", (X, RARE)), RESAMPLE),
        "over-mixed": (
            sampler("over_sampling.SMOTENC", (np.c_[X, COUNTS % 2], Y), categorical_features=[5]),
            calls("fit_resample", np.c_[X, COUNTS % 2], Y),
        ),
        "over-means": (
            sampler("over_sampling.KMeansSMOTE", (X, RARE), cluster_balance_threshold=0.0),
            shown,
        ),
        "under-edited": (sampler("under_sampling.EditedNearestNeighbours"), RESAMPLE),
        "under-all": (sampler("under_sampling.AllKNN"), RESAMPLE),
        "under-repeated": (sampler("under_sampling.RepeatedEditedNearestNeighbours"), RESAMPLE),
        "under-side": (sampler("under_sampling.OneSidedSelection"), RESAMPLE),
        "under-clean": (sampler("under_sampling.NeighbourhoodCleaningRule"), RESAMPLE),
        "under-hard": (sampler("under_sampling.InstanceHardnessThreshold"), RESAMPLE),
        "under-means": (sampler("under_sampling.ClusterCentroids"), RESAMPLE),
        "both": (sampler("combine.SMOTETomek"), RESAMPLE),
        "function": (made("imblearn.FunctionSampler"), RESAMPLE),
        "pipe": (balanced_pipe, PREDICT),
        "bags": (
            fitted("imblearn.ensemble.BalancedBaggingClassifier", X, RARE, n_estimators=3),
            calls("predict_proba", X),
        ),
        "trees": (
            fitted("imblearn.ensemble.BalancedRandomForestClassifier", X, RARE, n_estimators=3),
            calls("predict_proba", X),
        ),
    },
    "category-encoders": {
        "encode-gray": (encoder("GrayEncoder"), transform),
        "encode-rank": (encoder("RankHotEncoder"), transform),
        "encode-summary": (encoder("SummaryEncoder"), transform),
        "encode-count": (encoder("CountEncoder", normalize=True, min_group_size=2), transform),
        "encode-hot": (encoder("OneHotEncoder", use_cat_names=True), transform),
        "encode-base": (encoder("BaseNEncoder", base=3), transform),
        "encode-target": (encoder("TargetEncoder", smoothing=2.0), transform),
        "encode-wrapped": (wrapped("PolynomialWrapper", "WOEEncoder"), transform),
        "encode-nested": (wrapped("NestedCVWrapper", "TargetEncoder", cv=3), transform),
        "encode-pipe": (encoder_pipe, lambda one: one.predict(frame())),
    },
    "prophet": {
        "prophet": (prophet(), prophet_predict),
        "prophet-flat": (prophet(growth="flat"), prophet_predict),
        "prophet-times": (prophet(seasonality_mode="multiplicative"), prophet_predict),
        "prophet-more": (prophet_regressor, prophet_predict),
        "prophet-new": (made("prophet.Prophet"), shown),
    },
    "optuna": {
        "study-evolve": (study("CmaEsSampler", n_startup_trials=1), further),
        "study-genes": (study("NSGAIISampler"), further),
        "study-grid": (study("GridSampler", search_space={"x": [0.1, 0.5, 0.9]}), further),
        "study-halving": (
            study("TPESampler", "SuccessiveHalvingPruner", multivariate=True),
            further,
        ),
        "study-quasi": (study("QMCSampler"), further),
        "sampler-tree": (sampler_alone("TPESampler"), sampler_use),
        "sampler-random": (sampler_alone("RandomSampler"), sampler_use),
        "trial": (trial, lambda one: (one.duration, one.params, one.distributions, shown(one))),
        "distributions": (
            distributions,
            lambda one: [each.to_internal_repr(each.to_external_repr(1)) for each in one.values()],
        ),
    },
    "sktime": {
        "theta-like": (forecaster("croston.Croston"), calls("predict")),
        "last": (forecaster("naive.NaiveForecaster", strategy="last", sp=7), calls("predict")),
        "trend": (forecaster("trend.TrendForecaster"), calls("predict")),
        "auto-ets": (forecaster("ets.AutoETS"), calls("predict")),
        "reduced": (reduced, calls("predict")),
        "pipe": (sk_pipe, calls("predict")),
        "box-cox": (sk_series("boxcox.BoxCoxTransformer"), sk_transform),
        "detrend": (sk_series("detrend.Detrender"), sk_transform),
        "difference": (sk_series("difference.Differencer"), sk_transform),
        "impute": (sk_series("impute.Imputer"), sk_transform),
        "lag": (sk_series("lag.Lag", lags=[1, 2]), sk_transform),
        "neighbours": (
            sk_class("distance_based.KNeighborsTimeSeriesClassifier", n_neighbors=1),
            lambda one: one.predict(cubes()[0]),
        ),
        "dummy": (sk_class("dummy.DummyClassifier"), lambda one: one.predict(cubes()[0])),
        "rocket": (
            sk_class("interval_based.RandomIntervalSpectralEnsemble", n_estimators=3),
            lambda one: one.predict(cubes()[0]),
        ),
    },
    "pmdarima": {
        "arima-fourier": (
            arima_steps(("FourierFeaturizer", {"m": 7, "k": 2})),
            calls("predict", n_periods=3),
        ),
        "arima-log": (arima_steps(("LogEndogTransformer", {})), calls("predict", n_periods=3)),
        "arima-both": (
            arima_steps(("LogEndogTransformer", {}), ("BoxCoxEndogTransformer", {"lmbda2": 1e-6})),
            calls("predict", n_periods=3),
        ),
        "arima-seasonal": (arima_seasonal, arima_use),
        "arima-summary": (lambda: named("pmdarima.ARIMA")((1, 0, 0)).fit(SERIES), calls("summary")),
        "arima-update": (
            lambda: named("pmdarima.ARIMA")((1, 0, 0)).fit(SERIES),
            lambda one: one.update([3.0, 3.1]).predict(n_periods=2),
        ),
        "arima-split": (
            made("pmdarima.model_selection.RollingForecastCV"),
            lambda one: list(one.split(SERIES)),
        ),
    },
    "nltk": {
        "tag-brill": (brill, calls("tag", ["the", "cat"])),
        "tag-regexp": (
            made("nltk.tag.RegexpTagger", [(".*s$", "NNS"), (".*", "NN")]),
            calls("tag", ["cats"]),
        ),
        "tag-trigram": (
            lambda: named("nltk.tag.TrigramTagger")(SENTENCES),
            calls("tag", ["the", "cat"]),
        ),
        "class-tree": (decision, calls("classify", {"a": 1, "b": 0})),
        "class-entropy": (entropy, calls("classify", {"a": 1, "b": 0})),
        "lm-laplace": (language("Laplace"), calls("score", "one", ["two"])),
        "lm-kneser": (language("KneserNeyInterpolated"), calls("score", "one", ["two"])),
        "lm-witten": (language("WittenBellInterpolated"), calls("score", "one", ["two"])),
        "grammar": (grammar, lambda one: list(one.parse(["a", "b"]))),
        "chunker": (chunker, calls("parse", SENTENCES[0])),
        "collocations": (collocations, lambda one: one.ngram_fd.most_common(1)),
        "frequencies": (frequencies, lambda one: (one[0].most_common(1), one[1]["a"].N())),
        "stem-lancaster": (made("nltk.stem.LancasterStemmer"), calls("stem", "running")),
        "stem-isri": (made("nltk.stem.isri.ISRIStemmer"), shown),
        "token-tweets": (made("nltk.tokenize.TweetTokenizer"), calls("tokenize", "a :) b")),
        "token-toktok": (made("nltk.tokenize.ToktokTokenizer"), calls("tokenize", "a, b")),
        "token-regexp": (made("nltk.tokenize.RegexpTokenizer", r"\w+"), calls("tokenize", "a b")),
        "token-phrases": (
            made("nltk.tokenize.MWETokenizer", [("a", "b")]),
            calls("tokenize", ["a", "b"]),
        ),
        "tree": (
            lambda: named("nltk.tree.Tree").fromstring("(S (NP a) (VP b))"),
            lambda one: (one.leaves(), one.productions(), str(one)),
        ),
    },
    "omegaconf": {
        "conf-list": (configured([1, "a", {"b": None}]), conf_read),
        "conf-struct": (configured({"a": {"b": [1, 2]}, "c": "x"}, struct=True), conf_read),
        "conf-links": (configured({"a": 1, "b": "${a}", "c": "v${a}"}), conf_read),
        "conf-missing": (configured({"a": "???", "b": True, "c": 2.5}), lambda one: (one.b, one.c)),
        "conf-copy": (configured({"a": [{"b": 1}], "c": {"d": "e"}}), conf_copy),
        "conf-empty": (configured({}), conf_copy),
    },
}
"""By the package that each environment is about."""
