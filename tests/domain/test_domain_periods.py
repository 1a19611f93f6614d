from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsrecon.domain import (
    InputError,
    Profile,
    financial_year,
    from_portal,
    fy_of_period,
    fy_starts,
    last_day,
    quarter_end,
    rule37_day,
    shift,
    show_date,
    show_moment,
    to_portal,
)
from imsrecon.domain.errors import SettingsError

PERIODS = st.builds(lambda year, month: f"{year}-{month:02d}", st.integers(2017, 2060), st.integers(1, 12))


@pytest.mark.parametrize(
    ("day", "year"), [(date(2025, 3, 31), "2024-25"), (date(2025, 4, 1), "2025-26"), (date(2099, 4, 1), "2099-00")]
)
def test_i06_financial_year(day, year):
    assert financial_year(day) == year


@pytest.mark.parametrize(
    ("period", "end"),
    [("2025-10", "2025-12"), ("2025-12", "2025-12"), ("2026-01", "2026-03"), ("2026-04", "2026-06")],
)
def test_i06_quarter_end(period, end):
    assert quarter_end(period) == end


def test_i09_rule_37_day():
    assert rule37_day(date(2026, 1, 5)) == date(2026, 7, 4)


@given(PERIODS)
def test_i07_portal_form_round_trip(period):
    assert from_portal(to_portal(period)) == period


@given(PERIODS, st.integers(-60, 60))
def test_i08_shift_there_and_back(period, months):
    assert shift(shift(period, months), -months) == period


@pytest.mark.parametrize("text", ["132025", "2025-10", "", "001999", "ABCDEF"])
def test_portal_periods_that_are_none(text):
    with pytest.raises(InputError, match="MMYYYY"):
        from_portal(text)


def test_a_lost_leading_zero_is_read():
    assert from_portal("92025") == "2025-09"


def test_last_day_dates_and_columns():
    assert last_day("2028-02") == date(2028, 2, 29)
    assert fy_of_period("2026-03") == "2025-26"
    assert show_date(date(2025, 11, 14)) == "14-Nov-2025"
    assert show_date(None) == ""
    starts = fy_starts(pd.Series(pd.to_datetime(["2026-03-31", "2026-04-01", None])))
    assert starts.tolist()[:2] == [2025, 2026]
    assert starts.isna().tolist() == [False, False, True]


def test_profile_frequency_changes_with_the_period():
    profile = Profile("27AAPFU0939F1ZV", frequency={"2025-04": "quarterly", "2026-04": "monthly"})
    assert [profile.tax_period(p) for p in ("2025-01", "2025-10", "2026-04")] == ["2025-03", "2025-12", "2026-04"]
    assert Profile("27AAPFU0939F1ZV", filed_3b={"2025-10": date(2025, 11, 19)}).filed_on("2025-10")


@pytest.mark.parametrize("frequency", ["weekly", {"2025-04": "never"}])
def test_profile_refuses_unknown_frequency(frequency):
    with pytest.raises(SettingsError, match="monthly or quarterly"):
        Profile("27AAPFU0939F1ZV", frequency=frequency)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-11-28T12:32:05+00:00", "28-Nov-2026, 18:02 IST"),
        ("2026-12-31T20:00:00", "01-Jan-2027, 01:30 IST"),
    ],
)
def test_a_moment_is_shown_as_indias_clocks_have_it(at, shown):
    assert show_moment(at) == shown
