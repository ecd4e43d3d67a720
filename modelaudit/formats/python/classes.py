"""What Python calls by itself of a class that the source defines."""

from __future__ import annotations

from typing import Final

from modelaudit.formats.python.values import Class, Defined, Value, attribute

LOADERS: Final = (
    "from_pretrained", "from_config", "_from_config", "register_for_auto_class", "from_dict",
    "get_config_dict", "from_model_config", "can_generate", "load", "initialize", "load_context",
)  # fmt: skip
"""Methods of a class that loaders call on the classes that a configuration names."""


def special(made: Class) -> list[Defined]:
    """The special methods of a class and of those that it is directly made of."""
    names = [*made.scope.names]
    for base in made.bases:
        if isinstance(base, Class) and base is not made:
            names += base.scope.names
    found: list[Defined] = []
    for name in dict.fromkeys(names):
        if name[:2] == name[-2:] == "__":
            found += [one for one in attribute(made, name) if isinstance(one, Defined)]
    return found


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
