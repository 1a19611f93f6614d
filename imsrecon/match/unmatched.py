"""Why a document has no match."""

from __future__ import annotations

import numpy as np

from imsrecon.domain import show_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.documents import Pool
from imsrecon.match.evidence import Evidence
from imsrecon.match.sentences import money_clause, pair_clauses, titles
from imsrecon.match.spelling import NUMBER
from imsrecon.match.standing import Standing
from imsrecon.match.verdicts import Verdicts

UNMATCHED = ("only_in_books", "only_in_portal", "superseded", "set_aside")
ONLY_IN = {"register": "only_in_books", "portal": "only_in_portal"}
_ELSEWHERE = {"register": "portal", "portal": "books"}
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
        "The same document as {}, entered a second time?",
        titles(pool, ours, stands.double[rows[double]]),
    )
    gone = np.flatnonzero(category == UNMATCHED.index("superseded"))
    _put(
        reasons,
        gone,
        "The supplier replaced it by {}: that one counts.",
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
        return f"No GSTIN here, and no document in the {_ELSEWHERE[side]} has its number and amount."
    return f"The {_ELSEWHERE[side]} {'have' if side == 'portal' else 'has'} no document of this supplier."


def _apart(pool: Pool, side: str, pairs: Evidence, partner: np.ndarray, words: Verdicts) -> list[str]:
    other = pool.side("portal" if side == "register" else "register")
    allowed = words.allows(pairs.i, pairs.j)
    close = pairs.j if side == "register" else pairs.i
    apart = (
        pool.portal.money[pairs.j] * pool.portal.sign[pairs.j][:, None]
        - pool.register.money[pairs.i] * pool.register.sign[pairs.i][:, None]
    )
    named = titles(pool, other, close)
    owners = titles(pool, pool.side(side), np.maximum(partner[close], 0)) if len(close) else []
    reasons = []
    for place, clauses in enumerate(pair_clauses(pool, pairs)):
        head = f"Nearest in the {_ELSEWHERE[side]} is {named[place]}"
        if not allowed[place]:
            reasons.append(f"{head}: a person said that it is another document.")
            continue
        if pairs.number[place] > NUMBER.SUFFIX and pairs.money[place] >= ev.CLOSE:
            reasons.append(_nothing_like_it(side, named[place], pairs, place, apart[place]))
            continue
        differs = _differences(pairs, place, clauses, apart[place])
        taken = partner[close[place]] >= 0
        more = f"; it belongs to {owners[place]}" if taken else _what_would_match(pairs, place)
        reasons.append(f"{head}: {', '.join(differs) or 'all fields agree'}{more}.")
    return reasons


def _what_would_match(pairs: Evidence, place: int) -> str:
    """The one change that would have made the pair a match, the smallest first; nothing if no single one would."""
    fields = {name: getattr(pairs, name)[[place]] for name in ev.WEIGHED}
    days = int(pairs.gap[place])
    changes = (
        (f"the dates were not {days} days apart", {"date": ev.SAME_DATE, "same_year": True}),
        ("the numbers agreed", {"number": NUMBER.CANON, "other_token": False}),
        ("the amounts agreed", {"money": ev.NEAR}),
        ("it were of the same type", {"kind": ev.SAME_KIND}),
        ("the GSTIN were the same", {"supplier": ev.SAME_GSTIN}),
    )
    for told, change in changes:
        if all(fields[name][0] == value for name, value in change.items()):
            continue
        other = fields | {name: np.array([value]) for name, value in change.items()}
        if ev.total_bits(**other)[0] > ev.LINK:
            return f"; it would match if {told}"
    return ""


def _nothing_like_it(side: str, named: str, pairs: Evidence, place: int, apart: np.ndarray) -> str:
    """Neither number nor amounts agree with any document of the supplier."""
    has = "has" if side == "register" else "have"
    value = f"taxable value ₹{show_rupees(abs(int(apart[0])) / 100)} {'higher' if apart[0] > 0 else 'lower'}"
    at_all = "" if pairs.kind[place] == ev.SAME_KIND else ", and of another type"
    return (
        f"The {_ELSEWHERE[side]} {has} no document of this supplier with its number or amounts: "
        f"nearest is {named} ({value} on the portal{at_all})."
    )


def _differences(pairs: Evidence, place: int, clauses: dict[str, str], apart: np.ndarray) -> list[str]:
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
