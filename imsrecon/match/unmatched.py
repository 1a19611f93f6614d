"""Why a document has no match."""

from __future__ import annotations

import numpy as np

from imsrecon.domain import DOC_TYPES, show_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.evidence import Evidence
from imsrecon.match.sentences import KIND_WORDS, amounts_apart, gstin_texts, money_clause, pair_clauses, titles
from imsrecon.match.spelling import NUMBER
from imsrecon.match.standing import Standing
from imsrecon.match.verdicts import Verdicts

UNMATCHED = ("only_in_books", "only_in_portal", "superseded", "set_aside")
ONLY_IN = {"register": "only_in_books", "portal": "only_in_portal"}
_WHERE = {"register": "on the portal", "portal": "in the books"}
_HAVE = {"register": "The portal has", "portal": "The books have"}
_AGAIN = {
    "register": "Booked twice? Supplier, number and amounts are those of {}.",
    "portal": "Uploaded twice? Supplier, number and amounts are those of {}.",
}
_ASIDE = {
    "rejected": "{} {} in the rejected part of GSTR-2B (you rejected it): there is nothing to match.",
    "reversal": "{} {} in the reversal part of GSTR-2B: there is nothing to match.",
}
_OF_ANOTHER = {
    "register": "Booked under another supplier? The portal has the same number, date and amounts from {1}: {0}{2}.",
    "portal": "Booked under another supplier? The books have the same number, date and amounts under {1}: {0}{2}.",
}
_UNLIKE_NUMBERS = (NUMBER.CHANGED, NUMBER.SERIAL, NUMBER.DIFFERENT, NUMBER.MISSING)
_PARTS = {"rejected": "the rejected part", "reversal": "the reversal part"}


def unmatched_reasons(
    pool: Pool,
    side: str,
    rows: np.ndarray,
    category: np.ndarray,
    stands: Standing,
    best: tuple[np.ndarray, Evidence],
    partner: np.ndarray,
    words: Verdicts,
) -> list[str]:
    """One sentence for each of `rows`. `best` is which of them have a nearest document, and those pairs."""
    ours = pool.side(side)
    reasons: list[str] = [_alone(pool, side, row) for row in rows.tolist()]
    at, pairs = best
    for place, clause in zip(at.tolist(), _apart(pool, side, pairs, partner, words), strict=True):
        reasons[place] = clause
    double = np.flatnonzero(stands.double[rows] >= 0)
    _put(
        reasons,
        double,
        _AGAIN[side],
        titles(pool, ours, stands.double[rows[double]]),
    )
    gone = np.flatnonzero(category == UNMATCHED.index("superseded"))
    _put(
        reasons,
        gone,
        "The supplier amended it: {} counts instead.",
        titles(pool, ours, stands.amendment[rows[gone]]),
    )
    aside = np.flatnonzero(category == UNMATCHED.index("set_aside"))
    if len(aside):
        parts = ours.column("gstr2b_part", rows[aside]).map(_PARTS).tolist()
        _put(reasons, aside, "Stands in {} of GSTR-2B: there is nothing to match.", parts)
    return reasons


def _put(reasons: list[str], places: np.ndarray, form: str, words: list[str]) -> None:
    for place, word in zip(places.tolist(), words, strict=True):
        reasons[place] = form.format(word)


def _alone(pool: Pool, side: str, row: int) -> str:
    ours = pool.side(side)
    if ours.gstin[row] < 0 and not ours.imported[row]:
        return f"No GSTIN here, and no document {_WHERE[side]} has its number and amount."
    return f"{_HAVE[side]} no {_document(ours, row)}."


def _document(ours: Documents, row: int) -> str:
    """What is looked for on the other side; an import has no supplier with a GSTIN."""
    return "import" if ours.imported[row] and ours.gstin[row] < 0 else "document of this supplier"


def _apart(pool: Pool, side: str, pairs: Evidence, partner: np.ndarray, words: Verdicts) -> list[str]:
    ours, other = pool.side(side), pool.side("portal" if side == "register" else "register")
    mine, close = (pairs.i, pairs.j) if side == "register" else (pairs.j, pairs.i)
    allowed, apart = words.allows(pairs.i, pairs.j), amounts_apart(pool, pairs)
    named = titles(pool, other, close)
    owners = titles(pool, ours, np.maximum(partner[close], 0)) if len(close) else []
    parts = other.column("gstr2b_part", close).tolist()
    reasons = []
    for place, clauses in enumerate(pair_clauses(pool, pairs)):
        taken = f", which is matched with {owners[place]}" if partner[close[place]] >= 0 else ""
        name = f"{named[place]}{taken}"
        if not allowed[place]:
            told = f"Nearest {_WHERE[side]} is {named[place]}: a person said that it is another document."
        elif other.aside[close[place]] and not _unlike(pairs, place):
            told = _ASIDE[parts[place]].format(_HAVE[side], named[place])
        elif pairs.supplier[place] == ev.OTHER:
            told = _OF_ANOTHER[side].format(named[place], gstin_texts(pool, other, close[[place]])[0], taken)
        elif pairs.kind[place] in (ev.OPPOSITE, ev.OTHER_KIND) and _unlike(pairs, place):
            kind = KIND_WORDS[DOC_TYPES[ours.kind[mine[place]]]]
            told = f"{_HAVE[side]} no {kind} of this supplier that comes near: nearest is {name}."
        elif _unlike(pairs, place):
            sought = _document(ours, mine[place])
            told = _nothing_like_it(side, sought, named[place], apart[place], has_partner=bool(taken))
        else:
            differs = differences(pairs, place, clauses, apart[place])
            more = "" if taken else _what_would_match(pairs, place)
            told = f"Nearest {_WHERE[side]} is {name}: {', '.join(differs) or 'all fields agree'}{more}."
        reasons.append(told)
    return reasons


def _unlike(pairs: Evidence, place: int) -> bool:
    """Neither number nor amounts have anything to do with each other."""
    return bool(pairs.number[place] in _UNLIKE_NUMBERS and pairs.money[place] > ev.HEADS)


def _what_would_match(pairs: Evidence, place: int) -> str:
    """The one change that would have made the pair a match, each that would; nothing if no single one would."""
    fields = {name: getattr(pairs, name)[[place]] for name in ev.WEIGHED}
    changes = (
        ("the same date", {"date": ev.SAME_DATE, "same_year": True}),
        ("the same number", {"number": NUMBER.CANON, "other_token": False}),
        ("the same amounts", {"money": ev.NEAR}),
        ("the same kind of document", {"kind": ev.SAME_KIND}),
        ("the same GSTIN", {"supplier": ev.SAME_GSTIN}),
    )
    enough = []
    for told, change in changes:
        if all(fields[name][0] == value for name, value in change.items()):
            continue
        other = fields | {name: np.array([value]) for name, value in change.items()}
        if ev.total_bits(**other)[0] > ev.LINK:
            enough.append(told)
    return f"; with {' or '.join(enough)} it would be a match" if enough else ""


def _nothing_like_it(side: str, sought: str, named: str, apart: np.ndarray, *, has_partner: bool) -> str:
    """Neither number nor amounts agree with any document of the supplier."""
    value = int(apart[0])
    direction = "higher" if value > 0 else "lower"
    size = f"taxable value ₹{show_rupees(abs(value) / 100)} {direction} on the portal" if value else "other tax"
    near = f"the nearest, {named}, has a partner of its own" if has_partner else f"nearest is {named} ({size})"
    return f"{_HAVE[side]} no {sought} with its number or amounts; {near}."


def differences(pairs: Evidence, place: int, clauses: dict[str, str], apart: np.ndarray) -> list[str]:
    """The clauses that speak against the pair."""
    against = []
    if pairs.supplier[place] != ev.SAME_GSTIN:
        against.append(clauses["supplier"])
    if pairs.number[place] > NUMBER.SUFFIX:
        against.append(clauses["number"])
    if pairs.kind[place] != ev.SAME_KIND:
        against.append(clauses["kind"])
    if pairs.money[place] > ev.NEAR:
        against.append(money_clause(int(pairs.money[place]), apart))
    if pairs.date[place] != ev.SAME_DATE:
        against.append(clauses["date"])
    if pairs.common[place] > 1 and pairs.money[place] <= ev.NEAR:
        against.append(f"{pairs.common[place]} documents of this supplier have that amount")
    return against
