"""What changed, or would change, in words: tables of moved documents. No widget here."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import show_moment, show_paise, show_rupees
from imsrecon.match import counted
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import CATEGORY_WORDS

if TYPE_CHECKING:
    from imsrecon.workspace.tuning import LastRun

_SIDES = {"register": "Books", "portal": "Portal"}
DONE = {
    "matched now": "New match", "match lost": "Match lost", "other partner": "Another partner",
    "other category": "Another category", "certain now": "Certain now", "certain no longer": "Certain no longer",
    "new document": "New document", "gone": "No longer there",
}  # fmt: skip
WOULD = DONE | {
    "matched now": "Would be matched", "match lost": "Would lose its match",
    "other partner": "Would get another partner", "other category": "Would change category",
    "certain now": "Would be certain", "certain no longer": "Would need a look",
}  # fmt: skip


def moves_table(changed: pd.DataFrame, words: dict[str, str]) -> pd.DataFrame:
    """`match.changes` counted for a person: What, Side, Before, After, Documents, Tax."""
    table = counted(changed)
    return pd.DataFrame(
        {
            "What": table["what"].map(words),
            "Side": table["side"].map(_SIDES),
            "Before": table["category_before"].map(CATEGORY_WORDS).fillna("–"),
            "After": table["category_after"].map(CATEGORY_WORDS).fillna("–"),
            "Documents": table["rows"].astype("int64"),
            "Tax": table["tax"].astype("float64"),
        }
    )


def moves_sentence(changed: pd.DataFrame, words: dict[str, str]) -> str:
    """How many portal records move in which way, and their tax; books-only moves are counted apart."""
    if changed.empty:
        return "No document moves."
    records = changed[changed["side"].eq("portal")]
    totals = records.groupby("what")["paise"].agg(["size", "sum"]).reindex(list(words)).dropna()
    parts = [
        f"{words[what].lower()}: {int(size):,} (₹{show_paise(int(paise))})"
        for what, size, paise in totals.itertuples(name=None)
    ]
    books = int(changed["side"].eq("register").sum())
    told = "; ".join(parts) or "none"
    return f"Portal records, with their tax: {told}. Documents in the books that move: {books:,}."


def changes_html(last: LastRun) -> str:
    """What changed since the run before: a sentence and a table."""
    if not last.at:
        return "<p>This is the first result that is kept for this month: the next one will be compared with it.</p>"
    since = show_moment(last.at)
    if last.changed.empty:
        return f"<p>Nothing has changed since the result of <b>{since}</b>.</p>"
    told = html.escape(moves_sentence(last.changed, DONE))
    return f"<p>Against the result of <b>{since}</b>. {told}</p>" + table_html(moves_table(last.changed, DONE), 40)


def precision_table(found: pd.DataFrame) -> pd.DataFrame:
    """`match.precision` for a person: what the matching said, in this month, answered, same, and the share."""
    said = {
        "certain": "Linked, certain", "95 to 100": "Linked, score 95 to 100", "80 to 94": "Linked, score 80 to 94",
        "50 to 79": "Linked, score 50 to 79", "below 50": "Linked, score below 50",
        "not linked": "Not linked, but nearest",
    }  # fmt: skip
    share = [
        "–" if pd.isna(low) else f"{same} of {asked}: between {low:.0%} and {high:.0%}"
        for same, asked, low, high in found[["same", "answered", "low", "high"]].itertuples(index=False, name=None)
    ]
    return pd.DataFrame(
        {
            "What the matching said": found["band"].map(said),
            "Pairs here": found["pairs"],
            "You answered": found["answered"],
            "Of these the same (95 % sure)": share,
        }
    )


def setting_words(name: str, value: object) -> str:
    """A setting's value for a person."""
    if name in ("head_tolerance", "total_tolerance"):
        return f"₹{show_rupees(float(value))}"
    if name == "date_window":
        return f"{value} day{'' if value == 1 else 's'}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
