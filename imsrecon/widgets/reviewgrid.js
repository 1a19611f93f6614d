// The review grid: a window on a long table. Python keeps the rows; the browser holds those near the view.
// An action is painted at once and marked as being saved; the mark goes when Python says that it is on the disk.
const ROW = 46, AHEAD = 60, KEEP = 4000, DELAY = 200, PATIENCE = 8000;
const ACTIONS = { A: "Accept", R: "Reject", P: "Pending", N: "No action" };
const COLUMNS = [
  ["", "Pick"], ["", "Side"], ["supplier", "Supplier"], ["number", "Number"], ["date", "Date"], ["value", "Taxable ₹"],
  ["tax", "Tax ₹"], ["match", "Match"], ["suggested", "Suggested"], ["decision", "Decision"], ["upload", "Upload"],
];
const KINDS = { INV: "Invoice", DN: "Debit note", CN: "Credit note", BOE: "Bill of entry" };
const REDUCED = { none: "unreduced", partial: "part reduced" };
const BESIDE = 5; // rows of the table that stay in sight while the row's evidence is open
const SIGNS = { same: "", near: "≈", differs: "≠", books: "", portal: "" };
const MARK_WORDS = { same: "equal", near: "nearly equal", differs: "differs", books: "only in the books", portal: "only on the portal" };
const HELP = [
  ["A  R  P  N", "accept, reject, keep pending, no action: the row, or all picked rows"], ["↑  ↓  PgUp  PgDn  Home  End", "move"],
  ["Space", "pick the row and move down"], ["Enter", "evidence, remark and ITC reduction of the row"],
  ["m", "write a remark for the row; Esc comes back to the rows"], ["/", "search; several at once with |"],
  ["z", "undo the last step; asks first if it holds more than one decision"], ["Esc", "close, or let go of the picked rows"],
  ["Tab", "to the filters, the column headings (Enter sorts) and the remark"], ["?", "this list"],
];

const LOST = "No rows came yet. If the kernel is idle (the circle at the top right is empty), run this cell again.";

function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== "") node.textContent = text; // never HTML: names come from suppliers
  return node;
}
function button(text, className, title = "") {
  const node = make("button", className, text);
  node.type = "button";
  if (title) node.title = title;
  return node;
}
function pair(books, portal, mark, className) {
  const cell = make("div", `pair ${className} ${mark}`);
  cell.title = `${MARK_WORDS[mark]}: books ${books || "nothing"}, portal ${portal || "nothing"}`;
  const theirs = make("span", "portal", portal || "–");
  if (SIGNS[mark]) theirs.prepend(make("i", "sign", SIGNS[mark]));
  cell.append(make("span", "books", books || "–"), theirs);
  return cell;
}
function legend() {
  const line = make("span", "legend", "books above, portal below");
  for (const mark of ["differs", "near"]) line.append(make("i", "sign", SIGNS[mark]), MARK_WORDS[mark]);
  return line;
}
function rupees(paise) {
  return (paise / 100).toLocaleString("en-IN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function build(el) {
  const root = make("div", "imsgrid");
  const bar = make("div", "bar"), chips = make("div", "chips"), tools = make("div", "tools");
  const search = make("input", "search");
  search.type = "search";
  search.placeholder = "Search supplier, GSTIN, number, amount  ( / )";
  search.setAttribute("aria-label", "Search rows");
  const match = make("select", "match");
  match.setAttribute("aria-label", "Match");
  const scope = make("select", "scope");
  scope.setAttribute("aria-label", "Act on");
  for (const [value, text] of [["row", "this row"], ["picked", "picked rows"], ["filter", "all rows shown"], ["supplier", "this supplier, as shown"]])
    scope.append(Object.assign(make("option", "", text), { value }));
  const acts = make("span", "acts");
  for (const a of Object.keys(ACTIONS)) {
    const b = button(ACTIONS[a], `do ${a}`, `${ACTIONS[a]} (${a})`);
    b.dataset.do = a;
    acts.append(b);
  }
  const undo = button("Undo", "undo", "Take back the last step (z)"), help = button("?", "help", "Keys (?)");
  const find = make("div", "tools");
  find.append(search, match);
  tools.append(make("span", "label", "Act on"), scope, acts, make("span", "gap"), undo, help);
  const state = make("div", "state"), said = make("div", "said"), picked = make("span", "picked");
  const count = make("span", "count"), busy = make("span", "busy");
  state.append(count, picked, busy, said);
  bar.append(chips, find, tools, state);
  const question = make("div", "question"), head = make("div", "head line"), body = make("div", "body"), pad = make("div", "pad");
  const foot = make("div", "foot");
  const detail = make("div", "detail"), keys = make("div", "keys");
  question.hidden = detail.hidden = keys.hidden = true;
  question.setAttribute("role", "alertdialog");
  question.setAttribute("aria-label", "Please confirm");
  detail.setAttribute("role", "region");
  detail.setAttribute("aria-label", "About this row");
  body.setAttribute("role", "rowgroup");
  said.setAttribute("role", "status");
  const table = make("div", "table");
  table.tabIndex = 0;
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", "Review grid");
  table.setAttribute("aria-multiselectable", "true");
  table.setAttribute("aria-colcount", COLUMNS.length);
  head.setAttribute("role", "row");
  for (const [key, text] of COLUMNS) {
    const cell = make("div", key ? "sortable" : text.toLowerCase(), key ? "" : text);
    cell.setAttribute("role", "columnheader");
    if (key) {
      cell.dataset.sort = key;
      cell.setAttribute("aria-sort", "none");
      cell.append(button(text, "sort", `Sort by ${text}`));
    }
    head.append(cell);
  }
  body.append(pad);
  table.append(head, body);
  foot.append(legend());
  keys.append(make("strong", "", "Keys"));
  for (const [key, text] of HELP) keys.append(make("kbd", "", key), make("span", "", text));
  root.append(bar, question, table, foot, detail, keys);
  el.append(root);
  return { root, chips, search, match, scope, undo, help, question, table, head, body, pad, said, picked, count, busy, detail, keys };
}

function render({ model, el, signal }) {
  const ui = build(el);
  const cache = new Map(), live = new Map(), picked = new Map(), saving = new Map(), waiting = new Map();
  let gen = model.get("generation"), total = model.get("n_rows"), current = 0, inflight = false, asked = null;
  let queue = [], writing = false, seq = 0, sort = "", ascending = true, shownDetail = null, timer = 0, typing = 0, wantLook = false, wantRemark = false;
  ui.body.style.height = model.get("height") + "px";

  const say = (text, kind = "info") => { ui.said.textContent = text; ui.said.dataset.kind = text ? kind : ""; };
  const focus = () => ui.table.focus({ preventScroll: true });
  const send = message => model.send({ ...message, gen });

  // rows --------------------------------------------------------------------------------------------------------
  function window_() {
    const top = Math.floor(ui.body.scrollTop / ROW), rows = Math.ceil((ui.body.clientHeight || model.get("height")) / ROW);
    return [Math.max(0, top - 4), Math.min(total, top + rows + 4)];
  }
  function show() {
    const [start, stop] = window_();
    ui.busy.textContent = saving.size ? `saving ${saving.size} …` : "";
    if (!inflight) {
      let at = start;
      while (at < stop && cache.has(at)) at++;
      if (at < stop) {
        inflight = true; // one request at a time; what is in view then is asked for when it lands
        send({ type: "rows", start: Math.max(0, start - AHEAD), stop: Math.min(total, stop + AHEAD) });
      }
    }
    draw(start, stop);
  }
  function draw(start, stop) {
    for (const [at, node] of live) if (at < start || at >= stop) { node.remove(); live.delete(at); }
    for (let at = start; at < stop; at++) {
      let node = live.get(at);
      if (!node) {
        node = make("div", "line");
        node.setAttribute("role", "row");
        node.setAttribute("aria-rowindex", at + 2);
        node.dataset.at = at;
        node.style.top = at * ROW + "px";
        ui.pad.append(node);
        live.set(at, node);
      }
      node.classList.toggle("current", at === current);
      const row = cache.get(at);
      if (row) paint(node, row);
    }
    const here = live.get(current);
    if (here) { here.id = here.id || `r${Math.random().toString(36).slice(2)}`; ui.table.setAttribute("aria-activedescendant", here.id); }
  }
  function paint(node, row) {
    const state = [row.id, row.action, row.upload, row.remarks, saving.has(row.id), picked.has(row.id), row.v || 0].join("|");
    if (node.dataset.state === state) return;
    node.dataset.state = state;
    node.dataset.action = row.action;
    node.setAttribute("aria-selected", picked.has(row.id));
    const f = row.fields, pick = make("input", "pick");
    pick.type = "checkbox";
    pick.tabIndex = -1;
    pick.checked = picked.has(row.id);
    pick.setAttribute("aria-label", "Pick");
    const side = make("div", "pair side");
    side.append(make("span", "books", "Books"), make("span", "portal", "Portal"));
    const who = make("div", "who");
    const gstin = make("span", `sub ${f.supplier[2]}`, f.supplier[1] || f.supplier[0] || "no GSTIN");
    if (f.supplier[2] === "differs") { gstin.prepend(make("i", "sign", SIGNS.differs)); gstin.title = `Books ${f.supplier[0] || "none"}, portal ${f.supplier[1] || "none"}`; }
    const tag = make("span", `tag ${f.kind[2]}`, f.kind[1] || f.kind[0]);
    tag.title = KINDS[f.kind[1] || f.kind[0]] || "";
    if (f.kind[2] === "differs") { tag.prepend(make("i", "sign", SIGNS.differs)); tag.title = `Books ${KINDS[f.kind[0]]}, portal ${KINDS[f.kind[1]]}`; }
    who.append(make("span", "name", row.name), gstin, tag);
    who.title = row.name;
    const match = make("div", "two");
    match.append(make("span", `badge ${row.category}`, row.match), make("span", "sub", row.differs));
    match.title = row.differs;
    const suggested = make("div", "two");
    suggested.append(make("span", "word", row.suggests), make("span", "sub", row.suggested === "A" ? (row.auto ? "unseen" : "after a look") : ""));
    suggested.title = row.reason;
    const decision = make("div", "decide");
    for (const a of Object.keys(ACTIONS)) {
      const b = button(a, `act ${a}`, row.open.includes(a) ? ACTIONS[a] : row.why);
      b.tabIndex = -1;
      b.dataset.act = a;
      b.setAttribute("aria-pressed", row.action === a);
      b.setAttribute("aria-label", ACTIONS[a]);
      if (!row.open.includes(a)) b.setAttribute("aria-disabled", "true");
      decision.append(b);
    }
    const word = row.action ? ACTIONS[row.action] : row.open ? "not decided" : "closed", reduced = REDUCED[row.reduction];
    const stand = make("span", "sub", [reduced || word, row.action && row.remarks && "remark"].filter(Boolean).join(" · "));
    stand.title = [word, reduced, row.remarks].filter(Boolean).join(", ");
    decision.append(stand);
    const upload = make("div", "upload", saving.has(row.id) ? "saving …" : row.upload);
    node.replaceChildren(pick, side, who, pair(f.number[0], f.number[1], f.number[2], "docno"), pair(f.date[0], f.date[1], f.date[2], "date"),
      pair(f.value[0], f.value[1], f.value[2], "money"), pair(f.tax[0], f.tax[1], f.tax[2], "money"), match, suggested, decision, upload);
    for (const cell of node.children) cell.setAttribute("role", "gridcell");
  }
  function land(message) {
    inflight = false;
    if (message.gen === gen)
      message.rows.forEach((row, k) => {
        const at = message.start + k;
        if (saving.has(row.id)) { row.action = saving.get(row.id).action; row.upload = ""; }
        cache.set(at, row);
        if (waiting.has(at)) { const action = waiting.get(at); waiting.delete(at); act(action, [row]); }
      });
    if (cache.size > KEEP) for (const at of cache.keys()) { if (cache.size <= KEEP / 2) break; if (!live.has(at) && !waiting.has(at)) cache.delete(at); }
    if (wantLook && cache.has(current)) look(true);
    show();
  }
  function refresh(rows) {
    const fresh = new Map(rows.map(row => [row.id, row]));
    for (const [at, row] of cache) if (fresh.has(row.id) && !saving.has(row.id)) cache.set(at, { ...fresh.get(row.id), v: (row.v || 0) + 1 });
    show();
  }
  function stale(message) {
    ({ gen, n: total } = message);
    cache.clear();
    waiting.clear();
    inflight = false;
    current = Math.max(0, Math.min(current, total - 1));
    for (const node of live.values()) node.remove();
    live.clear();
    size();
    show();
  }
  function size() {
    ui.pad.style.height = Math.max(1, total) * ROW + "px";
    ui.table.setAttribute("aria-rowcount", total + 1);
    ui.count.textContent = total === 1 ? "1 row" : total.toLocaleString("en-IN") + " rows";
    ui.pad.dataset.empty = total ? "" : "Nothing here. Choose another filter above.";
  }

  // acting ------------------------------------------------------------------------------------------------------
  function act(action, rows, more = {}) {
    const open = rows.filter(row => row.open.includes(action));
    if (!open.length) { if (rows.length) say(rows[0].why || "Nothing is open for it.", "error"); return; }
    const step = { rows: open.map(row => row.id), action, ...more };
    for (const row of open) {
      const before = saving.get(row.id);
      saving.set(row.id, { action, count: (before ? before.count : 0) + 1 });
      row.action = action;
      row.upload = "";
    }
    queue.push(step);
    if (open.length < rows.length) say(`${rows.length - open.length} of the picked rows are left as they are: ${rows.find(row => !open.includes(row)).why}`, "error");
    else say("");
    flush();
    show();
  }
  function flush() {
    // One message in flight: keys pressed meanwhile go together in the next one, so that a slow disk never loses any.
    if (writing || !queue.length) return;
    writing = true;
    if (queue[0].undo) { model.send({ type: "undo", seq: ++seq, step: queue.shift().step }); return; }
    const next = queue.findIndex(step => step.undo);
    model.send({ type: "act", seq: ++seq, steps: queue.splice(0, next < 0 ? queue.length : next) });
  }
  function undo(step = "") { queue.push({ undo: true, step }); flush(); } // in its turn: keys pressed before it come first
  function acted(message) {
    writing = false;
    if (message.failed) saving.clear();
    for (const id of message.answered) {
      const mark = saving.get(id);
      if (mark && --mark.count <= 0) saving.delete(id);
    }
    if (message.said) say(message.said, message.kind);
    if (message.ask) { asked = { undo: true, step: message.step }; ask(message.ask); }
    const back = (message.back || [])[0];
    for (const [at, row] of cache) if (row.id === back) { go(at); break; }
    refresh(message.rows);
    flush();
  }
  function known() { return [...picked.values()]; }
  function press(action) {
    if (picked.size) return act(action, known());
    const row = cache.get(current);
    if (row) act(action, [row]); else if (current < total) waiting.set(current, action);
    go(current + 1);
  }
  function tool(action) {
    const scope = ui.scope.value, row = cache.get(current);
    if (scope === "picked") { if (picked.size) act(action, known()); else say("No row is picked: press Space on a row, or tick its box.", "error"); }
    else if (scope === "row") { if (row) act(action, [row]); }
    else { asked = { scope, action, row: row ? row.id : null }; send({ type: "bulk", ...asked, sure: false }); }
    focus();
  }
  function ask(text) {
    const yes = button("Yes  (Enter)", "yes"), no = button("No  (Esc)", "no");
    yes.addEventListener("click", () => answer(true));
    no.addEventListener("click", () => answer(false));
    ui.question.replaceChildren(make("span", "", text), yes, no);
    ui.question.hidden = false;
    focus();
  }
  function answer(sure) {
    ui.question.hidden = true;
    if (sure && asked) { if (asked.undo) undo(asked.step); else send({ type: "bulk", ...asked, sure: true }); }
    asked = null;
    focus();
  }
  function pick(row) {
    if (!row) return;
    if (picked.has(row.id)) picked.delete(row.id); else picked.set(row.id, row);
    told();
  }
  function told() {
    let tax = 0;
    for (const row of picked.values()) tax += row.tax;
    ui.picked.textContent = picked.size ? `${picked.size} picked · tax ₹${rupees(tax)}` : "";
    ui.scope.value = picked.size ? "picked" : ui.scope.value === "picked" ? "row" : ui.scope.value;
    show();
  }

  // moving and filtering ----------------------------------------------------------------------------------------
  function inSight() {
    const top = current * ROW, height = ui.body.clientHeight;
    if (top < ui.body.scrollTop) ui.body.scrollTop = top;
    else if (top + ROW > ui.body.scrollTop + height) ui.body.scrollTop = top + ROW - height;
  }
  function go(at) {
    current = Math.max(0, Math.min(total - 1, at));
    inSight();
    if (!ui.detail.hidden && cache.has(current)) { clearTimeout(timer); timer = setTimeout(() => look(true), DELAY); }
    show();
  }
  function view(change) {
    ui.body.scrollTop = 0;
    current = 0;
    clearTimeout(typing); // what was typed goes along
    send({ type: "view", text: ui.search.value, ...change });
  }
  function chips() {
    ui.chips.replaceChildren(...model.get("chips").map(chip => {
      const b = button("", "chip");
      b.dataset.status = chip.key;
      b.setAttribute("aria-pressed", chip.key === model.get("status"));
      b.append(make("span", "", chip.label), make("b", "", chip.rows.toLocaleString("en-IN")), make("span", "sub", "₹" + chip.tax));
      return b;
    }));
  }
  function matches() {
    ui.match.replaceChildren(...model.get("matches").map(([value, text]) => Object.assign(make("option", "", text), { value })));
  }

  // the row's evidence ------------------------------------------------------------------------------------------
  function unfold(open) {
    // The table grows shorter, so that a person sees the row and what is known of it together.
    const rows = model.get("height"), opens = open && ui.detail.hidden;
    ui.detail.hidden = !open;
    ui.body.style.height = (open ? Math.min(rows, BESIDE * ROW) : rows) + "px";
    inSight();
    if (opens) ui.detail.scrollIntoView({ block: "nearest" });
    show();
  }
  function look(stay = false) {
    const row = cache.get(current);
    if (!stay && !ui.detail.hidden) { unfold(false); shownDetail = null; return; }
    wantLook = !row; // Enter waits for its row
    if (row) send({ type: "detail", row: row.id });
  }
  function detail(message) {
    shownDetail = message;
    const evidence = make("table", "evidence"), first = make("tr");
    for (const text of ["", "Books", "Portal", "What it says"]) first.append(make("th", "", text));
    evidence.append(first);
    for (const [field, books, portal, said] of message.evidence) {
      const line = make("tr");
      line.append(make("th", "", field), make("td", "", books), make("td", "", portal), make("td", "", said));
      evidence.append(line);
    }
    const facts = make("dl");
    for (const [label, text] of message.facts) facts.append(make("dt", "", label), make("dd", "", text));
    const left = make("div", "left"), right = make("div", "right");
    left.append(make("h4", "", message.title), facts);
    right.append(form(message), message.evidence.length ? evidence : make("p", "sub", message.alone));
    ui.detail.replaceChildren(left, right);
    unfold(true);
    if (wantRemark) ui.detail.querySelector(".remark")?.focus();
    wantRemark = false;
  }
  function form(message) {
    const box = make("div", "form");
    if (!message.open) return box;
    const remark = make("input", "remark");
    remark.placeholder = "Remark: choose a reason above or write, plain English, up to 250 characters";
    remark.maxLength = 250;
    remark.value = message.remarks;
    remark.setAttribute("aria-label", "Remark");
    const reasons = make("select", "reasons");
    reasons.setAttribute("aria-label", "Reason");
    for (const [value, text] of [["", "Reason, for the remark …"], ...message.reasons])
      reasons.append(Object.assign(make("option", "", text), { value }));
    reasons.value = message.reasons.some(([value]) => value === message.remarks) ? message.remarks : "";
    reasons.addEventListener("change", () => { remark.value = reasons.value; });
    const reduction = make("select", "reduction");
    reduction.setAttribute("aria-label", "ITC to reduce");
    for (const [value, text] of [["", "ITC reduction: as the record says"], ["full", "reduce in full"], ["partial", "reduce in part"], ["none", "do not reduce"]])
      reduction.append(Object.assign(make("option", "", text), { value }));
    reduction.value = message.reduction;
    const heads = make("span", "heads"), inputs = {};
    for (const head of ["igst", "cgst", "sgst", "cess"]) {
      inputs[head] = Object.assign(make("input", "head-amount"), { type: "number", min: 0, step: "0.01", value: message.declared[head] ?? "" });
      inputs[head].setAttribute("aria-label", `${head.toUpperCase()} to reduce`);
      heads.append(make("label", "sub", head.toUpperCase()), inputs[head]);
    }
    const toggle = () => { heads.hidden = reduction.value !== "partial"; };
    reduction.addEventListener("change", toggle);
    toggle();
    const acts = make("span", "acts");
    for (const a of Object.keys(ACTIONS)) {
      if (!message.open.includes(a)) continue;
      const b = button(`${ACTIONS[a]} with this remark`, `do ${a}`);
      b.addEventListener("click", () => {
        const declared = {};
        if (a === "A" && reduction.value === "partial") for (const h in inputs) if (inputs[h].value) declared[h] = Number(inputs[h].value);
        const more = { remarks: remark.value, ...(a === "A" && reduction.value ? { reduction: reduction.value, declared } : {}) };
        const row = [...cache.values()].find(one => one.id === message.row) || { id: message.row, open: message.open };
        act(a, picked.size ? known() : [row], more);
        focus();
      });
      acts.append(b);
    }
    box.append(reasons, remark, ...(message.reducible ? [reduction, heads] : []), acts);
    return box;
  }

  // keys and clicks ---------------------------------------------------------------------------------------------
  const MOVES = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
  const KEYS = {
    " ": () => { pick(cache.get(current)); go(current + 1); }, "/": () => ui.search.focus(), "?": () => { ui.keys.hidden = !ui.keys.hidden; },
    z: () => undo(), m: () => { wantRemark = true; look(true); }, Enter: () => (ui.question.hidden ? look() : answer(true)),
  };
  function escape() {
    if (!ui.question.hidden) answer(false);
    else if (!ui.keys.hidden) ui.keys.hidden = true;
    else if (!ui.detail.hidden) unfold(false);
    else if (picked.size) { picked.clear(); told(); }
    else return false;
    return true;
  }
  function key(event) {
    const combo = event.ctrlKey || event.metaKey || event.altKey, name = event.key;
    if (combo || name === "Tab" || (name === "Enter" && event.shiftKey)) return;
    // The notebook listens above: a bare letter would insert a cell, or turn this one into text and lose its output.
    event.stopPropagation();
    if (event.target.matches("input:not(.pick), select")) {
      if (name === "Escape" || (name === "Enter" && event.target === ui.search)) { focus(); event.preventDefault(); }
      return;
    }
    const letter = name.length === 1 ? name.toUpperCase() : "";
    if (event.target.closest("button") && (name === " " || name === "Enter")) return;
    if (name === "Escape") { if (escape()) event.preventDefault(); return; }
    if (name in MOVES) go(current + MOVES[name]);
    else if (letter in ACTIONS) { if (ui.question.hidden) press(letter); }
    else if (KEYS[name] || KEYS[name.toLowerCase()]) (KEYS[name] || KEYS[name.toLowerCase()])();
    else return;
    event.preventDefault();
  }
  const on = (node, name, handler) => node.addEventListener(name, handler, { signal });
  on(ui.root, "keydown", key);
  on(ui.pad, "click", event => {
    const node = event.target.closest(".line");
    if (!node) return;
    const before = current;
    go(+node.dataset.at);
    const row = cache.get(current), action = event.target.dataset.act;
    if (event.target.classList.contains("pick")) {
      if (event.shiftKey && row) {
        const from = Math.min(before, current), to = Math.max(before, current);
        for (let at = from; at <= to; at++) if (cache.has(at)) picked.set(cache.get(at).id, cache.get(at));
        told();
      } else pick(row);
    } else if (action && row) act(action, [row]);
    focus();
  });
  on(ui.pad, "dblclick", event => { if (!event.target.closest("button, input")) look(true); });
  on(ui.head, "click", event => {
    const name = event.target.closest("[data-sort]")?.dataset.sort;
    if (!name) return;
    ascending = sort === name ? !ascending : true;
    sort = name;
    for (const cell of ui.head.children) cell.setAttribute("aria-sort", cell.dataset.sort === sort ? (ascending ? "ascending" : "descending") : "none");
    view({ sort, ascending });
    if (event.detail) focus(); // a click; with the keyboard the heading keeps the focus
  });
  on(ui.chips, "click", event => {
    const chip = event.target.closest(".chip");
    if (chip) { view({ status: chip.dataset.status }); focus(); }
  });
  on(ui.match, "change", () => { view({ match: ui.match.value }); focus(); });
  on(ui.search, "input", () => { clearTimeout(typing); typing = setTimeout(() => view({}), DELAY); });
  for (const b of ui.root.querySelectorAll("[data-do]")) on(b, "click", () => tool(b.dataset.do));
  on(ui.undo, "click", () => { undo(); focus(); });
  on(ui.help, "click", () => { ui.keys.hidden = !ui.keys.hidden; focus(); });
  on(ui.body, "scroll", show);

  const answers = {
    rows: land, stale, acted, detail,
    ask: message => ask(message.text),
    said: message => say(message.text, message.kind),
    fresh: message => refresh(message.rows),
  };
  const hear = message => {
    clearTimeout(silence);
    if (answers[message.type]) answers[message.type](message);
  };
  // A grid that was started on a very busy computer may never hear of Python (anywidget waits two seconds): say so.
  const silence = setTimeout(() => { ui.pad.dataset.empty = LOST; }, PATIENCE);
  model.on("msg:custom", hear);
  model.on("change:chips", chips);
  model.on("change:status", chips);
  chips();
  matches();
  size();
  requestAnimationFrame(show);
  const watch = new ResizeObserver(show);
  watch.observe(ui.body);
  return () => {
    clearTimeout(silence);
    watch.disconnect();
    model.off("msg:custom", hear);
    model.off("change:chips", chips);
    model.off("change:status", chips);
  };
}
export default { render };
