from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imsrecon import ActionNotAllowed, InputError, Profile
from imsrecon.act import apply_decisions, check_decisions, portal_table, rulings

BUYER = "27ZZZCR1000A1ZM"
CN = {"section": "CN", "igst": 0.0, "cgst": 90.0, "sgst": 90.0}
ALL = "Accept, Reject, Pending"
PART = {
    "action": "A",
    "itc_reduction": "partial",
    "declared_cgst": 40.0,
    "declared_sgst": 40.0,
    "remarks": "half reversed",
}
NONE = {"action": "A", "itc_reduction": "none", "remarks": "reversed in 4(B)(1) of July"}
FILED = {"gstr2b_period": "2025-09", "portal_action": "A"}
DOWN = {"section": "B2BA", "original_igst": 300.0, "original_state": "accepted_filed"}

REFUSED = [
    ("B-08-pending-R1", CN, "P", "2025-09", "B-08", "Accept, Reject"),
    ("B-26", {"pending_blocked": True}, "P", "2025-10", "B-26", "Accept, Reject"),
    ("B-17", {"section": "IMPG"}, "R", "2025-10", "B-17", "Accept, Pending"),
    ("B-21", CN | {"gstr2b_period": "2025-08", "portal_action": "P"}, {"action": "A"}, "2025-10", None, ""),
    ("K-01", DOWN | {"original_state": "pending"}, "A", "2025-10", "K-01", "nothing"),
    ("K-02", {"section": "B2BA"}, "P", "2025-10", "K-02", "Accept, Reject"),
    ("C-25", FILED, "R", "2025-10", "C-25", "nothing"),
    ("C-25-reset", FILED, "N", "2025-10", "C-25", "nothing"),
    ("C-25-unchanged", FILED, "A", "2025-10", None, ""),
    ("A-08", {"reverse_charge": True}, "A", "2025-10", "A-08", "nothing"),
    ("A-05", {"section": "ISD"}, "R", "2025-10", "A-05", "nothing"),
    ("B-23-R1", CN, NONE, "2025-09", "B-23", "Accept, Reject"),
    ("B-23-full-in-R1", CN, {"action": "A", "itc_reduction": "full"}, "2025-09", None, ""),
    ("B-23-none", CN, NONE, "2025-10", None, ""),
    ("B-23-partial", CN, PART, "2025-10", None, ""),
    ("B-23-blocked", CN | {"itc_reduction_blocked": True}, NONE, "2025-10", "B-23", ALL),
    ("B-23-invoice", {}, NONE, "2025-10", "B-23", ALL),
    ("B-23-invoice-full", {}, {"action": "A", "itc_reduction": "full"}, "2025-10", "B-23", ALL),
    ("B-23-with-reject", CN, NONE | {"action": "R"}, "2025-10", "B-23", ALL),
    ("B-23-heads-differ", CN, PART | {"declared_sgst": 30.0}, "2025-10", "B-23", ALL),
    ("B-23-too-much", CN, PART | {"declared_cgst": 91.0, "declared_sgst": 91.0}, "2025-10", "B-23", ALL),
    ("B-23-negative", CN, PART | {"declared_cgst": -1.0, "declared_sgst": -1.0}, "2025-10", "B-23", ALL),
    ("B-23-no-amount", CN, PART | {"declared_cgst": None, "declared_sgst": None}, "2025-10", "B-23", ALL),
    ("B-23-amount-with-none", CN, NONE | {"declared_cgst": 1.0}, "2025-10", "B-23", ALL),
    ("D-3-above-the-difference", DOWN, PART | {"declared_cgst": 0.0, "declared_sgst": 0.0, "declared_igst": 121.0},
     "2025-10", "B-23", ALL),
    ("D-3-within-the-difference", DOWN, PART | {"declared_cgst": 0.0, "declared_sgst": 0.0, "declared_igst": 120.0},
     "2025-10", None, ""),
    ("B-24-no-remark", CN, NONE | {"remarks": None}, "2025-10", "B-24", ALL),
    ("B-24-nothing-in-ascii", CN, NONE | {"remarks": "उलटा"}, "2025-10", "B-24", ALL),
    ("B-24-too-long", {}, {"action": "R", "remarks": "x" * 251}, "2025-10", "B-24", ALL),
    ("B-24-250", {}, {"action": "R", "remarks": "x" * 250}, "2025-10", None, ""),
    ("B-24-remarks-blocked", {"remarks_blocked": True}, {"action": "R", "remarks": "no"}, "2025-10", "B-24", ALL),
    ("B-24-blocked-needs-none", CN | {"remarks_blocked": True}, NONE | {"remarks": None}, "2025-10", None, ""),
]  # fmt: skip
PROFILE = Profile(BUYER, filed_3b={"2025-09": date(2025, 10, 20)})


@pytest.mark.parametrize("case", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_decision(portal, decide, case):
    record, decision, period, rule, allowed = case
    table = portal(record)
    profile = PROFILE if period == "2025-10" else Profile(BUYER)
    if rule is None:
        assert check_decisions(table, decide(table, decision), period, profile) is None
        return
    with pytest.raises(ActionNotAllowed, match=rule) as refused:
        check_decisions(table, decide(table, decision), period, profile)
    assert (refused.value.rule, refused.value.allowed) == (rule, allowed)
    assert "S/0 of 24ZZZFS1202C1ZD" in str(refused.value)


def test_b21_pending_again_after_the_last_day(portal, decide, monthly):
    table = portal(CN)
    with pytest.raises(ActionNotAllowed, match="20-Dec-2025") as refused:
        check_decisions(table, decide(table, "P"), "2025-10", monthly, date(2025, 12, 21))
    assert refused.value.rule == "B-21"


def test_one_refused_decision_refuses_all_and_counts_the_others(portal, decide, monthly):
    table = portal({}, CN, CN, {})
    with pytest.raises(ActionNotAllowed, match="The same holds for 1 more"):
        check_decisions(table, decide(table, "A", "P", "P", "R"), "2025-09", monthly)


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ({"portal_id": ["nobody"], "action": ["A"]}, "not here"),
        ({"portal_id": ["x", "x"], "action": ["A", "R"]}, "decided twice"),
        ({"portal_id": ["x"], "action": ["Q"]}, "no action"),
        ({"portal_id": ["x"], "action": [None]}, "no action"),
        ({"portal_id": ["x"], "action": ["A"], "itc_reduction": ["half"]}, "no itc_reduction"),
        ({"portal_id": ["x"]}, "no column action"),
    ],
    ids=["unknown-record", "twice", "letter", "missing", "reduction", "column"],
)
def test_a_table_that_is_no_decisions(portal, monthly, decisions, message):
    with pytest.raises(InputError, match=message):
        check_decisions(portal({}), pd.DataFrame(decisions), "2025-10", monthly)


def test_what_stands_without_and_with_a_decision(portal, decide):
    on_portal = {"portal_action": "A", "itc_reduction": "partial", "declared_cgst": 10.0, "declared_sgst": 10.0}
    table = portal({}, CN | on_portal, CN | on_portal, CN | on_portal, CN | on_portal)
    stands = apply_decisions(table, decide(table, "", "", "A", NONE, "N"))
    assert stands["action"].tolist() == ["N", "A", "A", "A", "N"]
    assert stands["itc_reduction"].tolist() == ["full", "partial", "partial", "none", "full"]
    assert stands["declared_cgst"].tolist() == [0.0, 10.0, 10.0, 0.0, 0.0]
    assert stands["touched"].tolist() == [False, False, False, True, True]


def test_no_decisions_at_all(portal, monthly):
    assert check_decisions(portal({}), pd.DataFrame(), "2025-10", monthly) is None


LETTERS = st.sampled_from(["", "A", "R", "P", "N", NONE, PART, {"action": "A", "itc_reduction": "full"}])
RECORDS = [{}, CN, DOWN, FILED, {"section": "IMPG"}, {"reverse_charge": True}, DOWN | {"original_state": "pending"},
           CN | {"gstr2b_period": "2025-08", "portal_action": "P"}, CN | {"itc_reduction_blocked": True}]  # fmt: skip


def outcome(*arguments, **known):
    try:
        return check_decisions(*arguments, **known)
    except ActionNotAllowed as refused:
        return str(refused), refused.rule, refused.allowed


@settings(max_examples=40, deadline=None)
@given(said=st.lists(LETTERS, min_size=1, max_size=len(RECORDS)))
def test_with_the_rulings_known_the_outcome_is_the_same(portal, decide, said):
    table = portal(*RECORDS)
    if not any(said):
        return
    decisions = decide(table, *said)
    when = ("2025-10", PROFILE)
    cases = rulings(portal_table(table), *when)
    found = outcome(table, decisions, *when, cases=cases)
    assert found == outcome(table, decisions, *when)
    alone = [outcome(table, decisions.iloc[[at]], *when, cases=cases) for at in range(len(decisions))]
    assert (found is None) == (alone == [None] * len(alone))


def test_with_the_rulings_known_a_record_that_is_not_here_is_refused(portal, monthly):
    table = portal({})
    decisions = pd.DataFrame({"portal_id": ["nobody"], "action": ["A"]})
    with pytest.raises(InputError, match="first: nobody"):
        check_decisions(table, decisions, "2025-10", monthly, cases=rulings(table, "2025-10", monthly))
