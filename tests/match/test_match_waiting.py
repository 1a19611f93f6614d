"""Matches that agree in everything and still wait for a person, with the reason said."""

from __future__ import annotations

import pytest
from small_tables import BRANCH, OTHER, books, document, portal

from imsrecon import MatchSettings, reconcile

WAITING = {
    "saved": ({}, {"filing_status": "saved"}, "not filed it yet"),
    "rejected": ({}, {"portal_action": "R"}, "rejected on the portal"),
    "pending": ({}, {"portal_action": "P"}, "kept pending on the portal"),
    "ineligible": ({"itc_eligibility": "Ineligible"}, {}, "not eligible for credit"),
    "not available": ({}, {"gstr2b_part": "not_available"}, "credit is not available"),
    "distributed": ({}, {"section": "ISDA"}, "input service distributor"),
}


@pytest.mark.parametrize("name", WAITING)
def test_a_match_that_waits_says_why(name):
    left, right, told = WAITING[name]
    match = reconcile(books(document(**left)), portal(document(**right))).matches.iloc[0]
    assert (match["category"], match["confidence"]) == ("exact", "high")
    assert match["reason"].startswith("Every field agrees") and told in match["reason"]


def test_what_a_person_said_stands_over_the_portals_action():
    register, record = books(document()), portal(document(portal_action="P"))
    said = reconcile(register, record).links.assign(verdict="same")
    match = reconcile(register, record, verdicts=said).matches.iloc[0]
    assert match["confidence"] == "manual" and "portal" not in match["reason"]


def test_booked_under_another_registration_is_a_mismatch_with_both_named():
    register = books(document(doc_no="7"), document(company_gstin=OTHER), document(doc_no="9", company_gstin=OTHER))
    record = portal(document(doc_no="7", company_gstin=BRANCH), *[
        document(doc_no=number, company_gstin=gstin) for number, gstin in (("INV/26-27/0045", BRANCH), ("9", OTHER))
    ])  # fmt: skip
    result = reconcile(register, record, MatchSettings(never_certain=()))
    matches = result.links.merge(result.matches, on="match_id").set_index("register_id")
    assert matches.loc["r2", ["category", "confidence", "flags"]].tolist() == ["mismatch", "high", "gstin_branch"]
    assert f"Booked under your GSTIN {OTHER}, uploaded to your GSTIN {BRANCH}." in matches.loc["r2", "reason"]
    assert matches.loc[["r1", "r3"], "confidence"].tolist() == ["certain", "certain"]
    assert not matches.loc[["r1", "r3"], "reason"].str.contains("your GSTIN").any()
