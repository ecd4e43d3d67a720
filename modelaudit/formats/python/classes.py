"""What Python calls by itself of a class that the source defines."""

from __future__ import annotations

from modelaudit.formats.python.values import Class, Defined, Value, attribute


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
