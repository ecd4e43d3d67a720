"""Every child process, with one protocol and one set of limits.

Native libraries crash, hang and take all memory there is; so does a syntax tree of a hostile
pickle. What may do that runs in a child process, and costs its own artifact alone:

- ``isolation``: readers on native libraries. One child lives as long as the run.
- ``decompile``: a pickle as Python code, by fickling. One child for one question.
- ``torch_query``: the operators of the torch that is installed here. One child for one question.
- ``workers``: whole artifacts, many at once, in a pool by pebble.

The first three go through ``process`` (the parent's side) and ``child`` (the child's side): the
parent starts ``sys.executable -P`` with the *name* of a module, and writes requests to its standard
input; the child calls the module's ``answer`` with the bytes of each, and writes what that gives to
what was its standard output. A message is its length in eight bytes, little-endian, and that many
bytes of msgpack. No message is ever a pickle, because a hostile file may have taken over the child.

Every request has its limits: seconds, after which the child ends itself and, if it cannot, the
parent kills it; and bytes of address space, where the system can bound them (not on Windows, and
macOS may refuse). The pool has the same two, by the same code for memory, and pebble's clock.

This room knows neither the engine nor the formats: it is handed a callable or a module's name.
"""
