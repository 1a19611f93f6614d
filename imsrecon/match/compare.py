"""What differs between two results of one client's documents: between two runs, or before and after a setting."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import to_rupees, total_tax
from imsrecon.match.result import Reconciliation

WHAT = (
    "matched now", "match lost", "other partner", "other category", "certain now", "certain no longer",
    "new document", "gone",
)  # fmt: skip
STATE = ("side", "doc_id", "category", "confidence", "match_id", "paise")


def state_of(result: Reconciliation, register: pd.DataFrame, portal: pd.DataFrame) -> pd.DataFrame:
    """Where each document of both tables stands: side, doc_id, category, confidence and match_id (missing without a
    match), paise (its tax, int64, a credit note negative)."""
    matches = result.matches[["match_id", "category", "confidence"]]
    linked = result.links.melt(["match_id"], ["register_id", "portal_id"], "side", "doc_id").drop_duplicates()
    linked = linked.assign(side=linked["side"].str.removesuffix("_id")).merge(matches, on="match_id")
    linked = linked.drop_duplicates(["side", "doc_id"])
    alone = result.unmatched[["side", "doc_id", "category"]]
    whole = pd.concat([linked, alone], ignore_index=True)
    sides = {"register": register, "portal": portal}
    tax = pd.concat([_tax(table, side) for side, table in sides.items()], ignore_index=True)
    return whole.merge(tax, on=["side", "doc_id"], how="left", validate="1:1")[list(STATE)]


def changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Every document that stands otherwise than before: side, doc_id, what (one of `WHAT`), category_before,
    category_after (missing where there is none), paise. Both tables as `state_of` gives them."""
    keys = ["side", "doc_id"]
    both = before.merge(after, on=keys, how="outer", suffixes=("_before", "_after"), validate="1:1")
    paise = both["paise_after"].fillna(both["paise_before"]).fillna(0).astype("int64")
    both = both.assign(what=_what(both), paise=paise)
    changed = both[both["what"].notna()].sort_values([*keys], kind="stable", ignore_index=True)
    return changed[[*keys, "what", "category_before", "category_after", "paise"]]


def counted(changed: pd.DataFrame) -> pd.DataFrame:
    """`changes`, counted: what, side, category_before, category_after, rows, tax (rupees); in the order of `WHAT`."""
    keys = ["what", "side", "category_before", "category_after"]
    filled = changed.assign(**{name: changed[name].fillna("").astype("str") for name in keys})
    totals = filled.groupby(keys, as_index=False)["paise"].agg(rows="size", paise="sum")
    order = totals["what"].map(WHAT.index).argsort(kind="stable").to_numpy()
    totals = totals.iloc[order].reset_index(drop=True)
    return totals.assign(tax=to_rupees(totals["paise"].to_numpy("int64"))).drop(columns="paise")


def _tax(table: pd.DataFrame, side: str) -> pd.DataFrame:
    sign = np.where(table["doc_type"].eq("CN"), -1, 1)
    return pd.DataFrame({"side": side, "doc_id": table["doc_id"].astype("str"), "paise": total_tax(table) * sign})


def _what(both: pd.DataFrame) -> pd.Series:
    """The first that holds; missing where nothing changed."""
    here, there = both["category_before"].notna(), both["category_after"].notna()
    was, now = both["match_id_before"].notna(), both["match_id_after"].notna()
    certain = both["confidence_before"].eq("certain"), both["confidence_after"].eq("certain")
    tests = [
        (~here, "new document"),
        (~there, "gone"),
        (~was & now, "matched now"),
        (was & ~now, "match lost"),
        (was & now & both["match_id_before"].ne(both["match_id_after"]), "other partner"),
        (both["category_before"].ne(both["category_after"]), "other category"),
        (~certain[0] & certain[1], "certain now"),
        (certain[0] & ~certain[1], "certain no longer"),
    ]
    found = np.select([test.to_numpy(bool) for test, _ in tests], [word for _, word in tests], "")
    return pd.Series(found, index=both.index).replace({"": None})
