"""Configurations in YAML whose loader imports what they name, as their text tells.

No ending says so: such a file is ``config.yaml`` like any other. It is one where it has a key or a
tag that a loader instantiates by, or settings that a loader runs as Python.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from modelaudit.core.source import Source

ENDINGS: Final = (".yaml", ".yml", ".json")
_WORDS: Final = (
    b"_target_", b"target", b"class_path", b"!new:", b"!name:", b"!module:", b"!apply",
    b"!include:", b"python/", b"%TAG", b"download", b"backbone", b"\\x", b"\\u", b"%",
    b"oc.create",
)  # fmt: skip
"""One of these is in every such file, so that most files cost no more than the search for them."""
_DOTTED: Final = rb"[\"']?[A-Za-z_$][^\s#\"']*"
_KEY: Final = rb"(?:^|[\s{,-])[\"']?%s[\"']?\s*:"
_NAMES: Final = (
    rb"_target_|\$\{oc\.create:"
    rb"|" + _KEY % rb"class_path" + rb"\s*" + _DOTTED +
    rb"|(?:^|\s)!(?:new|name|module|apply|applyref|include):"
    rb"|!(?:!|<tag:yaml\.org,2002:)python/|^%TAG|![^\s\"',]*%[0-9a-fA-F]{2}"
    rb"|\"[^\"\n]*\\(?:x|u00)[4-7][0-9a-fA-F][^\"\n]*\"\s*:"
)  # fmt: skip
_TOGETHER: Final = (
    (_KEY % rb"target" + rb"\s*[\"']?[A-Za-z_]\w*(?:\.\w+)+[\"']?\s*(?:$|[,}])", _KEY % rb"params"),
    (_KEY % rb"download" + rb"\s*\S", _KEY % rb"(?:train|val|names|nc)"),
    (_KEY % rb"backbone" + rb"\s*(?:$|\[)", _KEY % rb"head" + rb"\s*(?:$|\[)"),
)
"""Keys that other files have too, and what stands beside them where a loader acts on them."""
_IN_JSON: Final = (
    rb"\"(?:_target_|class_path|[^\"\n]*\\u00[4-7][0-9a-fA-F][^\"\n]*)\"\s*:\s*\"[A-Za-z_$]"
)
"""Without values that are numbers: vocabularies have every word as a key."""
_MOST_PARSED: Final = 1 << 20
_MOST_WIDE: Final = 4 << 20
"""Bytes of a text in UTF-16 that are looked at."""


def names_python(source: Source) -> bool:
    """Whether a loader of this YAML imports names out of it, or runs a part of it as Python."""
    name = (source.members[-1] if source.members else source.path).lower()
    if not name.endswith(ENDINGS):
        return False
    data, begin, end = source.view()
    if source.read(0, 2) in (b"\xff\xfe", b"\xfe\xff"):
        data = source.read(0, _MOST_WIDE).replace(b"\0", b"")
        begin, end = 0, len(data)
    if all(data.find(word, begin, end) < 0 for word in _WORDS):
        return False

    def has(pattern: bytes) -> bool:
        return re.compile(b"(?m)" + pattern).search(data, begin, end) is not None

    if name.endswith(".json"):
        return has(_IN_JSON) and _parses(source)
    found = has(_NAMES) or any(all(map(has, pair)) for pair in _TOGETHER)
    return found and _parses(source)


def is_pipeline(source: Source) -> bool:
    """Whether a file of DVC has commands that reproducing it runs."""
    name = (source.members[-1] if source.members else source.path).rpartition("/")[2]
    if name != "dvc.yaml" and not name.endswith(".dvc"):
        return False
    return re.search(rb"(?m)^[ \t-]*[\"']?cmd[\"']?\s*:", source.read(0, _MOST_PARSED)) is not None


def _parses(source: Source) -> bool:
    """False for a template of YAML, which no loader takes as it is."""
    import yaml  # noqa: PLC0415  few files come here

    if source.extent > _MOST_PARSED:
        return True
    try:
        for _ in yaml.parse(source.read(0, _MOST_PARSED), Loader=yaml.CBaseLoader):
            pass
    except (yaml.YAMLError, ValueError):
        return False
    return True
