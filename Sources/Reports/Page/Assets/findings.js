"use strict";
// The table of claims and own findings: filtered by words and verdict, each with its picture.
(() => {
  const {make} = unroll;
  const box = document.getElementById("findings");
  if (!box) return;
  const rows = [...box.querySelectorAll("tbody tr")], verdicts = [...new Set(rows.map(row => row.dataset.verdict))];
  const hidden = new Set(), texts = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
  const count = make("output", {class: "status"});
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    box.querySelectorAll(".shown").forEach(row => row.remove());
    box.querySelectorAll("[data-figure]").forEach(button => button.setAttribute("aria-expanded", "false"));
    let shown = 0;
    for (const row of rows) {
      row.hidden = hidden.has(row.dataset.verdict) || !words.every(word => texts.get(row).includes(word));
      shown += !row.hidden;
    }
    count.textContent = `${shown} of ${rows.length}`;
    box.dataset.shown = shown;
  };
  const search = make("input",
    {type: "search", placeholder: "Filter by words", "aria-label": "Filter by words", oninput: show});
  const choices = verdicts.map(verdict => make("button", {type: "button", "aria-pressed": "true", onclick: event => {
    if (hidden.has(verdict)) hidden.delete(verdict); else hidden.add(verdict);
    event.currentTarget.setAttribute("aria-pressed", String(!hidden.has(verdict)));
    show();
  }}, `${verdict} (${rows.filter(row => row.dataset.verdict === verdict).length})`));
  const legend = make("div", {class: "legend", role: "group", "aria-label": "Verdicts"}, choices);
  box.prepend(make("div", {class: "controls"}, search, legend, count));
  box.querySelectorAll("[data-figure]").forEach(button => {
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const row = button.closest("tr"), isOpen = button.getAttribute("aria-expanded") === "true";
      if (isOpen) row.nextElementSibling.remove();
      else {
        const figure = document.getElementById(button.dataset.figure).cloneNode(true);
        figure.removeAttribute("id");
        row.after(make("tr", {class: "shown"}, make("td", {colspan: row.cells.length}, figure)));
      }
      button.setAttribute("aria-expanded", String(!isOpen));
      button.textContent = isOpen ? "show" : "hide";
    });
  });
  show();
})();
