"""Decisions that may not be taken: the rule that says so and what may be done instead (design 5.4)."""

from __future__ import annotations

from datetime import date

import pytest

from imsrecon import ActionNotAllowed, Profile
from imsrecon.act import check_decisions

BUYER = "27ZZZCR1000A1ZM"
FILED = {"2025-10": date(2025, 11, 20)}
CN = {"section": "CN"}
LOCAL = CN | {"igst": 0.0, "cgst": 9.0, "sgst": 9.0}
FALL = {"section": "B2BA", "igst": 150.0, "original_igst": 180.0, "original_state": "accepted_filed"}
RISE = {"section": "CNA", "igst": 200.0, "original_igst": 180.0, "original_state": "rejected"}
CONSUMED = {"gstr2b_period": "2025-10", "portal_action": "A"}
PART = {"action": "A", "itc_reduction": "partial", "remarks": "part"}
NONE = {"action": "A", "itc_reduction": "none", "remarks": "reversed before"}

# record, decision, period, filed, rule and what may be done instead; None: it may be taken
CASES = {
    "B-08 pending under the first rules": (CN, "P", "2025-09", {}, ("B-08", "Accept, Reject")),
    "B-08 pending today": (CN, "P", "2025-10", {}, None),
    "B-05 pending under the first rules": (FALL, "P", "2025-09", {}, ("B-05", "Accept, Reject")),
    "B-17 a bill of entry": ({"section": "IMPG"}, "R", "2025-10", {}, ("B-17", "Accept, Pending")),
    "B-26 blocked": ({"pending_blocked": True}, "P", "2025-10", {}, ("B-26", "Accept, Reject")),
    "B-26 blocked, and pending already": ({"pending_blocked": True, "portal_action": "P"}, "P", "2025-10", {}, None),
    "A-08 reverse charge": ({"reverse_charge": True}, "A", "2025-10", {}, ("A-08", "nothing")),
    "C-25 filed": (CONSUMED, "R", "2025-10", FILED, ("C-25", "nothing")),
    "C-25 filed, no reset either": (CONSUMED, "N", "2025-10", FILED, ("C-25", "nothing")),
    "B-18 a reset before that": ({"portal_action": "A"}, "N", "2025-10", {}, None),
    "K-01 locked": (FALL | {"original_state": "pending"}, "A", "2025-10", {}, ("K-01", "nothing")),
    "B-23 an invoice": ({}, PART | {"declared_igst": 5.0}, "2025-10", {}, ("B-23", "Accept, Reject, Pending")),
    "B-23 under the first rules": (CN, NONE, "2025-09", {}, ("B-23", "Accept, Reject")),
    "B-23 with a rejection": (
        CN, {"action": "R", "itc_reduction": "full"}, "2025-10", {}, ("B-23", "Accept, Reject, Pending"),
    ),
    "B-23 blocked": (
        CN | {"itc_reduction_blocked": True}, NONE, "2025-10", {}, ("B-23", "Accept, Reject, Pending"),
    ),
    "B-23 above the note": (
        CN, PART | {"declared_igst": 180.01}, "2025-10", {}, ("B-23", "Accept, Reject, Pending"),
    ),
    "B-23 all of the note": (CN, PART | {"declared_igst": 180.0}, "2025-10", {}, None),
    "B-23 above the fall": (
        FALL, PART | {"declared_igst": 30.01}, "2025-10", {}, ("B-23", "Accept, Reject, Pending"),
    ),
    "B-23 all of the fall": (FALL, PART | {"declared_igst": 30.0}, "2025-10", {}, None),
    "K-03 all of the note that was rejected": (RISE, PART | {"declared_igst": 200.0}, "2025-10", {}, None),
    "B-23 CGST is not SGST": (
        LOCAL, PART | {"declared_cgst": 5.0, "declared_sgst": 4.0}, "2025-10", {}, ("B-23", "Accept, Reject, Pending"),
    ),
    "B-24 partial without a remark": (
        CN, {"action": "A", "itc_reduction": "partial", "declared_igst": 5.0}, "2025-10", {},
        ("B-24", "Accept, Reject, Pending"),
    ),
    "B-24 none without a remark": (
        CN, {"action": "A", "itc_reduction": "none"}, "2025-10", {}, ("B-24", "Accept, Reject, Pending"),
    ),
    "B-24 none where no remark is taken": (
        CN | {"remarks_blocked": True}, {"action": "A", "itc_reduction": "none"}, "2025-10", {}, None,
    ),
    "B-24 a long remark": (
        {}, {"action": "R", "remarks": "x" * 251}, "2025-10", {}, ("B-24", "Accept, Reject, Pending"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("record", "said", "period", "filed", "refused"), CASES.values(), ids=CASES)
def test_what_may_be_decided(portal, decide, record, said, period, filed, refused):
    table = portal(record)
    given = (table, decide(table, said), period, Profile(BUYER, filed_3b=filed))
    if refused is None:
        check_decisions(*given)
    else:
        with pytest.raises(ActionNotAllowed) as error:
            check_decisions(*given)
        assert (error.value.rule, error.value.allowed) == refused
