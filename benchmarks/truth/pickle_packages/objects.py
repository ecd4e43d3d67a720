"""What the environments write, and how each object is used. Python 3.8 and newer.

``PACKAGES`` holds for each package names, functions that make an object, and functions that use it.
One that a release cannot make is left out there.
"""

import warnings

import numpy as np

warnings.filterwarnings("ignore")

X = np.random.RandomState(0).rand(60, 4)
Y = (X[:, 0] > 0.4).astype(int)
SERIES = np.sin(np.arange(60) / 3.0) + np.random.RandomState(1).rand(60)
TEXTS = [["a", "bb", "ccc"], ["bb", "dd"], ["a", "dd", "ccc"]] * 5
TAGGED = [[("the", "DT"), ("dog", "NN"), ("runs", "VB")], [("a", "DT"), ("cat", "NN")]] * 5
"""What objects are fitted to, and used on."""

IMPORTED = {
    "imbalanced-learn": ("imblearn.ensemble", "imblearn.combine"),
    "category-encoders": ("category_encoders",),
    "gensim": ("gensim.models",),
    "statsmodels": ("statsmodels.api", "statsmodels.formula.api"),
    "pmdarima": ("pmdarima",),
    "transformers": ("transformers",),
    "sktime": ("sktime.forecasting.naive", "sktime.classification.interval_based"),
}
"""What takes long to import: once, before the processes that load."""


def imblearn(path, on=(X, Y), **kwargs):
    def make():
        made = _named("imblearn." + path)(**kwargs)
        return made.fit_resample(*on) and made if hasattr(made, "fit_resample") else made.fit(*on)

    return make


def resample(made):
    return made.fit_resample(X, Y)


def predict(made):
    return made.predict(X)


def frame():
    import pandas as pd

    return pd.DataFrame({"c": ["r", "g", "b", "r"] * 15, "d": ["x", "y"] * 30})


def encoder(name, **kwargs):
    return lambda: _named("category_encoders." + name)(cols=["c", "d"], **kwargs).fit(frame(), Y)


def transform(made):
    return made.transform(frame())


def _named(path):
    import importlib

    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def sized(name, module, **kwargs):
    """A model of gensim, whose sizes have other names before 4.0."""

    def make():
        made = _named("gensim.models." + module + "." + name)
        try:
            return made(TEXTS, vector_size=8, min_count=1, workers=1, **kwargs)
        except TypeError:
            return made(TEXTS, size=8, min_count=1, workers=1, **kwargs)

    return make


def tagged():
    from gensim.models.doc2vec import Doc2Vec, TaggedDocument

    documents = [TaggedDocument(words, [str(at)]) for at, words in enumerate(TEXTS)]
    return Doc2Vec(documents, min_count=1, workers=1)


def bags():
    from gensim.corpora import Dictionary

    dictionary = Dictionary(TEXTS)
    return dictionary, [dictionary.doc2bow(words) for words in TEXTS]


def topics(path, **kwargs):
    def make():
        dictionary, corpus = bags()
        return _named("gensim.models." + path)(corpus, id2word=dictionary, **kwargs)

    return make


def stats(path, *args, fit=(), **kwargs):
    def make():
        return _named("statsmodels." + path)(*args, **kwargs).fit(*fit)

    return make


CONSTANT = np.column_stack([np.ones(60), X])


def formula():
    import pandas as pd
    import statsmodels.formula.api as smf

    data = pd.DataFrame(X, columns=["y", "a", "b", "c"])
    return smf.ols("y ~ a + np.log(b + 1)", data).fit()


def study(sampler, pruner):
    def make():
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        made = optuna.create_study(
            sampler=_named("optuna.samplers." + sampler)(),
            pruner=_named("optuna.pruners." + pruner)(),
        )
        made.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2, n_trials=4)
        return made

    return make


def further(made):
    made.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    return made.best_value


def tagger(name, **kwargs):
    return lambda: _named("nltk.tag." + name)(train=TAGGED, **kwargs)


def perceptron():
    from nltk.tag.perceptron import PerceptronTagger

    made = PerceptronTagger(load=False)
    made.train(TAGGED, nr_iter=2)
    return made


def bayes():
    from nltk.classify import NaiveBayesClassifier

    return NaiveBayesClassifier.train([({"a": at % 2}, at % 2) for at in range(20)])


def word_tokenizer():
    return _named("nltk.tokenize.TreebankWordTokenizer")()


def language():
    from nltk.lm import MLE
    from nltk.lm.preprocessing import padded_everygram_pipeline

    train, vocabulary = padded_everygram_pipeline(2, TEXTS)
    made = MLE(2)
    made.fit(train, vocabulary)
    return made


def lazy():
    import dask

    return dask.delayed(sum)([1, 2, dask.delayed(max)(3, 4)])


def lazy_array():
    import dask.array as da

    return da.ones((10, 10), chunks=(5, 5)).sum(axis=0) + 1


def lazy_frame():
    import dask.dataframe as dd
    import pandas as pd

    return dd.from_pandas(pd.DataFrame({"a": range(10)}), npartitions=2).a.sum()


def lazy_bag():
    import dask.bag as db

    return db.from_sequence(range(10), npartitions=2).map(str)


def compute(made):
    return made.compute(scheduler="sync")


def conf(flag=None):
    def make():
        from omegaconf import OmegaConf

        made = OmegaConf.create({"a": 1, "b": {"c": [1, 2, {"d": "${a}"}]}, "e": None, "f": 0.5})
        if flag:
            OmegaConf.set_readonly(made, flag)
        return made

    return make


def read_conf(made):
    from omegaconf import OmegaConf

    assert made.b.c[2].d == 1
    return OmegaConf.to_yaml(made), OmegaConf.merge(made, {"g": 2})


def fast_list():
    from fastcore.foundation import L

    return L(range(5))


def fast_dict():
    from fastcore.basics import AttrDict

    return AttrDict(a=1, b="x")


def fast_pipe():
    from fastcore.transform import Pipeline, Transform

    return Pipeline([Transform(abs), Transform(float)])


def arima(auto):
    def make():
        import pmdarima

        if auto:
            return pmdarima.auto_arima(SERIES, max_p=1, max_q=1, max_d=1, seasonal=False)
        return pmdarima.ARIMA(order=(1, 0, 1)).fit(SERIES)

    return make


def pipe_arima():
    from pmdarima.arima import ARIMA
    from pmdarima.pipeline import Pipeline
    from pmdarima.preprocessing import BoxCoxEndogTransformer

    return Pipeline([("b", BoxCoxEndogTransformer(lmbda2=1e-6)), ("a", ARIMA((1, 0, 0)))]).fit(
        SERIES + 2
    )


def steps(made):
    return made.predict(n_periods=3)


def configuration(name, **kwargs):
    return lambda: _named("transformers." + name)(**kwargs)


def slow_tokenizer():
    import os
    import tempfile

    from transformers import BertTokenizer

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vocab.txt")
        with open(path, "w") as out:
            out.write("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##c"]))
        return BertTokenizer(path)


def fast_tokenizer():
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    vocabulary = {"[UNK]": 0, "a": 1, "b": 2}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    return PreTrainedTokenizerFast(tokenizer_object=made, unk_token="[UNK]")


def encode(made):
    return made("a b c")


def series():
    import pandas as pd

    return pd.Series(SERIES, index=pd.RangeIndex(60))


def forecaster(path, **kwargs):
    return lambda: _named("sktime.forecasting." + path)(**kwargs).fit(series(), fh=[1, 2])


def cubes():
    return np.random.RandomState(2).rand(20, 1, 30), np.arange(20) % 2


def classifier(path, **kwargs):
    return lambda: _named("sktime.classification." + path)(**kwargs).fit(*cubes())


def glass(path, **kwargs):
    return lambda: _named("interpret.glassbox." + path)(**kwargs).fit(X, Y)


def dilled(what):
    def make():
        import collections

        return {"ordered": collections.OrderedDict(a=1), "array": X, "slice": slice(1, 3)}[what]

    return make


def shown(made):
    return repr(made)


PACKAGES = {
    "imbalanced-learn": {
        "smote": (imblearn("over_sampling.SMOTE"), resample),
        "adasyn": (imblearn("over_sampling.ADASYN", n_neighbors=2), resample),
        "random-over": (imblearn("over_sampling.RandomOverSampler"), resample),
        "random-under": (imblearn("under_sampling.RandomUnderSampler"), resample),
        "near-miss": (imblearn("under_sampling.NearMiss"), resample),
        "tomek": (imblearn("under_sampling.TomekLinks"), resample),
        "smote-enn": (imblearn("combine.SMOTEENN"), resample),
        "balanced-forest": (
            imblearn("ensemble.BalancedRandomForestClassifier", n_estimators=3),
            predict,
        ),
        "balanced-bagging": (
            imblearn("ensemble.BalancedBaggingClassifier", n_estimators=3),
            predict,
        ),
        "rus-boost": (imblearn("ensemble.RUSBoostClassifier", n_estimators=3), predict),
        "easy-ensemble": (imblearn("ensemble.EasyEnsembleClassifier", n_estimators=2), predict),
    },
    "category-encoders": {
        **{
            "encoder-" + name.replace("Encoder", "").lower(): (encoder(name), transform)
            for name in (
                *(
                    "OrdinalEncoder",
                    "OneHotEncoder",
                    "BinaryEncoder",
                    "BaseNEncoder",
                    "HashingEncoder",
                ),
                *("TargetEncoder", "LeaveOneOutEncoder", "CatBoostEncoder", "JamesSteinEncoder"),
                *("MEstimateEncoder", "WOEEncoder", "CountEncoder", "HelmertEncoder", "SumEncoder"),
                *(
                    "BackwardDifferenceEncoder",
                    "PolynomialEncoder",
                    "GLMMEncoder",
                    "QuantileEncoder",
                ),
            )
        },
    },
    "gensim": {
        "word2vec": (sized("Word2Vec", "word2vec"), lambda made: made.wv.most_similar("a")),
        "fasttext": (sized("FastText", "fasttext"), lambda made: made.wv["a"]),
        "doc2vec": (tagged, lambda made: made.infer_vector(["a", "bb"])),
        "keyed-vectors": (
            lambda: sized("Word2Vec", "word2vec")().wv,
            lambda made: made.most_similar("a"),
        ),
        "phrases": (
            lambda: _named("gensim.models.phrases.Phrases")(TEXTS),
            lambda made: made[TEXTS[0]],
        ),
        "dictionary": (lambda: bags()[0], lambda made: made.doc2bow(["a", "bb"])),
        "lda": (topics("LdaModel", num_topics=2), lambda made: made[[(0, 1)]]),
        "lsi": (topics("LsiModel", num_topics=2), lambda made: made[[(0, 1)]]),
        "tfidf": (topics("TfidfModel"), lambda made: made[[(0, 1)]]),
        "hdp": (topics("HdpModel"), lambda made: made[[(0, 1)]]),
    },
    "statsmodels": {
        "ols": (
            stats("api.OLS", X[:, 0], CONSTANT[:, :3]),
            lambda made: (made.predict(), made.conf_int()),
        ),
        "wls": (stats("api.WLS", X[:, 0], CONSTANT[:, :3]), lambda made: made.predict()),
        "glm": (stats("api.GLM", X[:, 0], CONSTANT[:, :3]), lambda made: made.predict()),
        "logit": (stats("api.Logit", Y, CONSTANT[:, 2:]), lambda made: made.predict()),
        "robust": (stats("api.RLM", X[:, 0], CONSTANT[:, :3]), lambda made: made.predict()),
        "formula": (formula, lambda made: made.predict()),
        "sarimax": (
            stats("api.tsa.SARIMAX", SERIES, order=(1, 0, 0)),
            lambda made: made.forecast(2),
        ),
        "arima-stats": (stats("tsa.arima.model.ARIMA", SERIES), lambda made: made.forecast(2)),
        "smoothing": (stats("api.tsa.ExponentialSmoothing", SERIES), lambda made: made.forecast(2)),
        "var": (stats("api.tsa.VAR", X), lambda made: made.forecast(X[-3:], 2)),
    },
    "optuna": {
        "study-tpe": (study("TPESampler", "MedianPruner"), further),
        "study-random": (study("RandomSampler", "HyperbandPruner"), further),
    },
    "nltk": {
        "tagger-unigram": (tagger("UnigramTagger"), lambda made: made.tag(["the", "dog"])),
        "tagger-bigram": (tagger("BigramTagger"), lambda made: made.tag(["the", "dog"])),
        "tagger-affix": (tagger("AffixTagger"), lambda made: made.tag(["the", "dog"])),
        "tagger-perceptron": (perceptron, lambda made: made.tag(["the", "dog"])),
        "bayes": (bayes, lambda made: made.classify({"a": 1})),
        "language-model": (language, lambda made: made.score("a", ["bb"])),
        "porter": (
            lambda: _named("nltk.stem.porter.PorterStemmer")("NLTK_EXTENSIONS"),
            lambda made: made.stem("running"),
        ),
        "snowball": (
            lambda: _named("nltk.stem.SnowballStemmer")("english"),
            lambda made: made.stem("running"),
        ),
        "punkt": (
            lambda: _named("nltk.tokenize.punkt.PunktSentenceTokenizer")("A b. C d. E f."),
            lambda made: made.tokenize("A b. C d."),
        ),
        "treebank": (
            word_tokenizer,
            lambda made: made.tokenize("a b's"),
        ),
    },
    "dask": {
        "lazy": (lazy, compute),
        "lazy-array": (lazy_array, compute),
        "lazy-frame": (lazy_frame, compute),
        "lazy-bag": (lazy_bag, compute),
    },
    "omegaconf": {
        "conf": (conf(), read_conf),
        "conf-readonly": (conf(flag=True), read_conf),
    },
    "fastcore": {
        "fast-list": (fast_list, lambda made: made.map(str)),
        "fast-dict": (fast_dict, lambda made: made.a),
        "fast-pipe": (fast_pipe, lambda made: made(-1)),
    },
    "pmdarima": {
        "arima": (arima(auto=False), steps),
        "arima-auto": (arima(auto=True), steps),
        "arima-pipe": (pipe_arima, steps),
    },
    "transformers": {
        "bert-config": (configuration("BertConfig"), lambda made: made.to_json_string()),
        "gpt2-config": (configuration("GPT2Config"), lambda made: made.to_json_string()),
        "t5-config": (configuration("T5Config"), lambda made: made.to_json_string()),
        "vit-config": (configuration("ViTConfig"), lambda made: made.to_json_string()),
        "tokenizer-slow": (slow_tokenizer, encode),
        "tokenizer-fast": (fast_tokenizer, encode),
    },
    "sktime": {
        "naive": (
            forecaster("naive.NaiveForecaster", strategy="mean"),
            lambda made: made.predict(),
        ),
        "trend": (forecaster("trend.PolynomialTrendForecaster"), lambda made: made.predict()),
        "theta": (forecaster("theta.ThetaForecaster"), lambda made: made.predict()),
        "smooth": (forecaster("exp_smoothing.ExponentialSmoothing"), lambda made: made.predict()),
        "forest": (
            classifier("interval_based.TimeSeriesForestClassifier", n_estimators=3),
            lambda made: made.predict(cubes()[0]),
        ),
        "summary": (
            classifier("feature_based.SummaryClassifier"),
            lambda made: made.predict(cubes()[0]),
        ),
    },
    "interpret-core": {
        "boosting": (glass("ExplainableBoostingClassifier", max_rounds=3), predict),
        "linear": (glass("LogisticRegression"), predict),
        "tree": (glass("ClassificationTree"), predict),
        "rules": (glass("DecisionListClassifier"), predict),
    },
    "dill": {
        **{"dill-" + what: (dilled(what), shown) for what in ("ordered", "array", "slice")},
    },
}
"""By the package that each environment is about."""
