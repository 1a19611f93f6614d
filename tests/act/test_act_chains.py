"""Amendments and their originals: C-25, C-40 to C-43, K-01 to K-03, worked out from the rows themselves."""

from __future__ import annotations

from datetime import date

import pytest

from imsrecon import Profile, allowed_actions
from imsrecon.act import standing

BUYER = "27ZZZCR1000A1ZM"
FILED = Profile(BUYER, filed_3b={"2025-10": date(2025, 11, 20)})
NOT_FILED = Profile(BUYER)
OLD = {"doc_no": "A/01", "doc_date": "2025-10-05", "gstr2b_period": "2025-10"}
NEW = {"doc_no": "A/01", "doc_date": "2025-10-05", "original_doc_no": "a-01", "original_doc_date": "2025-10-05"}


def chain(portal, *versions: dict):
    """Original first, amendments after; section B2B unless said."""
    rows = [OLD | versions[0], *(NEW | {"section": "B2BA"} | version for version in versions[1:])]
    return portal(*rows)


STATES = [
    ("accepted", {"portal_action": "A"}, FILED, "accepted_filed", "down", "B-05", -80.0),
    ("silent", {"portal_action": "N"}, FILED, "accepted_filed", "down", "B-05", -80.0),
    ("rejected", {"portal_action": "R"}, FILED, "rejected", "down", "B-07", 100.0),
    ("rejected-in-2b", {"gstr2b_part": "rejected"}, FILED, "rejected", "down", "B-07", 100.0),
    ("pending-K-01", {"portal_action": "P"}, FILED, "pending", "down", "K-01", 100.0),
    ("not-filed-C-40", {"portal_action": "A"}, NOT_FILED, "open", "down", "C-40", 100.0),
    ("same-period-C-41", {"portal_action": "A", "gstr2b_period": "2025-11"}, FILED, "open", "down", "B-07", 100.0),
    ("same-period-pending", {"portal_action": "P", "gstr2b_period": "2025-11"}, FILED, "open", "down", "B-07", 100.0),
    ("no-credit-taken", {"gstr2b_part": "not_available"}, FILED, "rejected", "down", "B-07", 100.0),
]


@pytest.mark.parametrize("case", [case[1:] for case in STATES], ids=[case[0] for case in STATES])
def test_state_and_effect_from_the_originals_own_row(portal, case):
    original, profile, state, way, rule, effect = case
    table = chain(portal, {"igst": 180.0} | original, {"igst": 100.0})
    facts = standing(table, "2025-11", profile).iloc[1]
    assert (facts["original_state"], facts["direction"], facts["effect_igst"]) == (state, way, effect)
    assert facts["original_id"] == table["doc_id"].iloc[0]
    row = allowed_actions(table, "2025-11", profile).iloc[1]
    assert row["rule"] == rule
    assert bool(row["accept"]) == (rule not in ("K-01", "C-40"))
    assert row["accept"] or (rule in row["why_not"] and "check with your CA" in row["why_not"])


def test_c24_a_drawn_2b_proves_that_the_period_before_it_was_filed(portal):
    table = chain(portal, {}, {"igst": 100.0, "gstr2b_period": "2025-11", "gstr2b_part": "available"})
    assert standing(table, "2025-11", NOT_FILED)["original_state"].iloc[1] == "accepted_filed"


@pytest.mark.parametrize(
    ("section", "original_igst", "state", "effect"),
    [
        ("B2BA", 100.0, "accepted_filed", 80.0),
        ("B2BA", 100.0, "rejected", 180.0),
        ("B2BA", 100.0, "open", 180.0),
        ("B2BA", 100.0, "none", 180.0),
        ("CNA", 100.0, "accepted_filed", -80.0),
        ("CNA", 300.0, "accepted_filed", 120.0),
        ("CNA", 100.0, "rejected", -180.0),
        ("CNA", 180.0, "rejected", -180.0),
        ("CNA", 300.0, "open", -180.0),
        ("IMPGA", 300.0, "accepted_filed", -120.0),
    ],
    ids=["C-43-up", "C-43-rejected", "C-43-open", "C-43-none", "B-09", "B-11", "K-03", "B-12", "K-02", "B-14"],
)
def test_effect_from_what_the_table_says(portal, section, original_igst, state, effect):
    table = portal({"section": section, "original_igst": original_igst, "original_state": state})
    assert standing(table, "2025-11", NOT_FILED)["effect_igst"].tolist() == [effect]


def test_k02_direction_by_total_effect_head_by_head(portal):
    swapped = {"section": "B2BA", "igst": 0.0, "cgst": 90.0, "sgst": 90.0, "original_igst": 180.0}
    facts = standing(portal(swapped | {"original_state": "accepted_filed"}), "2025-11", NOT_FILED).iloc[0]
    assert facts["direction"] == "nil"
    assert [facts[f"effect_{head}"] for head in ("igst", "cgst", "sgst")] == [-180.0, 90.0, 90.0]


SECOND = Profile(BUYER, filed_3b={"2025-10": date(2025, 11, 20), "2025-11": date(2025, 12, 20)})


@pytest.mark.parametrize(
    ("first", "base", "effect"),
    [({"portal_action": "A"}, 1, 20.0), ({"portal_action": "R"}, 0, -60.0)],
    ids=["first-accepted", "first-rejected"],
)
def test_k02_a_second_amendment_is_held_against_the_last_accepted_version(portal, first, base, effect):
    table = chain(
        portal,
        {"igst": 180.0},
        {"igst": 100.0, "gstr2b_period": "2025-11", "doc_no": "A/02"} | first,
        {"igst": 120.0, "gstr2b_period": "2025-12", "original_doc_no": "A/02", "doc_no": "A/03"},
    )
    facts = standing(table, "2025-12", SECOND).iloc[2]
    assert (facts["original_id"], facts["effect_igst"]) == (table["doc_id"].iloc[base], effect)
    assert facts["original_state"] == "accepted_filed"


def test_c41_original_and_first_amendment_of_one_period_are_superseded(portal):
    table = chain(
        portal,
        {"gstr2b_period": "2025-11"},
        {"gstr2b_period": "2025-11", "return_period": "2025-10"},
        {"gstr2b_period": "2025-11", "return_period": "2025-11", "doc_no": "A/02"},
    )
    facts = standing(table, "2025-11", NOT_FILED)
    assert facts["superseded_by"].tolist()[:2] == [table["doc_id"].iloc[2]] * 2
    assert facts["superseded_by"].isna().tolist() == [False, False, True]


def test_a_saved_amendment_supersedes_nothing(portal):
    table = chain(portal, {"gstr2b_period": "2025-11"}, {"gstr2b_period": "2025-11", "filing_status": "saved"})
    assert standing(table, "2025-11", NOT_FILED)["superseded_by"].isna().all()


@pytest.mark.parametrize(
    ("other"),
    [{"supplier_gstin": "29ZZZFC1303D1ZF"}, {"section": "DN"}, {"doc_no": "A/02"}, {"doc_date": "2025-10-06"}],
    ids=["supplier", "section", "number", "date"],
)
def test_another_document_is_no_original(portal, other):
    facts = standing(chain(portal, other, {}), "2025-11", FILED).iloc[1]
    assert (facts["direction"], bool(facts["effect_known"])) == ("unknown", False)


@pytest.mark.parametrize(
    ("record", "profile", "expected"),
    [
        ({"portal_action": "A"}, FILED, "C-25"),
        ({"portal_action": "N"}, FILED, "C-25"),
        ({"portal_action": "R"}, FILED, "C-25"),
        ({"portal_action": "P"}, FILED, "B-01"),
        ({"portal_action": "A", "carried": True}, FILED, "B-01"),
        ({"portal_action": "A"}, NOT_FILED, "B-01"),
    ],
    ids=["accepted", "silent", "rejected", "C-26-pending", "C-26-carried", "C-20-open"],
)
def test_c25_filing_freezes_all_but_pending(portal, record, profile, expected):
    row = allowed_actions(portal({"gstr2b_period": "2025-10"} | record), "2025-11", profile).iloc[0]
    assert (row["rule"], bool(row["accept"])) == (expected, expected != "C-25")
    assert row["accept"] or "C-28" in row["why_not"]


def test_c27_a_pending_record_past_its_cut_off_is_gone(portal):
    table = portal({"gstr2b_period": "2025-10", "doc_date": "2024-05-01", "portal_action": "P"})
    row = allowed_actions(table, "2025-11", FILED, date(2025, 12, 1)).iloc[0]
    assert (bool(row["accept"]), row["rule"]) == (False, "C-27")


def test_shuffled_rows_stand_the_same(portal):
    table = chain(portal, {}, {"igst": 100.0, "gstr2b_period": "2025-11"}, {"igst": 90.0, "doc_no": "A/02"})
    facts = standing(table, "2025-12", FILED).set_index("portal_id")
    shuffled = standing(table.iloc[[2, 0, 1]].reset_index(drop=True), "2025-12", FILED).set_index("portal_id")
    assert facts.equals(shuffled.loc[facts.index])
