"""What the match screen lists: matches and documents without one, searched and filtered. No widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import show_paise
from imsrecon.reports.sheets import CATEGORY_WORDS, FLAG_WORDS
from imsrecon.widgets.review_rows import review_rows

if TYPE_CHECKING:
    from imsrecon.workspace import Month

SHOWN = 400
_COLUMNS = [
    "register_id", "portal_id", "category", "confidence", "flags", "why", "nearest_id", "label", "search", "paise",
]  # fmt: skip


def match_rows(month: Month) -> pd.DataFrame:
    """One row a match's record and one a document without a match: ids, category, flags, why, label, search, paise."""
    rows = review_rows(month)
    supplier = rows["portal_supplier_name"].fillna(rows["books_supplier_name"]).fillna("no name")
    books, portal = rows["books_doc_no"].fillna("–"), rows["portal_doc_no"].fillna("–")
    paise = rows["portal_tax"].where(rows["portal_id"].notna(), rows["books_tax"])
    linked = rows["match_id"].notna()
    numbers = (books + "  ↔  " + portal).where(linked, books.where(rows["portal_id"].isna(), portal))
    label = supplier + "   " + numbers + "   ₹" + paise.map(show_paise).astype("str")
    gstin = rows["portal_supplier_gstin"].fillna(rows["books_supplier_gstin"]).fillna("")
    search = (label + " " + gstin).str.lower()
    return rows.assign(label=label, search=search, paise=paise)[_COLUMNS]


def category_options(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Each category that occurs, with its rows and its tax."""
    totals = rows.groupby("category")["paise"].agg(["size", "sum"])
    present = [name for name in CATEGORY_WORDS if name in totals.index]
    return [
        (f"{CATEGORY_WORDS[name]} · {totals['size'][name]:,} · ₹{show_paise(int(totals['sum'][name]))}", name)
        for name in present
    ]


def flag_options(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """ "Any" and each flag that occurs, the most frequent first."""
    counts = rows["flags"].str.split().explode().value_counts()
    return [("whatever differs", ""), *((f"{FLAG_WORDS.get(flag, flag)} · {n:,}", flag) for flag, n in counts.items())]


def chosen(rows: pd.DataFrame, category: str, flag: str, text: str) -> pd.DataFrame:
    """The rows of a category with a flag ("" for any) whose label has every word of `text`; the most rupees first."""
    mask = rows["category"].eq(category)
    if flag:
        mask &= rows["flags"].str.split().map(lambda flags: flag in flags)
    for word in text.lower().split():
        mask &= rows["search"].str.contains(word, regex=False)
    found = rows[mask]
    return found.iloc[(-found["paise"].abs()).argsort(kind="stable").to_numpy()]


def alone(rows: pd.DataFrame, side: str, text: str) -> list[tuple[str, str]]:
    """Label and id of the documents of `register` or `portal` that have no partner, at most SHOWN."""
    key, category = {"register": ("register_id", "only_in_books"), "portal": ("portal_id", "only_in_portal")}[side]
    found = chosen(rows, category, "", text).head(SHOWN)
    return list(zip(found["label"], found[key], strict=True))


def flag_table(rows: pd.DataFrame) -> pd.DataFrame:
    """How often each flag occurs, and the tax of its documents: What differs, Documents, Tax."""
    parts = rows.assign(flag=rows["flags"].str.split()).explode("flag").dropna(subset="flag")
    totals = parts.groupby("flag")["paise"].agg(["size", "sum"]).sort_values("size", ascending=False)
    words = [FLAG_WORDS.get(flag, flag) for flag in totals.index]
    return pd.DataFrame(
        {"What differs": words, "Documents": totals["size"].to_numpy(), "Tax": totals["sum"].to_numpy() / 100}
    )
