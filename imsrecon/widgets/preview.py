"""The preview's tables and charts: now, if nobody acts, if all is taken; what is held; books → 2B → 3B."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import HEADS, show_period, show_rupees, sum_rupees, to_paise, total_tax
from imsrecon.reports.charts import line_number
from imsrecon.reports.sheets import LINE_WORDS
from imsrecon.widgets.review_rows import signed_tax
from imsrecon.workspace import NOBODY_ACTS

if TYPE_CHECKING:
    from imsrecon.workspace import Month


def net_sentence(month: Month) -> str:
    """Net ITC (4C) of the three scenarios, and what each gives more or less than now."""
    net = {name: _net(preview.table4) for name, preview in month.scenarios().items()}
    first, *others = net
    told = [f"{first} ₹{show_rupees(net[first] / 100)}"]
    for name in others:
        apart = net[name] - net[first]
        word = "the same" if not apart else f"₹{show_rupees(abs(apart) / 100)} {'more' if apart > 0 else 'less'}"
        told.append(f"{name} ₹{show_rupees(net[name] / 100)} ({word})")
    return f"Net ITC, Table 4(C): {'; '.join(told)}. {NOBODY_ACTS}"


def _net(table4: pd.DataFrame) -> int:
    return int(total_tax(table4[table4["line"].eq("4C")]).sum())


def held(month: Month) -> pd.DataFrame:
    """Records kept pending, the oldest first: Supplier, Type, Number, Date, Since, Days, Tax, Last day."""
    documents = month.preview.documents
    ids = documents.loc[documents["part"].eq("held"), "portal_id"]
    rows = month.portal[month.portal["doc_id"].isin(ids)].merge(
        month.allowed[["portal_id", "pending_until"]],
        left_on="doc_id",
        right_on="portal_id",
        how="left",
        validate="1:1",
    )
    today = pd.Timestamp(month.today)
    table = pd.DataFrame(
        {
            "Supplier": rows["supplier_name"].mask(rows["doc_type"].eq("BOE"), "Customs"),
            "Section": rows["section"],
            "Number": rows["doc_no"],
            "Date": rows["doc_date"],
            "Came in": rows["gstr2b_period"].fillna(month.period).map(show_period),
            "Days old": (today - rows["doc_date"]).dt.days.astype("int64"),
            "Tax": signed_tax(rows) / 100,
            "May wait until": rows["pending_until"],
            "Why": _why(month, rows),
        }
    )
    return table.sort_values("Days old", ascending=False, kind="stable", ignore_index=True)


def _why(month: Month, rows: pd.DataFrame) -> pd.Series:
    """The remark of the decision, or of the portal; of a locked record, what locks it."""
    decided = month.standing_decisions.set_index("portal_id")["remarks"].reindex(rows["doc_id"])
    locked = month.preview.documents.set_index("portal_id")["rule"].reindex(rows["doc_id"]).isin(["K-01", "C-40"])
    why = decided.fillna(rows.set_index("doc_id")["remarks"]).fillna("")
    return why.mask(locked, "locked until its original is settled").astype("str").set_axis(rows.index)


def table4(month: Month) -> pd.DataFrame:
    """Table 4 as decided, head by head, beside the totals if nobody acts and if all suggestions are taken."""
    scenarios = {name: preview.table4 for name, preview in month.scenarios().items()}
    now, *_ = scenarios.values()
    heads = {head.upper() if head != "cess" else "Cess": now[head] for head in HEADS}
    totals = {name.capitalize(): total_tax(table) / 100 for name, table in scenarios.items()}
    return pd.DataFrame({"Line": now["line"].map(line_number), "What": now["line"].map(LINE_WORDS)} | heads | totals)


def held_sentence(table: pd.DataFrame) -> str:
    """How much is held and how old it is."""
    if table.empty:
        return "Nothing is held."
    oldest = int(table["Days old"].max())
    word = "record is" if len(table) == 1 else "records are"
    return (
        f"{len(table):,} {word} held, tax ₹{show_rupees(sum_rupees(table['Tax']))}; the oldest is {oldest:,} days old."
    )


def parts_sentence(month: Month) -> str:
    """Records and tax of each part of the previewed GSTR-2B, and of all."""
    table = parts(month)
    total = f"{int(table['Documents'].sum()):,} documents, tax ₹{show_rupees(sum_rupees(table['Tax']))}"
    sums = [
        f"{part[:1].lower()}{part[1:]} {int(rows['Documents'].sum()):,}, ₹{show_rupees(sum_rupees(rows['Tax']))}"
        for part, rows in table.groupby("Part", sort=False)
    ]
    return f"{total}: {'; '.join(sums)}."


def parts(month: Month) -> pd.DataFrame:
    """The previewed GSTR-2B by part and section: Part, Section, Documents, Taxable value and heads."""
    summary = month.preview.summary
    names = {"taxable_value": "Taxable value", **{head: head.upper() if head != "cess" else "Cess" for head in HEADS}}
    table = summary[["part", "section", "documents", *names]].rename(columns=names)
    words = {"not_available": "Not available", "next_period": "Next period", "earlier": "In an earlier 3B"}
    part = table["part"].map(words).fillna(table["part"].str.capitalize())
    table = table.assign(part=part).rename(columns={"part": "Part", "section": "Section", "documents": "Documents"})
    return table.assign(Tax=sum(to_paise(table[names[head]]) for head in HEADS) / 100)
