"""Cells to values: amounts, dates, text."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsrecon.domain import show_rupees
from imsrecon.intake.cells import days, gstins, paise, periods, states, texts


def plain(column: pd.Series) -> list[str | None]:
    return column.astype(object).where(column.notna(), None).tolist()


AMOUNTS = [
    (1234.5, 123450), (7, 700), ("", 0), (None, 0), ("-", 0), ("1,23,456.00", 12345600), ("₹ 1,200.50", 120050),
    ("Rs. 12", 1200), ("(1,234.00)", -123400), ("1,234.56-", -123456), ("-5", -500), ("12.00 Dr", 1200),
    ("12.00 Cr", -1200), (".500", 50), ("1234567.005", 123456701), ("1,234,567.89", 123456789), ("\u00a012\u00a0",
     1200),
    ("1.5E+05", 15000000),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), AMOUNTS, ids=[repr(cell) for cell, _ in AMOUNTS])
def test_an_amount_is_read(cell, expected):
    values, bad = paise([cell, "x" if isinstance(cell, str) else 1.0])
    assert values[0] == expected
    assert not bad[0]


@pytest.mark.parametrize(
    "cell",
    ["12,5", "abc", "1.2.3", "nan", "inf", "1e400", "(5", "1,2345", "0x10", date(2026, 6, 1), 1e15, "--5"],
    ids=repr,
)
def test_what_is_no_amount_is_said_to_be_none(cell):
    values, bad = paise([cell])
    assert bad.tolist() == [True]
    assert values.tolist() == [0]


@given(st.lists(st.integers(-(10**12), 10**12), max_size=30))
def test_indian_grouping_is_read_back_to_the_paisa(amounts):
    written = [show_rupees(amount / 100) for amount in amounts]
    values, bad = paise(written)
    assert values.tolist() == amounts
    assert not bad.any()


DATES = [
    (date(2026, 6, 5), "2026-06-05"), (datetime(2026, 6, 5, 23, 59), "2026-06-05"), ("05-06-2026", "2026-06-05"),
    ("5/6/2026", "2026-06-05"), ("05.06.26", "2026-06-05"), ("5-Jun-26", "2026-06-05"), ("1-June-2026", "2026-06-01"),
    ("2026-06-05", "2026-06-05"), ("2026-06-05T10:00:00", "2026-06-05"), ("20260605", "2026-06-05"),
    ("05062026", "2026-06-05"), (46178.0, "2026-06-05"), (46178, "2026-06-05"), ("46178", "2026-06-05"),
    ("05-06-2026 00:00:00", "2026-06-05"), ("5 Jun 2026", "2026-06-05"), (20260605, "2026-06-05"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), DATES, ids=[repr(cell) for cell, _ in DATES])
def test_a_date_is_read_day_first(cell, expected):
    found = days([cell])
    assert str(found.values[0]) == expected
    assert not found.bad[0]


@pytest.mark.parametrize(
    "cell", ["31-02-2026", "2026", "soon", "05-06-1899", 12.5, True, "99-99-2026", "13-13-2026"], ids=repr
)
def test_what_is_no_date_is_said_to_be_none(cell):
    found = days([cell])
    assert found.bad.tolist() == [True]


def test_month_first_only_if_the_column_proves_it():
    proved = days(["06/05/2026", "06/25/2026"])
    assert [str(day) for day in proved.values] == ["2026-06-05", "2026-06-25"]
    assert proved.month_first
    torn = days(["06/05/2026", "06/25/2026", "25/06/2026"])
    assert str(torn.values[0]) == "2026-05-06"
    assert torn.bad.tolist() == [False, True, False]


def test_blank_dates_are_neither_bad_nor_there():
    found = days(["", None, "-", " "])
    assert np.isnat(found.values).all()
    assert not found.bad.any()


def test_text_stays_as_printed():
    cells = ["00123", 123.0, 9876543210123456, " A/1 ", "a_x000D_\nb", "x\u00a0y", "", None, 1.5, date(2026, 6, 5)]
    expected = ["00123", "123", "9876543210123456", "A/1", "a b", "x y", None, None, "1.5", "05-06-2026"]
    column = texts(cells)
    assert column.dtype == "str"
    assert plain(column) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [("27", "27"), (7, "07"), ("27-Maharashtra", "27"), ("maharashtra", "27"), ("Jammu & Kashmir", "01"), ("88",
      None), ("?", None), (None, None)],
    ids=repr,
)  # fmt: skip
def test_a_state_is_read(cell, code):
    assert plain(states([cell])) == [code]


@pytest.mark.parametrize(
    ("text", "period"), [("062026", "2026-06"), (62026, "2026-06"), ("06", None), ("132026", None), (None, None)]
)
def test_i_07_the_portals_period(text, period):
    assert plain(periods([text])) == [period]


def test_gstins_lose_case_and_blanks():
    found = gstins(["27aapfu0939f1zv ", "URP", None, "", "27 AAPFU0939F1ZV"])
    assert plain(found) == ["27AAPFU0939F1ZV", None, None, None, "27AAPFU0939F1ZV"]
