"""Configurations in YAML whose loader imports what they name, as their text tells.

No ending says so: such a file is ``config.yaml`` like any other. It is one where it has a key or a
tag that a loader instantiates by, or settings that a loader runs as Python.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from modelaudit.core.source import Source

ENDINGS: Final = (".yaml", ".yml")
MOST: Final = 1 << 20
"""Bytes that are searched; a file with more is one where it has the words among these."""
WORDS: Final = (
    b"_target_", b"target:", b"class_path", b"!new:", b"!name:", b"!module:", b"!apply",
    b"!include:", b"python/", b"%TAG", b"download:", b"activation:", b"backbone:", b"\\x", b"\\u",
    b"%",
)  # fmt: skip
"""One of these is in every such file, so that most files cost no more than the search for them."""
_DOTTED: Final = rb"[\"']?[A-Za-z_$][^\s#]*"
_NAMES: Final = (
    rb"(?m)_target_[\"']?\s*:"
    rb"|(?:^|[\s{,-])[\"']?class_path[\"']?\s*:\s+" + _DOTTED +
    rb"|(?:^|\s)!(?:new|name|module|apply|applyref|include):"
    rb"|!(?:!|<tag:yaml\.org,2002:)python/|^%TAG|![^\s\"',]*%[0-9a-fA-F]{2}"
    rb"|\"[^\"\n]*\\(?:x|u00)[4-7][0-9a-fA-F][^\"\n]*\"\s*:"
)  # fmt: skip
_TOGETHER: Final = (
    (rb"(?m)^[ \t-]*target:\s+[\"']?[A-Za-z_]\w*(?:\.\w+)+[\"']?\s*$", rb"(?m)^[ \t-]*params:"),
    (rb"(?m)^download:\s*\S", rb"(?m)^(?:train|val|names|nc):"),
    (rb"(?m)^backbone:\s*$", rb"(?m)^(?:head|nc):"),
)
"""Keys that other files have too, and what stands beside them where a loader acts on them."""


def names_python(source: Source) -> bool:
    """Whether a loader of this YAML imports names out of it, or runs a part of it as Python."""
    name = source.members[-1] if source.members else source.path
    if not name.lower().endswith(ENDINGS):
        return False
    text = source.read(0, MOST)
    if not any(word in text for word in WORDS):
        return False
    found = re.search(_NAMES, text) is not None
    found = found or any(all(re.search(one, text) for one in pair) for pair in _TOGETHER)
    return found and _parses(text)


def is_pipeline(source: Source) -> bool:
    """Whether a file of DVC has commands that reproducing it runs."""
    name = (source.members[-1] if source.members else source.path).rpartition("/")[2]
    if name != "dvc.yaml" and not name.endswith(".dvc"):
        return False
    return re.search(rb"(?m)^[ \t-]*[\"']?cmd[\"']?\s*:", source.read(0, MOST)) is not None


def _parses(text: bytes) -> bool:
    """False for a template of YAML, which no loader takes as it is."""
    import yaml  # noqa: PLC0415  few files come here

    if len(text) == MOST:
        return True
    try:
        for _ in yaml.parse(text, Loader=yaml.CBaseLoader):
            pass
    except (yaml.YAMLError, ValueError):
        return False
    return True
