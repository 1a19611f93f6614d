"""Groups: one portal record booked in several rows, and several portal records booked as one.

Only where the amounts add up head by head within tolerance and the numbers speak for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from imsrecon.match.documents import NO_YEAR, Documents, Pool
from imsrecon.match.joins import join, mixed
from imsrecon.match.numbers import number_forms
from imsrecon.match.settings import MatchSettings

LONGEST = 4
_PART = r"[\s/\-_.(]*(?:PART[\s\-]?)?([A-D1-9])\)?\s*$"


@dataclass(frozen=True)
class Groups:
    """Links (i, j) and the group that each belongs to."""

    i: np.ndarray
    j: np.ndarray
    group: np.ndarray


def no_groups() -> Groups:
    """No group at all."""
    nothing = np.zeros(0, dtype=np.int64)
    return Groups(nothing, nothing, nothing)


def by_one_number(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Rows that bear one and the same number, several on at least one side, and add up to the same amounts."""
    a, b = _dated(pool.register, left), _dated(pool.portal, right)
    keys = [
        mixed(side.gstin[rows], pool.numbers.plain[side.number[rows]].view(np.int64), side.sign[rows], side.year[rows])
        for side, rows in ((pool.register, a), (pool.portal, b))
    ]
    return _that_add_up(pool, a, b, keys[0], keys[1], settings)


def by_parts(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Rows whose number is another's with a part behind it (INV-12/1 and INV-12/2, or 12A and 12B)."""
    a, b = _dated(pool.register, left), _dated(pool.portal, right)
    found = []
    for cut_left in (True, False):
        stems = [
            _stems(pool, side, rows) if cut == cut_left else pool.numbers.plain[side.number[rows]]
            for side, rows, cut in ((pool.register, a, True), (pool.portal, b, False))
        ]
        keys = [
            mixed(side.gstin[rows], stem.view(np.int64), side.sign[rows], side.year[rows])
            for side, rows, stem in ((pool.register, a, stems[0]), (pool.portal, b, stems[1]))
        ]
        found.append(_that_add_up(pool, a, b, keys[0], keys[1], settings))
    return _joined(found)


def by_range(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row whose number names the first and the last of a few neighbours of the other side (101-103, 7/8)."""
    found = []
    for one, many, mirrored in ((pool.register, pool.portal, False), (pool.portal, pool.register, True)):
        single, several = (right, left) if mirrored else (left, right)
        for length in range(2, LONGEST + 1):
            found.append(_windows(pool, one, many, _dated(one, single), _dated(many, several), length, settings))
            if mirrored:
                found[-1] = Groups(found[-1].j, found[-1].i, found[-1].group)
    return _joined(found)


def _dated(side: Documents, rows: np.ndarray) -> np.ndarray:
    sound = (side.number[rows] >= 0) & (side.gstin[rows] >= 0) & (side.year[rows] != NO_YEAR) & ~side.negative[rows]
    return rows[sound]


def _joined(parts: list[Groups]) -> Groups:
    """Several sets of groups as one; of groups that share a document only the first stands."""
    i, j, group, taken_i, taken_j, begin = [], [], [], set(), set(), 0
    for part in parts:
        if not len(part.i):
            continue
        frame = pd.DataFrame({"group": part.group, "i": part.i, "j": part.j})
        clash = frame["i"].isin(taken_i) | frame["j"].isin(taken_j)
        frame = frame[~frame["group"].isin(frame["group"][clash])]
        frame = frame[~frame["group"].isin(_overlapping(frame))]
        taken_i.update(frame["i"])
        taken_j.update(frame["j"])
        i.append(frame["i"].to_numpy())
        j.append(frame["j"].to_numpy())
        group.append(frame["group"].to_numpy() + begin)
        begin += int(part.group.max()) + 1
    return Groups(*(np.concatenate(column) for column in (i, j, group))) if i else no_groups()


def _overlapping(frame: pd.DataFrame) -> pd.Series:
    """Groups that share a document with another group of the same kind: nobody can say which is right."""
    groups = [frame.loc[frame.groupby(name)["group"].transform("nunique") > 1, "group"] for name in ("i", "j")]
    return pd.concat(groups)


def _that_add_up(pool, a, b, left, right, settings):
    """One group for each key whose sums agree, with several rows on at least one side."""
    uniques, inverse = np.unique(np.concatenate([left, right]), return_inverse=True)
    at_left, at_right = inverse[: len(left)], inverse[len(left) :]
    count_left = np.bincount(at_left, minlength=len(uniques))
    count_right = np.bincount(at_right, minlength=len(uniques))
    several = (count_left > 0) & (count_right > 0) & (count_left + count_right > 2)
    several &= np.minimum(count_left, count_right) == 1
    sums = [
        np.column_stack([_summed(at, side.money[rows, head], len(uniques)) for head in range(5)])
        for side, rows, at in ((pool.register, a, at_left), (pool.portal, b, at_right))
    ]
    good = several & _agree(sums[0], sums[1], settings)
    return _star(a, b, at_left, at_right, good)


def _summed(at: np.ndarray, paise: np.ndarray, size: int) -> np.ndarray:
    result = np.zeros(size, dtype=np.int64)
    np.add.at(result, at, paise)
    return result


def _agree(left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> np.ndarray:
    apart = np.abs(left - right)
    tax = np.abs(left[:, 1:].sum(axis=1) - right[:, 1:].sum(axis=1))
    return (apart <= round(settings.head_tolerance * 100)).all(axis=1) & (tax <= round(settings.total_tolerance * 100))


def _star(a, b, at_left, at_right, good):
    """All links inside each good group (one side has a single row)."""
    keep_left, keep_right = np.flatnonzero(good[at_left]), np.flatnonzero(good[at_right])
    i, j = join(
        keep_left, keep_right, [at_left[keep_left].view(np.uint64)], [at_right[keep_right].view(np.uint64)], 1 << 40
    )
    return Groups(a[i], b[j], at_left[i])


def _stems(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    """The plain form of each number without its part; its own form where it has none."""
    plain = pool.numbers.plain[side.number[rows]].copy()
    codes, uniques = pd.factorize(side.number[rows])
    text = pd.Series(pool.numbers.text[uniques], dtype="str").str.upper()
    cut = text.str.replace(_PART, "", regex=True)
    parted = ((cut != text) & cut.str.contains(r"\d")).to_numpy(bool)
    if parted.any():
        stem = np.zeros(len(uniques), dtype=np.uint64)
        stem[parted] = number_forms(cut[parted]).plain
        plain = np.where(parted[codes], stem[codes], plain)
    return plain


def _windows(pool, one, many, single, several, length, settings):
    serial = pool.numbers.serial[many.number[several]]
    rows = several[np.lexsort((several, serial, many.sign[several], many.gstin[several]))]
    if len(rows) < length or not len(single):
        return no_groups()
    serial = pool.numbers.serial[many.number[rows]]
    first, last = np.arange(len(rows) - length + 1), np.arange(length - 1, len(rows))
    together = (many.gstin[rows[first]] == many.gstin[rows[last]]) & (many.sign[rows[first]] == many.sign[rows[last]])
    together &= serial[first] < serial[last]
    total = np.concatenate([np.zeros((1, 5), np.int64), np.cumsum(many.money[rows], axis=0)])
    sums = (total[length:] - total[:-length])[together]
    first, last = first[together], last[together]
    ends = [pool.numbers.head[one.number[single]], pool.numbers.serial[one.number[single]]]
    left = [mixed(one.gstin[single], one.sign[single], ends[0])]
    right = [mixed(many.gstin[rows[first]], many.sign[rows[first]], serial[first])]
    at, window = join(np.arange(len(single)), np.arange(len(first)), left, right, 4096)
    good = _agree(one.money[single[at]], sums[window], settings) & _names_last(ends[1][at], serial[last[window]])
    at, window = at[good], window[good]
    members = rows[(first[window][:, None] + np.arange(length)).ravel()]
    return Groups(np.repeat(single[at], length), members, np.repeat(np.arange(len(at)), length))


def _names_last(named: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """103 for 103, or 03 (read as 3) for 103, when it follows another number."""
    short = (serial % 100 == named) | (serial % 10 == named) | (serial % 1000 == named)
    return (named == serial) | short
