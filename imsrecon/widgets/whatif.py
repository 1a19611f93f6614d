"""Three sets of decisions side by side, a line's rupees by document, and the preview against the portal's own 2B."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.act import due_date, next_tax_period
from imsrecon.domain import HEADS, show_date, show_period, show_rupees, sum_rupees, total_tax
from imsrecon.preview import trace, weigh_suppliers
from imsrecon.reports.charts import line_number
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import ACTION_WORDS, LINE_WORDS
from imsrecon.resources import shipped
from imsrecon.rulebook import rule
from imsrecon.widgets.frame import Screen, safely

if TYPE_CHECKING:
    from pathlib import Path

    from imsrecon.workspace import Month

_MOST = 300
_WORDS = {
    "credit_now": "Credit now, Table 4(C)",
    "credit_deferred": "Credit that waits: pending, or next period",
    "reduction_deferred": "Reductions that wait: credit notes pending",
    "credit_lost": "Credit lost: rejected, not available, out of time",
    "reduction_refused": "Reductions refused: credit notes rejected",
    "supplier_liability": "Added back to suppliers",
    "cash": "Cash to pay with GSTR-3B",
    "interest": "Interest, if doubtful credit is denied after a year",
}
_CASH = {
    "output_tax": "Output tax", "reverse_charge": "Reverse charge", "credit": "Credit",
    "paid_by_credit": "Paid by credit", "cash": "Cash", "credit_left": "Credit left",
}  # fmt: skip
_PARTS = {
    "available": "available", "not_available": "not available", "reversal": "to reverse", "rejected": "rejected",
    "held": "held pending", "next_period": "next period", "earlier": "earlier GSTR-3B", "superseded": "amended since",
    "removed": "out of time", "absent": "not there",
}  # fmt: skip


class WeighedScreen(Screen):
    """The three side by side, and beside them what another policy would give."""

    def __init__(self, month: Month) -> None:
        super().__init__()
        self.month = month
        self.policy = ipw.Dropdown(
            description="Another policy beside them", options=policies(month), layout=ipw.Layout(width="520px")
        )
        self.policy.style.description_width = "initial"
        self.rows = ipw.HTML()
        self.fill(self.policy, self.rows)
        self.show()
        self.policy.observe(self._chosen, "value")

    def show(self) -> None:
        """Weigh them as they stand now."""
        self.rows.value = weighed_html(self.month, self.policy.value)

    @safely
    def _chosen(self) -> None:
        self.rows.value = ""  # a policy that cannot be followed must not stand beside another one's rupees
        self.show()


def policies(month: Month) -> list[tuple[str, Path | None]]:
    """The policies to weigh: the TOML files in the client's folder that are not his settings, then the examples."""
    own = sorted(path for path in month.workspace.folder.glob("*.toml") if path.name != "client.toml")
    examples = sorted((shipped("templates") / "policies").glob("*.toml"))
    named = [(path.name, path) for path in own]
    named += [(f"example: {path.stem.replace('_', ' ')}", path) for path in examples]
    return [("none", None), *named]


def weighed_html(month: Month, policy: Path | None = None) -> str:
    """The three side by side, and what `policy` would give: what, rupees of each, and when it comes or is final; then
    whose tax is added back."""
    made = month.scenarios(policy)
    table = month.weighed(made)
    names = [name for name in table.columns if name != "measure"]
    shown = pd.DataFrame({"What": table["measure"].map(_WORDS)} | {_head(name): table[name] for name in names})
    shown["When"] = table["measure"].map(_when(month)).fillna("")
    kept = table["measure"].eq("credit_now") | (table[names] != 0).any(axis="columns")
    parts = [f"<p><b>{html.escape(_told(table, names))}</b></p>", table_html(shown[kept], len(shown))]
    if "cash" not in set(table["measure"]):
        parts.append("<p class='soft'>Give the output tax above, and the cash of each is shown here.</p>")
    suppliers = weigh_suppliers(made)
    if len(suppliers):
        said = (
            f"Whose tax is added back: {len(suppliers):,} suppliers"
            if len(suppliers) > 1
            else "Whose tax is added back"
        )
        parts.append(f"<details><summary>{said}</summary>{table_html(_suppliers(suppliers, names), _MOST)}</details>")
    return "".join(parts) + _cash_html(month) + _exposed_html(month)


def _cash_html(month: Month) -> str:
    """The cash as decided, head by head; nothing without output tax."""
    found = month.cash
    if found is None:
        return ""
    heads = found["head"].map(lambda head: "Cess" if head == "cess" else head.upper())
    table = pd.DataFrame({"Head": heads} | {word: found[name] for name, word in _CASH.items()})
    said = f"Cash as decided, head by head: ₹{show_rupees(sum_rupees(found['cash']))}"
    return f"<details><summary>{said}</summary>{table_html(table, len(table))}</details>"


def _exposed_html(month: Month) -> str:
    """The doubtful records that count as accepted, as decided: the interest on each."""
    found = month.exposed
    if found.empty:
        return ""
    portal = month.portal.set_index("doc_id")
    names = portal["supplier_name"].mask(portal["doc_type"].eq("BOE"), "Customs").reindex(found["portal_id"])
    table = pd.DataFrame(
        {
            "Supplier": names.to_numpy(),
            "GSTIN": found["supplier_gstin"],
            "Number": found["doc_no"],
            "Credit": found["tax"],
        }
        | {"Interest": found["interest"]}
    )
    word = "record counts" if len(table) == 1 else "records count"
    said = (
        f"Doubtful credit, as decided: {len(table):,} {word} as accepted though accepting is not suggested, credit "
        f"₹{show_rupees(sum_rupees(found['tax']))}, interest ₹{show_rupees(sum_rupees(found['interest']))}"
    )
    return f"<details><summary>{said}</summary>{table_html(table, _MOST)}</details>"


def _told(table: pd.DataFrame, names: list[str]) -> str:
    now = table.set_index("measure").loc["credit_now", names]
    return f"Credit now: {'; '.join(f'{name} ₹{show_rupees(now[name])}' for name in names)}."


def _head(name: str) -> str:
    return name[:1].upper() + name[1:]


def _when(month: Month) -> dict[str, str]:
    this = show_date(due_date("gstr3b", month.period, month.profile))
    following = next_tax_period(month.period, month.profile)
    later = show_date(due_date("gstr3b", following, month.profile))
    return {
        "credit_now": f"GSTR-3B due {this}",
        "credit_deferred": f"at the earliest GSTR-3B due {later}",
        "reduction_deferred": f"at the latest GSTR-3B due {later}",
        "credit_lost": "final once GSTR-3B is filed",
        "reduction_refused": "final once GSTR-3B is filed",
        "supplier_liability": f"their GSTR-3B of {show_period(following)} or later",
        "cash": f"by {this}",
        "interest": f"{rule('D-57')['rate']}% a year, section 50",
    }


def _suppliers(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    rows = {"Supplier": table["supplier_name"], "GSTIN": table["supplier_gstin"]}
    rows |= {"Their GSTR-3B of": table["supplier_period"].map(show_period)}
    return pd.DataFrame(rows | {_head(name): table[name] for name in names})


class TraceScreen(Screen):
    """Choose a line of Table 4; see the documents and the inputs that make it up."""

    def __init__(self, month: Month) -> None:
        super().__init__()
        self.month = month
        self.line = ipw.Dropdown(description="Line", layout=ipw.Layout(width="520px"))
        self.rows = ipw.HTML()
        self.fill(self.line, self.rows)
        self.show()
        self.line.observe(self._chosen, "value")

    def show(self) -> None:
        """Offer the lines that have rupees, with their sums."""
        chosen = self.line.value
        lines = _lines(self.month)
        self.line.options = [
            (f"{line_number(line)} · {LINE_WORDS[line]} · ₹{show_rupees(tax)}", line) for line, tax in lines.items()
        ]
        if lines:
            self.line.value = chosen if chosen in lines else next(iter(lines))
        self._chosen()

    @safely
    def _chosen(self) -> None:
        self.rows.value = trace_html(self.month, self.line.value) if self.line.value else "<p>No line has rupees.</p>"


def _lines(month: Month) -> dict[str, float]:
    """The lines that anything counts on: their tax, all heads together."""
    table4 = month.preview.table4
    used = set(month.preview.documents["line"].dropna()) | set(month.preview.inputs["line"])
    sums = dict(zip(table4["line"], total_tax(table4) / 100, strict=True))
    return {line: tax for line, tax in sums.items() if line in used or (line == "4C" and used)}


def trace_html(month: Month, line: str) -> str:
    """The documents and inputs of a line, the largest first."""
    rows = trace(month.preview, line)
    tax = total_tax(rows) / 100
    rows["supplier_name"] = rows["supplier_name"].mask(rows["doc_type"].eq("BOE"), "Customs")
    counts = int(rows["source"].eq("document").sum())
    hand = f" and {len(rows) - counts:,} amounts given by hand" if len(rows) > counts else ""
    word = "document" if counts == 1 else "documents"
    said = f"{counts:,} {word}{hand}: ₹{show_rupees(sum_rupees(tax))}."
    table = pd.DataFrame(
        {
            "Supplier": rows["supplier_name"].where(rows["source"].eq("document"), rows["source"]),
            "Section": rows["section"].fillna(""),
            "Number": rows["doc_no"].fillna(""),
            "Date": rows["doc_date"],
            **{head.upper(): rows[head] for head in HEADS[:3]},
            "Total": tax,
            "Stands at": rows["action"].map(ACTION_WORDS).fillna(""),
            "Rule": rows["rule"],
            "Note": rows["note"].fillna(""),
        }
    )
    return f"<p>{html.escape(said)}</p>{table_html(table, 25)}"


def lines_html(month: Month) -> str:
    """Each line with its number of documents and of amounts given by hand, for a page without screens."""
    found = {line: trace(month.preview, line) for line in _lines(month)}
    table = pd.DataFrame(
        [
            (line_number(line), LINE_WORDS[line], int(rows["source"].eq("document").sum()),
             int(rows["source"].ne("document").sum()), sum_rupees(total_tax(rows) / 100))
            for line, rows in found.items()
        ],
        columns=["Line", "What", "Documents", "Given by hand", "Tax"],
    )  # fmt: skip
    return table_html(table, len(table))


def check_html(month: Month) -> str:
    """The preview against the portal's own GSTR-2B of the month, document by document."""
    found = month.differences_from_2b()
    if found is None:
        return f"<p>No GSTR-2B of {show_period(month.tax_period)} is imported yet.</p>"
    if found.empty:
        return "<p><b>The preview and the portal's GSTR-2B agree on every document.</b></p>"
    more = sum_rupees(found["difference"])
    word = "document stands" if len(found) == 1 else "documents stand"
    said = (
        f"{len(found):,} {word} otherwise in the portal's GSTR-2B; its tax is ₹{show_rupees(abs(more))} "
        f"{'more' if more > 0 else 'less'}."
    )
    reasons = found.groupby(["part", "portal_part", "reason"], sort=False)
    counts = reasons.agg(documents=("portal_id", "size"), difference=("difference", "sum")).reset_index()
    counts = pd.DataFrame(
        {
            "Here": counts["part"].map(_PARTS),
            "Portal's 2B": counts["portal_part"].map(_PARTS),
            "Documents": counts["documents"],
            "Tax, portal less here": counts["difference"],
            "Likely reason": counts["reason"],
        }
    )
    portal = month.portal.drop_duplicates("doc_id").set_index("doc_id")
    names = portal["supplier_name"].mask(portal["doc_type"].eq("BOE"), "Customs")
    table = pd.DataFrame(
        {
            "Supplier": found["portal_id"].map(names).fillna(found["supplier_gstin"]),
            "Number": found["doc_no"],
            "Here": found["part"].map(_PARTS),
            "Portal's 2B": found["portal_part"].map(_PARTS),
            "Tax here": found["tax"],
            "Tax in the 2B": found["portal_tax"],
        }
    )
    inner = f"<details><summary>Document by document</summary>{table_html(table, _MOST)}</details>"
    return f"<p><b>{html.escape(said)}</b></p>{table_html(counts, len(counts))}{inner}"
