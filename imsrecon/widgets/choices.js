// A table with a drop-down in each row. Cells are text, never HTML: they come from files.
function render({ model, el }) {
  const table = document.createElement("table");
  table.className = "imschoices";
  el.classList.add("imschoices-frame");
  el.append(table);

  const cell = (name, text, style) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (style) made.className = style;
    return made;
  };

  const select = row => {
    const made = document.createElement("select");
    made.dataset.row = row.id;
    made.setAttribute("aria-label", `${model.get("heading")}: ${row.name}`);
    for (const [group, options] of model.get("options")) {
      const home = group ? document.createElement("optgroup") : made;
      if (group) { home.label = group; made.append(home); }
      for (const [value, words] of options) home.append(new Option(words, value));
    }
    made.value = row.choice;
    made.addEventListener("change", () => model.send({ type: "choose", row: row.id, value: made.value }));
    return made;
  };

  const draw = () => {
    const focused = el.contains(document.activeElement) ? document.activeElement.dataset.row : null;
    const top = el.scrollTop;
    table.replaceChildren();
    const head = table.createTHead().insertRow();
    for (const text of model.get("head")) { const th = cell("th", text); th.scope = "col"; head.append(th); }
    const body = table.createTBody();
    for (const row of model.get("rows")) {
      const line = body.insertRow();
      if (row.mark) line.className = "marked";
      const name = cell("th", row.name);
      name.scope = "row";
      if (row.place) name.append(cell("span", row.place, "soft"));
      const choice = cell("td", "");
      choice.append(select(row));
      line.append(name, cell("td", row.examples, "examples"), choice, cell("td", row.why, "why"));
      if (row.mark) line.lastChild.prepend(cell("b", `${row.mark}. `));
    }
    if (focused) table.querySelector(`select[data-row="${CSS.escape(focused)}"]`)?.focus();
    el.scrollTop = top;
  };

  model.on("change:rows", draw);
  draw();
}
export default { render };
