"""Amendments and parts of 2B, what is missing, a person's word, a firm's settings: a few documents a side."""

from __future__ import annotations

import pytest
from small_tables import BRANCH, OTHER, SUPPLIER, case, check_case, intra, row

from imsrecon import MatchSettings

AMENDED = {"section": "B2BA", "original_doc_no": "INV/26-27/0045", "original_doc_date": "2026-05-10"}
CASES = [
    case(
        "gst-two-branches-own", [row(gstin=SUPPLIER), row(gstin=BRANCH)], [row(gstin=BRANCH), row(gstin=SUPPLIER)],
        "12 21", category="exact",
    ),
    case(
        "gst-branch-prefers-own", [row(gstin=SUPPLIER)], [row(gstin=BRANCH), row(gstin=SUPPLIER)], "12",
        category="exact",
    ),
    case(
        "gst-typo-real-neighbour", [row(gstin=OTHER)], [row(gstin=SUPPLIER), row(gstin=OTHER, base=555)], ["12", ""],
        certain=False,
    ),
    case(
        "am-supersedes", row(base=900), [row(section="B2B"), row(base=900, **AMENDED)], "12", flags="amended",
        unmatched={"p1": "superseded:p2"},
    ),
    case(
        "am-original-matches-books", row(), [row(section="B2B"), row(base=900, **AMENDED)], "12", category="mismatch",
        certain=False, flags="amended value", unmatched={"p1": "superseded:p2"},
    ),
    case(
        "am-new-number", row("INV/26-27/0045"),
        [row("INV/26-27/0045", section="B2B"), row("INV/26-27/0054", **AMENDED)], ["12", ""], certain=False,
        unmatched={"p1": "superseded:p2"},
    ),
    case(
        "am-new-number-booked", row("INV/26-27/0054"),
        [row("INV/26-27/0045", section="B2B"), row("INV/26-27/0054", **AMENDED)], "12", flags="amended",
        unmatched={"p1": "superseded:p2"},
    ),
    case(
        "am-number-format", row(base=900),
        [row("INV/26-27/0045", section="B2B"), row(base=900, **AMENDED | {"original_doc_no": "inv-26-27-45"})], "12",
        unmatched={"p1": "superseded"},
    ),
    case(
        "am-nil", row(), [row(section="B2B"), row(base=0, **AMENDED)], ["12", ""], certain=False,
        unmatched={"p1": "superseded:p2"},
    ),
    case(
        "am-pair-both-booked", [row(), row(base=900)], [row(section="B2B"), row(base=900, **AMENDED)], ["22", "12 22"],
        unmatched={"p1": "superseded:p2"},
    ),
    case("part-rejected", row(), row(gstr2b_part="rejected"), "", unmatched={"p1": "set_aside", "r1": "only_in_books"}),
    case("part-reversal", row(), row(gstr2b_part="reversal"), "", unmatched={"p1": "set_aside"}),
    case(
        "part-rejected-refurnished", row(), [row(gstr2b_part="rejected"), row(gstr2b_part="available")], "12",
        category="exact", unmatched={"p1": "set_aside"},
    ),
    case(
        "part-one-each", [row("A/1"), row("A/2", base=70)],
        [row("A/1", gstr2b_part="available"), row("A/2", base=70, gstr2b_part="not_available")], "11 22",
        certain={"r1": True, "r2": False},
    ),
    case("tiny-empty", [], [], ""),
    case("tiny-books", [row()], [], "", unmatched={"r1": "only_in_books"}),
    case("tiny-portal", [], [row()], "", unmatched={"p1": "only_in_portal"}),
    case(
        "tiny-stranger", row(), row("Z/9", gstin=OTHER, base=7, day="08-01"), "",
        unmatched={"r1": "only_in_books", "p1": "only_in_portal"},
    ),
    case(
        "miss-numbers", [row("", base=100, day="05-01"), row("", base=200, day="05-02")],
        [row("", base=200, day="05-02"), row("", base=100, day="05-01")], "12 21", category="probable", certain=False,
    ),
    case(
        "miss-dates", [row("A/1", date=None), row("A/2", date=None, base=300)],
        [row("A/2", date=None, base=300), row("A/1", date=None)], "12 21", certain=False,
    ),
    case(
        "miss-gstins", [row("A/1", gstin=None), row("A/2", gstin=None, base=300)],
        [row("A/2", gstin=None, base=300), row("A/1", gstin=None)], "12 21", certain=False,
    ),
    case(
        "v-different", row(), row(), "", verdicts=[("r1", "p1", "different")],
        unmatched={"r1": "only_in_books", "p1": "only_in_portal"},
    ),
    case("v-different-second", row(), [row(), row(day="05-12")], ["12", ""], verdicts=[("r1", "p1", "different")]),
    case(
        "v-same-group", [row("X", base=400), row("Y", base=600)], row(), "11 21", flags="split",
        verdicts=[("r1", "p1", "same"), ("r2", "p1", "same")],
    ),
    case(
        "v-same-merge", row("X", base=1000), [row("A", base=400), row("B", base=600)], "11 12", flags="merged",
        verdicts=[("r1", "p1", "same"), ("r1", "p2", "same")],
    ),
    case(
        "v-same-superseded", row(), [row(section="B2B"), row(base=900, **AMENDED)], "11",
        verdicts=[("r1", "p1", "same")],
    ),
    case("v-same-set-aside", row(), row(gstr2b_part="rejected"), "11", verdicts=[("r1", "p1", "same")]),
    case(
        "v-different-in-split", [row(base=400), row(base=600)], row(), ["21", ""], certain=False,
        verdicts=[("r1", "p1", "different")],
    ),
    case("v-same-exact", row(), row(), "11", category="exact", verdicts=[("r1", "p1", "same")]),
    case("v-empty", row(), row(), "11", category="exact", certain=True, verdicts=[]),
    case("v-repeat", row(), row(), "11", verdicts=[("r1", "p1", "same"), ("r1", "p1", "same")]),
    case(
        "s-tol-5", row(taxable_value=996), row(), "11", category="matched", certain=True,
        settings=MatchSettings(head_tolerance=5.0),
    ),
    case(
        "s-tol-0", row(taxable_value=999.99), row(), "11", category="mismatch", certain=False,
        settings=MatchSettings(head_tolerance=0.0, total_tolerance=0.0),
    ),
    case(
        "s-tol-0-exact", row(), row(), "11", category="exact", certain=True,
        settings=MatchSettings(head_tolerance=0.0, total_tolerance=0.0),
    ),
    case(
        "s-total-10", row(igst=0, cgst=89.2, sgst=89.2), row(igst=0, cgst=90, sgst=90), "11", category="matched",
        certain=True, settings=MatchSettings(total_tolerance=10.0),
    ),
    case(
        "s-window-3", row(day="05-14"), row(), "11", category="matched", certain=False,
        settings=MatchSettings(date_window=3),
    ),
    case(
        "s-window-3-in", row(day="05-13"), row(), "11", category="matched", certain=True,
        settings=MatchSettings(date_window=3),
    ),
    case(
        "s-window-0", row(day="05-11"), row(), "11", category="matched", certain=False,
        settings=MatchSettings(date_window=0),
    ),
    case(
        "s-window-365", row("INV/45", date="2026-04-10"), row("INV/45", date="2027-02-10"), "11", category="matched",
        certain=True, settings=MatchSettings(date_window=365),
    ),
    case(
        "s-window-365-year", row("INV/45", date="2026-03-10"), row("INV/45", date="2026-04-10"), "11",
        category="mismatch", certain=False, settings=MatchSettings(date_window=365),
    ),
    case(
        "s-never-format", row("45"), row(), "11", category="matched", certain=False,
        settings=MatchSettings(never_certain=(*MatchSettings().never_certain, "number_format")),
    ),
    case(
        "s-never-date", row(day="05-11"), row(), "11", certain=False,
        settings=MatchSettings(never_certain=(*MatchSettings().never_certain, "date")),
    ),
    case(
        "s-never-split", [row(base=400), row(base=600)], row(), "11 21", certain=False,
        settings=MatchSettings(never_certain=(*MatchSettings().never_certain, "split")),
    ),
    case(
        "s-never-empty-typo", row("INV/7328"), row("INV/7382"), "11", certain=False,
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-never-empty-branch", row(gstin=BRANCH), row(), "11", certain=False, settings=MatchSettings(never_certain=()),
    ),
    case("s-never-empty-head", intra(), row(), "11", certain=False, settings=MatchSettings(never_certain=())),
    case(
        "s-never-empty-rcm", row(reverse_charge=True), row(reverse_charge=True), "11", certain=False,
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-never-empty-dup", [row(), row()], row(), ["11", "21"], certain=False,
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-never-empty-period", row("INV/45", date="2026-03-31"), row("INV/45", date="2026-04-01"), "11", certain=False,
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-rival-100", row("417", base=1000), [row("AB/417", base=1000), row("CD/417", base=1050)], "11", certain=False,
        settings=MatchSettings(rival_window=100.0),
    ),
    case(
        "s-int-tolerance", row(taxable_value=998), row(), "11", category="matched",
        settings=MatchSettings(head_tolerance=2),
    ),
    case(
        "am-split", [row(base=400), row(base=500)], [row(section="B2B"), row(base=900, **AMENDED)], "12 22",
        flags="split amended", unmatched={"p1": "superseded:p2"},
    ),
    case(
        "am-gstin-lower", row(base=900), [row(gstin=SUPPLIER.lower(), section="B2B"), row(base=900, **AMENDED)], "12",
        unmatched={"p1": "superseded:p2"},
    ),
    case(
        "am-dn-inv", [row(), row(kind="DN", base=10)],
        [row(kind="DN", base=10, section="DN"), row(base=1000, **AMENDED)], "12 21",
    ),
    case(
        "all-superseded", [row()], [row(gstr2b_part="rejected"), row("A/2", gstr2b_part="reversal")], "",
        unmatched={"p1": "set_aside", "p2": "set_aside"},
    ),
    case(
        "all-zero-amounts", [row(f"A/{i}", base=0) for i in range(3)], [row(f"A/{i}", base=0) for i in range(3)],
        "11 22 33",
    ),
    case(
        "one-gst-missing-rest", [row(gstin=None), row("Q/1", gstin=OTHER, base=5)],
        [row(), row("Q/1", gstin=OTHER, base=5)], "11 22", category={"r1": "probable", "r2": "exact"},
        certain={"r1": False, "r2": True},
    ),
    case("blank-gst-two-candidates", row(gstin=None), [row(), row(gstin=OTHER)], ["", "11", "12"], certain=False),
    case(
        "gst-typo-other-real", [row(gstin=OTHER)], [row(), row("Q/1", gstin=OTHER, base=5)], ["", "11"], certain=False,
    ),
    case("verdict-same-nonmatching-type", row(kind="CN"), row(), "11", verdicts=[("r1", "p1", "same")]),
    case("verdict-unknown", row(), row(), "11", certain=True, verdicts=[("zz", "yy", "different")]),
    case(
        "verdict-diff-all", [row(), row("A/2")], [row(), row("A/2")], "",
        verdicts=[(r, p, "different") for r in ("r1", "r2") for p in ("p1", "p2")],
    ),
    case(
        "s-never-empty-sign", row("C/1", kind="CN", base=-1000), row("C/1", kind="CN"), "11", certain=False,
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-never-empty-swap", row("INV/45", date="2026-06-05"), row("INV/45", date="2026-05-06"), "11",
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-never-empty-na", row(), row(gstr2b_part="not_available"), "11", certain=False,
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-never-empty-nogstin", row(gstin=None), row(), "11", certain=False, settings=MatchSettings(never_certain=()),
    ),
    case("s-never-empty-type", row(kind="DN"), row(), "11", certain=False, settings=MatchSettings(never_certain=())),
    case("s-never-empty-value", row(base=900), row(), "11", certain=False, settings=MatchSettings(never_certain=())),
    case("s-never-empty-isd", row(), row(section="ISD"), "11", certain=False, settings=MatchSettings(never_certain=())),
    case(
        "s-never-empty-saved", row(), row(filing_status="saved"), "11", certain=False,
        settings=MatchSettings(never_certain=()),
    ),
    case(
        "s-tolerance-huge", row(base=1000), row(base=5000), "11",
        settings=MatchSettings(head_tolerance=100000.0, total_tolerance=100000.0),
    ),
    case("s-margin-0", row(), row(), "11", certain=True, settings=MatchSettings(margin=0.0)),
    case(
        "s-block-1", [row("A/1"), row("A/2", base=5)], [row("A/2", base=5), row("A/1")], "12 21",
        settings=MatchSettings(block_limit=1),
    ),
    case("miss-all", row("", date=None, gstin=None), row("", date=None, gstin=None), ["", "11"], certain=False),
    case(
        "miss-all-and-amounts", row("", date=None, gstin=None, base=0), row("", date=None, gstin=None, base=0), "",
        certain=False,
    ),
    case("miss-nan-numbers", row(float("nan")), row(), "11", category="probable", certain=False),
    case("miss-number-other-amount", row("", base=700), row(base=1000), "", certain=False),
    case("miss-number-other-date", row("", day="07-10"), row(), ["", "11"], certain=False),
    case("miss-zero-amount-numbers", row("A/1", base=0), row("B/2", base=0), ["", "11"], certain=False),
    case("miss-number-zero-amounts", row("", base=0), row("", base=0), ["", "11"], certain=False),
    case("miss-word-number", row("NA"), row("NA", base=70, day="06-20"), "", certain=False),
    case("miss-dash-number", row("-"), row("-"), ["11"], certain=False),
    case("miss-zero-number", row("0"), row(), "11", category="probable", certain=False),
    case("miss-null-word", row("nan"), row("nan"), ["11"]),
    case("miss-one-row-dates-none", row(date=None), row(), "11", category="matched", certain=False),
    case("miss-optional-none", row(), row(), "11", category="exact", certain=True),
    case("am-alone", row(base=900), row(base=900, **AMENDED), "11", flags="amended"),
]  # fmt: skip


@pytest.mark.parametrize("one", CASES, ids=lambda one: one["name"])
def test_rules(one):
    check_case(one)
