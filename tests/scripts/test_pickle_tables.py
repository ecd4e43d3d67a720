"""The tables of pickle globals keep their invariants, and say what they must of telling names."""

from __future__ import annotations

import pytest

from scripts.common import pickle_tables as common


@pytest.fixture(scope="module")
def effects():
    return common.effects_of(common.load(common.DANGEROUS))


@pytest.fixture(scope="module")
def safe():
    return common.safe_of(common.load(common.SAFE))[0]


@pytest.mark.parametrize(
    ("module", "name", "effect"),
    [
        ("os", "system", "runs a process"),
        ("posix", "system", "runs a process"),
        ("nt", "system", "runs a process"),
        ("os", "getcwd", "reads facts about the process or its machine"),
        ("os", "umask", "reads or changes the process or the system"),
        ("builtins", "setattr", "sets attributes or items of any object"),
        ("subprocess", "Popen", "runs a process"),
        ("asyncio.unix_events", "_UnixSubprocessTransport._start", "runs a process"),
        ("builtins", "eval", "runs code"),
        ("builtins", "getattr", "reaches any attribute"),
        ("builtins", "map", "reaches any attribute"),
        ("functools", "partial", "reaches any attribute"),
        ("contextlib", "ExitStack.callback", "reaches any attribute"),
        ("pkgutil", "resolve_name", "imports modules"),
        ("types", "CodeType", "builds code objects"),
        ("torch", "load", "loads another pickle"),
        ("torch.serialization", "load", "loads another pickle"),
        ("torch.storage", "_load_from_bytes", "loads another pickle"),
        ("numpy.core", "_ufunc_reconstruct", "reaches any attribute"),
        ("dill._dill", "_load_type", "reaches any attribute"),
        ("cloudpickle.cloudpickle", "_make_function", "builds code objects"),
        ("pathlib", "Path.write_text", "writes or deletes files"),
        ("copyreg", "add_extension", "changes interpreter state"),
        ("fickling", "load", "disables a scanner"),
    ],
)
def test_dangerous(effects, module, name, effect):
    assert common.effect(effects, module, name) == effect


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("uuid", "UUID"),
        ("builtins", "type"),
        ("pathlib", "PurePosixPath"),
        ("copyreg", "_reconstructor"),
        ("collections", "defaultdict"),
        ("datetime", "datetime"),
        ("torch.nn.modules.linear", "Linear"),
        ("keras.preprocessing.text", "Tokenizer"),
        ("argparse", "Namespace"),
    ],
)
def test_harmless_values_are_not_dangerous(effects, module, name):
    assert common.effect(effects, module, name) is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("sklearn.ensemble._forest", "RandomForestClassifier"),
        ("sklearn.ensemble.forest", "RandomForestClassifier"),
        ("sklearn.ensemble._gb_losses", "BinomialDeviance"),
        ("sklearn.neighbors._dist_metrics", "EuclideanDistance"),
        ("scipy.sparse.csr", "csr_matrix"),
        ("pandas.core.indexes.numeric", "Int64Index"),
        ("joblib.numpy_pickle", "NumpyArrayWrapper"),
        ("torch._utils", "_rebuild_tensor_v2"),
        ("torch.optim.adam", "Adam"),
        ("uuid", "UUID"),
    ],
)
def test_safe(safe, module, name):
    assert name in safe[module]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "map"),
        ("builtins", "getattr"),
        ("functools", "partial"),
        ("torch", "load"),
        ("torch.storage", "_load_from_bytes"),
        ("scipy.stats._continuous_distns", "norm_gen"),
    ],
)
def test_not_safe(safe, module, name):
    assert name not in safe.get(module, [])
