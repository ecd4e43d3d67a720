"""In an environment: ``load.py LOADER FOLDER MARK``. Does the marker appear, and what is raised?

Only ever read what ``recipes.py`` wrote. Confined first: nothing is written but below the directory
of MARK, and there is no network. The outcome is one line of JSON.
"""

import importlib.util
import json
import os
import resource
import sys


def configuration(folder, **more):
    import transformers

    transformers.AutoConfig.from_pretrained(folder, **more)


def trusted_configuration(folder):
    configuration(folder, trust_remote_code=True)


def tokenizer(folder, **more):
    import transformers

    transformers.AutoTokenizer.from_pretrained(folder, **more)


def trusted_tokenizer(folder):
    tokenizer(folder, trust_remote_code=True)


def model(folder):
    import transformers

    transformers.AutoModel.from_pretrained(folder)


def sentence(folder, **more):
    import sentence_transformers

    sentence_transformers.SentenceTransformer(folder, device="cpu", **more)


def trusted_sentence(folder):
    sentence(folder, trust_remote_code=True)


def pyfunc(folder):
    import mlflow.pyfunc

    mlflow.pyfunc.load_model(folder)


def pyfunc_inner(folder):
    pyfunc(os.path.join(folder, "model"))


def mlflow_sklearn(folder):
    import mlflow.sklearn

    mlflow.sklearn.load_model(folder)


def skops_load(folder):
    import skops.io

    skops.io.load(os.path.join(folder, "model.skops"))


def trusted_skops(folder):
    import skops.io

    file = os.path.join(folder, "model.skops")
    skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))


def pipeline(folder, **more):
    import diffusers

    diffusers.DiffusionPipeline.from_pretrained(folder, **more)


def trusted_pipeline(folder):
    pipeline(folder, trust_remote_code=True)


def instantiate(folder):
    import hydra.utils
    import omegaconf

    hydra.utils.instantiate(omegaconf.OmegaConf.load(os.path.join(folder, "model_config.yaml")))


def serve(folder):
    from ts.model_loader import TsModelLoader

    import shutil

    inside = os.path.join(os.path.dirname(folder), "unpacked")
    shutil.unpack_archive(os.path.join(folder, "small.mar"), inside, "zip")
    TsModelLoader().load("small", inside, "handler.py", None, 1, None)


def spacy_load(folder):
    import spacy

    spacy.load(folder)


def bento(folder):
    import bentoml

    bentoml.load(folder)


def main(name, folder, mark):
    spec = importlib.util.spec_from_file_location("confine", os.environ["CONFINE"])
    confine = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(confine)
    own = os.path.dirname(mark)
    os.environ.update(HOME=own, HF_HOME=own, TMPDIR=own, MODELAUDIT_MARK=mark)
    os.environ.update(HF_HUB_OFFLINE="1", MLFLOW_TRACKING_URI="file://" + own, XDG_CACHE_HOME=own)
    os.environ.update(BENTOML_DO_NOT_TRACK="1", BENTOML_HOME=own, HF_MODULES_CACHE=own + "/modules")
    os.chdir(own)
    if not confine.confine(own):
        raise SystemExit("this kernel cannot confine")
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    said = "ok"
    try:
        globals()[name](folder)
    except BaseException as error:
        said = type(error).__name__ + ": " + " ".join(str(error).split())[:160]
    print(json.dumps({"load": said, "marker": os.path.exists(mark)}), file=sys.__stdout__)


if __name__ == "__main__":
    main(*sys.argv[1:])
