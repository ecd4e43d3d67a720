"""``run.py OBJECTS write PACKAGE FOLDER``, or ``run.py OBJECTS read PACKAGE ROOT RESULT``.

OBJECTS is the module that says what an environment writes, and how that is used.

Only ever read what was written here: loading a pickle runs it. Python 3.8 and newer.
"""

import importlib
import json
import os
import pickle
import sys
import warnings

objects = importlib.import_module(sys.argv[1])


def write(package, folder):
    os.makedirs(folder, exist_ok=True)
    for name, (make, _) in objects.PACKAGES[package].items():
        try:
            made = make()
            if package == "dill":
                import dill

                content = dill.dumps(made)
            else:
                content = pickle.dumps(made, protocol=4)
        except Exception as error:  # the release lacks the class, or its parameters
            print(name, "left out:", repr(error)[:150])
            continue
        with open(os.path.join(folder, name + ".pkl"), "wb") as out:
            out.write(content)


def read(package, root, result):
    for module in objects.IMPORTED.get(package, ()):
        importlib.import_module(module)
    outcomes = {}
    for folder in sorted(os.listdir(root)):
        if folder.rpartition("-")[0] != package:
            continue
        for file in sorted(os.listdir(os.path.join(root, folder))):
            outcomes[folder + "/" + file] = _apart(
                package, os.path.join(root, folder, file), result
            )
    with open(result, "w") as out:
        json.dump(outcomes, out, indent=1)


def _apart(package, path, result):
    part = result + ".part"
    child = os.fork()
    if child == 0:
        with open(part, "w") as out:
            json.dump(_outcome(package, path), out)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status:
        return {"load": "crash, status %d" % status}
    with open(part) as told:
        return json.load(told)


def _outcome(package, path):
    name = os.path.basename(path)[: -len(".pkl")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with open(path, "rb") as file:
                made = pickle.load(file)
        except BaseException as error:
            return {"load": _told(error)}
        try:
            objects.PACKAGES[package][name][1](made)
        except BaseException as error:
            return {"load": "ok", "use": _told(error)}
    return {"load": "ok", "use": "ok"}


def _told(error):
    return type(error).__name__ + ": " + str(error)[:200]


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[2]](*sys.argv[3:])
