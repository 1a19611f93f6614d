"""What the shipped policy never does (G-31, K-24), and the days that are kept apart (F-17, K-08)."""

from __future__ import annotations

from datetime import date

import pytest
from review_documents import COMPANY, PERIOD, books, portal, suggested

from imsrecon.domain import Profile
from imsrecon.review import load_policy
from imsrecon.review.deadlines import useful_day
from imsrecon.rulebook import rule


def test_g31_only_a_second_record_of_one_supply_is_suggested_for_rejection() -> None:
    policy = load_policy()
    assert set(policy.loc[policy["action"].eq("R"), "finding"]) == {"repeat_of_claimed", "reported_again"}


def test_k24_what_cannot_wait_is_never_accepted_for_convenience() -> None:
    assert rule("G-30")["fallback"]["P"] == ["N"]
    policy = load_policy().set_index("finding")
    assert set(policy.loc[["bill_not_booked", "supplier_unknown"], "action"]) == {"P"}


def test_g14_a_record_that_repeats_a_claimed_one_is_rejected_with_the_other_way_named() -> None:
    filed = Profile(COMPANY, filed_3b={"2026-05": date(2026, 6, 20)})
    claimed = {"doc_no": "SC/001", "gstr2b_period": "2026-05", "portal_action": "A"}
    again = {"doc_no": "SC-001", "gstr2b_period": PERIOD}
    found = suggested(books({}), portal(claimed, again), profile=filed).set_index("finding")
    assert found.loc["repeat_of_claimed", ["action", "rule"]].tolist() == ["R", "G-14"]
    assert "K-21" in found.loc["repeat_of_claimed", "alternatives"]


@pytest.mark.parametrize(
    ("frequency", "day"),
    [("monthly", date(2026, 11, 20)), ("quarterly", date(2026, 10, 22))],
    ids=["F-17 K-08 monthly", "F-17 K-08 quarterly"],
)
def test_the_last_useful_day(frequency: str, day: date) -> None:
    assert useful_day(date(2026, 3, 31), Profile(COMPANY, frequency=frequency)) == day


def test_every_suggested_action_names_what_else_may_be_done() -> None:
    policy = load_policy()
    acting = policy[policy["action"].isin(["A", "R", "P"])]
    assert acting.loc[acting["alternatives"].eq(""), "finding"].tolist() == []
