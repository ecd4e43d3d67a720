"""In an environment: ``run.py write FOLDER``, or ``run.py read ROOT RESULT``. Python 3.8 and newer.

Only ever read what was written here: loading a pickle runs it.
"""

import importlib
import json
import os
import pickle
import sys
import warnings

import objects

BY_VALUE = ("custom-transformer",)
"""Objects whose class no module holds: cloudpickle writes them."""


IMPORTED = (
    *("pandas", "scipy.sparse", "joblib", "cloudpickle", "statsmodels.api", "lightgbm", "xgboost"),
    *("sklearn." + part for part in ("ensemble", "svm", "cluster", "neighbors", "neural_network")),
    *("sklearn." + part for part in ("compose", "pipeline", "calibration", "gaussian_process")),
    *("sklearn." + part for part in ("impute", "mixture", "feature_extraction.text", "isotonic")),
    *("sklearn." + part for part in ("cross_decomposition", "discriminant_analysis", "dummy")),
)
"""What takes long to import: once, before the processes that load."""


def write(folder):
    os.makedirs(folder, exist_ok=True)
    for name, (make, _) in objects.OBJECTS.items():
        try:
            made = make()
        except Exception as error:  # the environment lacks the class, or its parameters
            print(name, "left out:", repr(error)[:100])
            continue
        if name in BY_VALUE:
            import cloudpickle

            content = cloudpickle.dumps(made)
        else:
            content = pickle.dumps(made, protocol=4)
        with open(os.path.join(folder, name + ".pkl"), "wb") as out:
            out.write(content)


def read(root, result):
    """Load and use every file below ``root``, each in a process of its own."""
    for module in IMPORTED:
        try:
            importlib.import_module(module)
        except ImportError as error:
            print(module, "is not here:", error)
    outcomes = {}
    for folder in sorted(os.listdir(root)):
        if not os.path.isdir(os.path.join(root, folder)):
            continue
        for file in sorted(os.listdir(os.path.join(root, folder))):
            outcomes[folder + "/" + file] = _apart(os.path.join(root, folder, file), result)
    with open(result, "w") as out:
        json.dump(outcomes, out)


def _apart(path, result):
    part = result + ".part"
    child = os.fork()
    if child == 0:
        with open(part, "w") as out:
            json.dump(_outcome(path), out)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status:
        return {"load": "crash, status %d" % status}
    with open(part) as told:
        return json.load(told)


def _outcome(path):
    name = os.path.basename(path)[: -len(".pkl")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with open(path, "rb") as file:
                made = pickle.load(file)
        except BaseException as error:
            return {"load": _told(error)}
        try:
            objects.use(name, made)
        except BaseException as error:
            return {"load": "ok", "use": _told(error)}
    return {"load": "ok", "use": "ok"}


def _told(error):
    return type(error).__name__ + ": " + str(error)[:200]


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
