"""What pages for a browser have in common: one file each, which needs no network.

Nothing that an artifact chooses becomes markup. Every text is escaped as on a terminal, cut at
MOST_TEXT, and then escaped for HTML; the page's policy lets no script run but its own.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Final, TextIO

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from modelaudit.report.escape import escape
from modelaudit.report.html.pictures import marked, risk_of
from modelaudit.report.numbers import plural, size
from modelaudit.version import VERSION

MOST_TEXT: Final = 2000
"""Characters of one text; a longer one is cut, and its length is said."""
MOST_CELL: Final = 120
"""Characters of one in a table."""
_FOLDER: Final = files("modelaudit.report.html")


def render(name: str, out: TextIO, page: object) -> None:
    """Write the template of a page, which is given the page, as one file that needs no other."""
    environment = Environment(
        autoescape=True, loader=FunctionLoader(_read), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=_shown,
    )  # fmt: skip
    environment.filters.update(plural=plural, size=size, short=_short, risk=risk_of)
    environment.tests.update(marked=marked)
    style, script = _read("style.css"), _read("script.js")
    template = environment.get_template(name)
    out.writelines(
        template.generate(
            page=page, version=VERSION, policy=_policy(style, script),
            style=Markup(style), script=Markup(script),  # noqa: S704  files of our own
        )
    )  # fmt: skip


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """What the page may do: use this style and run this script, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _shown(value: object) -> object:
    """What becomes of every value that the template writes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _cut(value, MOST_TEXT)
    return value


def _short(text: str) -> str:
    return _cut(text, MOST_CELL)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return escape(text)
    return f"{escape(text[:most])}… (cut: {len(text)} characters)"
