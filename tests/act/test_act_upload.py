from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imsrecon import ActionNotAllowed, InputError, Profile, read_portal, upload_payloads
from imsrecon.act import apply_decisions, check_decisions, differs
from imsrecon.act.decisions import sent_remark

SAMPLE = Path(__file__).parents[1] / "samples" / "ims_offline_download_untouched_062026.json"
PROFILE = Profile("27ZZZCR1000A1ZM")
NUMBERS = ("inum", "nt_num")
SECTIONS = ["b2b", "b2ba", "b2bdn", "b2bdna", "b2bcn", "b2bcna", "ecom", "ecoma"]


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return read_portal(SAMPLE).documents


def decided(table: pd.DataFrame, **by_number: dict | str) -> pd.DataFrame:
    rows = [{"action": said} if isinstance(said, str) else said for said in by_number.values()]
    ids = table.set_index("doc_no")["doc_id"].loc[list(by_number)].tolist()
    return pd.DataFrame([{"portal_id": name} | row for name, row in zip(ids, rows, strict=True)])


def flat(payloads: list[dict]) -> dict[str, dict]:
    return {
        next(record[key] for key in NUMBERS if key in record): record
        for payload in payloads
        for records in payload["invdata"].values()
        for record in records
    }


def test_nothing_changed_nothing_written(sample):
    assert upload_payloads(sample, pd.DataFrame(), PROFILE) == []
    silent = pd.DataFrame({"portal_id": sample["doc_id"], "action": "N"})
    assert upload_payloads(sample, silent, PROFILE) == []


def test_values_are_echoed_as_downloaded(sample):
    payload = upload_payloads(sample, decided(sample, **{"CSS2606-0789": "A", "000123": "P"}), PROFILE)
    assert [(p["rtin"], p["reqtyp"], list(p["invdata"])) for p in payload] == [("27ZZZCR1000A1ZM", "SAVE", ["b2b"])]
    raws = {json.loads(raw).get("inum"): json.loads(raw) for raw in sample["raw"]}
    for number, record in flat(payload).items():
        expected = {key: value for key, value in raws[number].items() if key not in ("tradenm", "hash")}
        assert record == expected | {"action": record["action"]}
        assert json.dumps(record["val"]) == json.dumps(raws[number]["val"])


CREDIT = [
    ({"action": "A"}, {"itcRedReq": "Y"}),
    ({"action": "A", "itc_reduction": "full"}, {"itcRedReq": "Y"}),
    (
        {"action": "A", "itc_reduction": "none", "remarks": "reversed — ₹60"},
        {"itcRedReq": "N", "remarks": "reversed Rs 60"},
    ),
    (
        {"action": "A", "itc_reduction": "partial", "declared_igst": 12.5, "remarks": "part"},
        {"itcRedReq": "Y", "declIgst": 12.5, "declCgst": 0.0, "declSgst": 0.0, "declCess": 0.0, "remarks": "part"},
    ),
    ({"action": "R", "remarks": "not ours"}, {"remarks": "not ours"}),
    ({"action": "P"}, {}),
    ({"action": "A", "remarks": "kept for ourselves"}, {"itcRedReq": "Y"}),
]


@pytest.mark.parametrize(
    ("decision", "written"), CREDIT, ids=["plain", "full", "none", "partial", "reject", "pending", "note"]
)
def test_b23_b24_what_a_credit_note_carries(sample, decision, written):
    record = flat(upload_payloads(sample, decided(sample, **{"CN-9": decision}), PROFILE))["CN-9"]
    own = ("itcRedReq", "declIgst", "declCgst", "declSgst", "declCess", "remarks")
    assert {key: value for key, value in record.items() if key in own} == written


def test_invoices_never_say_itc_reduction_and_blocked_remarks_stay_home(sample):
    table = sample.assign(remarks_blocked=True)
    record = flat(upload_payloads(table, decided(table, **{"SEZ/55": {"action": "R", "remarks": "no"}}), PROFILE))[
        "SEZ/55"
    ]
    assert "itcRedReq" not in record
    assert "remarks" not in record


# What the table knows of the accepted amendment (7,200 of IGST), whether the portal asks, what is written.
AMENDMENTS = {
    "B-05 down": ({"original_igst": 9000.0, "original_state": "accepted_filed"}, False, "Y"),
    "B-04 up": ({"original_igst": 5000.0, "original_state": "accepted_filed"}, False, None),
    "B-04 nil": ({"original_igst": 7200.0, "original_state": "accepted_filed"}, False, None),
    "B-07 original rejected": ({"original_igst": 9000.0, "original_state": "rejected"}, False, None),
    "B-23 direction unknown, the portal asks": ({}, False, "Y"),
    "B-23 direction unknown, the portal does not": ({}, True, None),
    "B-23 direction unknown, no flag": ({}, None, None),
}


@pytest.mark.parametrize(("known", "blocked", "written"), AMENDMENTS.values(), ids=AMENDMENTS)
def test_an_amendment_says_reduction_where_it_may_be_declared(sample, known, blocked, written):
    table = sample.copy()
    row = table["doc_no"].eq("OLD-9")
    for name, value in (known | {"itc_reduction_blocked": blocked}).items():
        table.loc[row, name] = pd.NA if value is None else value
    record = flat(upload_payloads(table, decided(table, **{"OLD-9": "A"}), PROFILE))["OLD-9"]
    assert record.get("itcRedReq") == written


IMPOSSIBLE = {
    "CGST is not SGST": {"declared_cgst": 40.0, "declared_sgst": 30.0},
    "above the note's CGST": {"declared_cgst": 91.0, "declared_sgst": 91.0},
    "a head that the note lacks": {"declared_igst": 0.01},
}


@pytest.mark.parametrize("declared", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_b23_an_impossible_declaration_is_never_written(portal, decide, declared):
    table = portal({"section": "CN", "igst": 0.0, "cgst": 90.0, "sgst": 90.0, "raw": NOTE})
    partial = {"action": "A", "itc_reduction": "partial", "remarks": "part"}
    with pytest.raises(ActionNotAllowed, match="B-23"):
        upload_payloads(table, decide(table, partial | declared), PROFILE)
    whole = decide(table, partial | {"declared_cgst": 90.0, "declared_sgst": 90.0})
    assert upload_payloads(table, whole, PROFILE)[0]["invdata"]["b2bcn"][0]["declCgst"] == 90.0


def test_b05_an_amendment_declares_up_to_its_difference(portal, decide):
    """Amended from ₹180 to ₹18: ₹162 falls away, more than the document's own tax."""
    known = {"original_igst": 180.0, "original_state": "accepted_filed"}
    table = portal({"section": "B2BA", "igst": 18.0, "itc_reduction_blocked": False, "raw": NOTE} | known)
    partial = {"action": "A", "itc_reduction": "partial", "remarks": "part"}
    said = decide(table, partial | {"declared_igst": 100.0})
    check_decisions(table, said, "2025-10", PROFILE)
    assert upload_payloads(table, said, PROFILE)[0]["invdata"]["b2ba"][0]["declIgst"] == 100.0
    with pytest.raises(ActionNotAllowed, match="B-23"):
        check_decisions(table, decide(table, partial | {"declared_igst": 162.01}), "2025-10", PROFILE)
    uneven = decide(table, partial | {"declared_cgst": 4.0, "declared_sgst": 3.0})
    with pytest.raises(ActionNotAllowed, match="B-23"):
        upload_payloads(table, uneven, PROFILE)


NOTE = '{"stin": "24ZZZFS1202C1ZD", "nt_num": "S/0", "action": "A", "error_msg": "No action taken in B2B Credit Notes"}'


@pytest.mark.parametrize(("action", "written"), [("A", "SAVE"), ("R", "SAVE"), ("N", "RESET")])
def test_what_the_portal_refused_is_written_again(portal, decide, action, written):
    table = portal({"section": "CN", "portal_action": "A", "portal_error": "No action taken", "raw": NOTE})
    payload = upload_payloads(table, decide(table, action), PROFILE)
    assert [(p["reqtyp"], p["invdata"]["b2bcn"][0]["action"]) for p in payload] == [(written, action)]
    assert upload_payloads(table, pd.DataFrame(), PROFILE) == []


def test_reset_goes_in_a_file_of_its_own(sample):
    table = sample.assign(portal_action=sample["portal_action"].mask(sample["doc_no"].eq("DOS-77"), "P"))
    payloads = upload_payloads(table, decided(table, **{"DOS-77": "N", "DOS-77/1": "A"}), PROFILE)
    assert [(p["reqtyp"], list(flat([p]))) for p in payloads] == [("SAVE", ["DOS-77/1"]), ("RESET", ["DOS-77"])]
    assert flat(payloads)["DOS-77"]["action"] == "N"


def test_b26_pending_that_would_sink_the_whole_file(sample):
    with pytest.raises(ActionNotAllowed, match="OLD-9") as refused:
        upload_payloads(sample, decided(sample, **{"OLD-9": "P", "DOS-77": "A"}), PROFILE)
    assert refused.value.rule == "B-26"


@pytest.mark.parametrize("raw", [None, "", "{", "[]", '{"inum": "DOS-77", "dt": "02-06-2026"}'])
def test_a_record_that_no_ims_download_gave_is_an_error(sample, raw):
    table = sample.assign(raw=sample["raw"].mask(sample["doc_no"].eq("DOS-77"), raw))
    with pytest.raises(InputError, match=r"DOS-77 .* IMS download"):
        upload_payloads(table, decided(table, **{"DOS-77": "A"}), PROFILE)


def test_records_without_a_place_in_the_file_are_left_out(portal, decide):
    table = portal({"section": "IMPG"}, {"reverse_charge": True}, {"section": "ISD"})
    assert upload_payloads(table, decide(table, "A", "A", "A"), PROFILE) == []


NOTED = {"section": "CN", "portal_action": "A", "itc_reduction": "full"}
PART = {"itc_reduction": "partial", "declared_igst": 5.0, "remarks": "old"}
# What the portal has, what was decided, and whether a file has to carry it.
ON_THE_PORTAL = [
    (NOTED, {"action": "A", "itc_reduction": "full"}, False),
    ({"section": "CN", "portal_action": "A"}, {"action": "A", "itc_reduction": "full"}, False),
    (NOTED, {"action": "A", "itc_reduction": "none"}, True),
    ({"portal_action": "R", "remarks": "Rs 60 short, ask"}, {"action": "R", "remarks": "₹60 short,\nask"}, False),
    ({"portal_action": "R", "remarks": "Rs 60 short, ask"}, {"action": "R", "remarks": "₹61 short"}, True),
    ({"portal_action": "R"}, {"action": "R", "remarks": "₹60 short"}, True),
    ({"portal_action": "A"}, {"action": "A", "remarks": "an acceptance in full sends none"}, False),
    (NOTED, {"action": "A", "itc_reduction": "full", "remarks": "seen"}, False),
    (NOTED | PART, {"action": "A", "itc_reduction": "partial", "declared_igst": 5.0, "remarks": "old"}, False),
    (NOTED | PART, {"action": "A", "itc_reduction": "partial", "declared_igst": 5.0, "remarks": "new"}, True),
    (NOTED | PART, {"action": "A", "itc_reduction": "partial", "declared_igst": 6.0}, True),
    (NOTED | PART, {"action": "A", "itc_reduction": "full", "remarks": "seen"}, True),
]


@pytest.mark.parametrize(("has", "said", "sent"), ON_THE_PORTAL)
def test_what_the_portal_has_already_is_not_sent_again(portal, decide, has, said, sent):
    table = portal(has)
    assert differs(table, apply_decisions(table, decide(table, said))).tolist() == [sent]


def test_at_most_5000_records_a_file(sample):
    many = pd.concat([sample[sample["doc_no"].isin(["SEZ/55", "CN-9"])]] * 2600, ignore_index=True)
    many["doc_id"] = [f"{number:016x}" for number in range(len(many))]
    payloads = upload_payloads(many, pd.DataFrame({"portal_id": many["doc_id"], "action": "R"}), PROFILE)
    assert [sum(map(len, p["invdata"].values())) for p in payloads] == [5000, 200]
    assert [list(p["invdata"]) for p in payloads] == [["b2b", "b2bcn"], ["b2bcn"]]


def test_names_and_errors_of_the_download_are_not_sent_back(sample):
    extra = [
        json.dumps(json.loads(raw) | {"hash": "0" * 64, "error_msg": "no", "remarks": "old", "xyz": [1]})
        for raw in sample["raw"]
    ]
    record = flat(upload_payloads(sample.assign(raw=extra), decided(sample, **{"DOS-77": "A"}), PROFILE))["DOS-77"]
    assert not {"tradenm", "hash", "error_msg", "remarks"} & set(record)
    assert record["xyz"] == [1]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_reading_what_was_written_gives_what_was_decided(sample, data):
    free = sample[~sample["pending_blocked"].fillna(False).astype(bool)].reset_index(drop=True)
    actions = data.draw(st.lists(st.sampled_from("ARPN"), min_size=len(free), max_size=len(free)))
    remarks = data.draw(st.lists(st.text(max_size=20) | st.none(), min_size=len(free), max_size=len(free)))
    decisions = pd.DataFrame({"portal_id": free["doc_id"], "action": actions, "remarks": remarks})
    payloads = json.loads(json.dumps(upload_payloads(free, decisions, PROFILE)))
    written = flat(payloads)
    expected = {number: action for number, action in zip(free["doc_no"], actions, strict=True) if action != "N"}
    assert {number: record["action"] for number, record in written.items()} == expected
    assert all(list(p["invdata"]) == [name for name in SECTIONS if name in p["invdata"]] for p in payloads)
    for number, record in written.items():
        text = remarks[free["doc_no"].tolist().index(number)]
        assert record.get("remarks", "").isascii()
        assert "remarks" not in record or (record["action"] in "RP" and text)


def test_remarks_become_plain_ascii():
    plain = sent_remark(pd.Series(["  a\n b ", "₹1,000 – café", "उलटा", None, "x" * 300], dtype="str"))
    assert plain.tolist()[:2] == ["a b", "Rs 1,000 cafe"]
    assert plain.isna().tolist() == [False, False, True, True, False]
    assert len(plain.iloc[4]) == 250
