"""Reason codes, and actions that were taken on the portal by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from imsrecon import InputError
from imsrecon.act import apply_decisions, check_decisions, reason_codes, taken_by_hand


@pytest.mark.parametrize(
    ("decision", "remark"),
    [
        ({"action": "P", "reason_code": "in_transit"}, "Goods or services not received yet"),
        ({"action": "R", "reason_code": "not_ours", "remarks": "Wrong branch"}, "Wrong branch"),
        ({"action": "P"}, None),
    ],
    ids=["the code's remark", "a person's own words go first", "no code"],
)
def test_a_code_brings_its_remark(portal, decide, monthly, decision, remark):
    table = portal({})
    check_decisions(table, decide(table, decision), "2025-10", monthly)
    found = apply_decisions(table, decide(table, decision))["remarks"].iloc[0]
    assert found == remark if remark else pd.isna(found)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ({"action": "P", "reason_code": "weather"}, "'weather' is no reason code"),
        ({"action": "A", "reason_code": "not_ours"}, "does not go with action A"),
    ],
)
def test_a_code_that_is_none_or_does_not_fit_is_refused(portal, decide, monthly, decision, said):
    table = portal({})
    with pytest.raises(InputError, match=said):
        check_decisions(table, decide(table, decision), "2025-10", monthly)


def test_b24_a_lower_reduction_is_explained_by_a_code(portal, decide, monthly):
    table = portal({"section": "CN"})
    check_decisions(
        table,
        decide(table, {"action": "A", "itc_reduction": "none", "reason_code": "reversed_before"}),
        "2025-10",
        monthly,
    )


def test_every_code_has_a_remark_that_the_portal_takes():
    codes = reason_codes()
    assert {"in_transit", "dispute", "not_ours", "query_to_client"} <= set(codes["code"])
    assert codes["remark"].str.fullmatch(r"[ -~]{1,250}").all()


HAND = {
    "as sent": ("A", "A", None),
    "changed": ("A", "R", "changed"),
    "C-02 C-21 reset": ("A", "N", "reset"),
    "taken": (None, "P", "taken"),
    "taken after a reset was sent": ("N", "A", "taken"),
    "never touched": (None, "N", None),
    "not in IMS": ("A", None, None),
}


@pytest.mark.parametrize(("sent", "stands", "what"), HAND.values(), ids=HAND)
def test_what_was_done_on_the_portal_is_told_apart(portal, sent, stands, what):
    table = portal({"portal_action": stands})
    rows = [{"portal_id": table["doc_id"].iloc[0], "action": sent}] if sent else []
    found = taken_by_hand(table, pd.DataFrame(rows, columns=["portal_id", "action"]))
    assert found["what"].tolist() == ([what] if what else [])
