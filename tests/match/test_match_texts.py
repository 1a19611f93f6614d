"""Texts as bytes: equal texts have equal hashes, different ones differ, and a matrix holds every byte in its place."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsrecon.match.texts import byte_matrix, bytes_of, hashed

LISTS = st.lists(st.text("AB/0\0é", max_size=20), max_size=40)


@given(LISTS)
def test_hashes_tell_texts_apart(texts):
    hashes = hashed(*bytes_of(pa.array(texts, type=pa.large_string())))
    assert len(set(hashes.tolist())) == len(set(texts))
    assert all(hashes[at] == hashes[texts.index(text)] for at, text in enumerate(texts))


def test_hashes_do_not_depend_on_where_a_text_stands():
    texts = [f"INV/{number}" for number in range(70_000)]
    whole = pa.array(texts, type=pa.large_string())
    part = whole.slice(65_000, 3_000)
    assert np.array_equal(hashed(*bytes_of(whole))[65_000:68_000], hashed(*bytes_of(part)))


@pytest.mark.parametrize("right", [False, True])
@given(texts=st.lists(st.binary(max_size=12), max_size=20), widest=st.integers(1, 9))
def test_matrix_holds_each_text_up_to_the_widest(right, texts, widest):
    matrix = byte_matrix(pa.array(texts, type=pa.large_binary()), widest, right=right)
    for row, text in zip(matrix, texts, strict=True):
        cut = text[:widest]
        assert bytes(row) == (cut.rjust(len(row), b"\0") if right else cut.ljust(len(row), b"\0"))
