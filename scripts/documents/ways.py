"""The formats, as ``modelaudit formats`` compares them."""

from __future__ import annotations

from modelaudit.formats.describe import FormatInfo, describe
from scripts.documents import markdown, table


def compared() -> str:
    """A section for each format that is inspected, and a table of the others."""
    known = describe()
    text = "".join(_section(info) for info in known if info.inspected)
    rows = [
        (info.title, _endings(info), info.use, " ".join(info.weaknesses))
        for info in known
        if not info.inspected
    ]
    text += "## Recognised, not inspected\n\n"
    return text + table(("format", "files", "use", "weaknesses"), rows)


def _endings(info: FormatInfo) -> str:
    return " ".join(f"`{one}`" for one in info.endings) or "a directory"


def _section(info: FormatInfo) -> str:
    text = f"## {info.title}\n\n`{info.name}` · {_endings(info)}\n\n{markdown(info.use)}\n\n"
    for heading, lines in (
        ("Strengths", info.strengths), ("Weaknesses", info.weaknesses),
        ("What modelaudit checks", info.checks),
    ):  # fmt: skip
        text += f"{heading}:\n\n" + "".join(f"- {markdown(line)}\n" for line in lines) + "\n"
    return text
