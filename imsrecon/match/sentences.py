"""Sentences a client understands: why two documents match, and what keeps one apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from imsrecon.domain import DOC_TYPES, show_date, show_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.columns import NO_DAY
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.doubts import CLOSE_BY
from imsrecon.match.findings import CERTAIN, EQUAL_ENOUGH, EXACT, MANUAL, Matches, has_flag
from imsrecon.match.settings import MatchSettings
from imsrecon.match.spelling import NUMBER
from imsrecon.match.verdicts import Verdicts, pair_keys
from imsrecon.match.waiting import COMPANY, TOLD, companies, other_company

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
    NUMBER.MISSING: "no number {where} ({a} vs {b})",
}
_SUPPLIER = {
    ev.SAME_GSTIN: "same supplier",
    ev.MENDED: "GSTIN mistyped ({a} vs {b})",
    ev.BRANCH: "another branch of the same PAN ({a} vs {b})",
    ev.NO_GSTIN: "no GSTIN {where} ({a} vs {b})",
    ev.OTHER: "another supplier ({a} vs {b})",
}
KIND_WORDS = {"INV": "invoice", "DN": "debit note", "CN": "credit note", "BOE": "bill of entry"}
NOTHING = "none"
_RIVAL = " Another document is nearly the same: look which is meant."
_EXCEL = "number equal but for what Excel added ({a} vs {b})"
_IMPORT = "an import, no supplier's GSTIN"
_NO_CREDIT_YET = " Reverse charge: you pay the tax and claim it in GSTR-3B; there is nothing to accept."
_OF_CUSTOMS = " An import: hold it against the bill of entry before you accept."
_LATE = " The dates are more than {} days apart: look before you accept."
_BARE = " The number alone does not say which series it is of: with different dates, look before you accept."
_SHARED = " Other documents of this supplier have that amount: with dates so far apart, look which is meant."


def match_reasons(pool: Pool, found: Matches, words: Verdicts, settings: MatchSettings) -> list[str]:
    """What to say of each match: what agrees and what differs, and why it needs a look where that is not plain."""
    reasons = np.where(found.category == EXACT, ALL_AGREE, "").astype(object)
    by_hand = np.flatnonzero(found.confidence == MANUAL)
    first = np.searchsorted(found.match, by_hand)
    at = np.searchsorted(pair_keys(words.i, words.j), pair_keys(found.i[first], found.j[first]))
    reasons[by_hand] = [BY_HAND if pd.isna(told) else told for told in words.told[at]]
    rows = np.flatnonzero(reasons == "")
    rivalled = found.rivalled | has_flag(found.flags, "duplicate")
    for row, clauses in zip(rows.tolist(), _match_clauses(pool, found, rows, settings), strict=True):
        reasons[row] = sentence(clauses)
    for row in np.flatnonzero(rivalled & (found.confidence != MANUAL)).tolist():
        reasons[row] += _RIVAL
    foreign = np.flatnonzero(found.other_company)
    reasons[foreign] += _companies(pool, found, foreign)
    waits = (found.waits > 0) & (found.confidence != MANUAL)
    for row in np.flatnonzero(waits).tolist():
        reasons[row] += " " + TOLD[int(found.waits[row])]
    doubtful = np.isin(found.confidence, (CERTAIN, MANUAL), invert=True) & ~rivalled & ~waits
    for row in np.flatnonzero(doubtful & (found.category <= EQUAL_ENOUGH)).tolist():
        reasons[row] += _why_look(pool, found, row, settings)
    return reasons.tolist()


def _companies(pool: Pool, found: Matches, rows: np.ndarray) -> np.ndarray:
    """Under which of the company's registrations each of the matches stands on either side."""
    told = np.empty(len(rows), dtype=object)
    if len(rows):
        ours, theirs, names = companies(pool)
        members = np.flatnonzero(other_company(pool, found.i, found.j))
        first = members[np.searchsorted(found.match[members], rows)]
        named = zip(names[ours[found.i[first]]], names[theirs[found.j[first]]], strict=True)
        told[:] = [" " + COMPANY.format(*pair) for pair in named]
    return told


def _why_look(pool: Pool, found: Matches, row: int, settings: MatchSettings) -> str:
    """Why a match that agrees in all that counts still needs a look; nothing where its flags say it."""
    judged = found.evidence
    if has_flag(found.flags[row], "reverse_charge"):
        return _NO_CREDIT_YET
    if pool.register.imported[judged.i[row]] or pool.portal.imported[judged.j[row]]:
        return _OF_CUSTOMS
    if judged.gap[row] > settings.date_window:
        return _LATE.format(settings.date_window)
    bare = judged.number[row] in (NUMBER.SQUASH, NUMBER.SUFFIX)
    if bare and judged.date[row] != ev.SAME_DATE:
        return _BARE
    i, j = judged.i[row], judged.j[row]
    shared = max(pool.register.amount_counts[i], pool.portal.amount_counts[j]) > 1
    return _SHARED if shared and judged.gap[row] > CLOSE_BY else ""


def sentence(clauses: list[str]) -> str:
    """Clauses as one sentence."""
    text = ", ".join(clause for clause in clauses if clause)
    return f"{text[:1].upper()}{text[1:]}."


def _match_clauses(pool: Pool, found: Matches, rows: np.ndarray, settings: MatchSettings) -> Iterator[list[str]]:
    judged = _without_notes(pool, found, rows, settings)
    fields = pair_clauses(pool, judged)
    single = (found.register_count[rows] == 1) & (found.portal_count[rows] == 1)
    apart = np.where(single[:, None], amounts_apart(pool, judged), found.apart[rows])
    net = (found.evidence.kind[rows] == ev.OPPOSITE) & (found.portal_count[rows] > 1)
    counts = zip(found.register_count[rows].tolist(), found.portal_count[rows].tolist(), strict=True)
    for at, ((here, there), clauses) in enumerate(zip(counts, fields, strict=True)):
        group = group_clause(here, there, net=bool(net[at]))
        money = money_clause(int(judged.money[at]), apart[at], several=bool(group))
        if group and judged.number[at] > NUMBER.SUFFIX:
            clauses["number"] = f"not all numbers agree ({clauses['number'].partition('(')[2]}"
        yield [group, clauses["supplier"], clauses["number"], clauses["kind"], money, clauses["date"], clauses["pos"]]


def _without_notes(pool: Pool, found: Matches, rows: np.ndarray, settings: MatchSettings) -> ev.Evidence:
    """The evidence of matches; of an invoice booked less its credit note that of the invoice, with all its amounts."""
    judged = found.evidence.take(rows)
    net = np.flatnonzero((judged.kind == ev.OPPOSITE) & (found.portal_count[rows] > 1))
    for at in net.tolist():
        members = slice(*np.searchsorted(found.match, [rows[at], rows[at] + 1]))
        i, j = found.i[members], found.j[members]
        alike = pool.register.sign[i] == pool.portal.sign[j]
        if alike.any():
            one = ev.weigh(pool, i[alike][:1], j[alike][:1], settings)
            for name in ("i", "j", "supplier", "number", "kind", "date", "gap", "same_year", "pos_differs"):
                getattr(judged, name)[at] = getattr(one, name)[0]
    return judged


def group_clause(here: int, there: int, *, net: bool = False) -> str:
    """What to say of a match of `here` register documents and `there` portal records; empty for one to one. `net`:
    invoices and credit notes are among the records."""
    if net and here == 1:
        return f"one entry in the books is {there} portal records together, a credit note taken off the invoice"
    if here > 1:
        return f"{here} entries in the books make up {'one portal record' if there == 1 else f'{there} records'}"
    return f"one entry in the books covers {there} portal records" if there > 1 else ""


def pair_clauses(pool: Pool, pairs: ev.Evidence) -> Iterator[dict[str, str]]:
    """What to say of supplier, number, type, date and place of supply of each pair; empty where nothing differs."""
    a, b = pool.register, pool.portal
    texts = (gstin_texts(pool, a, pairs.i), gstin_texts(pool, b, pairs.j))
    numbers = (number_texts(pool, a, pairs.i), number_texts(pool, b, pairs.j))
    kinds = (a.kind[pairs.i], b.kind[pairs.j])
    negative = (a.negative[pairs.i], b.negative[pairs.j])
    for at in range(len(pairs)):
        booked, told = (_with_article(_kind_words(kinds[side][at], negative[side][at])) for side in (0, 1))
        yield {
            "supplier": _supplier_clause(int(pairs.supplier[at]), texts[0][at], texts[1][at]),
            "number": _number_clause(int(pairs.number[at]), numbers[0][at], numbers[1][at]),
            "kind": _kind_clause(int(pairs.kind[at]), booked, told),
            "date": _date_clause(int(pairs.date[at]), int(pairs.gap[at]), bool(pairs.same_year[at])),
            "pos": "another place of supply" if pairs.pos_differs[at] else "",
        }


def _supplier_clause(supplier: int, books: str, portal: str) -> str:
    if supplier == ev.SAME_GSTIN and books == portal == NOTHING:
        return _IMPORT
    return _told(_SUPPLIER[supplier], books, portal)


def _number_clause(number: int, books: str, portal: str) -> str:
    added = any(text.startswith("'") or text.endswith(".0") for text in (books, portal))
    return _told(_EXCEL if number == NUMBER.CANON and added else _NUMBER[number], books, portal)


def _told(form: str, books: str, portal: str) -> str:
    missing = [side for side, text in (("in the books", books), ("on the portal", portal)) if text == NOTHING]
    return form.format(a=books, b=portal, where=" and ".join(missing))


def _kind_words(kind: int, negative: bool) -> str:
    return ("negative " if negative else "") + KIND_WORDS[DOC_TYPES[kind]]


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _kind_clause(kind: int, books: str, portal: str) -> str:
    if kind == ev.SAME_KIND:
        return ""
    if books == portal:
        return (
            f"{books} on both sides, with opposite signs"
            if kind == ev.OPPOSITE
            else "invoices and debit notes together"
        )
    return f"{books} in the books, {portal} on the portal"


def _date_clause(date: int, gap: int, same_year: bool) -> str:
    year = "" if same_year else " and in another financial year"
    if date == ev.SAME_DATE:
        return "same date"
    if date == ev.NO_DATE:
        return "date missing"
    if date == ev.SWAP:
        return f"day and month of the date exchanged{year}"
    if date == ev.YEAR_OFF:
        return "same day and month of another year"
    return f"dates {gap} day{'s' if gap > 1 else ''} apart{year}"


def amounts_apart(pool: Pool, pairs: ev.Evidence) -> np.ndarray:
    """Portal less books of each amount of each pair, in paise: signed, but where an invoice stands against a credit
    note, by size alone."""
    a, b = pool.register, pool.portal
    sign = np.where(pairs.kind == ev.OPPOSITE, 1, b.sign[pairs.j])
    return (b.money[pairs.j] - a.money[pairs.i]) * sign[:, None]


def money_clause(money: int, apart: np.ndarray, *, several: bool = False) -> str:
    """What to say of the amounts; `apart` is portal less books of each amount, in paise. `several`: of a group."""
    taxable, tax = int(apart[0]), int(apart[1:].sum())
    if money == ev.EQUAL:
        return "the amounts add up to the paisa" if several else "all amounts equal"
    if money == ev.NEAR:
        most = show_rupees(int(np.abs(apart).max()) / 100)
        return f"amounts {'add up' if several else 'equal'} within tolerance (at most ₹{most} apart)"
    if money == ev.HEADS:
        return "taxable value and total tax equal, but under other tax heads"
    told = _both_apart(taxable, tax) or "amounts differ head by head"
    return f"total equal, but {told}" if money == ev.GROSS and abs(taxable + tax) <= 100 else told


def _both_apart(taxable: int, tax: int) -> str:
    """Taxable value and tax, in one clause where both are higher or both are lower."""
    if not taxable and tax:
        return f"taxable value equal, {_sized('tax', tax)}{_direction(tax)}"
    parts = [(what, paise) for what, paise in (("taxable value", taxable), ("tax", tax)) if paise]
    if len(parts) == 2 and (taxable > 0) == (tax > 0):
        return " and ".join(_sized(what, paise) for what, paise in parts) + _direction(taxable)
    return " and ".join(_sized(what, paise) + _direction(paise) for what, paise in parts)


def _sized(what: str, paise: int) -> str:
    return f"{what} ₹{show_rupees(abs(paise) / 100)}"


def _direction(paise: int) -> str:
    return f" {'higher' if paise > 0 else 'lower'} on the portal"


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
    """`invoice 12/25-26 of 14-Nov-2025` for each of `rows`."""
    numbers = number_texts(pool, side, rows)
    days, at = np.unique(side.day[rows], return_inverse=True)
    dated = [f" of {day_text(day)}" if day != NO_DAY else "" for day in days.tolist()]
    kinds = [_kind_words(*which) for which in zip(side.kind[rows], side.negative[rows], strict=True)]
    return [f"{kind} {number}{dated[day]}" for kind, number, day in zip(kinds, numbers, at.tolist(), strict=True)]


def title(pool: Pool, side: Documents, row: int) -> str:
    """`invoice 12/25-26 of 14-Nov-2025`."""
    return titles(pool, side, np.array([row]))[0]
