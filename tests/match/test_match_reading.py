"""Reading: which document numbers are one, which ids stand twice, and which GSTINs are read as another's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from small_tables import OTHER, SUPPLIER

from imsrecon.domain import TableError
from imsrecon.match.columns import column_of, refuse_ids
from imsrecon.match.dictionaries import number_codes
from imsrecon.match.suppliers import mended_pans

LONG = "A/" * 40  # longer than the numbers that are read


@pytest.mark.parametrize(
    ("numbers", "pan", "codes", "texts"),
    [
        (["B", "A", "B"], [0, 0, 0], [0, 1, 0], ["B", "A"]),
        (["B", "A", "C", "B"], [1, 0, 0, 0], [2, 0, 1, 2], ["A", "C", "B"]),
        ([" A ", "A", None, "", "NIL", "-"], [0] * 6, [0, 0, -1, -1, -1, -1], ["A"]),
        ([LONG + "1", LONG + "2", LONG + "1"], [0, 0, -1], [0, 1, 0], [LONG + "1", LONG + "2"]),
        (["Ä", "A", "AA", "Ä"], [0, 0, 0, 70_000], [0, 1, 2, 0], ["Ä", "A", "AA"]),
        ([None, None], [0, -1], [-1, -1], []),
        ([], [], [], []),
    ],
    ids=["first-first", "by-pan", "nothing-written", "long", "few-bytes", "none", "empty"],
)
@pytest.mark.parametrize("of_books", [0, 1])
def test_numbers_as_codes(numbers, pan, codes, texts, of_books):
    column = pd.Series(numbers, dtype="str")
    found, told = number_codes([column[:of_books], column[of_books:]], np.array(pan, dtype=np.int64))
    assert [len(side) for side in found] == [len(column[:of_books]), len(column[of_books:])]
    assert np.concatenate(found).tolist() == codes
    assert told.to_pylist() == texts


def test_what_lies_under_a_missing_number_counts_for_nothing():
    text = pa.array(["A", "B", "A"], type=pa.large_string())
    masked = pa.Array.from_buffers(text.type, 3, [pa.py_buffer(bytes([0b011])), *text.buffers()[1:]])
    column = pd.Series(pd.array(masked, dtype="str"))
    found, told = number_codes([column, column[:0]], np.zeros(3, dtype=np.int64))
    assert found[0].tolist() == [0, 1, -1]
    assert told.to_pylist() == ["A", "B"]


@pytest.mark.parametrize("again", [None, 0, 1, 150_000, 299_998])
def test_an_id_twice_among_many(again):
    ids = [f"r{at:09d}" for at in range(300_000)]
    if again is None:
        refuse_ids(pd.Series(ids, dtype="str"), "register")
        return
    ids[-1] = ids[again]
    with pytest.raises(TableError, match=rf"{ids[again]}.*more than once"):
        refuse_ids(pd.Series(ids, dtype="str"), "register")


def test_a_column_that_is_not_there_is_missing_throughout():
    table = pd.DataFrame({"doc_id": ["a", "b"]}, index=[5, 7])
    pd.testing.assert_series_equal(column_of(table, "pos"), pd.Series(None, index=table.index, dtype="str"))


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("8" + SUPPLIER[1:], True),
        (SUPPLIER[:7] + "8" + SUPPLIER[8:], True),
        (SUPPLIER[:14] + "?", True),
        (SUPPLIER[1:], True),
        (SUPPLIER[:7] + SUPPLIER[8:], True),
        (SUPPLIER[:14], True),
        (SUPPLIER[:7] + SUPPLIER[6:], True),
        (SUPPLIER[:6] + SUPPLIER[7] + SUPPLIER[6] + SUPPLIER[8:], True),
        (SUPPLIER[:6] + SUPPLIER[8] + SUPPLIER[7] + SUPPLIER[6] + SUPPLIER[9:], False),
        ("8" + SUPPLIER[1:14] + "?", False),
        (SUPPLIER[:5], False),
        (OTHER, False),
    ],
    ids=[
        "first-changed", "middle-changed", "last-changed", "first-missing", "middle-missing", "last-missing", "doubled",
        "transposed", "two-errors", "both-ends", "short", "another",
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", ["register", "portal"])
def test_gstins_that_are_mended(typed, mended, side):
    gstins = np.array(sorted([SUPPLIER, typed]), dtype=object)
    here, there = gstins == typed, gstins == SUPPLIER
    pan, repaired = mended_pans(gstins, *((here, there) if side == "register" else (there, here)))
    assert repaired.tolist() == (here & mended).tolist()
    assert pan[0] == pan[1] or not mended
