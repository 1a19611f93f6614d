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
from imsrecon.match.evidence import LINK, SAME_KIND, Evidence, stack_evidence, weigh
from imsrecon.match.findings import find
from imsrecon.match.joins import distinct
from imsrecon.match.result import Reconciliation
from imsrecon.match.settings import MatchSettings
from imsrecon.match.standing import standing
from imsrecon.match.threads import at_once
from imsrecon.match.verdicts import Verdicts, read_verdicts

STRONG = 12.0
GROUPS = (groups.by_one_number, groups.by_parts, groups.by_one_serial, groups.net_of_note, groups.by_range)
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
    pool = read_pool(register, portal)
    words = read_verdicts(pool, verdicts)
    size = len(register) + len(portal)
    sides = at_once(lambda side: standing(pool, side, settings), (pool.register, pool.portal), size)
    work = _Work(pool, settings, words, [sides[0].free.copy(), sides[1].free.copy()])
    work.group(words.i, words.j, words.match)
    manual = work.matches
    edges = _equal_numbers(work)
    _group(work)
    edges = _by_evidence(work, edges)
    links, match = work.links()
    is_manual = np.arange(work.matches) < manual
    rivalled = _rivalled(links, match, edges, work, settings)
    found = find(pool, links, match, is_manual, rivalled, sides, settings)
    return Reconciliation(work.pool, found, sides, edges, words, settings)


@dataclass
class _Work:
    """What is still free, and what has been linked: sets of links with the number of the match of each."""

    pool: Pool
    settings: MatchSettings
    words: Verdicts
    free: list[np.ndarray]
    matches: int = 0
    taken: list[tuple[Evidence, np.ndarray]] = field(default_factory=list)

    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        return np.flatnonzero(self.free[0]), np.flatnonzero(self.free[1])

    def take(self, links: Evidence, match: np.ndarray) -> None:
        """Link; `match` counts from 0 without a gap, in ascending order."""
        if len(links):
            self.taken.append((links, match + self.matches))
            self.matches += int(match[-1]) + 1
            self.free[0][links.i] = False
            self.free[1][links.j] = False

    def group(self, i: np.ndarray, j: np.ndarray, group: np.ndarray) -> None:
        """Link the members of groups, numbered in any way."""
        order = np.lexsort((j, i, group))
        self.take(weigh(self.pool, i[order], j[order], self.settings), np.unique(group[order], return_inverse=True)[1])

    def weighed(self, pairs: tuple[np.ndarray, np.ndarray]) -> Evidence:
        i, j = pairs
        if len(self.words.different):
            allowed = self.words.allows(i, j)
            i, j = i[allowed], j[allowed]
        return weigh(self.pool, i, j, self.settings)

    def links(self) -> tuple[Evidence, np.ndarray]:
        """All links, match by match."""
        if not self.taken:
            nothing = np.zeros(0, dtype=np.int64)
            return weigh(self.pool, nothing, nothing, self.settings), nothing
        return stack_evidence([links for links, _ in self.taken]), np.concatenate([match for _, match in self.taken])


def _equal_numbers(work: _Work) -> Evidence:
    """Link what agrees in number, direction and amounts; return everything weighed."""
    edges = work.weighed(candidates.by_number(work.pool, *work.rows(), work.settings))
    strong = edges.normal & edges.within & (edges.kind == SAME_KIND) & (edges.bits >= STRONG)
    _assign(work, edges, np.flatnonzero(strong))
    return edges


def _assign(work: _Work, edges: Evidence, among: np.ndarray) -> None:
    i, j = edges.i[among], edges.j[among]
    chosen = among[assign(i, j, edges.bits[among] - LINK)]
    work.take(edges.take(chosen), np.arange(len(chosen)))


def _group(work: _Work) -> None:
    for stage in GROUPS:
        found = stage(work.pool, *work.rows(), work.settings)
        denied = ~work.words.allows(found.i, found.j)
        keep = ~np.isin(found.group, found.group[denied])
        work.group(found.i[keep], found.j[keep], found.group[keep])


def _by_evidence(work: _Work, edges: Evidence) -> Evidence:
    """Weigh the looser candidates of what is free and link the best way of all; return everything weighed.

    What bears another's number is linked by now: an amount counts as rare if few of the documents left have it.
    """
    work.pool = work.pool.with_open(work.free)
    rows = work.rows()
    stages = (candidates.by_spelling, candidates.by_amount, candidates.without_supplier)
    pairs = at_once(lambda stage: stage(work.pool, *rows, work.settings), stages, len(rows[0]))
    i, j = (np.concatenate(column) for column in zip(*pairs, strict=True))
    keys = distinct(i << 32 | j)
    still = work.free[0][edges.i] & work.free[1][edges.j]
    keys = distinct(np.concatenate([keys, edges.i[still] << 32 | edges.j[still]]))
    fresh = work.weighed((keys >> 32, keys & 0xFFFFFFFF))
    edges = stack_evidence([edges.take(~still), fresh])
    possible = work.free[0][edges.i] & work.free[1][edges.j] & (edges.bits > LINK)
    _assign(work, edges, np.flatnonzero(possible))
    return edges


def _rivalled(links: Evidence, match: np.ndarray, edges: Evidence, work: _Work, settings: MatchSettings) -> np.ndarray:
    """Which matches have a runner-up within the margin: another pair of one of their documents, nearly as good."""
    own = np.full(work.matches, -np.inf)
    np.maximum.at(own, match, links.bits)
    owner = [np.full(len(free), -1, dtype=np.int32) for free in work.free]
    owner[0][links.i], owner[1][links.j] = match, match
    likely = np.flatnonzero(edges.bits > LINK)
    of_i, of_j = owner[0][edges.i[likely]], owner[1][edges.j[likely]]
    best = np.full(work.matches, -np.inf)
    for mine, other in ((of_i, of_j), (of_j, of_i)):
        rival = (mine >= 0) & (mine != other)
        np.maximum.at(best, mine[rival], edges.bits[likely[rival]])
    return best > own - settings.margin
