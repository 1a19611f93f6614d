from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsrecon.domain import round_rupees, show_rupees, sum_rupees, to_paise, to_rupees

PAISE = st.integers(-(10**13), 10**13)


@given(st.lists(PAISE, max_size=20))
def test_paise_survive_rupees(paise):
    assert to_paise(to_rupees(paise)).tolist() == paise


@given(st.decimals(-(10**8), 10**8, places=3))
def test_half_up_as_an_accountant_rounds(amount):
    cents = (abs(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert to_paise([float(amount)])[0] == int(cents.copy_sign(amount))


def test_missing_counts_as_nothing_and_sums_are_exact():
    assert round_rupees([np.nan, 1.005]).tolist() == [0.0, 1.01]
    assert sum_rupees([0.1] * 10) == 1.0


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0.00"), (999, "999.00"), (1000, "1,000.00"), (123456, "1,23,456.00"), (12345678.9, "1,23,45,678.90"),
        (-123456.789, "-1,23,456.79"), (None, ""), (float("nan"), ""),
    ],
)  # fmt: skip
def test_indian_grouping(amount, shown):
    assert show_rupees(amount) == shown


def test_whole_rupees():
    assert show_rupees(99999.5, paise=False) == "1,00,000"
    assert show_rupees(-99999.49, paise=False) == "-99,999"
