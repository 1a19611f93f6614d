"""One optimal assignment: of all ways to tie documents one to one, the way whose evidence adds up to the most.

Whole connected components are packed into chunks, for one call over everything would take far longer.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

CHUNK = 256
_STEP = 1 << 20
_LONGEST = 1 << 14


def assign(i: np.ndarray, j: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Which of the candidate pairs (i, j) are chosen: a mask.

    Weights are positive; no row of either side is chosen twice. Equal sums are decided by the rows' order alone
    (earlier rows first, and in step with each other), so the answer does not depend on the order of the pairs.
    """
    chosen = np.zeros(len(i), dtype=bool)
    if not len(i):
        return chosen
    alone = (np.bincount(i)[i] == 1) & (np.bincount(j)[j] == 1)
    chosen[alone] = True
    rest = np.flatnonzero(~alone)
    if len(rest):
        rest = rest[np.lexsort((j[rest], i[rest]))]
        chosen[rest[_solve(i[rest], j[rest], weight[rest])]] = True
    return chosen


def components(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The connected component of each pair, numbered in the order in which they first stand."""
    size = int(left.max()) + int(right.max()) + 2
    graph = csr_array((np.ones(len(left), bool), (left, right + left.max() + 1)), shape=(size, size))
    label = connected_components(graph, directed=False)[1][left]
    first = np.unique(label, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first[1], kind="stable"), kind="stable")
    return rank[first[2]]


def _solve(i: np.ndarray, j: np.ndarray, weight: np.ndarray) -> np.ndarray:
    left, right = np.unique(i, return_inverse=True)[1], np.unique(j, return_inverse=True)[1]
    label = components(left, right)
    order = np.argsort(label, kind="stable")
    cost = _costs(left[order], right[order], label[order], weight[order])
    size = np.bincount(label)
    chunk_of_label = (np.cumsum(size) - size) // CHUNK
    bounds = np.flatnonzero(np.diff(chunk_of_label[label[order]], prepend=-1))
    picked = [
        begin + _solve_chunk(left[order[begin:end]], right[order[begin:end]], cost[begin:end])
        for begin, end in zip(bounds, [*bounds[1:], len(order)], strict=True)
    ]
    return order[np.concatenate(picked)]


def _costs(left: np.ndarray, right: np.ndarray, label: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Whole numbers: first the evidence, then the tie-break."""
    a, b = _rank_within(left, label), _rank_within(right, label)
    late = np.minimum(a + b, 500) * 2 + np.minimum((a - b) ** 2, 1000)
    evidence = np.round(np.clip(weight, 0.01, 500) * 64).astype(np.int64)
    return np.minimum(evidence, _LONGEST * 4) * _STEP - np.minimum(late, _STEP // 64)


def _rank_within(node: np.ndarray, label: np.ndarray) -> np.ndarray:
    """The place of each pair's row among the rows of its component (0 for the first)."""
    nodes, first, inverse = np.unique(node, return_index=True, return_inverse=True)
    of_node = label[first]
    order = np.lexsort((nodes, of_node))
    ordered = of_node[order]
    begin = np.searchsorted(ordered, ordered, side="left")
    rank = np.empty(len(nodes), dtype=np.int64)
    rank[order] = np.arange(len(nodes)) - begin
    return rank[inverse]


def _solve_chunk(left: np.ndarray, right: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Each left row takes a right row, or the dummy column of its own, which costs what nothing costs."""
    rows, a = np.unique(left, return_inverse=True)
    columns, b = np.unique(right, return_inverse=True)
    dummy = np.arange(len(rows))
    top = np.float64(gain.max() + 1)
    cost = np.concatenate([top - gain, np.full(len(rows), top)])
    matrix = coo_array(
        (cost, (np.concatenate([a, dummy]), np.concatenate([b, len(columns) + dummy]))),
        shape=(len(rows), len(columns) + len(rows)),
    ).tocsr()
    at_row, at_column = min_weight_full_bipartite_matching(matrix)
    taken = at_column < len(columns)
    want = at_row[taken] * len(columns) + at_column[taken]
    return np.flatnonzero(np.isin(a * len(columns) + b, want))
