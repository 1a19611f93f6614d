"""What the register's own marks propose for the inputs of GSTR-3B: blocked credit in 4(B)(1) (G-03, D-30).

A proposal counts nowhere until a person gives it as an input.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, conform, marked_ineligible, show_rupees, sum_rupees, to_paise, to_rupees, total_tax
from imsrecon.preview import Gstr2b, input_items
from imsrecon.rulebook import cite_inside

PROPOSAL_COLUMNS = (
    "item", "line", "rule", "portal_id", "supplier_gstin", "supplier_name", "doc_no", "doc_date", "register_ids",
    "ledger", "marked", *HEADS,
)  # fmt: skip
_ITEM = "blocked_17_5"
_RULE = "G-03"


def propose_inputs(links: pd.DataFrame, register: pd.DataFrame, preview: Gstr2b) -> pd.DataFrame:
    """The records that the preview counts in 4(A) and that the register marks ineligible, the largest first.

    `links`: register_id, portal_id, as `Reconciliation.links` has them; `preview`: of the decisions that stand, so a
    rejected or pending record proposes nothing. One row a record: item and line of the input, rule, portal_id,
    supplier_gstin, supplier_name, doc_no, doc_date (of the record), register_ids (space-joined), ledger and marked (as
    the register writes them, the largest document's), igst … cess: rupees to be reversed. That is what the record
    counts; where only some of the documents booked for it are marked, no more than those. Credit notes are left to
    their own declaration (G-16).
    """
    rows = _marked_records(links, conform(register, "register"))
    counted = preview.documents[preview.documents["line"].isin(["4A1", "4A3", "4A4", "4A5"])]
    rows = counted.drop(columns="rule").merge(rows, on="portal_id", suffixes=("", "_books"))
    for head in HEADS:
        most = np.maximum(to_paise(rows[head]), 0)
        rows[head] = to_rupees(np.where(rows["all_marked"], most, np.clip(rows[f"books_{head}"], 0, most)))
    size = sum(to_paise(rows[head]) for head in HEADS)
    line = input_items().set_index("item").loc[_ITEM, "lines"]
    rows = rows.assign(item=_ITEM, line=line, rule=_RULE, size=-size)[size > 0]
    rows = rows.sort_values(["size", "portal_id"])[list(PROPOSAL_COLUMNS)].reset_index(drop=True)
    return rows.astype(dict.fromkeys(["item", "line", "rule", "register_ids"], "str"))


def proposed_entries(proposals: pd.DataFrame) -> pd.DataFrame:
    """`propose_inputs` summed as entries that `preview.check_inputs` takes: item, igst … cess, note."""
    paise = pd.DataFrame({head: to_paise(proposals[head]) for head in HEADS})
    sums = paise.groupby(proposals["item"].to_numpy()).sum()
    counts = proposals.groupby("item").size()
    entries = (sums / 100).rename_axis("item").reset_index()
    words = {1: "1 document marked ineligible in the register"}
    entries["note"] = [words.get(many, f"{many} documents marked ineligible in the register") for many in counts]
    return entries.astype({"item": "str", "note": "str"})


def proposed_sentence(proposals: pd.DataFrame) -> str:
    """What is proposed, on how many documents and rupees it rests, and by which rule; "" if nothing is."""
    if proposals.empty:
        return ""
    count = len(proposals)
    lines = ", ".join(f"{line[0]}({line[1]})({line[2]})" for line in proposals["line"].unique())
    tax = show_rupees(sum_rupees(total_tax(proposals) / 100))
    documents = "document that counts" if count == 1 else "documents that count"
    marked = "is" if count == 1 else "are"
    partly = int(proposals["marked"].str.startswith("In part").sum())
    share = f" {partly:,} of them only in part, and the whole is proposed: correct the amount." if partly else ""
    return (
        f"Proposed for {lines}: ₹{tax}. {count:,} {documents} in 4(A) {marked} marked ineligible in the "
        f"register ({', '.join(cite_inside(name) for name in proposals['rule'].unique())}).{share}"
    )


def _marked_records(links: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """By portal_id, of the records with a marked document: all_marked, what is marked in paise, and which documents."""
    books = register.assign(is_marked=marked_ineligible(register["itc_eligibility"]))
    for head in HEADS:
        books[f"books_{head}"] = np.where(books["is_marked"], to_paise(books[head]), 0)
    books["tax"] = sum(to_paise(books[head]) for head in HEADS)
    names = ["doc_id", "is_marked", "ledger", "itc_eligibility", "tax", *(f"books_{head}" for head in HEADS)]
    rows = links.merge(books[names], left_on="register_id", right_on="doc_id")
    all_marked = rows.groupby("portal_id")["is_marked"].all().rename("all_marked")
    rows = rows[rows["is_marked"]].sort_values(["portal_id", "tax", "register_id"], ascending=[True, False, True])
    groups = rows.groupby("portal_id", sort=False)
    told = groups.agg(
        register_ids=("register_id", " ".join), ledger=("ledger", "first"), marked=("itc_eligibility", "first")
    )
    return told.join(groups[[f"books_{head}" for head in HEADS]].sum()).join(all_marked).reset_index()
