"""Each finding with its rule, action and what comes with it: a table of cases, through the real match and act."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from review_documents import BRANCH, COMPANY, OTHER_BRANCH, STRANGER, books, own_supplier, portal, suggested

from imsrecon.act import check_decisions
from imsrecon.domain import Profile
from imsrecon.rulebook import rule

OLD = "2025-08"  # a 2B-period of the first IMS rules
CN = {"doc_type": "CN", "doc_no": "CN/7"}
BOE = {"doc_type": "BOE", "doc_no": "7654321", "supplier_gstin": None, "port_code": "INNSA1", "supply_class": "import"}
AMENDED = {
    "section": "B2BA", "original_doc_no": "SC/000", "original_doc_date": "2026-04-10",
    "original_taxable_value": 12_000.0, "original_igst": 2_160.0, "original_state": "accepted_filed",
}  # fmt: skip

# id → register rows, portal rows, expected (finding, rule, action, auto)
CASES = {
    "G-01 agrees": ([{}], [{}], ("agrees", "G-01", "A", True)),
    "G-02 not received": (
        [{}, {"doc_no": "SC/002", "doc_date": "2026-06-12", "igst": 900.0, "taxable_value": 5_000.0,
              "received_date": "2026-06-20"}],
        [{}], ("not_received", "G-02", "P", False),
    ),
    "K-08 credit lapsed before the return": (
        [{"doc_date": "2025-03-10"}], [{"doc_date": "2025-03-10"}], ("credit_lapsed", "K-08", "A", False),
    ),
    "G-03 blocked": ([{"itc_eligibility": "Ineligible"}], [{}], ("blocked_credit", "G-03", "A", False)),
    "G-04 common": ([{"itc_eligibility": "Common credit"}], [{}], ("common_credit", "G-04", "A", True)),
    "G-07 K-25 unknown supplier": ([], [{"supplier_gstin": STRANGER}], ("supplier_unknown", "G-07", "P", False)),
    "G-08 not booked": (
        [{}], [{}, {"doc_no": "ZZ/990", "taxable_value": 77_000.0, "igst": 13_860.0}],
        ("bill_not_booked", "G-08", "P", False),
    ),
    "G-09 K-23 tax higher": (
        [{}], [{"taxable_value": 11_000.0, "igst": 1_980.0}], ("tax_higher", "G-09", "P", False),
    ),
    "G-10 tax lower": ([{}], [{"taxable_value": 9_000.0, "igst": 1_620.0}], ("tax_lower", "G-10", "A", False)),
    "G-11 rounding": ([{"igst": 1_800.4}], [{}], ("rounding", "G-11", "A", True)),
    "G-12 wrong head": (
        [{"igst": 0.0, "cgst": 900.0, "sgst": 900.0}], [{}], ("wrong_head", "G-12", "P", False),
    ),
    "G-15 credit note": ([CN], [CN], ("credit_note_agrees", "G-15", "A", True)),
    "G-16 K-28 credit note, blocked": (
        [CN | {"itc_eligibility": "Ineligible"}], [CN], ("credit_note_ineligible", "G-16", "A", False),
    ),
    "G-17 credit note alone": ([], [CN], ("credit_note_alone", "G-17", "P", False)),
    "G-18 K-22 credit note differs": (
        [CN], [CN | {"taxable_value": 15_000.0, "igst": 2_700.0}], ("credit_note_differs", "G-18", "P", False),
    ),
    "G-20 amended downwards": ([{}], [AMENDED], ("amended_down", "G-20", "A", False)),
    "G-20 amended downwards, alone": ([], [AMENDED], ("amended_down_alone", "G-20", "P", False)),
    "G-23 reverse charge": (
        [{"reverse_charge": True, "supply_class": "reverse_charge"}],
        [{"reverse_charge": True, "supply_class": "reverse_charge", "gstr2b_part": "available",
          "gstr2b_period": "2026-06"}],
        ("reverse_charge", "G-23", "N", False),
    ),
    "G-24 bill of entry alone": ([], [BOE], ("boe_alone", "G-24", "P", False)),
    "G-26 past the last day": (
        [], [{"doc_date": "2024-11-15", "gstr2b_part": "not_available", "itc_available": "N", "itc_reason": "C",
              "gstr2b_period": "2026-06"}],
        ("past_cutoff", "G-26", "N", False),
    ),
    "A-10 wrong place of supply": (
        [], [{"gstr2b_part": "not_available", "itc_available": "N", "itc_reason": "P", "gstr2b_period": "2026-06"}],
        ("wrong_place", "A-10", "N", False),
    ),
    "G-27 number written differently": ([{"doc_no": "SC-1"}], [{}], ("number_differs", "G-27", "A", True)),
    "G-29 saved, matched": ([{}], [{"filing_status": "saved"}], ("saved_matched", "G-29", "N", False)),
    "G-29 saved, alone": ([], [{"filing_status": "saved"}], ("saved_alone", "G-29", "N", False)),
    "G-06 other registration": (
        [{"supplier_gstin": BRANCH}], [{"supplier_gstin": OTHER_BRANCH}], ("other_branch", "G-06", "N", False),
    ),
    "A-05 distributed credit": (
        [], [{"section": "ISD", "supply_class": "isd", "source_form": "R6", "gstr2b_part": "available",
              "gstr2b_period": "2026-06"}],
        ("isd", "A-05", "N", False),
    ),
    "D-18 rejected in 2B": (
        [], [{"gstr2b_part": "rejected", "portal_action": "R", "gstr2b_period": "2026-06"}],
        ("rejected_in_2b", "D-18", "N", False),
    ),
}  # fmt: skip


_ALONE = ("G-02 not received",)  # a register that tells receipts tells them for all


@pytest.fixture(scope="module")
def batch() -> dict[str, pd.Series]:
    """All cases in one month, each with suppliers of its own; the last portal record of each case answers."""
    together = {name: case for name, case in CASES.items() if name not in _ALONE}
    answers = _answers(together)
    for name in _ALONE:
        answers |= _answers({name: CASES[name]})
    return answers


def _answers(cases: dict[str, tuple]) -> dict[str, pd.Series]:
    register, records, last = [], [], {}
    for number, (name, (ours, theirs, _)) in enumerate(cases.items()):
        register += [own_supplier(row, number) for row in ours]
        records += [own_supplier(row, number) for row in theirs]
        last[name] = len(records) - 1
    table = portal(*records)
    result = suggested(books(*register), table).set_index("portal_id")
    return {name: result.loc[table["doc_id"].iloc[place]] for name, place in last.items()}


@pytest.mark.parametrize("name", CASES)
def test_finding(name: str, batch: dict[str, pd.Series]) -> None:
    row = batch[name]
    assert (row["finding"], row["rule"], row["action"], row["auto"]) == CASES[name][2]


BOOKS_ONLY = {
    "G-05 not filed": ({}, "books_only", "G-05"),
    "G-19 note without tax": (CN | {"igst": 0.0}, "books_commercial_note", "G-19"),
    "K-23 credit note": (CN, "books_credit_note", "K-23"),
    "G-23 reverse charge": ({"reverse_charge": True}, "books_reverse_charge", "G-23"),
    "G-23 import of services": ({"supply_class": "import"}, "books_reverse_charge", "G-23"),
    "G-25 K-06 bill of entry": (BOE, "books_boe", "G-25"),
    "G-05 of a later month": ({"doc_date": "2026-07-01"}, "books_later", "G-05"),
    "G-05 the period's last day": ({"doc_date": "2026-06-30"}, "books_only", "G-05"),
    "G-05 of today": ({"doc_date": "2026-07-16"}, "books_later", "G-05"),
    "G-05 a date yet to come is a slip": ({"doc_date": "2026-07-17"}, "books_only", "G-05"),
    "G-25 a bill of entry of a later month": (
        BOE | {"doc_no": "1122334", "doc_date": "2026-07-02", "igst": 555.0}, "books_boe", "G-25",
    ),
    "G-23 reverse charge of a later month": (
        {"reverse_charge": True, "doc_date": "2026-07-02"}, "books_reverse_charge", "G-23",
    ),
    "A-09 unregistered, of a later month": (
        {"supply_class": "unregistered", "doc_date": "2026-07-02"}, "books_no_credit", "A-09",
    ),
    "G-26 past the last day": ({"doc_date": "2024-12-01"}, "books_past_cutoff", "G-26"),
    "A-09 outside GST": ({"supply_class": "composition"}, "books_no_credit", "A-09"),
    "A-09 without tax": ({"igst": 0.0}, "books_no_credit", "A-09"),
}  # fmt: skip


@pytest.fixture(scope="module")
def lone_books() -> dict[str, pd.Series]:
    register = books(*[own_supplier(row, number) for number, (row, _, _) in enumerate(BOOKS_ONLY.values())])
    result = suggested(register, portal()).set_index("register_id")
    return {name: result.loc[doc_id] for name, doc_id in zip(BOOKS_ONLY, register["doc_id"], strict=True)}


@pytest.mark.parametrize("name", BOOKS_ONLY)
def test_books_only(name: str, lone_books: dict[str, pd.Series]) -> None:
    row = lone_books[name]
    assert row[["finding", "rule", "action", "auto"]].tolist() == [*BOOKS_ONLY[name][1:], "N", False]
    assert pd.isna(row["portal_id"])


def test_without_a_day_every_later_date_is_of_a_later_month() -> None:
    assert suggested(books({"doc_date": "2026-07-17"}), portal(), today=None)["finding"].tolist() == ["books_later"]


def test_booked_twice_g13() -> None:
    rows = [{"voucher_no": "P/1"}, {"voucher_no": "P/2", "doc_no": "SC001"}]
    result = suggested(books(*rows), portal({}))
    assert len(result) == 2 and "booked_twice" in set(result["finding"])


@pytest.mark.parametrize(
    ("register", "record", "finding", "action"),
    [
        pytest.param([], CN, "credit_note_alone", "A", id="G-17 K-29 credit note alone: silence does the same"),
        pytest.param([CN], CN | {"igst": 2_700.0}, "credit_note_differs", "N", id="G-18 K-22 a person decides"),
        pytest.param([], AMENDED, "amended_down_alone", "N", id="G-20 only accept or reject"),
    ],
)
def test_first_ims_rules(register: list[dict], record: dict, finding: str, action: str) -> None:
    """Before the 2B of October 2025 nothing of the credit note's class could be pending."""
    day = {"doc_date": "2025-08-10"}
    amended = {"original_doc_date": "2025-06-10"} if "section" in record else {}
    register, record = books(*[row | day for row in register]), portal(record | day | amended)
    result = suggested(register, record, OLD, today=date(2025, 9, 16))
    row = result[result["portal_id"].notna()].iloc[0]
    assert (row["finding"], row["action"]) == (finding, action)
    assert not row["auto"]


def test_saved_record_does_not_speak_of_silence() -> None:
    result = suggested(books(), portal({"filing_status": "saved"}))
    assert "K-30" not in result["caution"].iloc[0]


def test_assumption_k27() -> None:
    """Accepted by policy: what it rests on is printed, unless the register says received."""
    plain = suggested(books({}), portal({})).iloc[0]
    received = suggested(books({"received_date": "2026-06-15"}), portal({})).iloc[0]
    assert plain["assumption"] == rule("K-27")["sentence"] and plain["assumption"] in plain["reason"]
    assert received["assumption"] == "The register says received on 15-Jun-2026."


def test_bill_of_entry_is_never_rejected_b17() -> None:
    """A firm's policy that would reject it falls back as G-30 says."""
    from imsrecon.review import load_policy

    policy = load_policy()
    policy.loc[policy["finding"].eq("boe_alone"), "action"] = "R"
    row = suggested(books(), portal(BOE), policy=policy).iloc[0]
    assert row["action"] == "P"
    assert "Reject would be the advice" in row["caution"] and "B-17" in row["caution"]


def test_blocked_pending_falls_back_to_a_person_b26() -> None:
    row = suggested(books(), portal({"pending_blocked": True})).iloc[0]
    assert row["action"] == "N"
    assert "B-26" in row["caution"]
    assert "a person must accept or reject it" in row["reason"] and "keep it pending and" not in row["reason"]


@pytest.mark.parametrize("stands", ["P", "R"])
def test_what_a_person_set_on_the_portal_is_not_changed_unseen(stands: str) -> None:
    row = suggested(books({}), portal({"portal_action": stands})).iloc[0]
    assert (row["action"], row["auto"]) == ("A", False)
    assert "a person must confirm" in row["caution"]


@pytest.mark.parametrize("stands", ["A", "P", "R"])
def test_what_a_person_set_is_left_where_the_policy_leaves_it_to_a_person(stands: str) -> None:
    """N on an acted record would set it back (B-18)."""
    row = suggested(
        books({"supplier_gstin": BRANCH}), portal({"supplier_gstin": OTHER_BRANCH, "portal_action": stands})
    ).iloc[0]
    assert (row["action"], row["auto"]) == (stands, False)


@pytest.mark.parametrize(
    ("register", "record", "word"),
    [
        pytest.param({}, {"supplier_3b_filed": False}, "G-21", id="G-21 supplier without 3B"),
        pytest.param({"voucher_date": "2026-05-10"}, {}, "K-21", id="K-21 booked in a filed month"),
    ],
)
def test_note_never_changes_the_action(register: dict, record: dict, word: str) -> None:
    profile = Profile(COMPANY, filed_3b={"2026-05": date(2026, 6, 20)})
    row = suggested(books(register), portal(record), profile=profile).iloc[0]
    assert row["action"] == "A"
    assert word in row["caution"]


MARCH = {"doc_date": "2026-03-10"}
CESS = {"cess": 100.0}
ENDED = {"doc_date": "2026-02-01"} | CESS
UNKNOWN = {"section": "B2BA", "original_doc_no": "SC/000", "original_doc_date": "2026-04-10", "pending_blocked": False}
WAITING = CN | {"portal_action": "P"}
FILED = {"profile": Profile(COMPANY, filed_3b={"2026-08": date(2026, 9, 20)})}
QUARTERLY = {"profile": Profile(COMPANY, frequency="quarterly")}
# register, portal, day, what else, the note's rule, whether it is told
NOTED = {
    "K-07 bill of entry before 30 November": ([], [BOE | MARCH], date(2026, 11, 16), {}, "K-07", True),
    "K-07 matched": ([BOE | MARCH], [BOE | MARCH], date(2026, 11, 16), {}, "K-07", True),
    "K-07 months before": ([], [BOE | MARCH], date(2026, 7, 16), {}, "K-07", False),
    "K-07 not an invoice": ([], [MARCH], date(2026, 11, 16), {}, "K-07", False),
    "K-08 books only, the last useful 2B is drawn": ([MARCH], [], date(2026, 11, 14), {}, "K-08", True),
    "K-08 books only, the day before": ([MARCH], [], date(2026, 11, 13), {}, "K-08", False),
    "K-08 books only, the last legal day": ([MARCH], [], date(2026, 11, 30), {}, "K-08", True),
    "K-08 books only under QRMP": ([MARCH], [], date(2026, 10, 14), QUARTERLY, "K-08", True),
    "K-08 not reverse charge": ([MARCH | {"reverse_charge": True}], [], date(2026, 11, 16), {}, "K-08", False),
    "K-08 not a credit note": ([MARCH | CN], [], date(2026, 11, 16), {}, "K-08", False),
    "B-20 pending ends with this return": ([], [WAITING | {"gstr2b_period": "2026-08"}], None, FILED, "B-20", True),
    "B-20 pending since this period": ([], [WAITING | {"gstr2b_period": "2026-09"}], None, FILED, "B-20", False),
    "B-20 not yet pending": ([], [CN | {"gstr2b_period": "2026-09"}], None, FILED, "B-20", False),
    "K-02 original unknown": ([], [UNKNOWN], date(2026, 10, 16), {}, "K-02, check with your CA", True),
    "K-02 original unknown, never claimed": (
        [],
        [UNKNOWN | {"original_state": "rejected"}],
        date(2026, 10, 16),
        {},
        "K-02, check with your CA",
        False,
    ),
    "K-20 cess after its end": ([ENDED], [ENDED], date(2026, 7, 16), {}, "K-20", True),
    "K-20 books only": ([ENDED], [], date(2026, 7, 16), {}, "K-20", True),
    "K-20 its last day": ([CESS | {"doc_date": "2026-01-31"}], [], date(2026, 7, 16), {}, "K-20", False),
    "K-20 a credit note may carry it": ([CN | ENDED], [CN | ENDED], date(2026, 7, 16), {}, "K-20", False),
    "K-20 not imports": ([], [BOE | ENDED], date(2026, 7, 16), {}, "K-20", False),
}


@pytest.mark.parametrize(("register", "records", "today", "more", "word", "told"), NOTED.values(), ids=NOTED)
def test_what_is_noted_beside_the_action(
    register: list, records: list, today: date | None, more: dict, word: str, told: bool
) -> None:
    result = suggested(books(*register), portal(*records), "2026-09", today=today, **more)
    assert [f"({word})" in caution for caution in result["caution"]] == [told]


CLAIMED = {"original_igst": 1_800.0, "original_state": "accepted_filed"}
AMENDED_NOTE = CN | {"section": "CNA", "original_doc_no": "CN/6", "original_doc_date": "2025-07-10"} | CLAIMED
LOWER = {"igst": 1_500.0, "taxable_value": 8_333.33}
# the record, booked as it is: finding, reduction
TAKEN = {
    "B-08 credit note": (CN, "credit_note_agrees", "full"),
    "B-09 note up": (AMENDED_NOTE | {"igst": 2_000.0}, "credit_note_amended", "full"),
    "B-11 note down": (AMENDED_NOTE | LOWER, "credit_note_amended", None),
    "K-02 note nil": (AMENDED_NOTE, "credit_note_amended", None),
    "B-12 note nil, rejected before": (AMENDED_NOTE | {"original_state": "rejected"}, "credit_note_amended", "full"),
    "G-20 invoice down": (AMENDED, "amended_down", "full"),
    "C-43 invoice down, rejected before": (AMENDED | {"original_state": "rejected"}, "agrees", None),
    "C-43 invoice down, open": (AMENDED | {"original_state": "open"}, "agrees", None),
}


@pytest.mark.parametrize("period", [OLD, "2026-06"])
@pytest.mark.parametrize(("record", "finding", "reduction"), TAKEN.values(), ids=TAKEN)
def test_what_is_suggested_can_be_taken(record: dict, finding: str, reduction: str | None, period: str) -> None:
    dated = record | {"doc_date": f"{period}-10"}
    table = portal(dated)
    row = suggested(books(dated), table, period, today=None).iloc[0]
    said = None if pd.isna(row["reduction"]) else row["reduction"]
    assert (row["finding"], row["action"], said) == (finding, "A", reduction)
    decision = pd.DataFrame({"portal_id": [row["portal_id"]], "action": ["A"], "itc_reduction": [said]})
    check_decisions(table, decision, period, Profile(COMPANY))


@pytest.mark.parametrize(
    ("known", "auto"), [({}, False), (CLAIMED, True), ({"original_state": "rejected"}, True)],
    ids=["K-02 unknown", "B-04 nil", "C-43 rejected before"],
)  # fmt: skip
def test_an_amendment_of_an_unknown_original_is_never_accepted_unseen(known: dict, auto: bool) -> None:
    row = suggested(books({}), portal(UNKNOWN | known)).iloc[0]
    assert (row["finding"], row["action"], row["auto"]) == ("agrees", "A", auto)


@pytest.mark.parametrize(
    ("document", "auto"), [(ENDED, False), (CESS | {"doc_date": "2026-01-31"}, True), (CN | ENDED, True)],
    ids=["after its end", "its last day", "a credit note"],
)  # fmt: skip
def test_late_cess_is_never_accepted_unseen_k20(document: dict, auto: bool) -> None:
    row = suggested(books(document), portal(document)).iloc[0]
    assert (row["action"], row["auto"]) == ("A", auto)


def test_unpaid_180_days_g22_vector_i09() -> None:
    """An invoice of 05-01-2026: day 180 is 04-07-2026, and it is late only after that day."""
    register = books(
        {"doc_date": "2026-01-05"}, {"doc_no": "PAID/1", "doc_date": "2026-01-02", "paid_date": "2026-02-01"}
    )
    record = portal({"doc_date": "2026-01-05"})
    said = {}
    for today in (date(2026, 7, 4), date(2026, 7, 5)):
        result = suggested(register, record, today=today)
        said[today] = "G-22" in result.loc[result["portal_id"].notna(), "caution"].iloc[0]
    assert list(said.values()) == [False, True]


PENDING_ENDS = {
    "B-20 credit note pending": (CN, "2026-06", "2026-08-20"),
    "B-20 I-11 credit note of 2025-10": (CN | {"doc_date": "2025-10-05"}, "2025-10", "2025-12-20"),
    "K-08 invoice pending": ({"supplier_gstin": STRANGER}, "2026-06", "2027-11-20"),
    "F-06 not pending": ({"filing_status": "saved"}, "2026-06", None),
}


@pytest.mark.parametrize(("record", "period", "day"), PENDING_ENDS.values(), ids=PENDING_ENDS)
def test_end_of_a_suggested_pending(record: dict, period: str, day: str | None) -> None:
    ends = suggested(books(), portal(record), period, today=None)["pending_until"].iloc[0]
    assert ends is pd.NaT if day is None else ends == pd.Timestamp(day)


DEADLINES = {
    "F-06 a new pending is to be set before the return": (CN, "2026-06", "2026-07-20"),
    "B-20 a pending that ends with this return": (
        CN | {"portal_action": "P", "gstr2b_period": "2026-05"},
        "2026-06",
        "2026-07-20",
    ),
    "F-06 otherwise": ({"filing_status": "saved"}, "2026-06", "2026-07-20"),
}


@pytest.mark.parametrize(("record", "period", "day"), DEADLINES.values(), ids=DEADLINES)
def test_deadline(record: dict, period: str, day: str) -> None:
    result = suggested(books(), portal(record), period, today=None)
    assert result["deadline"].iloc[0] == pd.Timestamp(day)


@pytest.mark.parametrize(
    ("frequency", "doc_date", "day"),
    [
        pytest.param("monthly", "2026-03-31", "2026-11-20", id="K-08 monthly: October's 3B"),
        pytest.param("monthly", "2026-04-01", "2027-11-20", id="I-10 the next financial year"),
        pytest.param("quarterly", "2026-03-31", "2026-10-22", id="K-08 F-07 QRMP in Maharashtra: Jul-Sep's 3B"),
    ],
)
def test_useful_day_of_books_only(frequency: str, doc_date: str, day: str) -> None:
    profile = Profile(COMPANY, frequency=frequency)
    result = suggested(books({"doc_date": doc_date}), portal(), profile=profile)
    assert result["deadline"].iloc[0] == pd.Timestamp(day)


def test_names_are_text_and_nothing_else() -> None:
    """A name with braces, markup or control characters fills no template."""
    name = "{tax} <b>Synthetic</b>\x00\n=1+1"
    reason = suggested(books(), portal({"supplier_name": name, "supplier_gstin": STRANGER}))["reason"].iloc[0]
    assert "{tax} <b>Synthetic</b> =1+1" in reason


def test_consumed_record_is_left_alone_c25() -> None:
    profile = Profile(COMPANY, filed_3b={"2026-05": date(2026, 6, 20)})
    record = portal({"gstr2b_period": "2026-05", "gstr2b_part": "available", "portal_action": "A"})
    row = suggested(books({}), record, profile=profile).iloc[0]
    assert (row["finding"], row["action"], row["auto"]) == ("closed", "N", False)
