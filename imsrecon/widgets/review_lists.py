"""What the review screen lists: suggestions by what they say, by supplier, by document. No widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imsrecon.domain import show_date, show_paise, to_paise
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import CATEGORY_WORDS
from imsrecon.rulebook import rule
from imsrecon.widgets.review_rows import suggested_word

if TYPE_CHECKING:
    from imsrecon.widgets.review_state import ReviewState

WHAT = {"look": "Left to decide", "open": "May be acted on", "books": "Only in books", "all": "Everything"}


_HOW = {"look": "A person looks", "unseen": "May be taken without a look", "none": "Nothing to do on the portal"}


def dashboard_html(state: ReviewState) -> str:
    """The dashboard in three parts, each with its documents and rupees; what needs nothing is folded away."""
    table = dashboard(state)
    parts = []
    for how, words in _HOW.items():
        lines = table[table["How"].eq(how)].drop(columns="How")
        paise = int(to_paise(lines["Tax"]).sum())
        title = f"{words}: {int(lines['Documents'].sum()):,} documents, tax ₹{show_paise(paise)}"
        shown = table_html(lines, len(lines)) if len(lines) else ""
        fold = f"<details><summary>{title}</summary>{shown}</details>"
        parts.append(fold if how == "none" else f"<h4>{title}</h4>{shown}")
    return "".join(parts)


def dashboard(state: ReviewState) -> pd.DataFrame:
    """The suggestions counted: Suggested, How (`look`, `unseen`, `none`), Because (the rule's own words), Rule,
    Documents, Tax; most tax first."""
    table = state.table
    how = np.where(table["suggested_auto"], "unseen", np.where(table["open"], "look", "none"))
    columns = {
        "action": table["suggested_action"],
        "how": how,
        "rule": table["suggested_rule"],
        "paise": table["tax_key"],
    }
    totals = pd.DataFrame(columns).groupby(["action", "how", "rule"], as_index=False)["paise"].agg(["size", "sum"])
    totals = totals.iloc[(-totals["sum"].abs()).argsort(kind="stable").to_numpy()]
    return pd.DataFrame(
        {
            "Suggested": list(map(suggested_word, totals["action"], totals["how"].ne("none"))),
            "How": totals["how"],
            "Because": totals["rule"].map(_about),
            "Rule": totals["rule"],
            "Documents": totals["size"],
            "Tax": totals["sum"] / 100,
        }
    ).reset_index(drop=True)


def _about(name: str) -> str:
    """What the rule is about, in its own words."""
    found = rule(name)
    text = str(found.get("finding") or found.get("text") or found.get("why") or "")
    text = text[:1].upper() + text[1:]
    return text if len(text) <= 110 else text[:107].rsplit(" ", 1)[0] + " …"


def wanted(state: ReviewState, what: str) -> pd.DataFrame:
    """The rows of one of WHAT."""
    table = state.table
    undecided = table["open"] & table["action"].isna() & table["portal_action"].eq("N")
    masks = {"look": undecided, "open": table["open"], "books": table["category"].eq("only_in_books")}
    return table[masks[what]] if what in masks else table


def suppliers(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Label and id of each supplier, the most tax first."""
    totals = rows.groupby("supplier_id").agg(
        name=("supplier_key", "first"), documents=("tax_key", "size"), paise=("tax_key", "sum")
    )
    totals = totals.iloc[(-totals["paise"].abs()).argsort(kind="stable").to_numpy()]
    names = totals.index.astype("str") + "   " + totals["name"].where(totals["name"].ne(""), "no name")
    counted = "₹" + totals["paise"].map(show_paise).astype("str") + "   " + totals["documents"].astype("str") + "   "
    return list(zip(counted + names, totals.index, strict=True))


def documents(rows: pd.DataFrame, supplier: str | None) -> list[tuple[str, int]]:
    """Label and position of a supplier's documents, the most tax first."""
    found = rows[rows["supplier_id"].eq(supplier)]
    found = found.iloc[(-found["tax_key"].abs()).argsort(kind="stable").to_numpy()]
    match = found["category"].map(CATEGORY_WORDS).astype("str")
    action = pd.Series(map(suggested_word, found["suggested_action"], found["open"]), index=found.index, dtype="str")
    day = found["date_key"].map(show_date)
    labels = (
        found["number_key"]
        + "   "
        + day
        + "   ₹"
        + found["tax_key"].map(show_paise).astype("str")
        + "   "
        + match
        + "   → "
        + action
    )
    return [(label, int(at)) for label, at in zip(labels, found.index, strict=True)]
