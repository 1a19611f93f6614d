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
from imsrecon.match.joins import counts, distinct, in_units, join, mixed, sift
from imsrecon.match.settings import MatchSettings
from imsrecon.match.texts import byte_matrix
from imsrecon.match.threads import at_once

CLOSE_BY = 3  # days
AROUND = 10
_WIDEST = 32
_PRIME = np.uint64(0x100000001B3)
_ALL = 1 << 40
_TAILS = (1000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Asked:
    """Links in question from one end: the rows of `side`, their partners of `other`, the `amounts` of both in units of
    `unit` paise, days between them, whether the number is a bare serial. `rest` are the rows of `other` that one may
    have meant instead, `free` tells which of its rows are unmatched."""

    side: Documents
    rows: np.ndarray
    other: Documents
    partners: np.ndarray
    amounts: list[np.ndarray]
    unit: int
    gap: np.ndarray
    bare: np.ndarray
    rest: np.ndarray
    free: np.ndarray


@dataclass(frozen=True)
class Keyed:
    """Links (by position) or rows left over, and a key by which the two meet; one may have several keys."""

    rows: np.ndarray
    keys: np.ndarray

    def take(self, which: np.ndarray) -> Keyed:
        """Some of them."""
        return Keyed(self.rows[which], self.keys[which])


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
    a, b, unit = pool.register, pool.portal, settings.unit
    links = [in_units(a.money[i, 0], unit), in_units(b.money[j, 0], unit)], unit, gap, bare
    ends = (
        Asked(a, i, b, j, *links, _left_over(b, free[1], other_number[1]), free[1]),
        Asked(b, j, a, i, *links, _left_over(a, free[0], other_number[0]), free[0]),
    )
    found = at_once(lambda asked: _from_one_end(pool, asked, settings), ends, len(i))
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
    keys = _numbered(pool, side, open_rows)
    several = counts(keys) > 1
    open_rows = open_rows[several]
    keys, at = np.unique(keys[several], return_inverse=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    np.add.at(sums, at, side.money[open_rows, 0])
    # Few suppliers have such a number: the links of the others need no key.
    concerned = np.zeros(len(pool.gstins) + 1, dtype=bool)
    concerned[side.gstin[open_rows]] = True
    some = np.flatnonzero(concerned[side.gstin[rows]] & (side.number[rows] >= 0))
    own = _numbered(pool, side, rows[some])
    likely = np.flatnonzero(sift(own, keys))
    some, own = some[likely], own[likely]
    place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    found = np.zeros(len(rows), dtype=bool)
    apart = np.abs(sums[place] - side.money[rows[some], 0])
    found[some] = (keys[place] == own) & (apart <= round(settings.head_tolerance * 100))
    return found


def _numbered(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    """Keys of supplier, plain number and direction."""
    return mixed(side.gstin[rows], pool.numbers.plain[side.number[rows]], side.sign[rows])


def _left_over(side: Documents, free: np.ndarray, other_number: np.ndarray) -> np.ndarray:
    """The rows of a known supplier that are unmatched, or linked under another number."""
    rest = free.copy()
    rest[other_number] = True
    return np.flatnonzero(rest & (side.pan >= 0))


def _from_one_end(pool: Pool, asked: Asked, settings: MatchSettings) -> np.ndarray:
    found = np.zeros(len(asked.rows), dtype=bool)
    links, rest = _meeting(*_about_one_amount(asked))
    apart, of_day = asked.gap[links.rows] > 0, mixed(links.keys, asked.side.day[asked.rows[links.rows]])
    their_day = mixed(rest.keys, asked.other.day[rest.rows])
    # That day and that amount are enough where the dates differ, and for a bare serial of what is free.
    for some, keys in ((apart, their_day), (asked.bare[links.rows], their_day[asked.free[rest.rows]])):
        sought = of_day[some]
        found[links.rows[some][np.isin(sought, keys[sift(keys, sought)])]] = True
    # From here on links whose dates are one meet what is left over of that day alone.
    links = Keyed(links.rows, np.where(apart, links.keys, of_day)).take(~found[links.rows])
    rest = Keyed(np.tile(rest.rows, 2), np.concatenate([rest.keys, their_day]))
    links, rest = _meeting(links, rest.take(asked.other.number[rest.rows] >= 0))
    link, third = _alike(pool, asked, links, rest)
    meant = _may_be_meant(asked, link, third, settings)
    link, third = link[meant], third[meant]
    numbers = asked.side.number[asked.rows[link]], asked.other.number[third]
    found[link[_kin(pool, *numbers) | _one_slip_away(pool, *numbers)]] = True
    return found


def _about_one_amount(asked: Asked) -> tuple[Keyed, Keyed]:
    """The links, and what is left over, by PAN and amount: that of either end, and those within a unit."""
    side, other, rest = asked.side, asked.other, asked.rest
    some = np.flatnonzero((side.pan[asked.rows] >= 0) & (side.number[asked.rows] >= 0))
    pan, one, two = side.pan[asked.rows[some]], *(amount[some] for amount in asked.amounts)
    differ = np.flatnonzero(one != two)
    keys = mixed(np.append(pan, pan[differ]), np.append(one, two[differ]))
    pan_of_rest, amount = other.pan[rest], in_units(other.money[rest, 0], asked.unit)
    about = [mixed(pan_of_rest, amount + move) for move in (-1, 0, 1)]
    return Keyed(np.append(some, some[differ]), keys), Keyed(np.tile(rest, 3), np.concatenate(about))


def _meeting(links: Keyed, rest: Keyed) -> tuple[Keyed, Keyed]:
    """Those of either that may have a key of the other, and few that have none."""
    links = links.take(sift(links.keys, rest.keys))
    return links, rest.take(sift(rest.keys, links.keys))


def _alike(pool: Pool, asked: Asked, links: Keyed, rest: Keyed) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (link, document left over) that meet: all whose numbers are one slip apart or kin, and a few more."""
    numbers = asked.side.number[asked.rows[links.rows]], asked.other.number[rest.rows]
    slips = [_slips(pool, number, keyed) for number, keyed in zip(numbers, (links, rest), strict=True)]
    ours, theirs = (pool.numbers.serial[number] for number in numbers)
    whole = [_with(keyed, serial, serial >= 0) for keyed, serial in ((links, ours), (rest, theirs))]
    next_to = [_with(links, ours + step, ours >= 0) for step in (-1, 1)]
    tails = [
        [_with(keyed, serial % power, serial >= power) for power in _TAILS]
        for keyed, serial in ((links, ours), (rest, theirs))
    ]
    pairs = [_met(slips[:1], slips[1:]), _met(next_to + tails[0], whole[1:]), _met(whole[:1], tails[1])]
    keys = distinct(np.concatenate([link << 32 | third for link, third in pairs]))
    return keys >> 32, keys & 0xFFFFFFFF


def _with(keyed: Keyed, serial: np.ndarray, which: np.ndarray) -> Keyed:
    """Some of them, keyed by the serial as well."""
    some = np.flatnonzero(which)
    return Keyed(keyed.rows[some], mixed(keyed.keys[some], serial[some]))


def _met(ours: list[Keyed], theirs: list[Keyed]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of the rows any of whose keys are equal."""
    rows = [np.concatenate([each.rows for each in side]) for side in (ours, theirs)]
    keys = [[np.concatenate([each.keys for each in side])] for side in (ours, theirs)]
    return join(*rows, *keys, _ALL)


def _slips(pool: Pool, number: np.ndarray, keyed: Keyed) -> Keyed:
    """The same, keyed by the number as well, whole and with each one character left out.

    Two numbers one slip apart have a key in common. A rolling hash, so that leaving one out costs two sums.
    """
    letters = np.ascontiguousarray(byte_matrix(pool.numbers.letters.take(pa.array(number)), _WIDEST).T)
    powers = np.cumprod(np.full(len(letters), _PRIME))
    upto = [np.zeros(len(number), dtype=np.uint64)]
    for letter, power in zip(letters, powers, strict=True):
        upto.append(upto[-1] + letter * power)
    rows, keys = [keyed.rows], [keyed.keys ^ (upto[-1] * _PRIME)]
    for letter, before, after in zip(letters, upto[:-1], upto[1:], strict=True):
        some = np.flatnonzero(letter)
        without = (upto[-1] - after + before * _PRIME) ^ keyed.keys
        rows.append(keyed.rows[some])
        keys.append(without[some])
    return Keyed(np.concatenate(rows), mixed(np.concatenate(keys)))


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


def _one_slip_away(pool: Pool, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Which numbers are one slip apart."""
    texts = (pool.numbers.plain_text(codes) for codes in (one, two))
    return process.cpdist(*texts, scorer=OSA.distance, score_cutoff=1) <= 1


def _kin(pool: Pool, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Which numbers have serials that are neighbours (19 and 20 are more than one slip apart), or of which one is the
    end of the other (126 of 20250600000126)."""
    short, long = (reduce(pool.numbers.serial[one], pool.numbers.serial[two]) for reduce in (np.minimum, np.maximum))
    kin = np.logical_or.reduce([(long >= power) & (long % power == short) for power in _TAILS])
    next_to = np.flatnonzero((long == short + 1) & (short >= 0))
    kin[next_to] = _same_shape(pool, one[next_to], two[next_to])
    return kin


def _same_shape(pool: Pool, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Which numbers are the same but for their digits."""
    texts = [pool.numbers.letters.take(pa.array(codes)) for codes in (one, two)]
    shapes = [pc.replace_substring_regex(each, "[0-9]+", "0") for each in texts]
    return pc.equal(*shapes).to_numpy(zero_copy_only=False)
