"""The cascade: what surely is one document first, then groups, then one optimal assignment of what is left.

Order of stages (each works on what the ones before left free):
a person's verdicts; equal numbers with equal amounts; groups that add up; everything else by evidence; what only a
sum ties together.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.match import candidates
from imsrecon.match.blocks import Work, cut, put_together, work_block
from imsrecon.match.documents import Pool
from imsrecon.match.evidence import LINK, Evidence, stack_evidence, weigh
from imsrecon.match.findings import find
from imsrecon.match.groups import Groups
from imsrecon.match.joins import distinct
from imsrecon.match.mergers import by_sum_alone
from imsrecon.match.reading import read_pool
from imsrecon.match.result import Reconciliation
from imsrecon.match.settings import MatchSettings
from imsrecon.match.suppliers import Suppliers
from imsrecon.match.threads import at_once
from imsrecon.match.verdicts import read_verdicts

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
    return reconcile_part(register, portal, settings, verdicts, None)


def reconcile_part(
    register: pd.DataFrame,
    portal: pd.DataFrame,
    settings: MatchSettings,
    verdicts: pd.DataFrame | None,
    suppliers: Suppliers | None,
) -> Reconciliation:
    """`reconcile` of the whole, or, where `suppliers` knows the GSTINs of the whole, of a part of it."""
    pool = read_pool(register, portal, suppliers)
    words = read_verdicts(pool, verdicts)
    work = Work(pool, settings, words, [np.ones(len(side), dtype=bool) for side in (pool.register, pool.portal)])
    size = len(register) + len(portal)
    work.take_groups([lambda: Groups(words.i, words.j, words.match)])
    manual = work.matches
    edges = _by_evidence(work, put_together(work, at_once(lambda rows: work_block(work, rows), cut(pool), size)))
    left_over = [free.copy() for free in work.free]  # to a doubt, what only a sum ties is left over all the same
    work.take_groups([lambda: by_sum_alone(work.pool, *work.rows(), settings)])
    links, match = _links(work)
    is_manual = np.arange(work.matches) < manual
    rivalled = _rivalled(links, match, edges, work, settings)
    found = find(work.pool, links, match, is_manual, rivalled, work.standings, left_over, settings)
    return Reconciliation(work.pool, found, tuple(work.standings), edges, words, settings)


def _by_evidence(work: Work, weighed: list[Evidence]) -> Evidence:
    """Link the best way of all what is still free, also without a supplier; return everything weighed."""
    i, j = candidates.without_supplier(work.pool, *work.rows(), work.settings)
    keys = distinct(i << 32 | j)
    keys = keys[~np.isin(keys, np.concatenate([_nameless(work.pool, edges) for edges in weighed]))]
    edges = stack_evidence([*weighed, work.weighed(keys >> 32, keys & 0xFFFFFFFF)])
    possible = work.free[0][edges.i] & work.free[1][edges.j] & (edges.bits > LINK)
    work.assign(edges, np.flatnonzero(possible))
    return edges


def _nameless(pool: Pool, edges: Evidence) -> np.ndarray:
    """Keys of the pairs of which one side names no supplier."""
    lone = np.flatnonzero((pool.register.gstin[edges.i] < 0) | (pool.portal.gstin[edges.j] < 0))
    return edges.i[lone] << 32 | edges.j[lone]


def _links(work: Work) -> tuple[Evidence, np.ndarray]:
    """All links, match by match."""
    if not work.taken:
        nothing = np.zeros(0, dtype=np.int64)
        return weigh(work.pool, nothing, nothing, work.settings), nothing
    return stack_evidence([links for links, _ in work.taken]), np.concatenate([match for _, match in work.taken])


def _rivalled(links: Evidence, match: np.ndarray, edges: Evidence, work: Work, settings: MatchSettings) -> np.ndarray:
    """Which matches have a runner-up within the margin: another pair of one of their documents, nearly as good."""
    owner = [np.full(len(free), -1, dtype=np.int32) for free in work.free]
    owner[0][links.i], owner[1][links.j] = match, match
    likely = np.flatnonzero(edges.bits > LINK)
    of_i, of_j = owner[0][edges.i[likely]], owner[1][edges.j[likely]]
    best, own = np.full(work.matches, -np.inf), np.full(work.matches, -np.inf)
    for mine, other in ((of_i, of_j), (of_j, of_i)):
        rival = (mine >= 0) & (mine != other)
        np.maximum.at(best, mine[rival], edges.bits[likely[rival]])
    contested = np.flatnonzero(best[match] > -np.inf)
    np.maximum.at(own, match[contested], links.bits[contested])
    return best > own - settings.margin
