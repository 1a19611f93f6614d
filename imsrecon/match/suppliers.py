"""A mistyped GSTIN is mended on the dictionary of GSTINs, not on rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from imsrecon.domain import valid_gstins
from imsrecon.match.documents import Documents, Pool


def mend_gstins(pool: Pool) -> Pool:
    """Give a GSTIN that is no GSTIN, and stands on one side only, the PAN of the one on the other that it must be.

    A checksum finds every single mistyped character, so only GSTINs that fail it are mended, and only where exactly
    one of the other side is a single typing error away (one character changed, missing, doubled, or two transposed).
    """
    if not len(pool.gstins):
        return pool
    valid = valid_gstins(pd.Series(pool.gstins, dtype="str")).to_numpy()
    in_books, in_portal = _present(pool.register, len(valid)), _present(pool.portal, len(valid))
    partner = np.full(len(valid), -1)
    for here, there in ((in_books, in_portal), (in_portal, in_books)):
        wrong = np.flatnonzero(here & ~there & ~valid & (partner < 0))
        partner[wrong] = _only_neighbour(pool.gstins, wrong, np.flatnonzero(there))
    mended = partner >= 0
    if not mended.any():
        return pool
    pan_of = np.full(len(valid), -1)
    for side in (pool.register, pool.portal):
        known = side.gstin >= 0
        pan_of[side.gstin[known]] = side.pan[known]
    pan_of = np.where(mended, pan_of[partner], pan_of)
    register, portal = (_with_pans(side, pan_of) for side in (pool.register, pool.portal))
    return replace(pool, register=register, portal=portal, repaired=mended)


def _present(side: Documents, count: int) -> np.ndarray:
    return np.bincount(side.gstin[side.gstin >= 0], minlength=count) > 0


def _with_pans(side: Documents, pan_of: np.ndarray) -> Documents:
    return replace(side, pan=np.where(side.gstin >= 0, pan_of[side.gstin], side.pan))


def _only_neighbour(texts: np.ndarray, wrong: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each wrong GSTIN the one other that a single typing error makes of it, or -1."""
    result = np.full(len(wrong), -1)
    if not len(wrong) or not len(others):
        return result
    near: dict[int, set[int]] = {}
    for part in (slice(0, 7), slice(-7, None)):
        blocks = pd.Series(others).groupby([texts[code][part] for code in others]).indices
        groups = pd.Series(range(len(wrong))).groupby([texts[code][part] for code in wrong]).indices
        for head, rows in groups.items():
            if head in blocks:
                _add_near(near, texts, wrong, rows, others[blocks[head]])
    for row, found in near.items():
        if len(found) == 1:
            result[row] = found.pop()
    return result


def _add_near(near: dict[int, set[int]], texts: np.ndarray, wrong: np.ndarray, rows: np.ndarray, others: np.ndarray):
    distances = process.cdist(
        texts[wrong[rows]].tolist(), texts[others].tolist(), scorer=OSA.distance, score_cutoff=1, dtype=np.uint8
    )
    for row, column in zip(*np.nonzero(distances <= 1), strict=True):
        near.setdefault(int(rows[row]), set()).add(int(others[column]))
