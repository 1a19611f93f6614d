"""Small synthetic document tables for the tests of `match`."""

from __future__ import annotations

import pandas as pd

from imsrecon import MatchSettings, reconcile
from imsrecon.domain import check_character


def gstin(first14: str) -> str:
    """A GSTIN with the right check character; it belongs to nobody."""
    return first14 + check_character(first14)


SUPPLIER = gstin("27ZZZPS1234F1Z")
BRANCH = gstin("29ZZZPS1234F1Z")
OTHER = gstin("24ZZZCX9876K1Z")
BASE = {
    "supplier_gstin": SUPPLIER, "doc_type": "INV", "doc_no": "INV/26-27/0045", "doc_date": "2026-05-10",
    "taxable_value": 1000.0, "igst": 180.0, "cgst": 0.0, "sgst": 0.0, "cess": 0.0,
}  # fmt: skip


def document(**changes: object) -> dict[str, object]:
    """One document; `base` scales the amounts (IGST at 18 %)."""
    base = changes.pop("base", None)
    amounts = {} if base is None else {"taxable_value": base, "igst": round(base * 0.18, 2)}
    return BASE | amounts | changes


def table(*documents: dict[str, object], prefix: str) -> pd.DataFrame:
    """Documents as a table, with ids r1, r2 … or p1, p2 …"""
    frame = pd.DataFrame(list(documents), columns=None if documents else list(BASE))
    frame.insert(0, "doc_id", [f"{prefix}{at + 1}" for at in range(len(frame))])
    return frame


def books(*documents: dict[str, object]) -> pd.DataFrame:
    """A register."""
    return table(*documents, prefix="r")


def portal(*documents: dict[str, object]) -> pd.DataFrame:
    """Portal records."""
    return table(*documents, prefix="p")


SHORT = {"date": "doc_date", "kind": "doc_type", "gstin": "supplier_gstin"}


def row(number: object = BASE["doc_no"], **changes: object) -> dict[str, object]:
    """A document in few words: its number, `day` (month-day), `date`, `kind`, `gstin`, `base`, or any column."""
    if "day" in changes:
        changes["date"] = f"2026-{changes.pop('day')}"
    return document(**{"doc_no": number} | {SHORT.get(name, name): value for name, value in changes.items()})


def intra(number: object = BASE["doc_no"], base: float = 1000.0, **changes: object) -> dict[str, object]:
    """A document of a supplier in one's own state: CGST and SGST at 9 %."""
    half = round(base * 0.09, 2)
    return row(number, taxable_value=base, igst=0.0, cgst=half, sgst=half, **changes)


def entry(number: str, base: float = 5000.0, **changes: object) -> dict[str, object]:
    """A bill of entry."""
    return row(number, base=base, **{"kind": "BOE", "gstin": None, "supply_class": "import"} | changes)


def case(name: str, left: object, right: object, links: str | list[str] | None, **expected: object) -> dict:
    """Documents of either side and what is expected of them; links as "11 23": r1 with p1, r2 with p3; a list: any of.

    `category` and `certain` hold of every match, or by id; `flags` are among the match's; `unmatched` gives by id the
    category and, behind a colon, the related id; also `verdicts`, `settings` and `double` (ids in `.duplicates`).
    """
    sides = [each if isinstance(each, list) else [each] for each in (left, right)]
    return {"name": name, "left": sides[0], "right": sides[1], "links": links, **expected}


def check_case(one: dict) -> None:
    """Reconcile one case and hold the answer against what is expected."""
    words = one.get("verdicts")
    verdicts = None if words is None else pd.DataFrame(words, columns=["register_id", "portal_id", "verdict"])
    sides = books(*one["left"]), portal(*one["right"])
    result = reconcile(*sides, one.get("settings", MatchSettings()), verdicts=verdicts)
    of_match = result.matches.set_index("match_id")
    told = {(r, p): of_match.loc[match] for match, r, p in result.links.itertuples(index=False)}
    wanted = one["links"]
    if wanted is not None:
        any_of = [wanted] if isinstance(wanted, str) else wanted
        assert set(told) in [{(f"r{pair[0]}", f"p{pair[1]}") for pair in text.split()} for text in any_of], list(told)
    for who, category in _by_id(one.get("category")).items():
        assert {match["category"] for match in _of(told, who)} <= set(category.split("|")), result.matches.to_dict()
    for who, certain in _by_id(one.get("certain")).items():
        assert all((match["confidence"] == "certain") is certain for match in _of(told, who)), result.matches.to_dict()
    assert all(set(one.get("flags", "").split()) <= set(match["flags"].split()) for match in told.values())
    gone = result.unmatched.set_index("doc_id")
    for doc_id, told_of in one.get("unmatched", {}).items():
        category, _, related = told_of.partition(":")
        assert gone.loc[doc_id, "category"] == category
        assert not related or gone.loc[doc_id, "related_id"] == related
    if "double" in one:
        assert set(result.duplicates["doc_id"]) == set(one["double"].split())


def _by_id(expected: object) -> dict:
    return expected if isinstance(expected, dict) else {} if expected is None else {"": expected}


def _of(told: dict, who: str) -> list:
    return [match for pair, match in told.items() if not who or who in pair]
