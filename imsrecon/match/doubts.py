"""Links that a document left over puts in doubt: perhaps a mistyped number hit its neighbour's.

A number mistyped in the books may be that of another document with the same amount. Then the document that was meant
is left over on the portal, with the same amount and a number one slip away (and the same the other way round).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import OSA

from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import distinct, join, mixed, sift
from imsrecon.match.numbers import byte_matrix
from imsrecon.match.settings import MatchSettings
from imsrecon.match.threads import at_once

CLOSE_BY = 3  # days
AROUND = 10
_WIDEST = 32
_PRIME = 0x100000001B3
_ALL = 1 << 40
_TAILS = (1000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Asked:
    """Links in question from one end: the rows of `side`, their partners of `other`, days between them, whether the
    number is a bare serial; and the paise within which amounts are about the same."""

    side: Documents
    rows: np.ndarray
    other: Documents
    partners: np.ndarray
    gap: np.ndarray
    bare: np.ndarray
    unit: int

    def amounts(self, some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The taxable values of both ends of some of the links, in units."""
        return self.in_units(self.side, self.rows[some]), self.in_units(self.other, self.partners[some])

    def in_units(self, side: Documents, rows: np.ndarray) -> np.ndarray:
        """Taxable values in units: those within tolerance are in one unit or in the next."""
        return (side.money[rows, 0] + self.unit // 2) // self.unit

    def about(self, rows: np.ndarray) -> list[np.ndarray]:
        """The taxable values of rows of the other side, in units, and those one unit off."""
        return [self.in_units(self.other, rows) + move for move in (-1, 0, 1)]


@dataclass(frozen=True)
class LeftOver:
    """The documents of the other side that are unmatched (`open_rows`), and with those the ones linked under another
    number (`rows`), all of a known supplier."""

    open_rows: np.ndarray
    rows: np.ndarray


def doubtful(
    pool: Pool,
    i: np.ndarray,
    j: np.ndarray,
    gap: np.ndarray,
    bare: np.ndarray,
    free: list[np.ndarray],
    other_number: tuple[np.ndarray, np.ndarray],
    settings: MatchSettings,
) -> np.ndarray:
    """Which links have a document left over that one of their ends may have meant instead.

    What is linked under another number (`other_number`, rows of either side) counts as left over beside what is `free`.
    It has the amount of either end and a number one slip or one place in the series away, or the end of the number, and
    where the link's dates are one, that date too: a price list has many of a day. Where the dates differ, that day and
    that amount are enough; for a `bare` serial also of one date, of what is free.
    """
    a, b, unit = pool.register, pool.portal, max(100, round(settings.head_tolerance * 100))
    directions = (
        (Asked(a, i, b, j, gap, bare, unit), _left_over(b, free[1], other_number[1])),
        (Asked(b, j, a, i, gap, bare, unit), _left_over(a, free[0], other_number[0])),
    )
    found = at_once(lambda each: _from_one_end(pool, *each, settings), directions, len(i))
    return found[0] | found[1]


def also_in_parts(
    pool: Pool, i: np.ndarray, j: np.ndarray, free: list[np.ndarray], settings: MatchSettings
) -> np.ndarray:
    """Which links are of a document whose number stands on several rows left over beside it, which add up to it: it was
    entered whole and in parts, and one of the two is not meant."""
    sides = (pool.register, i, free[0]), (pool.portal, j, free[1])
    return np.logical_or.reduce([_in_parts(pool, *side, settings) for side in sides])


def _in_parts(pool: Pool, side: Documents, rows: np.ndarray, free: np.ndarray, settings: MatchSettings) -> np.ndarray:
    open_rows = np.flatnonzero(free & (side.number >= 0) & (side.gstin >= 0))
    keys, at, count = np.unique(_numbered(pool, side, open_rows), return_inverse=True, return_counts=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    np.add.at(sums, at, side.money[open_rows, 0])
    several = count > 1
    keys, sums = keys[several], sums[several]
    found = np.zeros(len(rows), dtype=bool)
    if not len(keys):
        return found
    known = np.flatnonzero((side.number[rows] >= 0) & (side.gstin[rows] >= 0))
    own = _numbered(pool, side, rows[known])
    known, own = known[sift(own, keys)], own[sift(own, keys)]
    place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    apart = np.abs(sums[place] - side.money[rows[known], 0])
    found[known] = (keys[place] == own) & (apart <= round(settings.head_tolerance * 100))
    return found


def _numbered(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    """Keys of supplier, plain number and direction."""
    return mixed(side.gstin[rows], pool.numbers.plain[side.number[rows]].view(np.int64), side.sign[rows])


def _left_over(side: Documents, free: np.ndarray, other_number: np.ndarray) -> LeftOver:
    open_rows = np.flatnonzero(free & (side.pan >= 0))
    return LeftOver(open_rows, np.union1d(open_rows, other_number[side.pan[other_number] >= 0]))


def _from_one_end(pool: Pool, asked: Asked, rest: LeftOver, settings: MatchSettings) -> np.ndarray:
    side, rows, other = asked.side, asked.rows, asked.other
    found = np.zeros(len(rows), dtype=bool)
    some = np.flatnonzero((side.pan[rows] >= 0) & (side.number[rows] >= 0))
    some = some[_near_one(side.pan[rows[some]], asked.amounts(some), _about(asked, rest.rows))]
    pan, day, amounts = side.pan[rows[some]], side.day[rows[some]], asked.amounts(some)
    open_day = _near_one(pan, amounts, _about(asked, rest.open_rows, other.day[rest.open_rows]), day)
    of_day = _near_one(pan, amounts, _about(asked, rest.rows, other.day[rest.rows]), day)
    apart = asked.gap[some] > 0
    enough = (open_day & asked.bare[some]) | (of_day & apart)
    found[some[enough]] = True
    some = some[~enough & (of_day | apart)]
    link, third = _one_slip_away(pool, asked, some, rest.rows[other.number[rest.rows] >= 0])
    meant = _may_be_meant(asked, link, third, settings)
    link, third = link[meant], third[meant]
    numbers = [pool.numbers.plain_text(codes) for codes in (side.number[rows[link]], other.number[third])]
    found[link[process.cpdist(*numbers, scorer=OSA.distance, score_cutoff=1) <= 1]] = True
    some = some[~found[some]]
    link, third = _kin(pool, asked, some, rest.rows[other.number[rest.rows] >= 0])
    found[link[_may_be_meant(asked, link, third, settings)]] = True
    return found


def _kin(pool: Pool, asked: Asked, some: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (link, document left over) of one PAN and about one amount, whose serials are neighbours (19 and 20 are
    more than one slip apart) or of which one is the end of the other (126 of 20250600000126)."""
    serial = pool.numbers.serial
    some = some[serial[asked.side.number[asked.rows[some]]] >= 0]
    rest = rest[serial[asked.other.number[rest]] >= 0]
    amounts = asked.amounts(some)
    differ = np.flatnonzero(amounts[0] != amounts[1])
    link, amount = np.append(some, some[differ]), np.append(amounts[0], amounts[1][differ])
    number, pan = asked.side.number[asked.rows[link]], asked.side.pan[asked.rows[link]]
    third = np.tile(rest, 3)
    about = np.concatenate(asked.about(rest))
    theirs, their_pan = serial[asked.other.number[third]], asked.other.pan[third]
    ours = serial[number]
    pairs = [
        _meet(link, third, [(pan, ours + step, amount) for step in (-1, 1)], [(their_pan, theirs, about)]),
        _meet(link, third, [(pan, tail, amount) for tail in _tails(ours)], [(their_pan, theirs, about)]),
        _meet(link, third, [(pan, ours, amount)], [(their_pan, tail, about) for tail in _tails(theirs)]),
    ]
    alike = _same_shape(pool, asked.side.number[asked.rows[pairs[0][0]]], asked.other.number[pairs[0][1]])
    pairs[0] = pairs[0][0][alike], pairs[0][1][alike]
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def _tails(serial: np.ndarray) -> list[np.ndarray]:
    """The last digits of each serial that is longer; -1, which is no serial, where it is not."""
    return [np.where(serial >= power, serial % power, -1) for power in _TAILS]


def _meet(left: np.ndarray, right: np.ndarray, ours: list, theirs: list) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of the rows any of whose keys are equal; each set of columns makes one key for every row."""
    keys = [[np.concatenate([mixed(*columns) for columns in side])] for side in (ours, theirs)]
    return join(np.tile(left, len(ours)), np.tile(right, len(theirs)), *keys, _ALL)


def _same_shape(pool: Pool, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Which numbers are the same but for their digits."""
    texts = [pool.numbers.letters.take(pa.array(codes)) for codes in (one, two)]
    shapes = [pc.replace_substring_regex(each, "[0-9]+", "0") for each in texts]
    return pc.equal(*shapes).to_numpy(zero_copy_only=False)


def _may_be_meant(asked: Asked, link, third, settings: MatchSettings) -> np.ndarray:
    """Direction, date and amount of the document left over fit the link."""
    side, rows, other, gap = asked.side, asked.rows[link], asked.other, asked.gap[link]
    days = np.abs(side.day[rows].astype(np.int64) - other.day[third])
    meant = days <= np.where(gap == 0, 0, np.maximum(gap, AROUND))
    meant &= side.sign[rows] == other.sign[third]
    meant &= third != asked.partners[link]
    values = side.money[rows, 0], other.money[asked.partners[link], 0]
    apart = np.minimum.reduce([np.abs(value - other.money[third, 0]) for value in values])
    return meant & (apart <= round(settings.head_tolerance * 100))


def _about(asked: Asked, rows: np.ndarray, *more: np.ndarray) -> np.ndarray:
    """Sorted keys of PAN and about the amount, and `more`, of rows of the other side."""
    pan = asked.other.pan[rows]
    return distinct(np.concatenate([mixed(pan, amount, *more) for amount in asked.about(rows)]))


def _near_one(pan: np.ndarray, amounts: tuple[np.ndarray, ...], keys: np.ndarray, *more: np.ndarray) -> np.ndarray:
    """Which have a PAN and one of two amounts, and `more`, that stand among the sorted keys."""
    found = _within(mixed(pan, amounts[0], *more), keys)
    rest = np.flatnonzero(~found & (amounts[0] != amounts[1]))
    found[rest] = _within(mixed(pan[rest], amounts[1][rest], *(each[rest] for each in more)), keys)
    return found


def _one_slip_away(pool: Pool, asked: Asked, some: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (link, document left over) of one PAN and about one amount: all whose numbers are one slip apart, and a
    few more."""
    side, other, at, amounts = asked.side, asked.other, asked.rows[some], asked.amounts(some)
    wanted = np.concatenate([mixed(side.pan[at], amount) for amount in amounts])
    about = [mixed(other.pan[rest], amount) for amount in asked.about(rest)]
    rest = rest[np.logical_or.reduce([sift(keys, wanted) for keys in about])]
    slips, owner = _slips(pool, side.pan[at], side.number[at])
    theirs, of_rest = _slips(pool, other.pan[rest], other.number[rest])
    differ = (amounts[0] != amounts[1])[owner]
    link = np.concatenate([owner, owner[differ]])
    wanted = mixed(
        np.concatenate([slips, slips[differ]]), np.concatenate([amounts[0][owner], amounts[1][owner[differ]]])
    )
    keys = [mixed(theirs, amount[of_rest]) for amount in asked.about(rest)]
    pairs = [join(some[link], rest[of_rest], [wanted], [key], _ALL) for key in keys]
    keys = distinct(np.concatenate([link << 32 | third for link, third in pairs]))
    return keys >> 32, keys & 0xFFFFFFFF


def _slips(pool: Pool, pan: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys of each PAN with its number, whole and with each one character left out; and which row each is of.

    Two numbers one slip apart have a key in common. A rolling hash, so that leaving one out costs two sums.
    """
    if not len(number):
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    letter = byte_matrix(pool.numbers.letters.take(pa.array(number)), _WIDEST).astype(np.uint64)
    width = letter.shape[1]
    power = np.concatenate([[1], np.cumprod(np.full(width, _PRIME, dtype=np.uint64))]).astype(np.uint64)
    before = np.cumsum(letter * power[1:], axis=1, dtype=np.uint64)
    after = np.cumsum(letter * power[:-1], axis=1, dtype=np.uint64)
    without = after[:, -1:] - after
    without[:, 1:] += before[:, :-1]
    hashed = np.column_stack([before[:, -1:], without])
    used = np.column_stack([np.ones(len(letter), dtype=bool), letter > 0])
    owner = np.nonzero(used)[0]
    return mixed(pan[owner], hashed[used]), owner


def _within(keys: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Which of the keys stand among the ordered ones."""
    found = np.zeros(len(keys), dtype=bool)
    if not len(ordered):
        return found
    likely = np.flatnonzero(sift(keys, ordered))
    place = np.minimum(np.searchsorted(ordered, keys[likely]), len(ordered) - 1)
    found[likely] = ordered[place] == keys[likely]
    return found
