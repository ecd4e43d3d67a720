
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const form = document.querySelector(".filters");

  // Links into what is folded, also where the browser does not unfold it by itself.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      node.removeAttribute("data-hidden");
    }
    target.scrollIntoView({ block: "start" });
  }
  addEventListener("hashchange", reveal);

  // Columns of a table, sorted by what the rows say of themselves.
  for (const head of all("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(head));
  }
  function sort(head) {
    const column = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const body = head.closest("table").tBodies[0];
    const compare = head.dataset.sort === "number"
      ? (a, b) => Number(a) - Number(b)
      : new Intl.Collator("en", { numeric: true }).compare;
    const rows = Array.from(body.rows, (row) => [row.cells[column].dataset.key, row]);
    rows.sort((a, b) => down * compare(a[0], b[0]));
    body.append(...rows.map((pair) => pair[1]));
    for (const other of all("th[aria-sort]", head.parentElement)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
  }

  // What is printed is unfolded, and as it was afterwards.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = all("details:not([open])");
    for (const one of unfolded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of unfolded) one.open = false;
  });

  if (form) filters();
  reveal();

  function filters() {
    const text = document.getElementById("filter-text");
    const category = document.getElementById("filter-category");
    const severities = all("input[name=severity]", form);
    const count = document.getElementById("filter-count");
    const sections = all(".section").map((section) => ({
      section,
      path: section.querySelector(".path").textContent.toLowerCase(),
      blocks: all(".block", section).map((block) => ({ block, words: null })),
    }));
    const rows = all("tr[data-section]");
    const briefly = (row) => row.cells[0].dataset.key.toLowerCase();
    const rules = all(".by-rule").map((rule) => ({ rule, words: null }));

    let unfolded = [];

    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, 120);
    });
    document.getElementById("open-all").addEventListener("click", () => fold(true));
    document.getElementById("close-all").addEventListener("click", () => fold(false));
    apply();

    function fold(open) {
      for (const one of all(".section:not([data-hidden]), .section:not([data-hidden]) .block")) {
        one.open = open;
      }
    }

    function words(entry, node) {
      entry.words ??= node.textContent.toLowerCase();
      return entry.words;
    }

    function apply() {
      const wanted = text.value.trim().toLowerCase();
      const allowed = new Set(severities.filter((box) => box.checked).map((box) => box.value));
      const narrowed = allowed.size < severities.length || category.value !== "";
      const active = narrowed || wanted !== "";
      const kept = new Set();
      for (const one of unfolded) one.open = false;
      unfolded = [];
      let shown = 0;
      let total = 0;
      for (const { section, path, blocks } of sections) {
        const named = path.includes(wanted);
        let some = named && !narrowed;
        let found = false;
        for (const entry of blocks) {
          const data = entry.block.dataset;
          const fits = allowed.has(data.severity)
            && (category.value === "" || data.category === category.value)
            && (named || words(entry, entry.block).includes(wanted));
          entry.block.toggleAttribute("data-hidden", !fits);
          total += Number(data.count);
          if (fits) shown += Number(data.count);
          found ||= fits;
        }
        some ||= found;
        if (active && found && !section.open && unfolded.length < 50) {
          section.open = true;
          unfolded.push(section);
        }
        section.toggleAttribute("data-hidden", !some);
        if (some) kept.add(section.id);
      }
      for (const row of rows) {
        const section = row.dataset.section;
        const some = section ? kept.has(section) : !narrowed && briefly(row).includes(wanted);
        row.toggleAttribute("data-hidden", active && !some);
      }
      for (const entry of rules) {
        const fits = !active || all(".in a", entry.rule).some((link) => visible(link));
        entry.rule.toggleAttribute("data-hidden", !fits);
      }
      count.textContent = active ? `${shown} of ${total} findings shown` : "";
    }

    function visible(link) {
      const block = document.getElementById(link.hash.slice(1))?.closest(".block");
      return Boolean(block) && !block.hasAttribute("data-hidden");
    }
  }
})();
