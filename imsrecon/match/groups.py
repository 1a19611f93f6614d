"""Groups: one portal record booked in several rows, and several portal records booked as one.

Only where the amounts add up head by head within tolerance and the numbers speak for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imsrecon.match.columns import NO_YEAR
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import in_all, in_rupees, join, mixed, repeated, sift_both
from imsrecon.match.settings import MatchSettings
from imsrecon.match.stems import Stems

LONGEST = 4


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
    return _by_form(pool, left, right, "plain", settings)


def by_one_serial(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """The same where only the serial and the PAN are alike (45 and INV/26-27/0045; another branch)."""
    return _by_form(pool, left, right, "core", settings)


def _by_form(pool: Pool, left: np.ndarray, right: np.ndarray, form: str, settings: MatchSettings) -> Groups:
    a, b = dated(pool.register, left), dated(pool.portal, right)
    return that_add_up(pool, a, b, *keys_of_both(pool, a, b, form), settings)


def keys_of_both(pool: Pool, left: np.ndarray, right: np.ndarray, form: str) -> list[np.ndarray]:
    """`key_of` the rows' own numbers, by side."""
    forms, sides = getattr(pool.numbers, form), ((pool.register, left), (pool.portal, right))
    return [key_of(side, rows, form, forms[side.number[rows]]) for side, rows in sides]


def key_of(side: Documents, rows: np.ndarray, form: str, values: np.ndarray) -> np.ndarray:
    """Supplier, number, direction and year; the plain number of one GSTIN, or the serial of one PAN."""
    supplier = side.pan if form == "core" else side.gstin
    return mixed(supplier[rows], values, side.sign[rows], side.year[rows])


def by_parts(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Rows whose number is another's with a part behind it (INV-12/1 and INV-12/2, or 12A and 12B)."""
    a, b = dated(pool.register, left), dated(pool.portal, right)
    found = []
    for form in ("plain", "core"):
        whole = keys_of_both(pool, a, b, form)
        parts = keys_of_stems(pool, a, b, form, whole)
        found.append(that_add_up(pool, a, b, parts[0], whole[1], settings))
        found.append(that_add_up(pool, a, b, whole[0], parts[1], settings))
    return joined(found)


def keys_of_stems(
    pool: Pool, left: np.ndarray, right: np.ndarray, form: str, whole: list[np.ndarray]
) -> list[np.ndarray]:
    """The keys of `keys_of_both` (`whole`), but where a number ends in a part those of the number without it."""
    result = [keys.copy() for keys in whole]
    for side, rows, keys in ((pool.register, left, result[0]), (pool.portal, right, result[1])):
        parted, stem = _parted(pool.stems, side.number[rows], pool.stems.parted)
        keys[parted] = key_of(side, rows[parted], form, getattr(pool.stems, form)[stem])
    return result


def net_of_note(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row that is an invoice less a credit note of the same supplier, under the invoice's number."""
    a, b = dated(pool.register, left), dated(pool.portal, right)
    a, b, notes = a[pool.register.sign[a] > 0], b[pool.portal.sign[b] > 0], b[pool.portal.sign[b] < 0]
    i, j = of_one_serial(pool, a, b, settings)
    over = pool.portal.money[j] - pool.register.money[i]
    less = in_all(over >= 0) & (over[:, 0] > round(settings.head_tolerance * 100))
    i, j, over = i[less], j[less], over[less]
    theirs = mixed(pool.portal.gstin[notes], in_rupees(pool.portal.money[notes, 0]))
    found = [_with_note(pool, i, j, over, notes, theirs, shift, settings) for shift in (-1, 0, 1)]
    return joined(found)


def of_one_serial(pool: Pool, a: np.ndarray, b: np.ndarray, settings: MatchSettings) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of rows of the two sides with one serial, PAN, direction and year."""
    left, right = keys_of_both(pool, a, b, "core")
    return join(a, b, [left], [right], settings.block_limit, in_order=False)


def _with_note(pool, i, j, over, notes, theirs, shift, settings):
    """Invoice pairs with the note of `notes` that makes up the difference."""
    ours = mixed(pool.portal.gstin[j], in_rupees(over[:, 0]) + shift)
    pair, note = join(np.arange(len(i)), notes, [ours], [theirs], settings.block_limit, in_order=False)
    good = agree(over[pair], pool.portal.money[note], settings)
    pair, note = pair[good], note[good]
    group = np.arange(len(pair))
    return Groups(np.concatenate([i[pair]] * 2), np.concatenate([j[pair], note]), np.concatenate([group] * 2))


def dated(side: Documents, rows: np.ndarray) -> np.ndarray:
    sound = (side.number[rows] >= 0) & (side.gstin[rows] >= 0) & (side.year[rows] != NO_YEAR) & ~side.negative[rows]
    return rows[sound]


def joined(parts: list[Groups]) -> Groups:
    """Several sets of groups as one; of groups that share a document only the first stands."""
    parts = [part for part in parts if len(part.i)]
    if not parts:
        return no_groups()
    taken = [np.zeros(1 + max(int(getattr(part, end).max()) for part in parts), dtype=bool) for end in ("i", "j")]
    kept, begin = [], 0
    for part in parts:
        free = _without(part, taken[0][part.i] | taken[1][part.j])
        free = _without(free, _shared(free.i, free.group) | _shared(free.j, free.group))
        taken[0][free.i], taken[1][free.j] = True, True
        kept.append(Groups(free.i, free.j, free.group + begin))
        begin += int(part.group.max()) + 1
    return Groups(*(np.concatenate([getattr(part, name) for part in kept]) for name in ("i", "j", "group")))


def _without(groups: Groups, links: np.ndarray) -> Groups:
    """All but the groups of these links."""
    if not links.any():
        return groups
    out = np.zeros(int(groups.group.max()) + 1, dtype=bool)
    out[groups.group[links]] = True
    keep = np.flatnonzero(~out[groups.group])
    return Groups(groups.i[keep], groups.j[keep], groups.group[keep])


def _shared(rows: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Links to a document that stands in another group of the same kind too: nobody can say which is right."""
    one = np.zeros(int(rows.max(initial=-1)) + 1, dtype=group.dtype)
    one[rows] = group
    torn = np.zeros(len(one), dtype=bool)
    torn[rows[one[rows] != group]] = True
    return torn[rows]


def agree(left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> np.ndarray:
    """Taxable value, every head and the total tax agree within tolerance: rows of five amounts, in paise."""
    over = left - right
    tax = np.abs(over[:, 1] + over[:, 2] + over[:, 3] + over[:, 4])
    return in_all(np.abs(over) <= round(settings.head_tolerance * 100)) & (tax <= round(settings.total_tolerance * 100))


def that_add_up(pool, a, b, left, right, settings, agrees=agree):
    """One group for each key whose sums agree, with several rows on at least one side."""
    here, there = sift_both(left, right)
    crowded = repeated(np.concatenate([left[here], right[there]]), 3)
    here, there = here[crowded[crowded < len(here)]], there[crowded[crowded >= len(here)] - len(here)]
    if not len(crowded):
        return no_groups()
    a, b = a[here], b[there]
    uniques, inverse = np.unique(np.concatenate([left[here], right[there]]), return_inverse=True)
    at = inverse[: len(a)], inverse[len(a) :]
    count = [np.bincount(each, minlength=len(uniques)) for each in at]
    several = (np.minimum(*count) == 1) & (np.maximum(*count) > 1)
    money = pool.register.money[a], pool.portal.money[b]
    sums = [_summed(each, paise, len(uniques)) for each, paise in zip(at, money, strict=True)]
    return _star(a, b, at, count[0] == 1, several & agrees(*sums, settings))


def _summed(at: np.ndarray, paise: np.ndarray, size: int) -> np.ndarray:
    result = np.zeros((size, 5), dtype=np.int64)
    for head in range(5):
        np.add.at(result[:, head], at, paise[:, head])
    return result


def _star(a, b, at, lone, good):
    """All links inside each good group: its one row on the left, if that is `lone`, or on the right, with each of the
    other side."""
    single = [np.zeros(len(good), dtype=np.int64) for _ in at]
    single[0][at[0]], single[1][at[1]] = np.arange(len(a)), np.arange(len(b))
    many_left, many_right = np.flatnonzero((good & ~lone)[at[0]]), np.flatnonzero((good & lone)[at[1]])
    i = np.concatenate([many_left, single[0][at[1][many_right]]])
    j = np.concatenate([single[1][at[0][many_left]], many_right])
    return Groups(a[i], b[j], at[0][i])


def stems_of(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    """The plain form of each number without the part that a separator parts from it (12/2, not 122), or as it is."""
    number, stems = side.number[rows], pool.stems
    parted, stem = _parted(stems, number, stems.apart)
    result = pool.numbers.plain[number]
    result[parted] = stems.plain[stem]
    return result


def _parted(stems: Stems, number: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where `number` has the stems of `which`, and the places of these."""
    place = np.empty(int(stems.codes.max(initial=-1)) + 1, dtype=np.int32)
    place[stems.codes] = np.arange(len(stems.codes), dtype=np.int32)
    at = place[number]
    parted = np.flatnonzero(which[at])
    return parted, at[parted]
