"""Other names lead to the objects that they are names of."""

from __future__ import annotations

import pytest

from modelaudit.knowledge.pickle_aliases import held_module, resolve_alias
from modelaudit.knowledge.pickle_globals import canonical, rate, resolve


@pytest.mark.parametrize(
    ("spelled", "found"),
    [
        ("inspect:attrgetter", "operator:attrgetter"),
        ("collections:_itemgetter", "operator:itemgetter"),
        ("collections:_starmap", "itertools:starmap"),
        ("enum:reduce", "_functools:reduce"),
        ("bz2:_builtin_open", "_io:open"),
        ("email.charset:partial", "functools:partial"),
        ("tokenize:lookup", "_codecs:lookup"),
        ("lightgbm.basic:np.lib.os.system", "os:system"),
        ("logging:os", "os:"),
        ("random:_os.system", "os:system"),
        ("os:path.os.system", "os:system"),
        ("no_such_module:_os.system", "os:system"),
        ("collections:OrderedDict", "collections:OrderedDict"),
        ("no_such_module:system", "no_such_module:system"),
        ("torch.serialization:pickle.loads", "pickle:loads"),
    ],
)
def test_resolves(spelled: str, found: str) -> None:
    assert ":".join(resolve(*spelled.split(":"))) == found


def test_modules_of_modules() -> None:
    assert held_module("os", "path") == "posixpath"
    assert held_module("logging", "handlers") == "logging.handlers"
    assert held_module("logging", "nothing") == ""


def test_nothing_is_followed_for_ever() -> None:
    assert resolve_alias("os", "path.os." * 40 + "system")[1].endswith("system")


def test_other_names_are_rated() -> None:
    assert rate("inspect", "attrgetter")["tier"] == "dangerous"
    assert rate("email.charset", "partial")["dotted"] == "functools.partial"


def test_reviewed_names_are_put_right() -> None:
    assert canonical("inspect", "attrgetter") == ("operator", "attrgetter")
    assert canonical("fractions", "Decimal") == ("decimal", "Decimal")
    assert canonical("textwrap", "re.Scanner") == ("textwrap", "re.Scanner")
