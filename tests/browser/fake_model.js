// A stand-in for the widget's model: answers as Python does, after a delay, and keeps what was sent in `sent`.
window.sent = [];
const ANSWER_AFTER = 20, ROWS = 100000;
function makeRow(at, action = "") {
  const same = text => [text, text, "same"];
  return {
    id: at, name: "Supplier " + at, match: "Mismatch", category: "mismatch", differs: "taxable value", suggested: "A", suggests: "Accept", auto: false,
    reason: "Because", action, stands: "N", remarks: "", reduction: "", upload: action ? "To upload" : "", open: at % 10 === 9 ? "" : at % 10 === 8 ? "APN" : "ARPN",
    why: at % 10 === 9 ? "It is closed (C-25)." : at % 10 === 8 ? "Reject not possible (B-17)." : "", tax: 10000 + at,
    fields: { supplier: same("27ZZZXX0000X1Z" + (at % 10)), kind: same("INV"), number: [`INV/${at}`, `INV-${at}`, "near"], date: same("01-Jun-2026"),
      value: ["100.00", "200.00", "differs"], tax: ["18.00", "36.00", "differs"] },
  };
}
class FakeModel {
  constructor() {
    this.state = { n_rows: ROWS, generation: 1, height: 460, status: "left", matches: [["any", "Any match"], ["mismatch", "Mismatch"]],
      chips: [{ key: "left", label: "Left to decide", rows: ROWS, tax: "1" }, { key: "all", label: "All", rows: ROWS, tax: "1" }] };
    this.heard = {};
    this.actions = new Map();
    this.delay = ANSWER_AFTER;
  }
  get(name) { return this.state[name]; }
  set(name, value) { this.state[name] = value; (this.heard["change:" + name] || []).forEach(f => f()); }
  save_changes() {}
  on(name, f) { (this.heard[name] ??= []).push(f); }
  off(name, f) { this.heard[name] = (this.heard[name] || []).filter(g => g !== f); }
  hear(message) { (this.heard["msg:custom"] || []).forEach(f => f(message)); }
  later(message) { setTimeout(() => this.hear(message), this.delay); }
  row(at) { return makeRow(at, this.actions.get(at)); }
  send(message) {
    message = JSON.parse(JSON.stringify(message)); // as over the wire: a copy
    window.sent.push(message);
    if (message.type === "rows") {
      const rows = [];
      for (let at = message.start; at < message.stop; at++) rows.push(this.row(at));
      this.asked = (this.asked || 0) + 1;
      this.mostAsked = Math.max(this.mostAsked || 0, this.asked);
      setTimeout(() => { this.asked -= 1; this.hear({ type: "rows", gen: message.gen === this.state.generation ? message.gen : -1, start: message.start, rows }); }, this.delay);
    }
    if (message.type === "act") {
      for (const step of message.steps) for (const at of step.rows) this.actions.set(at, step.action);
      const answered = message.steps.flatMap(step => step.rows);
      this.later({ type: "acted", seq: message.seq, answered, said: "", kind: "info", rows: [...new Set(answered)].map(at => this.row(at)) });
    }
    if (message.type === "undo") this.later({ type: "acted", seq: message.seq, answered: [], said: "Taken back.", kind: "info", rows: [] });
    if (message.type === "bulk") this.later(message.sure ? { type: "said", text: "Done.", kind: "info" } : { type: "ask", text: "Accept: 42 records?" });
    if (message.type === "view") { this.state.generation += 1; this.later({ type: "stale", gen: this.state.generation, n: message.text ? 3 : ROWS }); }
    if (message.type === "detail") this.later({ type: "detail", row: message.row, title: "Invoice", facts: [["Match", "Mismatch."]],
      evidence: [["Number", "A", "B", "differs"]], alone: "", open: "ARPN", remarks: "", reduction: "", declared: {}, reducible: true,
      reasons: [["Goods in transit", "In transit: Goods in transit (Pending)"], ["Not ours <b>", "Not ours: Not ours <b> (Reject)"]] });
  }
}
window.startGrid = async url => {
  const grid = (await import(url)).default;
  window.model = new FakeModel();
  window.stop = new AbortController();
  window.clean = grid.render({ model: window.model, el: document.getElementById("el"), signal: window.stop.signal });
};
