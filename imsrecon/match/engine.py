"""The cascade: what surely is one document first, then groups, then one optimal assignment of what is left.

Order of stages (each works on what the ones before left free):
a person's verdicts; equal numbers with equal amounts; groups that add up; everything else by evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from imsrecon.match import candidates, groups
from imsrecon.match.assign import assign
from imsrecon.match.documents import Pool, read_pool
from imsrecon.match.evidence import LINK, SAME_KIND, Evidence, join_evidence, weigh
from imsrecon.match.findings import find
from imsrecon.match.result import Reconciliation
from imsrecon.match.settings import MatchSettings
from imsrecon.match.standing import standing
from imsrecon.match.suppliers import mend_gstins
from imsrecon.match.verdicts import Verdicts, read_verdicts

STRONG = 12.0
DEFAULT = MatchSettings()


def reconcile(
    register: pd.DataFrame,
    portal: pd.DataFrame,
    settings: MatchSettings = DEFAULT,
    *,
    verdicts: pd.DataFrame | None = None,
) -> Reconciliation:
    """Hold the books against the portal: which documents are one and the same supply, and how sure that is.

    `register` and `portal` are document tables (design 5.1); needed are doc_id, supplier_gstin, doc_type, doc_no,
    doc_date, taxable_value, igst, cgst, sgst, cess (rupees), of which GSTIN, number and date may be missing in a row.
    `verdicts` has register_id, portal_id and verdict (`same` or `different`): a person's word, never overruled.
    The answer does not depend on the order of the rows.

    Raises `TableError` naming every missing column, `ImsreconError` for verdicts that contradict each other.
    """
    pool = mend_gstins(read_pool(register, portal))
    words = read_verdicts(pool, verdicts)
    sides = standing(pool, pool.register, settings), standing(pool, pool.portal, settings)
    work = _Work(pool, settings, words, [sides[0].free.copy(), sides[1].free.copy()])
    work.take(words.i, words.j, words.match)
    manual = work.matches
    edges = _equal_numbers(work)
    _group(work)
    edges = _by_evidence(work, edges)
    links = work.links()
    is_manual = np.arange(work.matches) < manual
    rivalled = _rivalled(links, edges, work.matches, settings)
    found = find(pool, links, is_manual, rivalled, sides, settings)
    return Reconciliation(pool, found, sides, edges, words, settings)


@dataclass
class _Work:
    """What is still free, and what has been linked."""

    pool: Pool
    settings: MatchSettings
    words: Verdicts
    free: list[np.ndarray]
    matches: int = 0
    taken: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        return np.flatnonzero(self.free[0]), np.flatnonzero(self.free[1])

    def take(self, i: np.ndarray, j: np.ndarray, match: np.ndarray) -> None:
        if len(i):
            numbered = np.unique(match, return_inverse=True)[1]
            self.taken.append((i, j, numbered + self.matches))
            self.matches += int(numbered.max()) + 1
            self.free[0][i] = False
            self.free[1][j] = False

    def weighed(self, pairs: tuple[np.ndarray, np.ndarray]) -> Evidence:
        allowed = self.words.allows(*pairs)
        return weigh(self.pool, pairs[0][allowed], pairs[1][allowed], self.settings)

    def links(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if not self.taken:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, nothing
        i, j, match = (np.concatenate(column) for column in zip(*self.taken, strict=True))
        order = np.lexsort((j, i, match))
        return i[order], j[order], match[order]


def _equal_numbers(work: _Work) -> Evidence:
    """Link what agrees in number, direction and amounts; return everything weighed."""
    edges = work.weighed(candidates.by_number(work.pool, *work.rows(), work.settings))
    strong = edges.normal & edges.within & (edges.kind == SAME_KIND) & (edges.bits >= STRONG)
    _assign(work, edges.take(strong))
    return edges


def _assign(work: _Work, edges: Evidence) -> None:
    chosen = assign(edges.i, edges.j, edges.bits - LINK)
    work.take(edges.i[chosen], edges.j[chosen], np.flatnonzero(chosen))


def _group(work: _Work) -> None:
    for stage in (groups.by_one_number, groups.by_parts, groups.by_range):
        found = stage(work.pool, *work.rows(), work.settings)
        denied = ~work.words.allows(found.i, found.j)
        keep = ~np.isin(found.group, found.group[denied])
        work.take(found.i[keep], found.j[keep], found.group[keep])


def _by_evidence(work: _Work, edges: Evidence) -> Evidence:
    """Weigh the looser candidates of what is free and link the best way of all; return everything weighed."""
    rows = work.rows()
    stages = (candidates.by_spelling, candidates.by_amount, candidates.without_supplier)
    pairs = [stage(work.pool, *rows, work.settings) for stage in stages]
    i, j = (np.concatenate(column) for column in zip(*pairs, strict=True))
    keys = np.unique(i << 32 | j)
    edges = join_evidence([edges, work.weighed((keys >> 32, keys & 0xFFFFFFFF))])
    possible = work.free[0][edges.i] & work.free[1][edges.j] & (edges.bits > LINK)
    _assign(work, edges.take(possible))
    return edges


def _rivalled(links, edges: Evidence, matches: int, settings: MatchSettings) -> np.ndarray:
    """Which matches have a runner-up within the margin: another pair of one of their documents, nearly as good."""
    i, j, match = links
    own = np.full(matches, -np.inf)
    keys, linked = edges.i << 32 | edges.j, i << 32 | j
    inside = np.isin(keys, linked)
    at = np.searchsorted(linked[np.argsort(linked)], keys[inside])
    np.maximum.at(own, match[np.argsort(linked)][at], edges.bits[inside])
    best = np.full(matches, -np.inf)
    for rows, ends in ((i, edges.i), (j, edges.j)):
        owner = np.full(int(max(rows.max(initial=-1), ends.max(initial=-1))) + 1, -1)
        owner[rows] = match
        other = ~inside & (owner[ends] >= 0)
        np.maximum.at(best, owner[ends[other]], edges.bits[other])
    return np.isfinite(own) & (best > LINK) & (best > own - settings.margin)
