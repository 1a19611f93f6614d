"""Documents that stand in each other's way on one side: amended originals, parts that are set aside, doubles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import counts, in_all, in_rupees, join, mixed, repeated, sift
from imsrecon.match.numbers import number_forms
from imsrecon.match.settings import MatchSettings
from imsrecon.match.spelling import NUMBER, compare_numbers

ABREAST = 3  # neighbours in value that a row is held against


@dataclass(frozen=True)
class Standing:
    """Per row of one side. `amendment` and `double` are row numbers of the same side, or -1.

    `free` may be linked; `superseded` and `set_aside` may not; `rival` has a neighbour of the same supplier, year and
    serial number and nearly the same value; `namesake` has one that differs in its date, and in branch, series or
    year; `double` says of which earlier document this is the same again.
    """

    free: np.ndarray
    superseded: np.ndarray
    set_aside: np.ndarray
    amendment: np.ndarray
    rival: np.ndarray
    namesake: np.ndarray
    double: np.ndarray


def standing(pool: Pool, side: Documents, settings: MatchSettings) -> Standing:
    """Work out what stands in whose way within one side, or within the documents of some PANs."""
    amendment = _amendments(pool, side)
    superseded = (amendment >= 0) & ~side.aside
    free = ~(side.aside | superseded)
    rows = np.flatnonzero(free & (side.number >= 0) & (side.pan >= 0))
    key = mixed(side.pan[rows], pool.numbers.core[side.number[rows]])
    again = repeated(key)
    rows, key = rows[again], key[again]
    rival, namesake, double = _neighbours(pool, side, rows, key, settings)
    namesake |= _of_another_year(side, rows, key)
    return Standing(free, superseded, side.aside, np.where(superseded, amendment, -1), rival, namesake, double)


def _amendments(pool: Pool, side: Documents) -> np.ndarray:
    """For each row the amendment that took its place, or -1.

    An amendment names its original by number and date; of several amendments of one original the latest stands.
    One that was rejected, or is only reversed, takes nobody's place.
    """
    result = np.full(len(side), -1)
    rows = np.flatnonzero(side.amended & ~side.aside)
    if not len(rows):
        return result
    original = side.column("original_doc_no", rows)
    rows = rows[(original.notna() & original.ne("")).to_numpy(bool)]
    if not len(rows):
        return result
    canon, day = _originals(side, rows)
    rank = _lateness(side)
    left, right = _same_document(pool, side, rows, canon, day)
    also_left, also_right = _same_original(side, rows, canon, day)
    left, right = np.concatenate([left, also_left]), np.concatenate([right, also_right])
    later = (left != right) & (~side.amended[right] | (rank[left] > rank[right]))
    left, right = left[later], right[later]
    order = np.lexsort((left, rank[left]))
    result[right[order]] = left[order]
    return result


def _originals(side: Documents, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    codes, texts = pd.factorize(side.column("original_doc_no", rows))
    canon = number_forms(texts).canon[codes]
    days = pd.to_datetime(side.column("original_doc_date", rows)).to_numpy().astype("datetime64[D]")
    return canon, np.where(np.isnat(days), -1, days.astype(np.int64))


def _same_document(pool, side, rows, canon, day):
    """Pairs (amendment, the row that bears the original's number and date)."""
    numbered = np.flatnonzero((side.number >= 0) & (side.family > 0))
    numbered = numbered[np.flatnonzero(sift(pool.numbers.canon[side.number[numbered]], canon))]
    who = _suppliers(side, numbered)
    numbered, who = numbered[who >= 0], who[who >= 0]
    theirs = mixed(who, side.family[numbered], pool.numbers.canon[side.number[numbered]])
    ours = mixed(_suppliers(side, rows), side.family[rows], canon)
    told = day >= 0
    pairs = [
        join(rows[told], numbered, [mixed(ours[told], day[told])], [mixed(theirs, side.day[numbered])], 1 << 30),
        join(rows[~told], numbered, [ours[~told]], [theirs], 1 << 30),
    ]
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def _same_original(side, rows, canon, day):
    """Pairs of amendments of one and the same original."""
    key = mixed(_suppliers(side, rows), side.family[rows], canon, day)
    return join(rows, rows, [key], [key], 4096)


def _suppliers(side: Documents, rows: np.ndarray) -> np.ndarray:
    """A code of each row's GSTIN, or of the port where a bill of entry has none; -1 for neither."""
    gstin, pan = side.gstin[rows], side.pan[rows].astype(np.int64)
    return np.where(gstin >= 0, gstin, np.where(pan >= 0, pan + (1 << 32), -1))


def _lateness(side: Documents) -> np.ndarray:
    """The order in which amendments were furnished: 2B-period, supplier's period, filing date; 0 for other rows."""
    result = np.zeros(len(side), dtype=np.int64)
    names = [name for name in ("gstr2b_period", "return_period", "filing_date") if name in side.source.columns]
    rows = np.flatnonzero(side.amended)
    if not names:
        return result
    ranks = [side.column(name, rows).rank(method="dense").fillna(0).to_numpy(np.int64) for name in names]
    order = np.lexsort(ranks[::-1])
    stacked = np.column_stack(ranks)[order]
    new = np.zeros(len(order), dtype=np.int64)
    new[1:] = (stacked[1:] != stacked[:-1]).any(axis=1)
    result[rows[order]] = np.cumsum(new)
    return result


def _neighbours(pool: Pool, side: Documents, rows: np.ndarray, key: np.ndarray, settings: MatchSettings):
    """Which rows have a near-identical neighbour, which a mere namesake, and which are the same document again.

    `rows` are those that may share their `key`, supplier and serial number, with others.
    """
    rival, namesake = np.zeros(len(side), dtype=bool), np.zeros(len(side), dtype=bool)
    double = np.full(len(side), -1)
    key = mixed(key, side.sign[rows], side.year[rows])
    again = repeated(key)
    value = side.money[rows[again], 0]
    order = np.lexsort((value, key[again]))
    rows, key, value = rows[again][order], key[again][order], value[order]
    window, found = round(settings.rival_window * 100), []
    for step in range(1, ABREAST + 1):
        near = np.flatnonzero((key[step:] == key[:-step]) & (value[step:] - value[:-step] <= window))
        found.append((rows[near], rows[near + step]))
    before, after = (np.concatenate([pair[end] for pair in found]) for end in (0, 1))
    alike = compare_numbers(pool.numbers, side.number[before], side.number[after]) <= NUMBER.SUFFIX
    one = (side.gstin[before] == side.gstin[after]) & alike
    apart = ~one & (side.day[before] != side.day[after])
    for end in (before, after):
        rival[end[~apart]] = True
        namesake[end[apart]] = True
    before, after, one = (each[: len(found[0][0])] for each in (before, after, one))  # next to each other
    same = one & (side.kind[before] == side.kind[after]) & _same_amounts(side, before, after, settings)
    double[np.maximum(before[same], after[same])] = np.minimum(before[same], after[same])
    return rival, namesake, _to_the_first(double)


def _same_amounts(side: Documents, before: np.ndarray, after: np.ndarray, settings: MatchSettings) -> np.ndarray:
    apart = np.abs(side.money[before] - side.money[after])
    return in_all(apart <= round(settings.head_tolerance * 100))


def _of_another_year(side: Documents, rows: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Which rows have a namesake of any year with the same taxable value: numbers restart each April."""
    result = np.zeros(len(side), dtype=bool)
    key = mixed(key, side.sign[rows], in_rupees(side.money[rows, 0]))
    result[rows[counts(key) > 1]] = True
    return result


def _to_the_first(double: np.ndarray) -> np.ndarray:
    """Chains of doubles all point at their first document."""
    rows = np.flatnonzero(double >= 0)
    while True:
        first = double[double[rows]]
        chained = first >= 0
        if not chained.any():
            return double
        double[rows[chained]] = first[chained]
