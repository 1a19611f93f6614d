"""One optimal assignment, whatever the order and the packing."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from imsrecon.match.assign import assign
from imsrecon.match.joins import join, mixed, ordinals

edges = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 30), max_size=14)


def best_sum(weights: dict[tuple[int, int], int]) -> int:
    """By brute force over all ways to give the five left rows a right row or nothing."""
    columns = [*range(5), *[-1] * 5]
    return max(sum(weights.get(pair, 0) for pair in enumerate(way)) for way in set(permutations(columns, 5)))


def arrays(weights):
    pairs = np.array(list(weights), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array(list(weights.values()), dtype=float)


@settings(max_examples=12, deadline=None)
@given(edges)
def test_the_sum_is_the_greatest_possible(weights):
    i, j, weight = arrays(weights)
    chosen = assign(i, j, weight)
    assert len(set(i[chosen])) == chosen.sum() == len(set(j[chosen]))
    assert weight[chosen].sum() == best_sum(weights)


@settings(max_examples=60, deadline=None)
@given(edges, st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(weights, random):
    i, j, weight = arrays(weights)
    order = np.array(random.sample(range(len(i)), len(i)), dtype=np.int64)
    chosen, again = assign(i, j, weight), assign(i[order], j[order], weight[order])
    assert set(np.flatnonzero(chosen)) == set(order[np.flatnonzero(again)])


def test_equal_pairs_go_in_step_across_many_chunks():
    size, count = 4, 400
    left = np.repeat(np.arange(size * count), size)
    right = (left // size) * size + np.tile(np.arange(size), size * count)
    chosen = assign(left, right, np.ones(len(left)))
    assert (left[chosen] == right[chosen]).all()
    assert chosen.sum() == size * count


def test_a_large_block_must_agree_in_the_next_key():
    rows = np.arange(100)
    keys = [np.zeros(100, np.uint64), lambda some: some // 2]
    left, right = join(rows, rows, keys, keys, limit=50)
    assert set(zip(left // 2, right // 2, strict=True)) == {(at, at) for at in range(50)}
    assert len(left) == 200


def test_a_block_that_nothing_parts_pairs_in_order():
    rows = np.arange(100)
    same = np.zeros(100, np.uint64)
    left, right = join(rows, rows, [same], [same], limit=50)
    assert sorted(zip(left, right, strict=True)) == [(at, at) for at in range(100)]


def test_ordinals_and_keys():
    assert ordinals(np.array([5, 7, 5, 5, 7])).tolist() == [0, 0, 1, 2, 1]
    assert mixed(np.array([1]), np.array([2])) != mixed(np.array([2]), np.array([1]))
