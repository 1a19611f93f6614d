"""The sheets people hand over: what matched, what differs, what stands on one side only, what to do, Table 4.

Amounts are signed here: a credit note is negative, so that every total is what the books or the portal add up to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, HEADS, show_rupees, sum_rupees, to_paise, to_rupees
from imsrecon.reports.workbook import Sheet
from imsrecon.workspace import NOBODY_ACTS

if TYPE_CHECKING:
    from imsrecon.match import Reconciliation
    from imsrecon.workspace import Month

CATEGORY_WORDS = {
    "exact": "Exact", "matched": "Matched", "mismatch": "Mismatch", "probable": "Probable",
    "only_in_books": "Only in books", "only_in_portal": "Only in portal", "superseded": "Superseded by an amendment",
    "set_aside": "Set aside by GSTR-2B",
}  # fmt: skip
TYPE_WORDS = {"INV": "Invoice", "DN": "Debit note", "CN": "Credit note", "BOE": "Bill of entry"}
ACTION_WORDS = {"A": "Accept", "R": "Reject", "P": "Pending", "N": "No action"}
FLAG_WORDS = {
    "number_format": "number written differently", "number_typo": "typing error in the number",
    "number_differs": "number", "rounding": "rounding", "value": "taxable value", "tax_head": "tax head",
    "rate": "rate", "date": "date", "date_swap": "day and month swapped", "period": "period", "pos": "place of supply",
    "gstin_branch": "another registration of the supplier", "gstin_typo": "typing error in the GSTIN",
    "no_gstin": "no GSTIN", "doc_type": "kind of document", "sign": "sign", "split": "booked in parts",
    "merged": "booked together", "amended": "amended", "reverse_charge": "reverse charge", "duplicate": "duplicate",
}  # fmt: skip
LINE_WORDS = {
    "4A1": "Import of goods", "4A2": "Import of services", "4A3": "Inward supplies under reverse charge",
    "4A4": "Inward supplies from ISD", "4A5": "All other ITC", "4B1": "Reversed: rules 38, 42, 43 and section 17(5)",
    "4B2": "Reversed: others", "4C": "Net ITC available", "4D1": "ITC reclaimed, reversed earlier in 4(B)(2)",
    "4D2": "Ineligible: section 16(4) and place of supply",
}  # fmt: skip
_HEAD_WORDS = {
    "taxable_value": "Taxable value", "igst": "IGST", "cgst": "CGST", "sgst": "SGST", "cess": "Cess", "tax": "Tax",
}  # fmt: skip
_MONEY = tuple(_HEAD_WORDS.values())


def month_sheets(month: Month, scenarios: Mapping[str, pd.DataFrame]) -> dict[str, Sheet]:
    """A month's sheets: Summary, Matched, Mismatch, Probable, Only in books, Only in portal, Actions, Table 4,
    Control, and Refused if any row of a file could not be read.

    `scenarios`: name of a set of decisions → its Table 4 (line and the four heads), the first as decided now.
    Every portal record stands once in Matched, Mismatch, Probable or Only in portal, and once in Actions.
    """
    sheets = match_sheets(month.reconciliation, month.register, month.portal, month.suggestions)
    sheets["Actions"] = _actions(month.reconciliation, month.portal, month.suggestions, month.standing_decisions)
    sheets["Table 4"] = _table4(scenarios)
    sheets["Control"] = control_sheet(month.control())
    if len(month.refused):
        sheets["Refused"] = _refused(month.refused)
    return sheets


def match_sheets(
    reconciliation: Reconciliation,
    register: pd.DataFrame,
    portal: pd.DataFrame,
    suggestions: pd.DataFrame | None = None,
) -> dict[str, Sheet]:
    """Summary, Matched, Mismatch, Probable, Only in books, Only in portal: what `reconcile` found.

    `register` and `portal` are the tables it was given; with `suggestions` the one-sided sheets say what to do.
    """
    books, theirs = _signed(register), _signed(portal)
    pairs = _pairs(reconciliation, books, theirs)
    advice = _advice(suggestions)
    groups = {"Matched": ("exact", "matched"), "Mismatch": ("mismatch",), "Probable": ("probable",)}
    sheets = {"Summary": _summary(reconciliation, books, theirs)}
    for name, categories in groups.items():
        sheets[name] = _pair_sheet(pairs[pairs["category"].isin(categories)], by_head=name != "Matched")
    sheets["Only in books"] = _alone(reconciliation, "register", books, theirs, advice)
    sheets["Only in portal"] = _alone(reconciliation, "portal", theirs, books, advice)
    return sheets


def summary_sheet(reconciliation: Reconciliation, register: pd.DataFrame, portal: pd.DataFrame) -> Sheet:
    """The Summary sheet alone: counts and rupees by category, books beside portal."""
    return _summary(reconciliation, _signed(register), _signed(portal))


def _signed(table: pd.DataFrame) -> pd.DataFrame:
    """Amounts negative for credit notes, `tax` added, and Customs named where a bill of entry has no supplier."""
    sign = np.where(table["doc_type"].eq("CN"), -1, 1)
    paise = {name: to_paise(table[name]) * sign for name in AMOUNTS}
    paise["tax"] = sum(paise[head] for head in HEADS)
    customs = ("Customs, " + table["port_code"]).where(table["doc_type"].eq("BOE"))
    names = table["supplier_name"].fillna(customs)
    return table.assign(**{name: to_rupees(amount) for name, amount in paise.items()}, supplier_name=names)


def _words(column: pd.Series, words: Mapping[str, str]) -> pd.Series:
    return column.map(words).fillna(column).astype("str")


def _flags(column: pd.Series) -> pd.Series:
    different = {text: ", ".join(FLAG_WORDS.get(flag, flag) for flag in text.split()) for text in column.unique()}
    return column.map(different).astype("str")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _summary(reconciliation: Reconciliation, books: pd.DataFrame, theirs: pd.DataFrame) -> Sheet:
    """One line a category, books beside portal."""
    lines = pd.DataFrame({"Category": list(CATEGORY_WORDS.values())}, index=list(CATEGORY_WORDS))
    for key, word, table in (("register_id", "Books", books), ("portal_id", "Portal", theirs)):
        category = table["doc_id"].map(_categories(reconciliation, key)).to_numpy()
        lines[f"{word} documents"] = pd.Series(category).value_counts().reindex(lines.index).fillna(0).astype("int64")
        for name, amount in (("taxable_value", "taxable value"), ("tax", "tax")):
            paise = pd.Series(to_paise(table[name])).groupby(category).sum().reindex(lines.index).fillna(0)
            lines[f"{word} {amount}"] = to_rupees(paise)
    used = lines[(lines["Books documents"] > 0) | (lines["Portal documents"] > 0)].reset_index(drop=True)
    said = [
        f"{word}: {_count(int(used[f'{word} documents'].sum()), 'document')}, "
        f"tax ₹{show_rupees(sum_rupees(used[f'{word} tax']))}"
        for word in ("Books", "Portal")
    ]
    return Sheet(used, ". ".join(said) + ".", tuple(used.columns[1:]))


def _categories(reconciliation: Reconciliation, key: str) -> pd.Series:
    """The category of each document of one side, by doc_id; `key` is `register_id` or `portal_id`."""
    links = reconciliation.links.drop_duplicates(key).set_index(key)["match_id"]
    linked = links.map(reconciliation.matches.set_index("match_id")["category"])
    alone = reconciliation.unmatched
    alone = alone[alone["side"].eq("register" if key == "register_id" else "portal")]
    return pd.concat([linked, alone.set_index("doc_id")["category"]])


def _pairs(reconciliation: Reconciliation, books: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Every link with both documents; in a group an amount stands once, so that the columns add up."""
    matches = reconciliation.matches
    pairs = reconciliation.links.merge(matches, on="match_id", how="left", validate="m:1")
    wanted = ["supplier_name", "supplier_gstin", "doc_type", "doc_no", "doc_date", *AMOUNTS, "tax"]
    for side, table in (("register", books), ("portal", theirs)):
        part = table[["doc_id", *wanted]].add_prefix(f"{side}_").rename(columns={f"{side}_doc_id": f"{side}_id"})
        pairs = pairs.merge(part, on=f"{side}_id", how="left", validate="m:1")
    pairs = pairs.sort_values(
        ["portal_supplier_name", "portal_doc_date", "match_id", "portal_id", "register_id"], ignore_index=True
    )
    for side in ("register", "portal"):
        again = pairs.duplicated(f"{side}_id")
        for name in (*AMOUNTS, "tax"):
            pairs[f"{side}_{name}"] = pairs[f"{side}_{name}"].mask(again)
    for name in ("taxable_difference", "tax_difference"):
        pairs[name] = pairs[name].mask(pairs.duplicated("match_id"))
    return pairs


def _pair_sheet(pairs: pd.DataFrame, *, by_head: bool) -> Sheet:
    table = pd.DataFrame(
        {
            "Supplier": pairs["portal_supplier_name"].fillna(pairs["register_supplier_name"]),
            "GSTIN": pairs["portal_supplier_gstin"].fillna(pairs["register_supplier_gstin"]),
            "Type": _words(pairs["portal_doc_type"], TYPE_WORDS),
            "Books number": pairs["register_doc_no"],
            "Portal number": pairs["portal_doc_no"],
            "Books date": pairs["register_doc_date"],
            "Portal date": pairs["portal_doc_date"],
            "Books taxable value": pairs["register_taxable_value"],
            "Portal taxable value": pairs["portal_taxable_value"],
            "Taxable difference": pairs["taxable_difference"],
            "Books tax": pairs["register_tax"],
            "Portal tax": pairs["portal_tax"],
            "Tax difference": pairs["tax_difference"],
            **{f"Books {_HEAD_WORDS[head]}": pairs[f"register_{head}"] for head in HEADS if by_head},
            **{f"Portal {_HEAD_WORDS[head]}": pairs[f"portal_{head}"] for head in HEADS if by_head},
            "What differs": _flags(pairs["flags"].fillna("")),
            "Confidence": pairs["confidence"].str.capitalize(),
            "Why": pairs["reason"],
        }
    ).reset_index(drop=True)
    sums = tuple(name for name in table.columns if table[name].dtype.kind == "f")
    books, theirs = (show_rupees(sum_rupees(table[f"{word} tax"])) for word in ("Books", "Portal"))
    records = _count(pairs["portal_id"].nunique(), "portal record")
    documents = _count(pairs["register_id"].nunique(), "document")
    said = f"{records} and {documents} in the books; tax ₹{theirs} on the portal, ₹{books} in the books."
    return Sheet(table, said, sums)


def _advice(suggestions: pd.DataFrame | None) -> pd.DataFrame:
    """By document: action, reason, to do and deadline of its suggestion."""
    columns = ["action", "rule", "reason", "todo", "deadline"]
    if suggestions is None:
        return pd.DataFrame(columns=columns)
    key = suggestions["portal_id"].fillna(suggestions["register_id"])
    return suggestions[columns].set_index(pd.Index(key))


def _alone(
    reconciliation: Reconciliation, side: str, own: pd.DataFrame, other: pd.DataFrame, advice: pd.DataFrame
) -> Sheet:
    rows = reconciliation.unmatched
    rows = rows[rows["side"].eq(side)].merge(own, on="doc_id", how="left", validate="1:1")
    rows = rows.sort_values(["supplier_name", "doc_date", "doc_no", "doc_id"], ignore_index=True)
    near = rows["nearest_id"].map(other.set_index("doc_id")["doc_no"])
    data = {
        "Supplier": rows["supplier_name"],
        "GSTIN": rows["supplier_gstin"],
        "Type": _words(rows["doc_type"], TYPE_WORDS),
        "Number": rows["doc_no"],
        "Date": rows["doc_date"],
        **_side_columns(rows, side),
        **{word: rows[name] for name, word in _HEAD_WORDS.items()},
        "Status": _words(rows["category"], CATEGORY_WORDS),
        "Nearest on the other side": near,
        "What kept them apart": rows["reason"],
    }
    if len(advice):
        found = advice.reindex(rows["doc_id"]).reset_index(drop=True)
        data |= {"Suggested": _words(found["action"], ACTION_WORDS), "Why": found["reason"], "To do": found["todo"]}
    table = pd.DataFrame(data)
    total = show_rupees(sum_rupees(table["Tax"])) if len(table) else "0.00"
    word = "document" if side == "register" else "record"
    return Sheet(table, f"{_count(len(table), word)}, tax ₹{total}.", _MONEY)


def _side_columns(rows: pd.DataFrame, side: str) -> dict[str, pd.Series]:
    if side == "register":
        return {"Voucher": rows["voucher_no"], "Voucher date": rows["voucher_date"]}
    return {
        "Section": rows["section"],
        "Supplier's form": rows["filing_status"].map({"filed": "Filed", "saved": "Saved, not filed"}).astype("str"),
        "GSTR-2B of": rows["gstr2b_period"],
    }


def _actions(
    reconciliation: Reconciliation, portal: pd.DataFrame, suggestions: pd.DataFrame, decisions: pd.DataFrame
) -> Sheet:
    rows = suggestions[suggestions["portal_id"].notna()].merge(
        _signed(portal), left_on="portal_id", right_on="doc_id", how="left", validate="1:1", suffixes=("", "_portal")
    )
    decided = rows["portal_id"].map(decisions.set_index("portal_id")["action"]).astype("str")
    category = _categories(reconciliation, "portal_id")
    table = pd.DataFrame(
        {
            "Supplier": rows["supplier_name"],
            "GSTIN": rows["supplier_gstin"],
            "Type": _words(rows["doc_type"], TYPE_WORDS),
            "Section": rows["section"],
            "Number": rows["doc_no"],
            "Date": rows["doc_date"],
            "Taxable value": rows["taxable_value"],
            "Tax": rows["tax"],
            "Match": _words(rows["portal_id"].map(category).astype("str"), CATEGORY_WORDS),
            "Suggested": _words(rows["action"], ACTION_WORDS),
            "Accept unseen": rows["auto"].astype("bool"),
            "On the portal": rows["portal_action"].map(ACTION_WORDS).astype("str"),
            "Decided": decided.map(ACTION_WORDS).fillna("not decided").astype("str"),
            "Deadline": rows["deadline"],
            "Rule": rows["rule"],
            "Reason": rows["reason"],
            "Caution": rows["caution"],
            "To do": rows["todo"],
            "Write to": rows["contact"],
            "Alternatives": rows["alternatives"],
        }
    )
    done = int(decided.notna().sum())
    unseen = int(table["Accept unseen"].sum())
    tax = show_rupees(sum_rupees(table["Tax"])) if len(table) else "0.00"
    said = f"{_count(len(table), 'record')}, tax ₹{tax}; {done:,} decided, {unseen:,} may be accepted unseen."
    return Sheet(table, said, ("Taxable value", "Tax"))


def _table4(scenarios: Mapping[str, pd.DataFrame]) -> Sheet:
    """Lines of Table 4 as decided, head by head, and the total of every other set of decisions."""
    first, *others = scenarios
    now = scenarios[first]
    total = {name: _line_totals(table) for name, table in scenarios.items()}
    table = pd.DataFrame(
        {
            "Line": now["line"].astype("str"),
            "What": _words(now["line"], LINE_WORDS),
            **{_HEAD_WORDS[head]: now[head].astype("float64") for head in HEADS},
            f"Total {first}": total[first],
            **{f"Total if {name}": total[name] for name in others},
        }
    ).reset_index(drop=True)
    net = {name: show_rupees(sum_rupees(total[name][scenarios[name]["line"].eq("4C").to_numpy()])) for name in total}
    said = "; ".join(f"{name} ₹{amount}" for name, amount in net.items())
    return Sheet(table, f"{len(table)} lines. Net ITC (4C): {said}. {NOBODY_ACTS}")


def _line_totals(table: pd.DataFrame) -> np.ndarray:
    return to_rupees(sum(to_paise(table[head]) for head in HEADS))


def control_sheet(control: pd.DataFrame) -> Sheet:
    """The Control sheet from what `Month.control` gives."""
    words = {
        "step": "Step", "side": "Side", "what": "What", "rows": "Rows", "taxable_value": "Taxable value", "tax": "Tax",
    }  # fmt: skip
    table = control[list(words)].rename(columns=words)
    table["Rows"] = table["Rows"].astype("int64")
    table["Side"] = table["Side"].replace({"register": "Books", "portal": "Portal"})
    table["What"] = table["What"].replace(CATEGORY_WORDS).str.replace("_", " ")
    read = control[control["step"].eq("import")]
    sides = {"register": "Books", "portal": "Portal"}
    lines = zip(read["side"], read["rows"], read["tax"], strict=True)
    said = [f"{sides[side]}: {_count(int(rows), 'row')}, tax ₹{show_rupees(tax)}" for side, rows, tax in lines]
    return Sheet(
        table, ". ".join([*said, "Each step adds up to these; here credit notes count as printed, positive"]) + "."
    )


def _refused(rows: pd.DataFrame) -> Sheet:
    words = {"file": "File", "sheet": "Sheet", "row": "Row", "why": "Why", "raw": "What the row holds"}
    said = f"{_count(len(rows), 'row')} could not be read and count nowhere: mend them in the file and import it again."
    return Sheet(rows[list(words)].rename(columns=words), said)
