"""Opens pages in Chromium, does what a reader does, and prints what came of it as JSON.

Run by the Python that has playwright: ``drive.py PAGE…``. Chromium is that of the machine, or else
that of playwright.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

WIDTHS = {"wide": 1280, "narrow": 360}


def main(paths: list[str]) -> None:
    root = os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"] if root else []
        )
        print(json.dumps({Path(path).stem: look(browser, Path(path).as_uri()) for path in paths}))
        browser.close()


def look(browser: Browser, address: str) -> dict[str, Any]:
    """What a page does by itself, in every look, and when it is used."""
    said: list[str] = []
    asked: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    found: dict[str, Any] = {"said": said, "asked": asked, "axe": {}, "beyond": {}}
    for scheme in ("light", "dark"):
        for name, width in WIDTHS.items():
            context = browser.new_context(
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": width, "height": 900},
            )
            page = context.new_page()
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("dialog", dismiss)
            page.on("request", lambda request: asked.append(request.url))
            begin = time.monotonic()
            page.goto(address)
            found["seconds"] = time.monotonic() - begin
            beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            found["beyond"][name] = page.evaluate(beyond)
            if page.locator("*").count() < 2000:
                for one in page.locator("details").all():
                    one.evaluate("one => { one.open = true; }")
                found["axe"][f"{scheme} {name}"] = serious(page)
            if (scheme, name) == ("light", "wide"):
                page.reload()
                found |= use(page, address)
            context.close()
    found["unscripted"] = unscripted(browser, address)
    return found


def serious(page: Page) -> list[str]:
    """What axe finds, each with an element."""
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations]


def use(page: Page, address: str) -> dict[str, Any]:
    """Filters, sorting, links, keyboard and print."""
    found: dict[str, Any] = {}
    blocks = page.locator(".block:not([data-hidden])")
    if page.locator(".filters").count():
        found["before"] = blocks.count()
        begin = time.monotonic()
        page.fill("#filter-text", "opset")
        wait(page, filtered=True)
        found["filter"] = {
            "seconds": time.monotonic() - begin,
            "count": page.inner_text("#filter-count"),
            "rows": page.locator("tr[data-section]:not([data-hidden])").count(),
            "rules": page.locator(".by-rule:not([data-hidden])").count(),
        }
        page.fill("#filter-text", "")
        wait(page, filtered=False)
        found["after"] = blocks.count()
        others = page.locator("input[name=severity]").all()[1:]
        for box in others:
            box.uncheck()
        if others:
            wait(page, filtered=True)
        found["worst"] = page.inner_text("#filter-count")
    table = page.locator("table.matrix").first
    orders = [table.locator("tbody th a").all_inner_texts()]
    button = table.locator("thead button").first
    for _ in range(2):
        button.focus()
        page.keyboard.press("Enter")
        orders.append(table.locator("tbody th a").all_inner_texts())
    found["orders"] = [texts[:10] for texts in orders]
    found["sorted"] = table.locator("thead th").first.get_attribute("aria-sort")
    anchor = page.locator("[id^=f-]").last.get_attribute("id")
    page.goto(f"{address}#{anchor}")
    found["linked"] = page.locator(f'[id="{anchor}"]').is_visible()
    page.goto(address)
    page.keyboard.press("Tab")
    found["focus"] = page.evaluate("document.activeElement.textContent")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    found["printed"] = page.locator("details:not([open])").count()
    return found


def wait(page: Page, *, filtered: bool) -> None:
    """Wait until the filters say how much they leave, or that they leave everything."""
    state = ":not(:empty)" if filtered else ":empty"
    page.locator(f"#filter-count{state}").wait_for(state="attached")


def unscripted(browser: Browser, address: str) -> dict[str, Any]:
    """What there is to see where scripts do not run."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    found = {
        "rows": page.locator("table.matrix tbody tr").count(),
        "filters": page.locator(".filters:visible").count(),
    }
    page.locator("summary").first.click()
    found["folded"] = page.locator("details").first.get_attribute("open") is None
    context.close()
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
