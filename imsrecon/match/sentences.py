"""Sentences a client understands: why two documents match, and what keeps one apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from imsrecon.domain import DOC_TYPES, show_date, show_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.documents import NO_DAY, Documents, Pool
from imsrecon.match.findings import EXACT, MANUAL, Matches, has_flag
from imsrecon.match.spelling import NUMBER

ALL_AGREE = "Every field agrees: supplier, number, date and amounts."
BY_HAND = "A person said that these are the same."

_NUMBER = {
    NUMBER.LITERAL: "same number ({a})",
    NUMBER.CANON: "number equal after ignoring separators, case and zeros ({a} vs {b})",
    NUMBER.SQUASH: "number equal after dropping all separators ({a} vs {b})",
    NUMBER.PLAIN: "number equal but for the financial year ({a} vs {b})",
    NUMBER.SUFFIX: "number equal without its prefix ({a} vs {b})",
    NUMBER.TAIL: "one number is part of the other ({a} vs {b})",
    NUMBER.LOOKALIKE: "number differs in a look-alike character ({a} vs {b})",
    NUMBER.SLIP: "number looks mistyped ({a} vs {b})",
    NUMBER.CHANGED: "number differs in one character ({a} vs {b})",
    NUMBER.SERIAL: "same serial after another prefix ({a} vs {b})",
    NUMBER.DIFFERENT: "another number ({a} vs {b})",
    NUMBER.MISSING: "number missing ({a} vs {b})",
}
_SUPPLIER = {
    ev.SAME_GSTIN: "same supplier",
    ev.MENDED: "GSTIN mistyped ({a} vs {b})",
    ev.BRANCH: "another branch of the same PAN ({a} vs {b})",
    ev.NO_GSTIN: "GSTIN missing ({a} vs {b})",
    ev.OTHER: "another supplier ({a} vs {b})",
}
NOTHING = "none"


def match_reasons(pool: Pool, found: Matches) -> list[str]:
    """One sentence for each match."""
    reasons = np.where(found.category == EXACT, ALL_AGREE, "").astype(object)
    reasons[found.confidence == MANUAL] = BY_HAND
    rows = np.flatnonzero(reasons == "")
    rivalled = found.rivalled | has_flag(found.flags, "duplicate")
    for row, clauses in zip(rows.tolist(), _match_clauses(pool, found, rows), strict=True):
        reasons[row] = sentence(clauses)
    for row in np.flatnonzero(rivalled & (found.confidence != MANUAL)).tolist():
        reasons[row] += " Another document is nearly the same: look which is meant."
    return reasons.tolist()


def sentence(clauses: list[str]) -> str:
    """Clauses as one sentence."""
    text = ", ".join(clause for clause in clauses if clause)
    return f"{text[:1].upper()}{text[1:]}."


def _match_clauses(pool: Pool, found: Matches, rows: np.ndarray) -> Iterator[list[str]]:
    judged = found.evidence.take(rows)
    fields = pair_clauses(pool, judged)
    apart = found.apart[rows]
    counts = zip(found.register_count[rows].tolist(), found.portal_count[rows].tolist(), strict=True)
    for at, ((here, there), clauses) in enumerate(zip(counts, fields, strict=True)):
        money = money_clause(int(judged.money[at]), apart[at])
        group = _group_clause(here, there)
        yield [group, clauses["supplier"], clauses["number"], clauses["kind"], money, clauses["date"], clauses["pos"]]


def _group_clause(here: int, there: int) -> str:
    if here > 1:
        return f"{here} entries in the books make up {'one portal record' if there == 1 else f'{there} records'}"
    return f"one entry in the books covers {there} portal records" if there > 1 else ""


def pair_clauses(pool: Pool, pairs: ev.Evidence) -> Iterator[dict[str, str]]:
    """What to say of supplier, number, type, date and place of supply of each pair; empty where nothing differs."""
    a, b = pool.register, pool.portal
    texts = (gstin_texts(pool, a, pairs.i), gstin_texts(pool, b, pairs.j))
    numbers = (number_texts(pool, a, pairs.i), number_texts(pool, b, pairs.j))
    kinds = (a.kind[pairs.i], b.kind[pairs.j])
    for at in range(len(pairs)):
        yield {
            "supplier": _SUPPLIER[int(pairs.supplier[at])].format(a=texts[0][at], b=texts[1][at]),
            "number": _NUMBER[int(pairs.number[at])].format(a=numbers[0][at], b=numbers[1][at]),
            "kind": _kind_clause(int(pairs.kind[at]), DOC_TYPES[kinds[0][at]], DOC_TYPES[kinds[1][at]]),
            "date": _date_clause(int(pairs.date[at]), int(pairs.gap[at]), bool(pairs.same_year[at])),
            "pos": "another place of supply" if pairs.pos_differs[at] else "",
        }


def _kind_clause(kind: int, books: str, portal: str) -> str:
    if kind == ev.SAME_KIND:
        return ""
    if books == portal:
        return f"{books} with opposite signs"
    return f"{books} in the books but {portal} on the portal"


def _date_clause(date: int, gap: int, same_year: bool) -> str:
    year = "" if same_year else " and in another financial year"
    if date == ev.SAME_DATE:
        return "same date"
    if date == ev.NO_DATE:
        return "date missing"
    if date == ev.SWAP:
        return f"day and month of the date exchanged{year}"
    return f"dates {gap} day{'s' if gap > 1 else ''} apart{year}"


def money_clause(money: int, apart: np.ndarray) -> str:
    """What to say of the amounts; `apart` is portal less books of each amount, in paise."""
    taxable, tax = int(apart[0]), int(apart[1:].sum())
    if money == ev.EQUAL:
        return "all amounts equal"
    if money == ev.NEAR:
        return f"amounts equal within tolerance (at most ₹{show_rupees(int(np.abs(apart).max()) / 100)} apart)"
    if money == ev.HEADS:
        return "taxable value and total tax equal, but under other tax heads"
    parts = [_more("taxable value", taxable), _more("tax", tax)]
    return " and ".join(part for part in parts if part) or "amounts differ head by head"


def _more(what: str, paise: int) -> str:
    if not paise:
        return ""
    return f"{what} ₹{show_rupees(abs(paise) / 100)} {'higher' if paise > 0 else 'lower'} on the portal"


def gstin_texts(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    """The GSTIN of some rows; `none` where missing."""
    return np.append(pool.gstins, NOTHING)[side.gstin[rows]]


def number_texts(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    """The number of some rows as printed; `none` where missing."""
    texts = [NOTHING if text is None else text for text in pool.numbers.texts(side.number[rows])]
    return np.array(texts, dtype=object)


def day_text(day: int) -> str:
    """A day number as `14-Nov-2025`."""
    return "" if day == NO_DAY else show_date(pd.Timestamp(int(day), unit="D"))


def titles(pool: Pool, side: Documents, rows: np.ndarray) -> list[str]:
    """`INV 12/25-26 of 14-Nov-2025` for each of `rows`."""
    numbers = number_texts(pool, side, rows)
    days, at = np.unique(side.day[rows], return_inverse=True)
    dated = [f" of {day_text(day)}" if day != NO_DAY else "" for day in days.tolist()]
    kinds = side.kind[rows].tolist()
    return [
        f"{DOC_TYPES[kind]} {number}{dated[day]}" for kind, number, day in zip(kinds, numbers, at.tolist(), strict=True)
    ]


def title(pool: Pool, side: Documents, row: int) -> str:
    """`INV 12/25-26 of 14-Nov-2025`."""
    return titles(pool, side, np.array([row]))[0]
