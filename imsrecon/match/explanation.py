"""`.explain`: each field's evidence and weight for one pair, the score, and what rivals it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, DOC_TYPES, show_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.evidence import Evidence, field_bits, join_evidence, weigh
from imsrecon.match.findings import MANUAL, Matches
from imsrecon.match.nearest import candidates
from imsrecon.match.sentences import (
    KIND_WORDS,
    NOTHING,
    amounts_apart,
    day_text,
    group_clause,
    gstin_texts,
    money_clause,
    number_texts,
    pair_clauses,
    title,
)
from imsrecon.match.settings import MatchSettings
from imsrecon.match.unmatched import differences
from imsrecon.match.verdicts import Verdicts

# How far a rival lies behind (bits), in words; behind by less than the last it fits just as well.
_BEHIND = ((12.0, "fits far less well"), (6.0, "fits clearly less well"), (1.0, "fits a little less well"))
_RIVALS = 20
Line = tuple[str, str, str, str, float]


def explain_pair(
    pool: Pool, i: int, j: int, edges: Evidence, found: Matches, words: Verdicts, settings: MatchSettings
) -> pd.DataFrame:
    """field, books, portal, verdict, weight (bits): the weighed fields, each amount (their weight is in `amounts`),
    `group` where several entries are one match, `total` and `runner-up`. The fields and the group add up to the
    total."""
    pair = weigh(pool, np.array([i]), np.array([j]), settings)
    fields = {name: getattr(pair, name) for name in ev.WEIGHED}
    weights = {name: float(bits[0]) for name, bits in field_bits(**fields).items()}
    said = _said(pool, pair)
    books, portal = _values(pool, pool.register, i), _values(pool, pool.portal, j)
    rows = [(name, books[name], portal[name], said[name], weight) for name, weight in weights.items()]
    rows += _amounts(pool, i, j)
    match = _match_of(found, i, j)
    total = float(pair.bits[0])
    if match >= 0 and max(found.register_count[match], found.portal_count[match]) > 1:
        own, total = total, float(found.evidence.bits[match])
        rows.append(_group(pool, found, match, total - own))
    denied = not words.allows(pair.i, pair.j)[0]
    rows.append(("total", "", "", _total(total, found, match, denied), total))
    rows.append(_runner_up(pool, i, j, _around(pool, i, j, edges, settings), found, total))
    return pd.DataFrame(rows, columns=["field", "books", "portal", "verdict", "weight"])


def nearest_of(
    pool: Pool,
    side: str,
    row: int,
    edges: Evidence,
    found: Matches,
    settings: MatchSettings,
    count: int,
) -> pd.DataFrame:
    """The documents of the other side that come nearest to one row: doc_id, title, score, differs, linked_to."""
    pairs = candidates(pool, edges, side, row, settings, count)
    ours, other = pool.side(side), pool.side("portal" if side == "register" else "register")
    close = pairs.j if side == "register" else pairs.i
    owner = [_owner(found, side, place) for place in close.tolist()]
    apart = amounts_apart(pool, pairs)
    said = [
        ", ".join(differences(pairs, place, clauses, apart[place])) or "all fields agree"
        for place, clauses in enumerate(pair_clauses(pool, pairs))
    ]
    return pd.DataFrame(
        {
            "doc_id": pd.Series(other.ids[close], dtype="str"),
            "title": pd.Series([title(pool, other, place) for place in close.tolist()], dtype="str"),
            "score": ev.score_of(pairs.bits),
            "differs": pd.Series(said, dtype="str"),
            "linked_to": pd.Series([ours.ids[at] if at >= 0 else None for at in owner], dtype="str"),
        }
    )


def _match_of(found: Matches, i: int, j: int) -> int:
    at = np.flatnonzero((found.i == i) & (found.j == j))
    return int(found.match[at[0]]) if len(at) else -1


def _owner(found: Matches, side: str, row: int) -> int:
    """The row of `side` that a row of the other side is linked to, or -1."""
    mine, theirs = (found.i, found.j) if side == "register" else (found.j, found.i)
    at = np.flatnonzero(theirs == row)
    return int(mine[at[0]]) if len(at) else -1


def _said(pool: Pool, pair: Evidence) -> dict[str, str]:
    clauses = next(iter(pair_clauses(pool, pair)))
    shared = int(pair.common[0])
    frequent = f"; {shared} documents of this supplier have that amount, so it says less" if shared > 1 else ""
    return {
        "supplier_gstin": clauses["supplier"],
        "doc_no": clauses["number"] + (", of another financial year" if pair.other_token[0] else ""),
        "doc_type": clauses["kind"] or "same type",
        "doc_date": clauses["date"],
        "amounts": money_clause(int(pair.money[0]), amounts_apart(pool, pair)[0]) + frequent,
        "pos": clauses["pos"] or "nothing against it",
    }


def _values(pool: Pool, side: Documents, row: int) -> dict[str, str]:
    rows = np.array([row])
    pos = side.column("pos", rows).iloc[0]
    return {
        "supplier_gstin": gstin_texts(pool, side, rows)[0],
        "doc_no": number_texts(pool, side, rows)[0],
        "doc_type": KIND_WORDS[DOC_TYPES[side.kind[row]]] + (", negative" if side.negative[row] else ""),
        "doc_date": day_text(int(side.day[row])) or NOTHING,
        "amounts": show_rupees(int(side.money[row].sum()) / 100),
        "pos": NOTHING if pd.isna(pos) else pos,
    }


def _amounts(pool: Pool, i: int, j: int) -> list[Line]:
    """Each amount side by side."""
    rows = []
    for at, name in enumerate(AMOUNTS):
        left, right = int(pool.register.money[i, at]), int(pool.portal.money[j, at])
        verdict = "equal" if left == right else f"₹{show_rupees(abs(right - left) / 100)} apart"
        rows.append((name, show_rupees(left / 100), show_rupees(right / 100), verdict, 0.0))
    return rows


def _group(pool: Pool, found: Matches, match: int, weight: float) -> Line:
    """All entries of the match together, against all records."""
    members = found.match == match
    here, there = np.unique(found.i[members]), np.unique(found.j[members])
    sums = [
        abs(int((side.money[rows].sum(axis=1) * side.sign[rows]).sum())) / 100
        for side, rows in ((pool.register, here), (pool.portal, there))
    ]
    judged = found.evidence.take(np.array([match]))
    money = money_clause(int(judged.money[0]), found.apart[match], several=True)
    told = f"{group_clause(len(here), len(there))}; together: {money}"
    return ("group", show_rupees(sums[0]), show_rupees(sums[1]), told, weight)


def _total(total: float, found: Matches, match: int, denied: bool) -> str:
    """The score and what it means; whose benchmark it is."""
    score = int(ev.score_of(np.array([total]))[0])
    share = "nearly all" if score == 100 else "hardly any" if score == 0 else f"about {score} of 100"
    meant = f"score {score}: on the open benchmark {share} candidate pairs with this score are one supply"
    if denied:
        return f"kept apart by a person's word; {meant}"
    if match >= 0 and found.confidence[match] == MANUAL:
        return f"linked by a person's word; {meant}"
    return meant if total > ev.LINK else f"{meant}; too little to link them"


def _around(pool: Pool, i: int, j: int, edges: Evidence, settings: MatchSettings) -> Evidence:
    """The best pairs of either document, the pair itself among them."""
    sides = (("register", i), ("portal", j))
    return join_evidence([candidates(pool, edges, side, row, settings, _RIVALS) for side, row in sides])


def _runner_up(pool: Pool, i: int, j: int, near: Evidence, found: Matches, total: float) -> Line:
    """The best other pair of one of the two documents, outside their own match."""
    match = _match_of(found, i, j)
    own = found.match == match if match >= 0 else np.zeros(len(found.i), dtype=bool)
    same = np.isin(near.i, np.append(found.i[own], i)) & np.isin(near.j, np.append(found.j[own], j))
    other = near.take(~same)
    if not len(other):
        return ("runner-up", "", "", "no other document comes near", 0.0)
    best = int(np.lexsort((other.j, other.i, -other.bits))[0])
    bits, left, right = float(other.bits[best]), int(other.i[best]), int(other.j[best])
    named = title(pool, pool.register, left), title(pool, pool.portal, right)
    taken = _match_of(found, left, right) >= 0
    return ("runner-up", *named, f"the next best pair {_behind(total - bits, taken)}", bits)


def _behind(bits: float, taken: bool) -> str:
    """How a rival compares, in a consultant's words."""
    if bits < -1.0:
        return "fits better" + (", and is linked" if taken else "")
    words = next((told for least, told in _BEHIND if bits >= least), "fits just as well: look which is meant")
    return words + (", and is linked" if taken else "")
