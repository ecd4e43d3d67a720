"""Write the pages of the site, as Markdown: ``python -m scripts.site FOLDER``.

``make docs`` calls this, and then Zensical on what it wrote. Examples of rules are what a scan of
their fixtures prints, so it takes a minute or two.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from modelaudit.judge.catalogue import load
from scripts.common.files import ROOT
from scripts.site import documents, rulepages


def main(folder: Path) -> None:
    """Replace what is in ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "rules").mkdir(parents=True)
    rules = sorted(load().rules.values(), key=lambda rule: rule.id)
    known = frozenset(rule.id for rule in rules)
    for source, page in documents.pages().items():
        target = folder / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(documents.as_page(source, known), encoding="utf-8")
    for source, page in documents.FILES.items():
        shutil.copyfile(ROOT / source, folder / page)
    (folder / "rules" / "index.md").write_text(rulepages.index(rules), encoding="utf-8")
    bare = []
    for rule in rules:
        page = rulepages.page(rule)
        (folder / "rules" / f"{rule.id}.md").write_text(page, encoding="utf-8")
        if rulepages.FOUND not in page:
            bare.append(rule.id)
    sys.stdout.write(f"without an example of what they find: {', '.join(bare)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
