"""What the match screen lists: matches and documents without one, searched and filtered. No widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imsrecon.domain import InputError, show_paise, total_tax
from imsrecon.reports.sheets import CATEGORY_WORDS, FLAG_WORDS
from imsrecon.workspace.pool import origin

if TYPE_CHECKING:
    from imsrecon.workspace import Month

SHOWN = 400
_NEAR = 5
_COLUMNS = [
    "register_id", "portal_id", "category", "confidence", "flags", "why", "nearest_id", "label", "search", "paise",
]  # fmt: skip
_FIELDS = ["supplier_gstin", "supplier_name", "doc_no"]


class Words:
    """A person's words on pairs in one month: said, kept on the disk, and taken back one by one."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self._said: list[tuple[str, str, str | None]] = []

    def say(self, register_id: str, portal_id: str, verdict: str | None) -> None:
        """Keep a word on a pair, `same`, `different` or None; what stood before is what an undo brings back."""
        before = self.standing(register_id, portal_id)
        self.month.judge(register_id, portal_id, verdict)
        self._said.append((register_id, portal_id, before))

    def take_back(self) -> tuple[str, str]:
        """Undo the last word of this session, or else withdraw the last one on record; the pair that it was about."""
        words = self.month.verdicts
        if self._said:
            register_id, portal_id, before = self._said.pop()
        elif len(words):
            (register_id, portal_id), before = words.iloc[-1][["register_id", "portal_id"]], None
        else:
            raise InputError("No word of yours is on record for this month.", hint="Link or un-link first.")
        self.month.judge(register_id, portal_id, before)
        return register_id, portal_id

    def standing(self, register_id: str, portal_id: str) -> str | None:
        """The word that stands on a pair."""
        words = self.month.verdicts
        found = words[words["register_id"].eq(register_id) & words["portal_id"].eq(portal_id)]
        return None if found.empty else found["verdict"].iloc[0]


def match_rows(month: Month) -> pd.DataFrame:
    """One row a match's record and one a document without a match: ids, category, flags, why, label, search, paise."""
    found = month.reconciliation
    theirs = _side(month.portal, "portal").merge(_first_links(found.links), on="portal_id", how="left")
    theirs = theirs.merge(_side(month.register, "register"), on="register_id", how="left", suffixes=("", "_books"))
    ours = _side(month.register, "register")
    ours = ours[~ours["register_id"].isin(found.links["register_id"])]
    ours = ours.rename(columns={name: f"{name}_books" for name in (*_FIELDS, "paise")})
    rows = pd.concat([theirs, ours], ignore_index=True)
    rows = rows.merge(found.matches[["match_id", *_JUDGED]], on="match_id", how="left", validate="m:1")
    alone = found.unmatched.set_index("doc_id").rename(columns={"nearest_id": "near"})
    alone = alone.reindex(rows["portal_id"].fillna(rows["register_id"])).set_axis(rows.index)
    for name in ("category", "flags", "reason"):
        rows[name] = rows[name].fillna(alone[name])
    rows = rows.assign(nearest_id=alone["near"], why=rows["reason"], flags=rows["flags"].fillna(""))
    return _labelled(rows)[_COLUMNS]


_JUDGED = ["category", "confidence", "flags", "reason"]


def _side(table: pd.DataFrame, side: str) -> pd.DataFrame:
    sign = np.where(table["doc_type"].eq("CN"), -1, 1)
    return table[_FIELDS].assign(paise=total_tax(table) * sign, **{f"{side}_id": table["doc_id"]})


def _first_links(links: pd.DataFrame) -> pd.DataFrame:
    return links.drop_duplicates("portal_id")


def _labelled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with label, search and paise: of the record, or of the document where there is no record."""
    supplier = rows["supplier_name"].fillna(rows["supplier_name_books"]).fillna("no name")
    books, portal = rows["doc_no_books"].fillna("–"), rows["doc_no"].fillna("–")
    paise = rows["paise"].fillna(rows["paise_books"]).astype("int64")
    linked = rows["match_id"].notna()
    numbers = (books + "  ↔  " + portal).where(linked, books.where(rows["portal_id"].isna(), portal))
    label = supplier + "   " + numbers + "   ₹" + paise.map(show_paise).astype("str")
    gstin = rows["supplier_gstin"].fillna(rows["supplier_gstin_books"]).fillna("")
    return rows.assign(label=label, search=(label + " " + gstin).str.lower(), paise=paise)


def candidate_options(month: Month, line: pd.Series) -> list[tuple[str, str]]:
    """Of a document without a match, the nearest documents of the other side: label and id."""
    side, own = ("register", line["register_id"]) if pd.isna(line["portal_id"]) else ("portal", line["portal_id"])
    found = month.reconciliation.candidates(side, own)
    found = found[(found["score"] >= _NEAR) | (found.index == 0)]
    taken = found["linked_to"].notna().map({True: "  (linked to another)", False: ""})
    labels = found["title"] + "   score " + found["score"].astype("str") + taken + "   " + found["differs"]
    return list(zip(labels, found["doc_id"], strict=True))


def pool_sentence(month: Month) -> str:
    """How many documents came from earlier periods, and how many of them found their partner only now."""
    table = origin(month)
    earlier = table[table["earlier"]]
    if earlier.empty:
        return "No document of an earlier period is in this month's files."
    books, theirs = (int(earlier["side"].eq(side).sum()) for side in ("register", "portal"))
    settled, met, still = int(earlier["settled"].sum()), int(earlier["met"].sum()), earlier[~earlier["linked"]]
    parts = [f"{met:,} are linked to a document of this period"]
    if settled:
        parts.insert(0, f"{settled:,} were settled in a month whose GSTR-3B is filed, and stay as they were")
    if len(still):
        parts.append(f"{len(still):,}, tax ₹{show_paise(int(still['paise'].sum()))}, still stand alone")
    return (
        f"From earlier periods come {books:,} register documents and {theirs:,} portal records. "
        f"Of them {'; '.join(parts)}."
    )


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
    return [("Whatever differs", ""), *((f"{FLAG_WORDS.get(flag, flag)} · {n:,}", flag) for flag, n in counts.items())]


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
