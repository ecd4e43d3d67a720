"""mise.toml: the Python under [tools]. https://mise.jdx.dev/configuration.html"""

from __future__ import annotations

from collections.abc import Iterator

from modelaudit.targets.pins import PYTHON, Item
from modelaudit.targets.readers.pythonversion import version
from modelaudit.targets.readers.spelled import Spelled
from modelaudit.targets.readers.toml import parse, table


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each version of Python."""
    document, here = parse(text), Spelled(text, file)
    wanted = table(document, "tools").get(PYTHON)
    line = here.keys.of(PYTHON, here.headers.of("tools", 1))
    for one in wanted if isinstance(wanted, list) else [wanted]:
        named = table(one).get("version") if table(one) else one
        if isinstance(named, str):
            yield version(named, file, line)
