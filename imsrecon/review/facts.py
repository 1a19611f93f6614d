"""What is known about each document that needs a suggestion: every portal record, every document in the books only.

One table, `facts`; the findings are conditions on its columns and the sentences are filled from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from imsrecon.act import positions, rulings
from imsrecon.domain import Profile, TableError, last_day, marked_ineligible, pans, rule37_day, to_paise, total_tax
from imsrecon.match import Reconciliation
from imsrecon.review.sentences import numbers_and_dates

_SHARED = [
    "doc_id", "supplier_gstin", "supplier_name", "doc_type", "doc_no", "doc_date", "reverse_charge", "supply_class",
    "cess",
]  # fmt: skip
_PORTAL = ["section", "gstr2b_part", "filing_status", "supplier_3b_filed", "portal_action"]
_RULED = [
    "accept", "reject", "pending", "why_not", "pending_until",
    "gstr2b_period", "direction", "original_state", "locked", "closed", "reason", "lapsed", "reduces",
]  # fmt: skip
_FLAGS = {  # yes or no, no where unknown
    "linked", "accept", "reject", "pending", "locked", "blocked", "common", "not_received", "unpaid", "reverse_charge",
    "known_supplier", "claimed", "period_filed", "twin", "twin_linked", "twin_claimed", "repeats", "related_later",
    "near_branch", "booked_when_filed", "lapsed", "reduces",
}  # fmt: skip
_TEXTS = {
    "category", "confidence", "flags", "match_reason", "why_not", "direction", "original_state", "books_number",
    "section", "gstr2b_part", "itc_reason", "filing_status", "portal_action", "supply_class", "related_id",
}  # fmt: skip
_ALIKE = 50  # of 100: below this the nearest record is another document
# What registers write in their eligibility column; the words are the trade's, the law is G-03 and G-04.
_COMMON = r"common|rules? 4[23]|proportion"


def gather(
    reconciliation: Reconciliation,
    register: pd.DataFrame,
    portal: pd.DataFrame,
    period: str,
    profile: Profile,
    today: date | None,
) -> pd.DataFrame:
    """One row a portal record, then one row a books-only document.

    `register` and `portal` are whole document tables (`domain.conform`). Raises `TableError` if the reconciliation
    was not made from these two tables.
    """
    books = _books(register, period, profile, today)
    places = _places(reconciliation, register, portal)
    theirs = _portal_facts(reconciliation, books, portal, places, (period, profile, today))
    ours = _books_only_facts(reconciliation, register, theirs, places)
    facts = _settle(pd.concat([theirs, ours], ignore_index=True))
    facts["later_period"] = _later_period(facts["doc_date"], period, profile, today)
    facts["known_supplier"] = _known(facts, register)
    facts["related"] = _related(facts, register, portal)
    return facts


def _later_period(doc_dates: pd.Series, period: str, profile: Profile, today: date | None) -> pd.Series:
    """True for documents of a later tax period; a date that is yet to come is a slip of the keyboard."""
    later = doc_dates > pd.Timestamp(last_day(profile.tax_period(period)))
    return later if today is None else later & (doc_dates <= pd.Timestamp(today))


@dataclass(frozen=True)
class _Places:
    """Row numbers: of each link in the two tables, of each unmatched document in its own."""

    link_register: np.ndarray
    link_portal: np.ndarray
    alone_register: np.ndarray
    alone_portal: np.ndarray


def _places(reconciliation: Reconciliation, register: pd.DataFrame, portal: pd.DataFrame) -> _Places:
    links, alone = reconciliation.links, reconciliation.unmatched
    sides = {"register": register["doc_id"], "portal": portal["doc_id"]}
    linked = {side: positions(links[f"{side}_id"], ids) for side, ids in sides.items()}
    left = {side: positions(alone.loc[alone["side"].eq(side), "doc_id"], ids) for side, ids in sides.items()}
    places = _Places(*linked.values(), *left.values())
    for side, ids in sides.items():
        _refuse_strangers(linked[side], left[side], len(ids), side)
    return places


def _refuse_strangers(linked: np.ndarray, alone: np.ndarray, expected: int, side: str) -> None:
    given = np.concatenate([pd.unique(linked), alone])
    if len(given) != expected or (given < 0).any() or len(pd.unique(given)) != expected:
        raise TableError(
            f"The reconciliation holds {len(given)} documents of the {side}, the table {expected}, or others.",
            hint="Give suggest() the tables that reconcile() was given.",
        )


def _settle(facts: pd.DataFrame) -> pd.DataFrame:
    facts = facts.copy()
    for name in _FLAGS - set(facts.columns):
        facts[name] = False
    for name in _FLAGS:
        facts[name] = facts[name].eq(True).fillna(False).to_numpy(dtype=bool)
    for name in _TEXTS:
        facts[name] = facts[name].astype("str")
    for name in ("category", "confidence", "flags"):
        facts[name] = facts[name].fillna("")
    facts["tax_difference"] = facts["tax_difference"].fillna(0).astype("int64")
    return facts


def _books(register: pd.DataFrame, period: str, profile: Profile, today: date | None) -> pd.DataFrame:
    due = pd.Timestamp(last_day(profile.tax_period(period)))
    has_receipts = register["received_date"].notna().any()
    eligibility = register["itc_eligibility"].str.lower()
    blocked = marked_ineligible(register["itc_eligibility"])
    booked = register["voucher_date"].fillna(register["doc_date"])
    return pd.DataFrame(
        {
            "register_id": register["doc_id"],
            "books_number": register["doc_no"],
            "books_paise": _signed(register),
            "received_date": register["received_date"],
            "booked_period": booked.dt.strftime("%Y-%m"),
            "blocked": blocked,
            "common": eligibility.str.contains(_COMMON, regex=True, na=False) & ~blocked,
            "not_received": has_receipts & ~(register["received_date"] <= due),
            "unpaid": _unpaid(register, today),
        }
    )


def _unpaid(register: pd.DataFrame, today: date | None) -> pd.Series:
    """True for bills that rule 37 reaches: the register tells payments, and says none after 180 days (I-09)."""
    nobody = pd.Series(False, index=register.index)
    if today is None or register["paid_date"].isna().all():
        return nobody
    span = rule37_day(today) - today
    late = register["doc_date"] + pd.Timedelta(span) < pd.Timestamp(today)
    reached = register["doc_type"].isin(["INV", "DN"]) & ~register["reverse_charge"].fillna(False)
    return late & register["paid_date"].isna() & reached.astype(bool)


def _signed(table: pd.DataFrame) -> np.ndarray:
    return total_tax(table) * np.where(table["doc_type"].eq("CN"), -1, 1)


def _portal_facts(
    reconciliation: Reconciliation,
    books: pd.DataFrame,
    portal: pd.DataFrame,
    places: _Places,
    when: tuple[str, Profile, date | None],
) -> pd.DataFrame:
    facts = portal[_SHARED + _PORTAL].assign(paise=_signed(portal), portal_id=portal["doc_id"])
    stands = rulings(portal, *when)[_RULED]
    alone = _alone(reconciliation, "portal", places.alone_portal)
    evidence = pd.concat([_linked(reconciliation, books, places), alone]).reindex(facts.index)
    stands = stands.rename(columns={"closed": "period_filed", "reason": "itc_reason"})
    facts = pd.concat([facts, stands, evidence], axis="columns")
    filed_then = _filed(facts["booked_period"], when[1])
    facts["booked_when_filed"] = filed_then & (facts["booked_period"] < facts["gstr2b_period"])
    facts["claimed"] = _claimed(facts)
    facts["related_later"] = _later(facts)
    return _with_twins(facts, reconciliation, "portal", "portal_id")


def _linked(reconciliation: Reconciliation, books: pd.DataFrame, places: _Places) -> pd.DataFrame:
    """By row of the portal table: its match, and of the documents booked for it the largest speaks."""
    links = books.iloc[places.link_register].set_index(places.link_portal)
    yes_no = ["blocked", "common", "not_received", "unpaid"]
    matches = reconciliation.matches
    rows = pd.Index(matches["match_id"]).get_indexer(reconciliation.links["match_id"])
    found = matches[["category", "confidence", "flags", "reason"]].iloc[rows].set_index(links.index)
    found = found.rename(columns={"reason": "match_reason"})
    found["tax_difference"] = to_paise(matches["tax_difference"])[rows]
    links = pd.concat([links, found], axis="columns").assign(linked=True)
    if links.index.is_unique:
        return links
    anyone = links.groupby(level=0)[yes_no].any()
    order = pd.DataFrame({"row": links.index, "size": -links["books_paise"].abs(), "id": links["register_id"]})
    links = links.iloc[order.reset_index(drop=True).sort_values(["row", "size", "id"]).index]
    return links[~links.index.duplicated()].drop(columns=yes_no).join(anyone)


def _alone(reconciliation: Reconciliation, side: str, places: np.ndarray) -> pd.DataFrame:
    """By row of the side's own table: what is said of a document without a partner."""
    rows = reconciliation.unmatched
    rows = rows.loc[rows["side"].eq(side), ["category", "flags", "related_id", "nearest_id", "nearest_score", "reason"]]
    return rows.rename(columns={"reason": "match_reason"}).set_index(places)


def _later(facts: pd.DataFrame) -> np.ndarray:
    """True where the related record, the amendment of a superseded one, falls in a later 2B-period."""
    later = np.zeros(len(facts), dtype=bool)
    rows = np.flatnonzero(facts["related_id"].notna())
    there = pd.Index(facts["portal_id"]).get_indexer(facts["related_id"].iloc[rows])
    periods = facts["gstr2b_period"].to_numpy(dtype=object)
    known = there >= 0
    later[rows[known]] = periods[there[known]] > periods[rows[known]]
    return later


def _filed(periods: pd.Series, profile: Profile) -> pd.Series:
    different = periods.dropna().unique()
    return periods.isin([period for period in different if profile.filed_on(period) is not None])


def _claimed(facts: pd.DataFrame) -> pd.Series:
    """True where the credit was already taken: the period's 3B is filed and the record was not held or refused."""
    stood = facts["portal_action"].isna() | facts["portal_action"].isin(["A", "N"])
    available = facts["gstr2b_part"].isna() | facts["gstr2b_part"].eq("available")
    return facts["period_filed"] & stood & available & ~facts["filing_status"].eq("saved")


def _with_twins(facts: pd.DataFrame, reconciliation: Reconciliation, side: str, key: str) -> pd.DataFrame:
    """What the duplicates of one side say: whether a twin is linked or claimed, and which one to name."""
    pairs = reconciliation.duplicates
    pairs = pairs.loc[pairs["side"].eq(side), ["doc_id", "duplicate_of"]].to_numpy(dtype=object).reshape(-1, 2)
    index = pd.Index(facts[key])
    repeating, original = index.get_indexer(pairs[:, 0]), index.get_indexer(pairs[:, 1])
    linked = facts["linked"].eq(True).to_numpy(dtype=bool)
    claimed = facts["claimed"].eq(True).to_numpy(dtype=bool)
    both = pd.DataFrame({"row": [*repeating, *original], "twin": [*original, *repeating]}, dtype="int64")
    both = both.assign(claimed=~claimed[both["twin"]], linked=~linked[both["twin"]], id=index[both["twin"]])
    both = both.sort_values(["row", "claimed", "linked", "id"]).drop_duplicates("row")
    rows, twins = both["row"].to_numpy(), both["twin"].to_numpy()
    data = {name: np.zeros(len(facts), dtype=bool) for name in ("repeats", "twin", "twin_linked", "twin_claimed")}
    data["repeats"][repeating] = data["twin"][rows] = True
    data["twin_linked"][rows], data["twin_claimed"][rows] = linked[twins], claimed[twins]
    named = facts["related_id"].to_numpy(dtype=object, copy=True)
    free = pd.isna(named[rows])
    named[rows[free]] = index[twins[free]]
    return facts.assign(**data, related_id=pd.Series(named, index=facts.index, dtype="str"))


def _books_only_facts(
    reconciliation: Reconciliation, register: pd.DataFrame, theirs: pd.DataFrame, places: _Places
) -> pd.DataFrame:
    facts = register[_SHARED].assign(paise=_signed(register), register_id=register["doc_id"], claimed=False)
    facts["linked"] = np.isin(np.arange(len(facts)), places.link_register)
    facts = facts.join(_alone(reconciliation, "register", places.alone_register))
    facts = _with_twins(facts, reconciliation, "register", "register_id")
    facts = facts[~facts["linked"]].reset_index(drop=True)
    facts["books_number"] = facts["doc_no"]
    facts["near_branch"] = _near_branch(facts, theirs)
    named = facts["related_id"].where(facts["related_id"].notna() | ~facts["near_branch"], facts["nearest_id"])
    return facts.assign(related_id=named)


def _near_branch(facts: pd.DataFrame, theirs: pd.DataFrame) -> np.ndarray:
    """True where a free portal record much like it stands under another registration of the same supplier."""
    flagged = facts["flags"].fillna("").str.contains(r"\bgstin_branch\b").to_numpy(dtype=bool)
    places = pd.Index(theirs["portal_id"]).get_indexer(facts["nearest_id"])
    near = theirs[["supplier_gstin", "linked"]].reindex(places).set_axis(facts.index)
    sister = pans(near["supplier_gstin"]).eq(pans(facts["supplier_gstin"]))
    sister &= near["supplier_gstin"].ne(facts["supplier_gstin"]) & ~near["linked"].eq(True)
    return flagged | (sister & (facts["nearest_score"] >= _ALIKE)).to_numpy(dtype=bool)


def _known(facts: pd.DataFrame, register: pd.DataFrame) -> pd.Series:
    """True where the books have anything of the supplier, under any of his registrations (K-25)."""
    booked = pans(pd.Series(register["supplier_gstin"].dropna().unique(), dtype="str"))
    asked = pd.Series(facts["supplier_gstin"].dropna().unique(), dtype="str")
    return facts["supplier_gstin"].isin(asked[pans(asked).isin(booked.dropna())])


def _related(facts: pd.DataFrame, register: pd.DataFrame, portal: pd.DataFrame) -> pd.Series:
    documents = pd.concat([portal[["doc_id", "doc_no", "doc_date"]], register[["doc_id", "doc_no", "doc_date"]]])
    wanted = documents[documents["doc_id"].isin(facts["related_id"].dropna())].drop_duplicates("doc_id")
    return facts["related_id"].map(pd.Series(numbers_and_dates(wanted).to_numpy(), index=wanted["doc_id"], dtype="str"))
