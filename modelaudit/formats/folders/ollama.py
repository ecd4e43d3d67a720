"""Ollama's ``Modelfile``: the weights that a model is made of, adapters, a template, parameters.

Making the model copies the files that ``FROM`` and ``ADAPTER`` name, or fetches the models. The
template is Go's, which calls only what Ollama gives it.
https://docs.ollama.com/modelfile
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Fact, Identity
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.folders.origins import origin

_MOST: Final = MIB
_BLOCK: Final = re.compile(r'""".*?(?:"""|\Z)', re.DOTALL)
_LINE: Final = re.compile(r"^[ \t]*(FROM|ADAPTER)[ \t]+(.+?)[ \t]*$", re.IGNORECASE | re.MULTILINE)


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """Where the weights come from. Raises Malformed."""
    yield Identity("ollama", "", source.at())
    bounds.check()
    text = source.whole_bytes(_MOST).decode("utf-8", "replace")
    # Texts over several lines hold what they like; their lines still count.
    text = _BLOCK.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in _LINE.finditer(text):
        target, line = found[2].strip("\"'"), text.count("\n", 0, found.start()) + 1
        at = Location(source.at().path, source.at().members, line=line)
        yield from origin(target, at, named=not target.startswith("."))
