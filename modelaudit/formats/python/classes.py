"""What Python calls by itself of a class that the source defines."""

from __future__ import annotations

import sys
from typing import Final

from modelaudit.formats.python.values import Class, Defined, Named, Value, attribute

LOADERS: Final = (
    "from_pretrained", "from_config", "_from_config", "register_for_auto_class", "from_dict",
    "get_config_dict", "from_model_config", "can_generate", "load", "initialize", "load_context",
    "post_init", "init_weights", "_init_weights", "_initialize_weights", "initialize_weights",
    "tie_weights", "_tie_weights", "eval", "train", "to", "half", "float", "cuda", "apply",
    "state_dict", "load_state_dict", "_load_from_state_dict", "_load_state_dict_pre_hook",
    "get_input_embeddings", "set_input_embeddings", "get_output_embeddings", "tie_embeddings",
    "named_parameters", "parameters", "named_modules", "modules", "children", "register_buffer",
    "_load_pretrained_model", "get_vocab", "add_tokens", "_add_tokens", "convert_tokens_to_ids",
    "get_processor_dict", "from_args_and_dict", "validate", "update", "set_tokenizer",
    "_set_gradient_checkpointing", "supports_gradient_checkpointing", "__setattr__",
)  # fmt: skip
"""Methods of a class that loaders call on the classes that a configuration names."""

_PASSIVE: Final = frozenset(
    {
        "abc", "builtins", "collections", "contextlib", "dataclasses", "enum", "functools",
        "typing", "types",
    }
)  # fmt: skip
"""Modules of Python whose classes call no methods of those below them but special ones."""


def special(made: Class) -> list[Defined]:
    """The special methods of a class and of those that it is directly made of.

    Not ``__call__``: that takes a call, which using a model is and loading it is not.
    """
    above = [base for base in made.bases if isinstance(base, Class) and base is not made]
    size = sum(len(one.scope.names) for one in (made, *above))
    if made.special is None or made.special[0] != size:
        names = dict.fromkeys(name for one in (made, *above) for name in one.scope.names)
        methods = [name for name in names if name[:2] == name[-2:] == "__" and name != "__call__"]
        made.special = size, methods
    found = [one for name in made.special[1] for one in attribute(made, name)]
    return [one for one in found if isinstance(one, Defined)]


def called_back(made: Class) -> list[Defined]:
    """The methods of a class that one of the standard library may call, above which it is."""
    if not any(isinstance(base, Named) and calls_back(base.dotted) for base in made.bases):
        return []
    members = [one for values in made.scope.names.values() for one in values]
    return [one for one in members if isinstance(one, Defined)]


def calls_back(dotted: str) -> bool:
    """Whether something of the standard library may call methods or functions that it is given."""
    top = dotted.partition(".")[0]
    return top in sys.stdlib_module_names and top not in _PASSIVE


def hooks(made: Class) -> list[Value]:
    """What is called when the class is made: by the classes above it, and by its attributes."""
    found: list[Value] = []
    for parent in made.bases:
        if isinstance(parent, Class):
            found += attribute(parent, "__init_subclass__")
    for members in list(made.scope.names.values()):
        for member in members:
            if isinstance(member, Class):
                found += attribute(member, "__set_name__")
    return found
