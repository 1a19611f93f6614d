"""Cases of the upload file worked out from formats 3.4 alone: hand-made downloads, decisions, what is written."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from imsrecon import ActionNotAllowed, Profile, read_portal, upload_payloads

BUYER = "27ZZZCR1000A1ZM"
INVOICE = {
    "stin": "24ZZZFS1202C1ZD", "tradenm": "Synthetic", "inum": "A/1", "idt": "05-10-2025", "inv_typ": "R",
    "val": 1180.0, "action": "N", "pos": "27", "txval": 1000.0, "iamt": 180.0, "camt": 0, "samt": 0, "cess": 0,
    "srcform": "R1", "rtnprd": "102025", "srcfilstatus": "Filed", "ispendactblocked": "N", "isRemarksBlocked": "N",
    "itcRedReqBlocked": "Y",
}  # fmt: skip
NOTE = {key: value for key, value in INVOICE.items() if key not in ("inum", "idt")} | {
    "nt_num": "A/1", "nt_dt": "05-10-2025", "iamt": 0, "camt": 90, "samt": 90, "itcRedReqBlocked": "N",
}  # fmt: skip
PARTLY = NOTE | {"action": "A", "itcRedReq": "Y", "declCgst": 10.25, "declSgst": 10.25, "remarks": "old"}
REFUSED = INVOICE | {"action": "R", "remarks": "old"}
OLD_INVOICE = {"oinum": "O/1", "oidt": "01-09-2025"}
OLD_NOTE = {"ont_num": "O/1", "ont_dt": "01-09-2025"}
SECTIONS = {
    "b2b": INVOICE,
    "b2ba": INVOICE | OLD_INVOICE,
    "b2bdn": NOTE,
    "b2bdna": NOTE | OLD_NOTE,
    "b2bcn": NOTE,
    "b2bcna": NOTE | OLD_NOTE,
    "ecom": {key: value for key, value in INVOICE.items() if key != "inv_typ"},
    "ecoma": INVOICE | OLD_INVOICE,
}


@pytest.fixture
def upload(tmp_path):
    """Download these records, decide on them by number, and write the file."""

    def written(sections: dict[str, list[dict]], **said: dict | str) -> list[dict]:
        path = tmp_path / "ims.json"
        path.write_text(json.dumps({"rtin": BUYER, "imsDetails": sections}), encoding="utf-8")
        table = read_portal(path).documents
        ids = dict(zip(table["doc_no"], table["doc_id"], strict=True))
        rows = [{"action": one} if isinstance(one, str) else one for one in said.values()]
        decisions = [{"portal_id": ids[number]} | row for number, row in zip(said, rows, strict=True)]
        return upload_payloads(table, pd.DataFrame(decisions), Profile(BUYER))

    return written


def only(payloads: list[dict]) -> tuple[str, str, dict]:
    (payload,) = payloads
    ((section, (record,)),) = payload["invdata"].items()
    return payload["reqtyp"], section, record


@pytest.mark.parametrize("new", "NARP")
@pytest.mark.parametrize("old", "NARP")
def test_only_what_changed_is_written(upload, old, new):
    payloads = upload({"b2b": [INVOICE | {"action": old}]}, **{"A/1": new})
    if old == new:
        assert payloads == []
    else:
        kind, section, record = only(payloads)
        assert (kind, section, record["action"]) == ("RESET" if new == "N" else "SAVE", "b2b", new)


ECHOED = {
    "a whole number": {"val": 1180},
    "a number with a point": {"val": 100.0},
    "no amount": {"val": 0},
    "crores": {"val": 123456789012.34},
    "null": {"cess": None},
    "digits only": {"inum": "0012345678901234"},
    "a period of two digits": {"rtnprd": "10"},
    "a state below ten": {"pos": "07"},
    "flags of the web": {"ispendactblocked": False, "isRemarksBlocked": False},
    "keys of another day": {"prev_status": "N", "strange": [1, {"a": 1.0}]},
}


@pytest.mark.parametrize("values", ECHOED.values(), ids=ECHOED)
def test_every_value_is_echoed_to_the_letter(upload, values):
    given = INVOICE | values | {"hash": "0" * 64}
    record = only(upload({"b2b": [given]}, **{given["inum"]: "A"}))[2]
    kept = {key: value for key, value in given.items() if key not in ("tradenm", "hash")}
    assert json.dumps(record, sort_keys=True) == json.dumps(kept | {"action": "A"}, sort_keys=True)


@pytest.mark.parametrize("absent", ["cess", "inv_typ", "srcfilstatus"])
def test_what_is_missing_stays_missing(upload, absent):
    given = {key: value for key, value in INVOICE.items() if key != absent}
    assert absent not in only(upload({"b2b": [given]}, **{"A/1": "A"}))[2]


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_keeps_its_place_and_its_original(upload, section):
    kind, place, record = only(upload({section: [SECTIONS[section]]}, **{"A/1": "A"}))
    own = {key: value for key, value in SECTIONS[section].items() if key != "tradenm"}
    assert (kind, place) == ("SAVE", section)
    assert record.items() >= (own | {"action": "A"}).items()
    # Of b2bdna the original is not here and the portal asks (B-23).
    assert record.get("itcRedReq") == ("Y" if section in ("b2bcn", "b2bcna", "b2bdna") else None)


LESS = {"action": "A", "itc_reduction": "partial", "remarks": "reversed in Sep 2025"}
# What stands on the portal, what is decided, what is written of reduction and remark; None: nothing to write.
DECLARED = {
    "B-23 full": (NOTE, {"action": "A", "itc_reduction": "full"}, {"itcRedReq": "Y"}),
    "B-23 unsaid is full": (NOTE, "A", {"itcRedReq": "Y"}),
    "B-23 asked though blocked": (NOTE | {"itcRedReqBlocked": "Y"}, "A", {"itcRedReq": "Y"}),
    "B-24 none": (
        NOTE, LESS | {"itc_reduction": "none"}, {"itcRedReq": "N", "remarks": "reversed in Sep 2025"},
    ),
    "B-24 partial": (
        NOTE, LESS | {"declared_cgst": 40.0, "declared_sgst": 40.0},
        {"itcRedReq": "Y", "declIgst": 0.0, "declCgst": 40.0, "declSgst": 40.0, "declCess": 0.0,
         "remarks": "reversed in Sep 2025"},
    ),
    "partial, the same again": (
        PARTLY, {"action": "A", "itc_reduction": "partial", "declared_cgst": 10.25, "declared_sgst": 10.25}, None,
    ),
    "partial, said by its action alone": (PARTLY, "A", None),
    "partial to full": (PARTLY, {"action": "A", "itc_reduction": "full"}, {"itcRedReq": "Y"}),
    "partial to rejected": (PARTLY, {"action": "R", "remarks": "no"}, {"remarks": "no"}),
    "partial set back": (PARTLY, "N", {}),
    "full, the same again": (
        NOTE | {"action": "A", "itcRedReq": "Y"}, {"action": "A", "itc_reduction": "full"}, None,
    ),
    "B-24 a remark on a plain acceptance stays home": (INVOICE, {"action": "A", "remarks": "fine"}, {}),
    "B-24 a remark on pending": (INVOICE, {"action": "P", "remarks": "goods awaited"}, {"remarks": "goods awaited"}),
    "B-24 blocked": (INVOICE | {"isRemarksBlocked": "Y"}, {"action": "R", "remarks": "no"}, {}),
    "B-24 another remark": (REFUSED, {"action": "R", "remarks": "new"}, {"remarks": "new"}),
    "B-24 the same remark": (REFUSED, {"action": "R", "remarks": "old"}, None),
    "B-24 no remark now": (REFUSED, "R", None),
    "B-24 the old remark goes with the rejection": (REFUSED, "A", {}),
    "B-24 and with a reset": (REFUSED, "N", {}),
}  # fmt: skip


@pytest.mark.parametrize(("stands", "said", "written"), DECLARED.values(), ids=DECLARED)
def test_reduction_and_remark(upload, stands, said, written):
    payloads = upload({"b2bcn" if "nt_num" in stands else "b2b": [stands]}, **{"A/1": said})
    if written is None:
        assert payloads == []
    else:
        own = ("itcRedReq", "declIgst", "declCgst", "declSgst", "declCess", "remarks")
        assert {key: value for key, value in only(payloads)[2].items() if key in own} == written


@pytest.mark.parametrize("flag", ["Y", True])
def test_b26_pending_where_it_is_blocked(upload, flag):
    with pytest.raises(ActionNotAllowed, match="B-26"):
        upload({"b2b": [INVOICE | {"ispendactblocked": flag}]}, **{"A/1": "P"})
    assert upload({"b2b": [INVOICE | {"ispendactblocked": flag, "action": "P"}]}, **{"A/1": "P"}) == []


def test_a_mixed_month(upload):
    invoices = [INVOICE | {"inum": f"A/{n}", "action": "A" if n == 2 else "N"} for n in (1, 2, 3)]
    sections = {"b2b": invoices, "b2bcn": [NOTE | {"nt_num": "C/1"}], "ecom": [INVOICE | {"inum": "E/1"}], "b2ba": []}
    said = {"A/1": "A", "A/2": "N", "A/3": "N", "C/1": "P", "E/1": {"action": "R", "remarks": "not ours"}}
    shown = [
        (payload["rtin"], payload["reqtyp"], {name: len(rows) for name, rows in payload["invdata"].items()})
        for payload in upload(sections, **said)
    ]
    assert shown == [(BUYER, "SAVE", {"b2b": 1, "b2bcn": 1, "ecom": 1}), (BUYER, "RESET", {"b2b": 1})]


def test_what_was_written_reads_back_as_decided(upload, tmp_path):
    sections = {"b2b": [INVOICE | {"inum": "A/2"}], "b2bcn": [NOTE, NOTE | {"nt_num": "A/3"}]}
    partial = LESS | {"declared_cgst": 10.25, "declared_sgst": 10.25}
    said = {"A/1": partial, "A/2": {"action": "R", "remarks": "not ours"}, "A/3": LESS | {"itc_reduction": "none"}}
    path = tmp_path / "again.json"
    path.write_text(json.dumps({"rtin": BUYER, "imsDetails": upload(sections, **said)[0]["invdata"]}), "utf-8")
    table = read_portal(path).documents.set_index("doc_no").astype(object)
    names = ["portal_action", "itc_reduction", "declared_cgst", "remarks"]
    found = {number: [None if pd.isna(value) else value for value in table.loc[number, names]] for number in said}
    assert found == {
        "A/1": ["A", "partial", 10.25, "reversed in Sep 2025"],
        "A/2": ["R", None, None, "not ours"],
        "A/3": ["A", "none", None, "reversed in Sep 2025"],
    }
