"""What the bytes of two texts tell is what a reader of the texts would say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Hamming

from imsrecon.match.alike import LOOKALIKES, Pairs, may_be_alike
from imsrecon.match.joins import counts, mixed, repeated, sift, stand_among

LETTERS = "0O1I5SAB/"
texts = st.lists(st.tuples(*[st.text(LETTERS, max_size=7)] * 2), min_size=1, max_size=40)


def pairs_of(rows):
    return Pairs(*(pa.array([row[side].encode() for row in rows], type=pa.large_binary()) for side in (0, 1)))


@given(texts)
def test_one_slip_is_an_edit_distance_of_one(rows):
    pairs = pairs_of(rows)
    one = [OSA.distance(*row) == 1 for row in rows]
    changed = [len(a) == len(b) and Hamming.distance(a, b) == 1 for a, b in rows]
    assert (pairs.changed | pairs.slipped).tolist() == one
    assert pairs.changed.tolist() == changed


@given(texts)
def test_ends_and_boundaries(rows):
    pairs = pairs_of(rows)
    ends = [a != b and (a.endswith(b) or b.endswith(a)) for a, b in rows]
    assert pairs.end_alike.tolist() == ends
    for at in np.flatnonzero(ends).tolist():
        short, long = sorted(rows[at], key=len)
        if short:
            boundary = short[0].isalpha() != long[-len(short) - 1].isalpha()
            assert bool(pairs.joined_at_boundary[at]) is boundary


@given(texts)
def test_all_that_fold_alike_are_found(rows):
    fold = str.maketrans(dict(LOOKALIKES))
    pairs = pairs_of(rows)
    for at, (a, b) in enumerate(rows):
        if a.translate(fold).replace("0", "") == b.translate(fold).replace("0", ""):
            assert pairs.fold_alike[at]


@given(texts, st.sampled_from(("", "É", "é1", "aé")))
def test_no_pair_that_is_alike_is_sifted_out(rows, more):
    rows = [(a + more, b) for a, b in rows] + [(a, b.lower() + more) for a, b in rows]
    fold = str.maketrans(dict(LOOKALIKES))
    listed = pa.array([text for row in rows for text in row], type=pa.large_string())
    left = np.arange(0, len(listed), 2)
    kept = may_be_alike(listed, left, left + 1)
    for at, (a, b) in enumerate((a.upper(), b.upper()) for a, b in rows):
        slip = OSA.distance(a, b) == 1 and max(len(a), len(b)) >= 4
        tail = min(len(a), len(b)) and (a.endswith(b) or b.endswith(a))
        if slip or tail or (a and a.translate(fold) == b.translate(fold)):
            assert kept[at], (a, b)


def test_what_bytes_cannot_tell_is_said():
    rows = [("A1", "A2"), ("É1", "E1"), ("X" * 64, "X"), ("X" * 65, "X" * 66)]
    assert pairs_of(rows).readable.tolist() == [True, False, True, False]


@given(st.lists(st.integers(0, 1 << 40), max_size=50), st.lists(st.integers(0, 1 << 40), max_size=50))
def test_the_sieve_drops_nothing_that_is_there(keys, among):
    here, there = (mixed(np.array(each, dtype=np.int64)) for each in (keys, among))
    kept = sift(here, there)
    assert all(kept[np.isin(here, there)])
    assert stand_among(here, there).tolist() == np.isin(here, there).tolist()


@given(st.lists(st.integers(0, 9), max_size=30))
def test_what_stands_more_than_once_is_counted(values):
    keys = mixed(np.array(values, dtype=np.int64))
    assert counts(keys).tolist() == [values.count(value) for value in values]
    for times in (2, 3):
        assert {at for at, value in enumerate(values) if values.count(value) >= times} <= set(repeated(keys, times))
