"""Whatever the tables: nothing that is not allowed, nothing unseen below certain, every document once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_documents import BRANCH, COMPANY, OTHER_BRANCH, PERIOD, STRANGER, SUPPLIER, TODAY, books, portal

from imsrecon.act import allowed_actions
from imsrecon.domain import Profile, TableError, to_paise, total_tax
from imsrecon.match import reconcile
from imsrecon.review import SUGGESTION_COLUMNS, suggest
from imsrecon.rulebook import rule

PROFILE = Profile(COMPANY, filed_3b={"2026-05": date(2026, 6, 20)})
GSTINS = st.sampled_from([SUPPLIER, STRANGER, BRANCH, OTHER_BRANCH])
DOCUMENT = st.fixed_dictionaries(
    {
        "supplier_gstin": GSTINS,
        "doc_type": st.sampled_from(["INV", "INV", "DN", "CN"]),
        "doc_no": st.sampled_from(["A/1", "A/2", "A-2", "B/0003"]),
        "doc_date": st.sampled_from(["2026-06-01", "2026-05-20", "2024-12-01"]),
        "igst": st.sampled_from([1800.0, 1800.5, 900.0, 0.0]),
    }
)
RECORD = st.fixed_dictionaries(
    {
        "portal_action": st.sampled_from(["A", "R", "P", "N", "N"]),
        "filing_status": st.sampled_from(["filed", "filed", "saved"]),
        "pending_blocked": st.sampled_from([None, True, False]),
        "gstr2b_period": st.sampled_from([None, None, "2026-05", "2025-08"]),
        "gstr2b_part": st.sampled_from([None, None, "available", "not_available", "rejected"]),
        "itc_reason": st.sampled_from([None, "P", "C"]),
        "reverse_charge": st.sampled_from([False, False, True]),
        "supplier_3b_filed": st.sampled_from([None, True, False]),
    }
)
BOOKED = st.fixed_dictionaries(
    {
        "voucher_no": st.integers(1, 99).map(str),
        "received_date": st.sampled_from([None, "2026-06-12", "2026-07-03"]),
        "paid_date": st.sampled_from([None, "2026-06-12"]),
        "itc_eligibility": st.sampled_from([None, "Ineligible", "Inputs"]),
    }
)


def _merged(a: dict, b: dict) -> dict:
    return a | b


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    register=st.lists(st.builds(_merged, DOCUMENT, BOOKED), max_size=8),
    records=st.lists(st.builds(_merged, DOCUMENT, RECORD), max_size=8),
    period=st.sampled_from([PERIOD, "2025-08"]),
)
def test_invariants(register: list[dict], records: list[dict], period: str) -> None:
    ours, theirs = books(*register), portal(*records)
    reconciliation = reconcile(ours, theirs)
    result = suggest(reconciliation, ours, theirs, period, PROFILE, today=TODAY)
    assert tuple(result.columns) == SUGGESTION_COLUMNS
    _each_document_once(result, reconciliation, ours, theirs)
    _only_what_is_allowed(result, theirs, period)
    _unseen_only_if_certain(result, reconciliation)
    _rules_are_known_and_doubts_are_said(result)
    _sorted_by_deadline_and_stake(result)


def _each_document_once(result, reconciliation, ours, theirs) -> None:
    alone = reconciliation.unmatched
    expected = set(alone.loc[alone["side"].eq("register"), "doc_id"])
    lone = result[result["portal_id"].isna()]
    assert sorted(result["portal_id"].dropna()) == sorted(theirs["doc_id"])
    assert sorted(lone["register_id"]) == sorted(expected)
    counted = pd.concat([theirs, ours[ours["doc_id"].isin(expected)]])
    signed = total_tax(counted) * np.where(counted["doc_type"].eq("CN"), -1, 1)
    assert to_paise(result["rupees"]).sum() == signed.sum()


def _only_what_is_allowed(result, theirs, period) -> None:
    allowed = allowed_actions(theirs, period, PROFILE, TODAY).set_index("portal_id")
    for action, word in (("A", "accept"), ("R", "reject"), ("P", "pending")):
        chosen = result.loc[result["action"].eq(action), "portal_id"]
        assert chosen.notna().all()
        assert allowed.loc[chosen, word].all()


def _unseen_only_if_certain(result, reconciliation) -> None:
    unseen = result[result["auto"]]
    matches = reconciliation.links.merge(reconciliation.matches, on="match_id").set_index("portal_id")
    assert unseen["action"].eq("A").all()
    assert matches.loc[unseen["portal_id"], "confidence"].eq("certain").all()


def _rules_are_known_and_doubts_are_said(result) -> None:
    doubted = [rule(rule_id).confidence != "H" for rule_id in result["rule"]]
    assert result.loc[doubted, "caution"].str.contains("check with your CA", regex=False).all()
    assert result[["reason", "todo"]].ne("").all(axis=None)
    assert not result["reason"].str.contains(r"\{\w+\}").any()


def _sorted_by_deadline_and_stake(result) -> None:
    days = result["deadline"].fillna(pd.Timestamp("2200-01-01"))
    assert days.is_monotonic_increasing
    assert all(part.is_monotonic_decreasing for _, part in result["rupees"].abs().groupby(days))


def test_order_of_rows_does_not_matter() -> None:
    rows = [{"doc_no": f"A/{number}", "igst": 100.0 * number} for number in range(1, 9)]
    ours, theirs = books(*rows[:6]), portal(*rows[2:])
    first = suggest(reconcile(ours, theirs), ours, theirs, PERIOD, PROFILE, today=TODAY)
    ours, theirs = ours.iloc[::-1], theirs.sample(frac=1, random_state=3)
    again = suggest(reconcile(ours, theirs), ours, theirs, PERIOD, PROFILE, today=TODAY)
    pd.testing.assert_frame_equal(first, again)


def test_empty_tables() -> None:
    ours, theirs = books(), portal()
    result = suggest(reconcile(ours, theirs), ours, theirs, PERIOD, PROFILE)
    assert tuple(result.columns) == SUGGESTION_COLUMNS and result.empty


def test_other_tables_than_were_reconciled_are_refused() -> None:
    ours, theirs = books({}), portal({})
    with pytest.raises(TableError, match="reconciliation holds 1 documents of the portal, the table 2"):
        suggest(reconcile(ours, theirs), ours, portal({}, {"doc_no": "B/2"}), PERIOD, PROFILE)
