"""Traps: documents that look alike and are not, rivals, doubles, groups, amendments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tables import BASE, BRANCH, books, document, gstin, portal

from imsrecon import MatchSettings, reconcile
from imsrecon.domain import SettingsError


def pairs(result):
    return set(zip(result.links["register_id"], result.links["portal_id"], strict=True))


def test_two_identical_portal_rows_are_rivals():
    result = reconcile(books(document()), portal(document(), document()))
    assert pairs(result) == {("r1", "p1")}
    assert result.matches["confidence"].tolist() == ["medium"] or result.matches["confidence"].tolist() == ["high"]
    assert result.duplicates[["side", "doc_id", "duplicate_of"]].to_numpy().tolist() == [["portal", "p2", "p1"]]
    extra = result.unmatched.iloc[0]
    assert (extra["doc_id"], extra["related_id"], extra["flags"]) == ("p2", "p1", "duplicate")


def test_booked_twice_under_two_vouchers():
    register = books(document(voucher_no="P/9"), document(voucher_no="P/2"))
    result = reconcile(register, portal(document()))
    assert pairs(result) == {("r2", "p1")}
    assert "certain" not in set(result.matches["confidence"])


def test_two_suppliers_documents_that_collide_under_normalising():
    register = books(document(doc_no="A/1003"), document(doc_no="A1003"))
    record = portal(document(doc_no="A1003"), document(doc_no="A/1003"))
    result = reconcile(register, record)
    assert pairs(result) == {("r1", "p2"), ("r2", "p1")}
    assert "certain" not in set(result.matches["confidence"])


def test_the_literal_one_wins():
    record = portal(document(doc_no="A/1003"), document(doc_no="A1003"))
    assert pairs(reconcile(books(document(doc_no="A1003")), record)) == {("r1", "p2")}


def test_rent_series_links_month_by_month_and_never_to_a_neighbour():
    months = [f"2026-{month:02d}-01" for month in range(4, 10)]
    rents = [document(doc_no=f"R/{at + 1}", doc_date=day) for at, day in enumerate(months)]
    result = reconcile(books(*rents[:3], *rents[4:]), portal(*rents[:4], *rents[5:]))
    assert pairs(result) == {("r1", "p1"), ("r2", "p2"), ("r3", "p3"), ("r5", "p5")}
    assert set(result.unmatched["doc_id"]) == {"r4", "p4"}


def test_a_typo_is_never_certain_however_good_the_rest():
    result = reconcile(books(document(doc_no="INV/7328")), portal(document(doc_no="INV/7382")))
    assert result.matches["confidence"].tolist() != ["certain"]


def test_numbers_that_restart_each_year_stay_in_their_year():
    old, new = document(doc_no="45", doc_date="2025-06-01"), document(doc_no="45", doc_date="2026-06-01")
    result = reconcile(books(new, old), portal(old, new))
    assert pairs(result) == {("r1", "p2"), ("r2", "p1")}


def test_last_years_number_alone_is_not_this_years():
    old = document(doc_no="45", doc_date="2025-06-17", base=777.0)
    assert reconcile(books(old), portal(document(doc_no="45"))).links.empty


def test_a_credit_note_with_the_invoices_number():
    invoice, note = document(), document(doc_type="CN", base=100.0)
    result = reconcile(books(note, invoice), portal(invoice, note))
    assert pairs(result) == {("r2", "p1"), ("r1", "p2")}
    assert result.matches["category"].tolist() == ["exact", "exact"]


def test_two_series_with_one_serial_and_a_bare_number():
    record = portal(document(doc_no="AB/417"), document(doc_no="CD/417"))
    result = reconcile(books(document(doc_no="417")), record)
    assert len(result.links) == 1
    assert "certain" not in set(result.matches["confidence"])


def test_the_assignment_is_optimal_not_first_come():
    # r1 fits both, r2 only p1: first come would give p1 to r1 and leave r2 alone.
    register = books(document(doc_no="", doc_date="2026-05-10"), document(doc_no="", doc_date="2026-05-12"))
    record = portal(document(doc_no="Q/1", doc_date="2026-05-11"), document(doc_no="Q/2", doc_date="2026-05-08"))
    assert pairs(reconcile(register, record)) == {("r1", "p2"), ("r2", "p1")}


@pytest.mark.parametrize(
    ("numbers", "own", "sure"),
    [
        (["INV/26-27/0045", "INV/26-27/0045"], "INV/26-27/0045", True),
        (["INV-45", "INV/26-27/45"], "INV/26-27/0045", True),
        (["DOS-77/1", "DOS-77/2"], "DOS-77", False),
        (["K12A", "K12B"], "K12", False),
    ],
    ids=["same-number", "same-after-normalising", "parts-1-2", "parts-A-B"],
)
def test_split_in_the_books(numbers, own, sure):
    register = books(document(doc_no=numbers[0], base=300.0), document(doc_no=numbers[1], base=700.0))
    result = reconcile(register, portal(document(doc_no=own)))
    assert pairs(result) == {("r1", "p1"), ("r2", "p1")}
    assert "split" in result.matches["flags"].iloc[0]
    assert result.matches["taxable_difference"].tolist() == [0.0]
    assert (result.matches["confidence"].iloc[0] == "certain") is sure


@pytest.mark.parametrize("number", ["INV/101-103", "101 TO 103", "INV/101 & 103", "INV/101-03"])
def test_three_portal_records_booked_as_one(number):
    record = portal(*[document(doc_no=f"INV/{at}", base=float(at)) for at in (100, 101, 102, 103, 104)])
    result = reconcile(books(document(doc_no=number, base=306.0)), record)
    assert pairs(result) == {("r1", "p2"), ("r1", "p3"), ("r1", "p4")}
    assert "merged" in result.matches["flags"].iloc[0]
    assert result.matches["confidence"].iloc[0] != "certain"


def test_split_in_four_under_the_bare_serial():
    register = books(*[document(doc_no="45", base=250.0)] * 4)
    result = reconcile(register, portal(document()))
    assert len(result.links) == 4
    assert result.matches[["register_count", "taxable_difference"]].to_numpy().tolist() == [[4, 0.0]]
    assert result.matches["confidence"].iloc[0] != "certain"


def test_split_under_another_branch():
    register = books(*[document(supplier_gstin=BRANCH, base=base) for base in (400.0, 600.0)])
    result = reconcile(register, portal(document()))
    assert len(result.links) == 2
    assert {"split", "gstin_branch"} <= set(result.matches["flags"].iloc[0].split())


def test_an_invoice_booked_net_of_its_credit_note():
    note = document(doc_no="CN/8", doc_type="CN", doc_date="2026-05-20", base=150.0)
    result = reconcile(books(document(base=850.0)), portal(document(), note))
    assert pairs(result) == {("r1", "p1"), ("r1", "p2")}
    assert result.matches["taxable_difference"].tolist() == [0.0]
    assert result.matches["confidence"].iloc[0] != "certain"


def test_an_invoice_and_a_note_that_do_not_make_up_the_difference():
    note = document(doc_no="CN/8", doc_type="CN", base=151.5)
    assert pairs(reconcile(books(document(base=850.0)), portal(document(), note))) == {("r1", "p1")}


@pytest.mark.parametrize("number", ["INV/101", "INV/103"], ids=["first", "last"])
def test_several_records_booked_under_one_of_their_numbers(number):
    record = portal(*[document(doc_no=f"INV/{at}", base=float(at)) for at in (101, 102, 103)])
    result = reconcile(books(document(doc_no=number, base=306.0)), record)
    assert len(result.links) == 3
    assert result.matches["confidence"].iloc[0] != "certain"


@pytest.mark.parametrize("number", ["INV/101-103", "INV/101-03", "INV/101-3", "101/103"])
def test_several_records_booked_under_the_first_and_the_last_number(number):
    record = portal(*[document(doc_no=f"INV/{at}", base=float(at)) for at in (101, 102, 103)])
    assert len(reconcile(books(document(doc_no=number, base=306.5)), record).links) == 3


NEARLY = {
    "five rupees too much": [{"base": 300.0}, {"base": 705.0}],
    "parts of the number": [
        {"base": 300.0, "doc_no": "INV/26-27/0045/1"},
        {"base": 690.0, "doc_no": "INV/26-27/0045/2"},
    ],
    "a year mistyped": [{"base": 300.0, "doc_date": "2025-05-10"}, {"base": 700.0, "doc_date": "2025-05-10"}],
    "another branch, and off": [{"base": base, "supplier_gstin": BRANCH} for base in (300.0, 710.0)],
}


@pytest.mark.parametrize("name", NEARLY)
def test_entries_of_one_number_that_nearly_add_up_are_a_mismatch(name):
    result = reconcile(books(*[document(**row) for row in NEARLY[name]]), portal(document()))
    assert pairs(result) == {("r1", "p1"), ("r2", "p1")}
    match = result.matches.iloc[0]
    assert "split" in match["flags"] and match["category"] in ("mismatch", "probable")
    assert match["confidence"] != "certain"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([{"base": 900.0}, {"base": 900.0}], "booked twice: one alone comes nearer"),
        ([{"base": 300.0}, {"base": 650.0, "doc_date": "2026-06-10"}], "a month apart"),
        ([{"base": 300.0, "doc_no": "INV/26-27/451"}, {"base": 690.0, "doc_no": "INV/26-27/452"}], "other numbers"),
    ],
)
def test_entries_that_are_not_one_split(rows, why):
    links = reconcile(books(*[document(**row) for row in rows]), portal(document())).links
    assert len(links) < 2, why


def test_a_split_whose_heads_do_not_add_up_is_a_mismatch():
    register = books(document(base=300.0), document(base=700.0) | {"igst": 0.0, "cgst": 63.0, "sgst": 63.0})
    match = reconcile(register, portal(document())).matches.iloc[0]
    assert (match["register_count"], match["category"]) == (2, "mismatch")
    assert {"split", "tax_head"} <= set(match["flags"].split()) and match["confidence"] != "certain"


def test_a_merger_of_parts_whose_heads_do_not_add_up_is_found_and_doubted():
    parts = [document(base=300.0), document(base=700.0, doc_date="2026-05-28")]
    parts = [part | {"doc_no": f"INV/26-27/0045/{at}"} for at, part in enumerate(parts, 1)]
    match = reconcile(books(document() | {"igst": 0.0, "cgst": 90.0, "sgst": 90.0}), portal(*parts)).matches.iloc[0]
    assert (match["portal_count"], match["category"]) == (2, "probable")
    assert {"merged", "tax_head"} <= set(match["flags"].split()) and match["confidence"] != "certain"


@pytest.mark.parametrize(
    ("first", "second", "links"),
    [
        ("INV/26-27/0054/1", "INV/26-27/0054/2", 2),
        ("INV/26-27/0054", "INV/26-27/0054", 2),
        ("INV/26-27/541", "INV/26-27/542", 0),
    ],
    ids=["parts", "one-number", "two-numbers"],
)
def test_a_split_under_a_mistyped_number_that_adds_up(first, second, links):
    register = books(document(doc_no=first, base=300.0), document(doc_no=second, base=700.0))
    result = reconcile(register, portal(document()))
    assert len(result.links) == links
    assert "certain" not in set(result.matches["confidence"])


def test_a_split_is_not_guessed_where_two_records_have_its_sum():
    register = books(document(doc_no="INV/26-27/0099", base=300.0), document(doc_no="INV/26-27/0099", base=700.0))
    record = portal(document(doc_no="INV/26-27/0154"), document(doc_no="INV/26-27/0163"))
    assert reconcile(register, record).links.empty


def test_a_split_is_not_guessed_among_hundreds_of_one_price():
    register = books(*[document(doc_no=f"V7194/{at}", base=base) for at, base in enumerate((300.0, 700.0), 1)])
    record = portal(*[document(doc_no=f"B/{at}") for at in range(2000, 2300)])
    for order in (record, record.iloc[::-1]):
        assert reconcile(register, order).links.empty


def test_a_split_whose_own_record_is_there_is_not_anothers():
    register = books(document(doc_no="K/99", base=300.0), document(doc_no="K/99", base=700.0))
    record = portal(document(doc_no="K/87"), document(doc_no="K/99", base=500.0))
    result = reconcile(register, record)
    assert not any(portal_id == "p1" for _, portal_id in pairs(result))


MERGED = {
    "tails": ("2228-2229", "EM05262228", "EM05262229"),
    "tail and last digits": ("909/10", "J02250909", "J02250910"),
    "after a month": ("1641-1642", "UI/05/1641", "UI/05/1642"),
}


@pytest.mark.parametrize("name", MERGED)
def test_two_records_booked_under_the_ends_of_their_numbers(name):
    number, first, second = MERGED[name]
    last_year = document(doc_no=first[:-1], doc_date="2026-02-10", base=7.0)
    record = portal(document(doc_no=first, base=400.0), document(doc_no=second, base=600.0), last_year)
    result = reconcile(books(document(doc_no=number)), record)
    assert pairs(result) == {("r1", "p1"), ("r1", "p2")}
    assert "merged" in result.matches["flags"].iloc[0]
    assert result.matches["confidence"].iloc[0] != "certain"


def test_twice_the_amount_under_one_number_is_no_merger():
    record = portal(document(doc_no="AB-1548"), document(doc_no="AB-1554"))
    result = reconcile(books(document(doc_no="AB-1554", base=2000.0)), record)
    assert pairs(result) == {("r1", "p2")}
    assert result.matches["category"].tolist() == ["mismatch"]


DATES_AND_YEARS = {
    "the same number and amount a year before": ("INV-02112", "2026-04-14", "2026-04-26", "2026-03-20", False),
    "no namesake": ("INV-02112", "2026-04-14", "2026-04-17", None, True),
}


@pytest.mark.parametrize("name", DATES_AND_YEARS)
def test_a_number_that_restarts_in_april_booked_late(name):
    number, booked, told, before, sure = DATES_AND_YEARS[name]
    record = [document(doc_no=number, doc_date=told)]
    record += [document(doc_no=number, doc_date=before)] if before else []
    result = reconcile(books(document(doc_no=number, doc_date=booked)), portal(*record))
    assert (result.matches["confidence"].iloc[0] == "certain") is sure


def test_another_branch_with_that_number_and_amount_of_another_day_is_no_rival():
    twin = document(supplier_gstin=BRANCH, doc_date="2026-05-02")
    one = reconcile(books(document()), portal(document(), twin)).matches
    assert one["confidence"].tolist() == ["certain"]
    same_day = reconcile(books(document()), portal(document(), document(supplier_gstin=BRANCH))).matches
    assert same_day["confidence"].tolist() != ["certain"]


def test_a_mistyped_number_that_hits_a_neighbour_days_apart():
    number, day = "AV262702074", "2026-04-14"
    register = books(document(doc_no=number, doc_date="2026-04-16"))
    record = portal(document(doc_no=number, doc_date=day), document(doc_no="AV262702047", doc_date=day))
    assert reconcile(register, record).matches["confidence"].tolist() != ["certain"]


AMENDED = {"section": "B2BA", "original_doc_no": "INV/26-27/0045", "original_doc_date": "2026-05-10"}


@pytest.mark.parametrize("with_date", [True, False], ids=["original-dated", "original-without-date"])
def test_the_original_is_superseded_rule_c06(with_date):
    """ims-rules C-06, C-41: an amendment is a row of its own; the original never links."""
    day = AMENDED["original_doc_date"] if with_date else None
    record = portal(document(section="B2B"), document(base=900.0, **AMENDED | {"original_doc_date": day}))
    result = reconcile(books(document()), record)
    assert pairs(result) == {("r1", "p2")}
    original = result.unmatched.set_index("doc_id").loc["p1"]
    assert (original["category"], original["related_id"]) == ("superseded", "p2")


OTHER_AMENDMENTS = {
    "original without a section": ({}, {"section": "B2BA"}),
    "distributor": ({"section": "ISD"}, {"section": "ISDA"}),
    "bill of entry": (
        {"section": "IMPG", "doc_type": "BOE", "supplier_gstin": None, "port_code": "INNSA1"}, {"section": "IMPGA"},
    ),
    "bill of entry of a special zone": ({"section": "IMPGSEZ", "doc_type": "BOE"}, {"section": "IMPGSEZA"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_AMENDMENTS)
def test_the_original_is_superseded_in_every_section_rule_c06(name):
    first, amended = OTHER_AMENDMENTS[name]
    record = portal(document(**first), document(base=900.0, **AMENDED | first | amended))
    result = reconcile(books(document(base=900.0, **first)).drop(columns="section", errors="ignore"), record)
    assert pairs(result) == {("r1", "p2")}
    original = result.unmatched.set_index("doc_id").loc["p1"]
    assert (original["category"], original["related_id"]) == ("superseded", "p2")


def test_of_two_amendments_the_later_counts_rule_c06():
    record = portal(
        document(section="B2B"),
        document(base=900.0, return_period="2026-06", **AMENDED),
        document(base=800.0, return_period="2026-07", **AMENDED),
    )
    result = reconcile(books(document(base=800.0)), record)
    assert pairs(result) == {("r1", "p3")}
    gone = result.unmatched.set_index("doc_id")
    assert gone.loc[["p1", "p2"], "category"].tolist() == ["superseded", "superseded"]
    assert gone.loc[["p1", "p2"], "related_id"].tolist() == ["p3", "p3"]


def test_a_rejected_amendment_takes_nobodys_place_rule_c44():
    record = portal(document(section="B2B"), document(base=900.0, gstr2b_part="rejected", **AMENDED))
    assert pairs(reconcile(books(document()), record)) == {("r1", "p1")}


def test_another_suppliers_amendment_supersedes_nothing():
    record = portal(document(section="B2B"), document(supplier_gstin=BRANCH, base=900.0, **AMENDED))
    assert pairs(reconcile(books(document()), record)) == {("r1", "p1")}


@pytest.mark.parametrize("part", ["rejected", "reversal"])
def test_parts_of_2b_that_are_set_aside_rule_d17_d18(part):
    result = reconcile(books(document()), portal(document(section="B2B", gstr2b_part=part)))
    assert result.links.empty
    assert result.unmatched.set_index("doc_id").loc["p1", "category"] == "set_aside"


def test_one_huge_supplier_is_no_all_pairs_problem():
    count = 6000
    rows = [BASE | {"doc_no": None, "taxable_value": 500.0, "igst": 90.0}] * count
    day = pd.to_datetime("2026-04-01") + pd.to_timedelta(np.arange(count) % 90, unit="D")
    register, record = books(*rows).assign(doc_date=day), portal(*rows).assign(doc_date=day)
    result = reconcile(register, record)
    assert len(result._edges) < 200 * count
    assert "certain" not in set(result.matches["confidence"])


def test_one_number_for_every_document():
    rows = [document(doc_no="1", base=100.0 + at, doc_date="2026-05-01") for at in range(300)]
    result = reconcile(books(*rows), portal(*rows))
    assert (result.links["register_id"].str.slice(1) == result.links["portal_id"].str.slice(1)).all()
    assert len(result.links) == 300


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"head_tolerance": -1}, "head_tolerance"),
        ({"total_tolerance": float("nan")}, "total_tolerance"),
        ({"date_window": 2.5}, "date_window"),
        ({"block_limit": 0}, "block_limit"),
        ({"never_certain": ("typo",)}, "typo"),
        ({"never_certain": "sign"}, "list of flags"),
    ],
)
def test_settings_that_cannot_be(wrong, told):
    with pytest.raises(SettingsError, match=told):
        MatchSettings(**wrong)


def test_never_certain_is_the_firms_choice():
    chosen = MatchSettings(never_certain=(*MatchSettings().never_certain, "rounding"))
    register, record = books(document(taxable_value=999.5)), portal(document())
    assert reconcile(register, record).matches["confidence"].tolist() == ["certain"]
    assert reconcile(register, record, chosen).matches["confidence"].tolist() != ["certain"]


def test_no_flag_setting_makes_an_import_certain():
    boe = {"doc_type": "BOE", "supplier_gstin": None, "port_code": "INNSA1"}
    result = reconcile(books(document(**boe)), portal(document(**boe)), MatchSettings(never_certain=()))
    assert result.matches["confidence"].tolist() != ["certain"]


@pytest.mark.parametrize(
    "left", [{"reverse_charge": True}, {"doc_type": "CN", "taxable_value": -1000.0, "igst": -180.0}],
    ids=["reverse-charge", "doubtful-sign"],
)  # fmt: skip
def test_no_flag_setting_makes_what_is_not_to_be_accepted_certain(left):
    right = {"doc_type": left.get("doc_type", "INV")}
    result = reconcile(books(document(**left)), portal(document(**right)), MatchSettings(never_certain=()))
    assert result.matches["confidence"].tolist() != ["certain"]


def test_gstin_of_two_equal_candidates_is_not_mended():
    one = gstin("27ZZZPS1234F1Z")
    others = (gstin(f"27ZZZPS{first}23{last}F1Z") for first in "23456789" for last in "0123")
    other = next(text for text in others if text[14] == one[14])
    between = other[:10] + one[10:]
    record = portal(document(supplier_gstin=one), document(supplier_gstin=other))
    assert reconcile(books(document(supplier_gstin=between)), record).links.empty
    assert len(reconcile(books(document(supplier_gstin=between)), record[:1]).links) == 1


def test_a_mistyped_bare_serial_that_hits_the_next_record_of_the_day():
    record = portal(document(doc_no="TI/183/26-27"), document(doc_no="TI/182/26-27"))
    match = reconcile(books(document(doc_no="183", base=1000.4)), record).matches.iloc[0]
    assert match["category"] == "matched" and match["confidence"] != "certain"


@pytest.mark.parametrize("number", [None, "PO-77", "INV/999"], ids=["none", "an order's", "a wrong one"])
def test_neighbours_booked_as_one_under_no_number_of_theirs(number):
    record = portal(*[document(doc_no=f"INV/{at}", base=at + 0.37) for at in (101, 152, 950)])
    result = reconcile(books(document(doc_no=number, base=253.74)), record)
    assert pairs(result) == {("r1", "p1"), ("r1", "p2")}
    assert result.matches["confidence"].iloc[0] != "certain"


def test_no_merger_is_guessed_where_two_runs_have_the_sum_or_the_date_is_far():
    amounts = (100.0, 200.0, 100.0)
    twice = portal(*[document(doc_no=f"INV/{at}", base=base) for at, base in enumerate(amounts, 101)])
    assert reconcile(books(document(doc_no="PO-77", base=300.0)), twice).links.empty
    once = portal(document(doc_no="INV/101", base=101.0), document(doc_no="INV/102", base=202.0))
    late = books(document(doc_no="PO-77", base=303.0, doc_date="2026-07-10"))
    assert reconcile(late, once).links.empty


@pytest.mark.parametrize(
    ("amounts", "last"), [((0.0, 0.0), "INV/14"), ((1000.0, 2000.0), "DX/90014")], ids=["nothing", "far in the series"]
)
def test_no_merger_of_nothing_or_of_strangers(amounts, last):
    record = portal(document(doc_no="INV/13", base=amounts[0]), document(doc_no=last, base=amounts[1]))
    assert "merged" not in " ".join(reconcile(books(document(doc_no=None, base=sum(amounts))), record).matches["flags"])


def test_a_record_booked_together_with_another_under_its_number():
    record = portal(document(doc_no="INV/101", base=101.0), document(doc_no="INV/140", base=202.0))
    result = reconcile(books(document(doc_no="INV/101", base=303.0)), record)
    assert pairs(result) == {("r1", "p1"), ("r1", "p2")}
    assert result.matches["confidence"].iloc[0] != "certain"


def test_a_range_means_the_serials_it_names_in_full():
    record = portal(
        *[
            document(doc_no=f"INV/{at}", base=base)
            for at, base in ((166, 400.0), (167, 600.0), (1166, 400.0), (1167, 600.0))
        ]
    )
    assert pairs(reconcile(books(document(doc_no="166 to 167")), record)) == {("r1", "p1"), ("r1", "p2")}
