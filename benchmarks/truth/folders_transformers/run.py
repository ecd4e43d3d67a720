"""In an environment: ``run.py FOLDER RESULT``. Loads each folder below FOLDER as transformers does.

Only ever read what was written here. Each file that a loader of its own reads is a part: the
configuration, the tokenizer, what generation goes by. ``asked`` is what happens where nobody said
that the folder's own code may run, for folders that have the file ``trusted``.
"""

import json
import os
import sys

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
os.environ.setdefault("HF_HOME", "/tmp/none")

import transformers

READY = (
    *(transformers.AutoConfig, transformers.AutoTokenizer, transformers.GenerationConfig),
    *(transformers.PreTrainedTokenizerFast, transformers.LlamaConfig, transformers.BertConfig),
)
"""What is imported once, before the processes that load."""


def main(root, result):
    outcomes = {}
    names = sorted(os.listdir(root))
    for number, name in enumerate(names):
        outcomes[name] = apart(os.path.join(root, name), result)
        if number % 50 == 0:
            print(number, "of", len(names), flush=True)
    with open(result, "w") as out:
        json.dump({"version": transformers.__version__, "outcomes": outcomes}, out, indent=1)


def apart(folder, result):
    part = result + ".part"
    child = os.fork()
    if child == 0:
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), 0)
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        with open(part, "w") as out:
            json.dump(outcome(folder), out)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status:
        return {"config": "crash, status %d" % status}
    with open(part) as told:
        return json.load(told)


def outcome(folder):
    files = os.listdir(folder)
    auto, tokenizer = transformers.AutoConfig, transformers.AutoTokenizer
    has_tokenizer = "tokenizer_config.json" in files or "tokenizer.json" in files
    found = {}
    trust = {}
    if "trusted" in files:  # before the code runs, which registers its classes
        found["asked"] = tried(lambda: auto.from_pretrained(folder))
        if has_tokenizer:
            found["asked-tokenizer"] = tried(lambda: tokenizer.from_pretrained(folder))
        trust = {"trust_remote_code": True}
    found["config"] = tried(lambda: auto.from_pretrained(folder, **trust))
    if has_tokenizer:
        found["tokenizer"] = tried(lambda: tokenizer.from_pretrained(folder, **trust))
    if "generation_config.json" in files:
        generation = transformers.GenerationConfig
        found["generation"] = tried(lambda: generation.from_pretrained(folder))
    return found


def tried(load):
    try:
        load()
    except BaseException as error:
        return type(error).__name__ + ": " + " ".join(str(error).split())[:200]
    return "ok"


if __name__ == "__main__":
    main(*sys.argv[1:])
