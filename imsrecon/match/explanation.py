"""`.explain`: each field's evidence and weight for one pair, the score, and what rivals it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, DOC_TYPES, show_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.evidence import Evidence, field_bits, weigh
from imsrecon.match.sentences import NOTHING, day_text, gstin_texts, money_clause, number_texts, pair_clauses, title
from imsrecon.match.settings import MatchSettings


def explain_pair(pool: Pool, i: int, j: int, edges: Evidence, settings: MatchSettings) -> pd.DataFrame:
    """field, books, portal, verdict, weight (bits); last come the total, the threshold and the runner-up."""
    pair = weigh(pool, np.array([i]), np.array([j]), settings)
    fields = {name: getattr(pair, name) for name in ev.WEIGHED}
    weights = {name: float(bits[0]) for name, bits in field_bits(**fields).items()}
    said = _said(pool, pair)
    books, portal = _values(pool, pool.register, i), _values(pool, pool.portal, j)
    rows = [(name, books[name], portal[name], said[name], weight) for name, weight in weights.items()]
    rows += _amounts(pool, i, j)
    total = float(pair.bits[0])
    rows.append(("total", "", "", f"score {int(ev.score_of(pair.bits)[0])}; linked from {ev.LINK:g} on", total))
    rows.append(_runner_up(pool, i, j, edges, total))
    return pd.DataFrame(rows, columns=["field", "books", "portal", "verdict", "weight"])


def _said(pool: Pool, pair: Evidence) -> dict[str, str]:
    clauses = next(iter(pair_clauses(pool, pair)))
    i, j = pair.i[0], pair.j[0]
    apart = pool.portal.money[j] * pool.portal.sign[j] - pool.register.money[i] * pool.register.sign[i]
    shared = int(pair.common[0])
    frequent = f"; {shared} documents of this supplier have that amount" if shared > 1 else ""
    return {
        "supplier_gstin": clauses["supplier"],
        "doc_no": clauses["number"] + (", of another financial year" if pair.other_token[0] else ""),
        "doc_type": clauses["kind"] or "same type",
        "doc_date": clauses["date"],
        "amounts": money_clause(int(pair.money[0]), apart) + frequent,
        "pos": clauses["pos"] or "nothing against it",
    }


def _values(pool: Pool, side: Documents, row: int) -> dict[str, str]:
    rows = np.array([row])
    pos = side.column("pos", rows).iloc[0]
    return {
        "supplier_gstin": gstin_texts(pool, side, rows)[0],
        "doc_no": number_texts(pool, side, rows)[0],
        "doc_type": DOC_TYPES[side.kind[row]],
        "doc_date": day_text(int(side.day[row])) or NOTHING,
        "amounts": show_rupees(int(side.money[row].sum()) / 100),
        "pos": NOTHING if pd.isna(pos) else pos,
    }


def _amounts(pool: Pool, i: int, j: int) -> list[tuple[str, str, str, str, float]]:
    """Each amount side by side; their weight is in `amounts`."""
    rows = []
    for at, name in enumerate(AMOUNTS):
        left, right = int(pool.register.money[i, at]), int(pool.portal.money[j, at])
        verdict = "equal" if left == right else f"₹{show_rupees(abs(right - left) / 100)} apart"
        rows.append((name, show_rupees(left / 100), show_rupees(right / 100), verdict, 0.0))
    return rows


def _runner_up(pool: Pool, i: int, j: int, edges: Evidence, total: float) -> tuple[str, str, str, str, float]:
    other = edges.take(((edges.i == i) | (edges.j == j)) & ~((edges.i == i) & (edges.j == j)))
    if not len(other):
        return ("runner-up", "", "", "no other candidate", 0.0)
    best = int(np.lexsort((other.j, other.i, -other.bits))[0])
    bits = float(other.bits[best])
    left, right = title(pool, pool.register, other.i[best]), title(pool, pool.portal, other.j[best])
    return ("runner-up", left, right, f"{abs(total - bits):.1f} bits {'behind' if total >= bits else 'ahead'}", bits)
