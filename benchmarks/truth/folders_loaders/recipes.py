"""Folders that real loaders open: each kind once harmless, once with code that leaves a marker.

A folder is texts and bytes by path. ``ACT`` touches the file that ``MODELAUDIT_MARK`` names, and
does so as models that attack do: it starts a process. ``loader`` of a kind is a function of
``load.py``; ``asked`` is true where the loader runs the code only where somebody trusted it.
"""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ACT = 'import os\n\nos.system("echo modelaudit-marker > $MODELAUDIT_MARK")\n'
CALM = "import math\n\nSMALL = math.sqrt(4)\n"

Folder = dict[str, str | bytes]


@dataclass(frozen=True)
class Kind:
    """A kind of folder: what loads it, and the folder with code (``ACT`` or ``CALM``) in it."""

    name: str
    loader: str
    make: Callable[[str], Folder]
    also: tuple[str, ...] = ()
    """Other loaders of ``load.py`` that the same folder is given to."""


class Acts:
    """Pickled as a call of os.system."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return _system(), ("echo modelaudit-marker > $MODELAUDIT_MARK",)


def _system() -> object:
    return __import__("os").system


def pickled(code: str) -> bytes:
    return pickle.dumps(Acts() if code == ACT else {"weights": [1.0, 2.0]}, protocol=2)


BERT: dict[str, object] = {
    "model_type": "bert", "architectures": ["BertModel"], "hidden_size": 8, "num_hidden_layers": 1,
    "num_attention_heads": 2, "intermediate_size": 8, "vocab_size": 8,
}  # fmt: skip
VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\na\nof\n"
CONFIGURATION = """
from transformers import PretrainedConfig


class SmallConfig(PretrainedConfig):
    model_type = "own_small"
"""
TOKENIZATION = """
from transformers import PreTrainedTokenizerFast


class SmallTokenizer(PreTrainedTokenizerFast):
    pass
"""
WORDS: dict[str, object] = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "the": 1}, "unk_token": "[UNK]"},
}  # fmt: skip


def auto_map(type_: str) -> Callable[[str], Folder]:
    def make(code: str) -> Folder:
        config = BERT | {"model_type": type_}
        config["auto_map"] = {"AutoConfig": "configuration_small.SmallConfig"}
        return {"config.json": json.dumps(config), "configuration_small.py": code + CONFIGURATION}

    return make


def own_tokenizer(code: str) -> Folder:
    said: dict[str, object] = {"tokenizer_class": "SmallTokenizer", "unk_token": "[UNK]"}
    said |= {"auto_map": {"AutoTokenizer": [None, "tokenization_small.SmallTokenizer"]}}
    return {
        "config.json": json.dumps(BERT),
        "tokenizer.json": json.dumps(WORDS),
        "tokenizer_config.json": json.dumps(said),
        "tokenization_small.py": code + TOKENIZATION,
    }


def sentence(type_: str) -> Callable[[str], Folder]:
    """A model of sentence-transformers with a module of its own."""

    def make(code: str) -> Folder:
        module = code + (
            "\nimport torch\n\n\nclass Small(torch.nn.Module):\n"
            "    def forward(self, features):\n        return features\n\n"
            "    @classmethod\n    def load(cls, *a, **k):\n        return cls()\n\n"
            "    def save(self, *a, **k):\n        pass\n"
        )
        modules = [{"idx": 0, "name": "0", "path": "", "type": type_}]
        return {"modules.json": json.dumps(modules), "small_module.py": module}

    return make


def mlflow(flavour: str, code: str, **files: str | bytes) -> Folder:
    main = f"flavors:\n{flavour}mlflow_version: 2.22.0\nmodel_uuid: 0123456789abcdef\n"
    return {"MLmodel": main, **files}


PYFUNC = "  python_function:\n    loader_module: {module}\n    code: {code}\n    env: conda.yaml\n"
LOADER = (
    "\n\nclass Model:\n    def predict(self, data, params=None):\n        return data\n\n\n"
    "def _load_pyfunc(path):\n    return Model()\n"
)


def loader_module(code: str) -> Folder:
    said = PYFUNC.format(module="own_loader", code="code")
    return mlflow(said, code, **{"code/own_loader.py": code + LOADER})


def code_outside(code: str) -> Folder:
    """A model whose code lies beside its folder; the harmless one has it inside."""
    place = "code" if code == CALM else "../shared"
    said = mlflow(PYFUNC.format(module="own_loader", code=place), code)
    files: Folder = {f"model/{path}": text for path, text in said.items()}
    inside = "model/code" if code == CALM else "shared"
    return files | {f"{inside}/own_loader.py": code + LOADER}


def model_code(code: str) -> Folder:
    said = (
        "  python_function:\n    loader_module: mlflow.pyfunc.model\n    python_model: null\n"
        "    model_code_path: own_model.py\n    streamable: false\n"
    )
    script = code + (
        "\nimport mlflow\nfrom mlflow.pyfunc import PythonModel\n\n\nclass Small(PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        return model_input\n\n\n"
        "mlflow.models.set_model(Small())\n"
    )
    return mlflow(said, code, **{"own_model.py": script})


def shadowed(code: str) -> Folder:
    """A pickle that imports sklearn, and a package of the model's own that goes by that name."""
    said = (
        "  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n"
        "    code: code\n    predict_fn: predict\n"
        "  sklearn:\n    pickled_model: model.pkl\n    serialization_format: pickle\n"
        "    sklearn_version: 1.7.2\n    code: code\n"
    )
    package = "dummy.py" if code == CALM else "sklearn/__init__.py"
    files: dict[str, str | bytes] = {f"code/{package}": code}
    files["model.pkl"] = pickle.dumps({"a": 1}) if code == CALM else b"csklearn\n__doc__\n."
    return mlflow(said, code, **files)


def python_model(code: str) -> Folder:
    said = (
        "  python_function:\n    loader_module: mlflow.pyfunc.model\n"
        "    python_model: python_model.pkl\n    cloudpickle_version: 3.1.1\n"
    )
    return mlflow(said, code, **{"python_model.pkl": pickled(code)})


def skops(code: str) -> bytes:
    """A file of skops: a call of os.system, or a list."""
    schema: dict[str, object] = {
        "__class__": "list", "__module__": "builtins", "__loader__": "ListNode",
        "content": [], "protocol": 2, "__id__": 1,
    }  # fmt: skip
    if code == ACT:
        given = {
            "__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode",
            "content": [_json("echo modelaudit-marker > $MODELAUDIT_MARK", 3)], "__id__": 2,
        }  # fmt: skip
        schema = {
            "__class__": "system", "__module__": "posix", "__loader__": "LossNode",
            "__reduce__": {"args": given}, "content": _json(None, 4), "protocol": 2, "__id__": 1,
        }  # fmt: skip
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))
    return raw.getvalue()


def _json(value: object, number: int) -> dict[str, object]:
    class_ = type(value).__name__
    return {
        "__class__": class_, "__module__": "builtins", "__loader__": "JsonNode",
        "content": json.dumps(value), "is_json": True, "__id__": number,
    }  # fmt: skip


def skops_file(code: str) -> Folder:
    return {"model.skops": skops(code)}


def skops_trusted(code: str) -> Folder:
    said = (
        "  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.skops\n"
        "    predict_fn: predict\n"
        "  sklearn:\n    pickled_model: model.skops\n    serialization_format: skops\n"
        "    sklearn_version: 1.7.2\n    skops_trusted_types:\n    - posix.system\n"
    )
    if code == CALM:
        said = said.replace("    skops_trusted_types:\n    - posix.system\n", "")
    return mlflow(said, code, **{"model.skops": skops(code)})


def diffusers(type_: str) -> Callable[[str], Folder]:
    """A pipeline whose component is a class of the folder's own (``type_`` says how)."""

    def make(code: str) -> Folder:
        part = code + (
            "\nfrom diffusers import ConfigMixin, ModelMixin\n\n\n"
            "class Small(ModelMixin, ConfigMixin):\n    config_name = 'config.json'\n"
        )
        whole = code + (
            "\nfrom diffusers import DiffusionPipeline\n\n\nclass Own(DiffusionPipeline):\n"
            "    def __init__(self):\n        super().__init__()\n\n"
            "    def __call__(self):\n        return 1\n"
        )
        if type_ == "component":
            index: dict[str, object] = {
                "_class_name": "DiffusionPipeline",
                "unet": ["small", "Small"],
            }
            return {"model_index.json": json.dumps(index), "unet/small.py": part,
                    "unet/config.json": json.dumps({"_class_name": "Small"})}  # fmt: skip
        index = {"_class_name": ["pipeline", "Own"], "_diffusers_version": "0.30.0"}
        return {"model_index.json": json.dumps(index), "pipeline.py": whole}

    return make


def hydra(code: str) -> Folder:
    """The configuration of a model that hydra instantiates, as NeMo and others do."""
    target = "os.system" if code == ACT else "math.sqrt"
    given = '"echo modelaudit-marker > $MODELAUDIT_MARK"' if code == ACT else "4.0"
    return {"model_config.yaml": f"model:\n  _target_: {target}\n  _args_: [{given}]\n"}


def torch_weights(code: str) -> Folder:
    """Weights that are a pickle beside a configuration."""
    return {"config.json": json.dumps(BERT), "pytorch_model.bin": pickled(code)}


def served(code: str) -> Folder:
    """An archive of TorchServe: a handler and a manifest."""
    manifest = {"model": {"modelName": "small", "handler": "handler.py", "modelVersion": "1.0"}}
    handler = code + (
        "\n\nclass Handler:\n    def initialize(self, context):\n        self.ready = True\n\n"
        "    def handle(self, data, context):\n        return data\n"
    )
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("MAR-INF/MANIFEST.json", json.dumps(manifest))
        archive.writestr("handler.py", handler)
    return {"small.mar": raw.getvalue()}


def spacy(code: str) -> Folder:
    config = '[nlp]\nlang = "en"\npipeline = []\n\n[components]\n'
    meta = {"lang": "en", "name": "small", "version": "0.0.1", "pipeline": []}
    return {"config.cfg": config, "meta.json": json.dumps(meta), "__init__.py": code}


def bento(code: str) -> Folder:
    service = code + (
        "\nimport bentoml\n\n\n@bentoml.service\nclass Small:\n    @bentoml.api\n"
        "    def answer(self, text: str) -> str:\n        return text\n"
    )
    return {"bentofile.yaml": "service: service:Small\ninclude: ['*.py']\n", "service.py": service}


KINDS = (
    Kind(
        "auto-map-unknown-type", "configuration", auto_map("own_small"), ("trusted_configuration",)
    ),
    Kind("auto-map-known-type", "configuration", auto_map("bert"), ("trusted_configuration",)),
    Kind("own-tokenizer", "tokenizer", own_tokenizer, ("trusted_tokenizer",)),
    Kind("torch-weights", "model", torch_weights),
    Kind("sentence-module", "sentence", sentence("small_module.Small"), ("trusted_sentence",)),
    Kind("mlflow-loader-module", "pyfunc", loader_module),
    Kind("mlflow-code-outside", "pyfunc_inner", code_outside),
    Kind("mlflow-model-code", "pyfunc", model_code),
    Kind("mlflow-shadowed-sklearn", "mlflow_sklearn", shadowed, ("pyfunc",)),
    Kind("mlflow-python-model", "pyfunc", python_model),
    Kind("mlflow-skops-trusted", "mlflow_sklearn", skops_trusted, ("pyfunc",)),
    Kind("skops", "skops_load", skops_file, ("trusted_skops",)),
    Kind("diffusers-component", "pipeline", diffusers("component"), ("trusted_pipeline",)),
    Kind("diffusers-pipeline", "pipeline", diffusers("pipeline"), ("trusted_pipeline",)),
    Kind("hydra", "instantiate", hydra),
    Kind("torchserve", "serve", served),
    Kind("spacy", "spacy_load", spacy),
    Kind("bentoml", "bento", bento),
)


def folders() -> Iterator[tuple[str, str, Folder]]:
    """Kind, variant and files."""
    for kind in KINDS:
        yield kind.name, "hostile", kind.make(ACT)
        yield kind.name, "benign", kind.make(CALM)
