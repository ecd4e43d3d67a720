"""All that a rule's condition may call, beside CEL's own functions.

``lookup(table, key…)``  what a table holds, null where nothing
``older(a, b)``          version ``a`` is before version ``b`` (PEP 440)
``minor(version)``       its first two numbers, empty for text that is no version
``is_name(text)``        whether text is a dotted name as Python spells one
``distribution(module)`` what installs a module, empty for the standard library and the unknown
``glob(text, pattern)``  shell-style match, case-sensitive; ``pattern`` may be a list

Of pickles:

``rate(module, name)``   how a global is rated: tier, effect, shape, dotted, internals
``attribute_effect(name)``   what an attribute of that name usually does, whatever has it
``acts(module, name)``   the special methods of a class that call what its instance's state brings
``unfit(module, name, origins, makers)``  what a reviewed function is given that it was not reviewed
    for, empty where there is nothing
``symbol(package, version, module, name)``  what of a name a release does not have: kind (module,
    name or empty), what, has, moved
``takes(package, version, module, name, opcode, given)``  how many arguments it takes there, empty
    where ``given`` will do or nothing is known
``accepts(package, version, module, checksum)``  whether a compiled class takes a state of that
    checksum, null where that is not known
``state_lacks(package, version, module, name, keys, constants)``  attributes that using an instance
    needs there and that its state lacks; ``state_lacks_elsewhere`` (without ``constants``) those
    that other methods need; ``state_holders(package, module, name)`` classes that make an instance
    and never predict with it; ``state_lacks_parameters`` those that ``get_params`` needs;
    ``state_none`` those that are None and may not be
``state_refused(package, version, module, name, texts, constants)``  the parameters of an estimator
    whose value ``fit`` refuses there
``installed(package, version, folders, module, name)``  what of a name the files of a package do not
    have, where no table is about it: ``module`` or ``name``; empty where nothing is known to lack
``installed_takes(package, version, folders, module, name, given)``  how many arguments a function
    there takes, empty where ``given`` will do or nothing is known
``torch_has(operator)``  whether the torch installed here registers it, null without a torch

Of graphs and layers:

``newest(package, release, what)``  the newest IR version (``ir``), or version of a domain's
    operators, that a release of onnx or onnxruntime takes, null where that is not known
``operator_runs(release, domain, name, version, types, body)``  what keeps a release of onnxruntime
    from running an operator: problem (unknown, custom, deprecated, no-kernel or empty), since,
    operator, types
``runtime_lacks(package, release, domain, name, version)``  whether a runtime that takes some of the
    ONNX operators lacks one: absent, unlisted (of a domain that is not known), or empty
``keras_lacks(via, role, module, name, version)``  why Keras cannot find a class, or empty
``keras_refuses(via, role, module, name, keys, version)``  keys that its constructor does not take
``keras_has(kind, name, version)``  whether a release of Keras has ``keras.<kind>.<name>``, null
    where that is not known
``keras_knows(kind, name)``  whether any release has
``keras_part(module, name)``  whether a model is made of it, true outside of Keras
``tensorflow_computes(symbol)``  whether a public name of TensorFlow only computes with tensors

Of folders of transformers, what a release refuses, empty where it refuses nothing:

``transformers_knows(kind, name, version)``  whether it has a model type (``types``) or a class of
    tokenizers (``tokenizers``), null where nothing is known of the release
``transformers_checks(type, check, version)``  whether the class of a model type makes a check
``transformers_types(type, key, value, version)``  the types that a value of that key may have
``transformers_rope(type, key, value, version)``  what a scaling of positions is or lacks
``transformers_value(key, value, version)``  what a value of that key has to be
``transformers_generation(key, value, version)``  the same in generation_config.json
``transformers_layers(types, counts)``  what is wrong with the types of layers
``transformers_heads(type, size, heads, version)``  whether the heads do not divide the size
``transformers_uneven(type, lists, version)``  whether lists about convolutions differ in length
``transformers_guesses(path, version)``  whether it finds a model type in the path
``tokenizer_lacks(part, name, version)``  which releases have that part of a tokenizer
``vocabulary_lacks(class, files, version)``  the files that a class of tokenizers needs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from cel_expr_python import cel

from modelaudit.knowledge import (
    arguments,
    coverage,
    installed,
    keras,
    onnx_runtimes,
    onnxruntime,
    parameters,
    pickle_acting,
    pickle_globals,
    states,
    symbols,
    transformers,
)
from modelaudit.knowledge.distributions import distribution
from modelaudit.knowledge.python_names import attribute_effect
from modelaudit.knowledge.tables import lookup

Signature = tuple[str, list[cel.Type], cel.Type, Callable[..., object]]
"""A function's name, what it takes and gives, and what is called."""


def older(version: str, other: str) -> bool:
    """Raises ValueError (InvalidVersion) for text that is no version."""
    from packaging.version import Version  # noqa: PLC0415  only rules about targets need it

    return Version(version) < Version(other)


def minor(version: str) -> str:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  as above

    try:
        known = Version(version)
    except InvalidVersion:
        return ""
    return f"{known.major}.{known.minor}"


def is_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def torch_has(operator: str) -> bool | None:
    from modelaudit.sandbox.torch_query import torch_operators  # noqa: PLC0415  few ask for it

    registered = torch_operators()
    return None if registered is None else operator in registered


def acts(module: str, name: str) -> list[str]:
    return list(pickle_acting.acts(module, name))


def glob_any(text: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def lacks(package: str, version: str, folders: list[str], module: str, name: str) -> str:
    if not folders or not coverage.leaves_open(package, version):
        return ""
    found = installed.look_up(tuple(folders), module, name)
    return found.removeprefix("no-") if found.startswith("no-") else ""


def takes_there(
    package: str, version: str, folders: list[str], module: str, name: str, given: int
) -> str:
    if not folders or not coverage.leaves_open(package, version):
        return ""
    return installed.takes(tuple(folders), module, name, given)


def _signatures() -> Iterator[Signature]:
    text, truth, number, any_ = cel.Type.STRING, cel.Type.BOOL, cel.Type.INT, cel.Type.DYN
    words, texts = cel.Type.Map(text, text), cel.Type.List(text)
    pairs, maps = cel.Type.List(texts), cel.Type.List(cel.Type.Map(text, any_))
    name = [text] * 4  # package, version, module, name
    for count in range(2, 6):
        yield "lookup", [text] * count, any_, lookup
    yield "older", [text, text], truth, older
    yield "minor", [text], text, minor
    yield "is_name", [text], truth, is_name
    yield "distribution", [text], text, distribution
    yield "glob", [text, text], truth, fnmatchcase
    yield "glob", [text, texts], truth, glob_any
    yield "rate", [text, text], words, pickle_globals.rate
    yield "attribute_effect", [text], text, attribute_effect
    yield "unfit", [text, text, texts, texts], text, arguments.unfit
    yield "acts", [text, text], texts, acts
    yield "symbol", name, words, symbols.symbol
    yield "takes", [*name, text, number], text, symbols.takes
    yield "accepts", name, any_, symbols.accepts
    constants = cel.Type.Map(text, texts)
    yield "state_lacks", [*name, texts, constants], texts, states.lacks
    yield "state_none", [*name, texts, constants], texts, states.are_none
    yield "state_holders", [text] * 3, texts, states.holders
    yield "state_lacks_elsewhere", [*name, texts], texts, states.lacks_elsewhere
    yield "state_lacks_parameters", [*name, texts], texts, states.lacks_parameters
    yield "state_refused", [*name, constants, constants], texts, parameters.refuses
    files = [text, text, texts, text, text]  # package, version, folders, module, name
    yield "installed", files, text, lacks
    yield "installed_takes", [*files, number], text, takes_there
    yield "torch_has", [text], any_, torch_has
    yield "newest", [text] * 3, any_, onnxruntime.newest
    yield "operator_runs", [*[text] * 3, number, pairs, maps], words, onnxruntime.runs
    yield "runtime_lacks", [*[text] * 4, number], text, onnx_runtimes.lacks
    yield "keras_lacks", [text] * 5, text, keras.lacks
    yield "keras_refuses", [*[text] * 4, texts, text], texts, keras.refuses
    yield "keras_has", [text] * 3, any_, keras.names
    yield "keras_knows", [text] * 2, truth, keras.known
    yield "keras_part", [text] * 2, truth, keras.part
    yield "tensorflow_computes", [text], truth, keras.tensorflow_computes
    yield "transformers_knows", [text] * 3, any_, transformers.knows
    yield "transformers_checks", [text] * 3, truth, transformers.checks
    yield "transformers_types", [text] * 4, text, transformers.type_refused
    yield "transformers_rope", [text] * 4, text, transformers.rope_refused
    yield "transformers_value", [text] * 3, text, transformers.value_refused
    yield "transformers_generation", [text] * 3, text, transformers.generation_refused
    yield "transformers_layers", [text, texts], text, transformers.layers_refused
    yield "transformers_heads", [text, text, texts, text], truth, transformers.heads_refused
    yield "transformers_uneven", [text, texts, text], truth, transformers.uneven
    yield "transformers_guesses", [text] * 2, truth, transformers.guesses
    yield "tokenizer_lacks", [text] * 3, text, transformers.tokenizer_lacks
    yield "vocabulary_lacks", [text] * 3, text, transformers.vocabulary_lacks


def declarations() -> list[cel.FunctionDecl]:
    """The functions as CEL's type checker wants them."""
    overloads: dict[str, list[cel.Overload]] = {}
    for name, takes, gives, function in _signatures():
        held = overloads.setdefault(name, [])
        label = f"{name}_{len(held)}"
        held.append(cel.Overload(label, gives, takes, is_member=False, impl=function))
    return [cel.FunctionDecl(name, held) for name, held in overloads.items()]
