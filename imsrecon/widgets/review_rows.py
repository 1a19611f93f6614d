"""The review table: every portal record and every books-only document once, books beside portal, made for a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, DECLARED, to_paise, total_tax
from imsrecon.reports.sheets import ACTION_WORDS
from imsrecon.rulebook import load

if TYPE_CHECKING:
    from imsrecon.workspace import Month

DECIDED = ("action", "itc_reduction", *DECLARED, "remarks", "by", "at", "changed")
_SUGGESTED = ("action", "auto", "rule", "reason", "caution", "deadline", "todo")
_FIELDS = ("supplier_gstin", "supplier_name", "doc_type", "doc_no", "doc_date")


def review_rows(month: Month) -> pd.DataFrame:
    """One row a portal record, then one row a document that is only in the books; the order of the suggestions.

    Columns: portal_id, register_id (one may be missing); of either side, prefixed `books_` and `portal_`,
    supplier_gstin, supplier_name, doc_type, doc_no, doc_date, value and tax (int64 paise, a credit note negative), and
    books_count; match_id, category, confidence, flags, why; suggested_action, suggested_auto … suggested_todo;
    section, filing_status, gstr2b_period, portal_action, in_file (whether the portal's file has a place for it),
    portal_row (where it stands in the portal table),
    accept, reject, pending, reduction (bool: its ITC reduction may be declared), why_not, pending_until, allowed_rule,
    open (bool). Decisions are added by `with_decisions`.
    """
    rows = pd.concat([_portal_side(month), _books_only(month)], ignore_index=True)
    rows = _with_category(rows, month)
    rows = _with_suggestions(rows, month)
    names = ["accept", "reject", "pending", "reduction"]
    ruled = month.rulings[["portal_id", *names, "why_not", "pending_until", "rule"]]
    ruled = ruled.rename(columns={"rule": "allowed_rule"})
    rows = rows.merge(ruled, on="portal_id", how="left", validate="m:1")
    for name in names:
        rows[name] = rows[name].eq(True).to_numpy(dtype=bool)
    rows["open"] = rows[["accept", "reject", "pending"]].any(axis=1)
    return rows


def with_decisions(rows: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """`rows` with the decisions that stand: the columns `DECIDED`, missing where there is none."""
    last = decisions.set_index("portal_id").reindex(rows["portal_id"])
    words = ["action", "itc_reduction", "remarks", "by", "at"]
    found = last[list(DECIDED)].astype(dict.fromkeys(words, "str")).astype(dict.fromkeys(DECLARED, "float64"))
    found["changed"] = last["changed"].eq(True).to_numpy(dtype=bool)
    return pd.concat([rows.drop(columns=list(DECIDED), errors="ignore"), found.set_axis(rows.index)], axis="columns")


def suggested_word(action: object, is_open: bool) -> str:
    """A suggestion in a word. Where something may be done, N does not mean to leave it: silence would accept (K-30)."""
    word = ACTION_WORDS.get(str(action), "")
    return "You decide" if is_open and action == "N" else word


def signed_tax(table: pd.DataFrame) -> np.ndarray:
    """Tax of each document in paise, a credit note negative."""
    return total_tax(table) * np.where(table["doc_type"].eq("CN"), -1, 1)


def _side(table: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """The fields of one side under its prefix, amounts as signed paise."""
    sign = np.where(table["doc_type"].eq("CN"), -1, 1)
    side = table[list(_FIELDS)].assign(value=to_paise(table[AMOUNTS[0]]) * sign, tax=signed_tax(table))
    return side.add_prefix(prefix).reset_index(drop=True)


def _portal_side(month: Month) -> pd.DataFrame:
    portal = month.portal
    sections = {row["section"] for row in load("sections") if row.get("upload_key")}
    rows = _side(portal, "portal_").assign(
        portal_id=portal["doc_id"],
        section=portal["section"],
        filing_status=portal["filing_status"],
        gstr2b_period=portal["gstr2b_period"],
        portal_action=portal["portal_action"].fillna("N"),
        in_file=portal["section"].isin(sections),
        portal_row=np.arange(len(portal)),
    )
    links = month.reconciliation.links
    rows = rows.merge(_booked(links, month.register), on="portal_id", how="left", validate="1:1")
    for name in ("books_value", "books_tax", "books_count"):
        rows[name] = rows[name].fillna(0).astype("int64")
    return rows


def _booked(links: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """What the books have for each linked record: the first document, the sum and the number of all."""
    side = _side(register, "books_").assign(register_id=register["doc_id"])
    joined = links.merge(side, on="register_id", how="left", validate="m:1")
    grouped = joined.groupby("portal_id", sort=False)
    first = grouped.first()
    sums = grouped[["books_value", "books_tax"]].sum()
    return first.assign(**sums, books_count=grouped.size()).reset_index()


def _books_only(month: Month) -> pd.DataFrame:
    register = month.register
    alone = register[~register["doc_id"].isin(month.reconciliation.links["register_id"])].reset_index(drop=True)
    side = _side(alone, "books_")
    return side.assign(register_id=alone["doc_id"], books_count=1, portal_value=0, portal_tax=0, in_file=False)


def _with_category(rows: pd.DataFrame, month: Month) -> pd.DataFrame:
    found = month.reconciliation
    matches = found.matches.set_index("match_id")[["category", "confidence", "flags", "reason"]]
    rows = rows.join(matches, on="match_id")
    key = rows["portal_id"].fillna(rows["register_id"])
    alone = found.unmatched.drop_duplicates("doc_id").set_index("doc_id").reindex(key)
    for name in ("category", "flags", "reason"):
        rows[name] = rows[name].fillna(pd.Series(alone[name].to_numpy(), index=rows.index))
    near = pd.Series(alone["nearest_id"].to_numpy(), index=rows.index)
    return rows.assign(nearest_id=near, flags=rows["flags"].fillna("")).rename(columns={"reason": "why"})


def _with_suggestions(rows: pd.DataFrame, month: Month) -> pd.DataFrame:
    """The suggestion of each row, and the suggestions' own order: nearest deadline, then most rupees."""
    suggested = month.suggestions
    key = suggested["portal_id"].fillna(suggested["register_id"])
    table = suggested[list(_SUGGESTED)].add_prefix("suggested_").set_index(pd.Index(key))
    rank = pd.Series(np.arange(len(key)), index=table.index)
    own = rows["portal_id"].fillna(rows["register_id"])
    rows = rows.join(table, on=own.rename("key"))
    order = rank.reindex(own).fillna(len(rank)).to_numpy().argsort(kind="stable")
    rows = rows.iloc[order].reset_index(drop=True).drop(columns="key_0", errors="ignore")
    return rows.assign(suggested_auto=rows["suggested_auto"].eq(True).to_numpy(dtype=bool))
