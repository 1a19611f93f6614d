"""A few documents a side: splits, mergers, doubles, rivals, series, notes that share a number."""

from __future__ import annotations

import pytest
from small_tables import BRANCH, OTHER, case, check_case, entry, intra, row

CASES = [
    case(
        "cn-shares-number", [intra("S/1"), intra("S/1", base=200, kind="CN")],
        [intra("S/1", base=200, kind="CN"), intra("S/1")], "12 21", category="exact",
    ),
    case(
        "cn-shares-number-and-amount", [intra("S/1"), intra("S/1", kind="CN")], [intra("S/1", kind="CN"), intra("S/1")],
        "12 21", category="exact",
    ),
    case(
        "cn-only-portal-inv-books", intra("S/1"), intra("S/9", kind="CN"), "",
        unmatched={"r1": "only_in_books", "p1": "only_in_portal"},
    ),
    case(
        "cn-own-number-2-rivals", intra("DN-P/7", base=500, kind="CN"),
        [intra("SCN/1", base=500, kind="CN"), intra("SCN/2", base=500, kind="CN")], ["", "11", "12"], certain=False,
    ),
    case(
        "cn-net-of-an-invoice", row("INV001", base=70), [row("INV001", base=100), row("INV001-CN", base=30, kind="CN")],
        ["11 12", "11"], certain=False,
    ),
    case(
        "cn-net-in-portal", [row("INV001", base=100), row("INV001-CN", base=30, kind="CN")], row("INV001", base=70),
        ["11 21", "11"], certain=False,
    ),
    case(
        "cn-two-cns-same-inv-number", [intra("S/1", base=100, kind="CN"), intra("S/1", base=200, kind="CN")],
        [intra("S/1", base=200, kind="CN"), intra("S/1", base=100, kind="CN")], "12 21", category="exact",
    ),
    case(
        "boe-two-ports", [entry("8123456", port_code="INMAA1"), entry("8123456", port_code="INNSA1")],
        [entry("8123456", port_code="INNSA1", section="IMPG"), entry("8123456", port_code="INMAA1", section="IMPG")],
        "12 21", certain=False,
    ),
    case("boe-not-in-2b", entry("8123456", port_code="INNSA1"), [], "", unmatched={"r1": "only_in_books"}),
    case("split-2", [row(base=400), row(base=600)], row(), "11 21", certain=True, flags="split"),
    case(
        "split-2-cs", [intra("S/7", base=400), intra("S/7", base=600)], intra("S/7"), "11 21", certain=True,
        flags="split",
    ),
    case("split-3", [row(base=200), row(base=300), row(base=500)], row(), "11 21 31", certain=True, flags="split"),
    case(
        "split-4", [row(base=100), row(base=200), row(base=300), row(base=400)], row(), "11 21 31 41", certain=True,
        flags="split",
    ),
    case(
        "split-rates", [row(base=400, igst=20), row(base=600, igst=108)], row(base=1000, igst=128), "11 21",
        certain=True, flags="split",
    ),
    case("split-rounding", [row(base=400), row(taxable_value=599.4, igst=108)], row(), "11 21", certain=True),
    case(
        "split-1.50-off", [row(base=400), row(taxable_value=598.5, igst=108)], row(), ["11 21", "11", "21", ""],
        certain=False,
    ),
    case("split-not-add-up", [row(base=400), row(base=500)], row(), ["11", "21", "11 21", ""], certain=False),
    case("split-one-missing", [row(base=400)], row(), "11", category="mismatch", certain=False, flags="value"),
    case(
        "split-parts-A-B", [row("INV/45A", base=400), row("INV/45B", base=600)], row("INV/45"), "11 21", certain=False,
        flags="split",
    ),
    case(
        "split-parts-1-2", [row("INV/45/1", base=400), row("INV/45/2", base=600)], row("INV/45"), "11 21",
        certain=False, flags="split",
    ),
    case("split-other-dates", [row(base=400, day="05-10"), row(base=600, day="05-12")], row(), "11 21", flags="split"),
    case("split-one-blank", [row(base=400), row("", base=600)], row(), ["11 21", "11", ""], certain=False),
    case(
        "split-capital-revenue",
        [row(base=700, itc_eligibility="Capital goods"), row(base=300, itc_eligibility="Inputs")], row(), "11 21",
        certain=True,
    ),
    case(
        "split-one-ineligible", [row(base=700), row(base=300, itc_eligibility="Ineligible")], row(), "11 21",
        certain=False,
    ),
    case(
        "split-exempt-line", [row(base=700), row(base=300, igst=0)], row(base=1000, igst=126), "11 21", certain=True,
        flags="split",
    ),
    case("split-tax-in-other-voucher", [row(igst=0), row(taxable_value=0, igst=180)], row(), ["11 21", "11", "21"]),
    case("split-vs-rcm", [row(base=400), row(base=600)], row(reverse_charge=True), "11 21", certain=False),
    case(
        "split-vs-not-available", [row(base=400), row(base=600)], row(gstr2b_part="not_available"), "11 21",
        certain=False,
    ),
    case("split-vs-saved", [row(base=400), row(base=600)], row(filing_status="saved"), "11 21", certain=False),
    case(
        "split-branch", [row(base=400, gstin=BRANCH), row(base=600, gstin=BRANCH)], row(), "11 21", certain=False,
        flags="split gstin_branch",
    ),
    case("split-duplicate-halves", [row(base=500, voucher_no="1"), row(base=500, voucher_no="2")], row(), ["11 21"]),
    case("split-wrong-heads", [intra(base=400), row(base=600)], row(), "11 21", certain=False, flags="split tax_head"),
    case(
        "split-over-year-end", [row(base=400, date="2026-03-31"), row(base=600, date="2026-04-02")],
        row(date="2026-03-31"), ["11 21", "11", ""], certain=False,
    ),
    case(
        "merge-2-range", row("101-102", base=900), [row("INV/101", base=400), row("INV/102", base=500)], "11 12",
        certain=False, flags="merged",
    ),
    case(
        "merge-2-comma", row("101, 102", base=900), [row("INV/101", base=400), row("INV/102", base=500)], "11 12",
        certain=False, flags="merged",
    ),
    case(
        "merge-2-amp", row("INV/101&102", base=900), [row("INV/101", base=400), row("INV/102", base=500)], "11 12",
        certain=False, flags="merged",
    ),
    case(
        "merge-2-slash", row("101/102", base=900), [row("101", base=400), row("102", base=500)], "11 12", certain=False,
        flags="merged",
    ),
    case(
        "merge-3-to", row("101 to 103", base=1200), [row("101", base=400), row("102", base=500), row("103", base=300)],
        "11 12 13", certain=False, flags="merged",
    ),
    case(
        "merge-4-range", row("101-104", base=1000),
        [row("101", base=100), row("102", base=200), row("103", base=300), row("104", base=400)], "11 12 13 14",
        certain=False, flags="merged",
    ),
    case(
        "merge-first-number", row("INV/101", base=900), [row("INV/101", base=400), row("INV/102", base=500)], "11 12",
        certain=False, flags="merged",
    ),
    case(
        "merge-no-number", row("", base=900.37), [row("INV/101", base=400), row("INV/102", base=500.37)], ["11 12", ""],
        certain=False,
    ),
    case(
        "merge-not-adding", row("INV/101-102", base=950), [row("INV/101", base=400), row("INV/102", base=500)],
        ["11", "12", "", "11 12"], certain=False,
    ),
    case("merge-same-number-portal", row(), [row(base=400), row(base=600)], "11 12", certain=True, flags="merged"),
    case("merge-same-number-plus-dup", row(), [row(base=400), row(base=600), row()], "13"),
    case(
        "many-many", row("BK/1", base=200), [row("P/1", base=45), row("P/2", base=25), row("P/3", base=130)],
        ["", "11 12 13"], certain=False,
    ),
    case("net-of-cn-exact", row(base=800), [row(), row("CN/3", base=200, kind="CN")], "11 12", certain=False),
    case(
        "net-of-cn-not", row(base=800), [row(), row("CN/3", base=150, kind="CN")], "11", category="mismatch",
        certain=False,
    ),
    case(
        "net-of-cn-own-partner", [row(base=800), row("CN/3", base=200, kind="CN")],
        [row(), row("CN/3", base=200, kind="CN")], "11 22", category={"r1": "mismatch", "r2": "exact"},
        certain={"r1": False},
    ),
    case("dup-books", [row(voucher_no="1"), row(voucher_no="2")], row(), ["11", "21"], certain=False, double="r2"),
    case("dup-books-no-voucher", [row(), row()], row(), ["11", "21"], certain=False),
    case("dup-portal", row(), [row(), row()], ["11", "12"], certain=False),
    case("dup-both-sides", [row(), row()], [row(), row()], ["11 22", "12 21"], certain=False),
    case("dup-books-format", [row("INV/0045"), row("INV/45")], row("INV/0045"), "11", certain=False),
    case("dup-books-other-date", [row(day="05-10"), row(day="06-10")], row(), "11", certain=False),
    case("dup-books-amount-differs", [row(), row(base=55)], row(), "11", category="exact"),
    case(
        "dup-portal-prev-period", row(), [row(gstr2b_period="2026-05"), row(gstr2b_period="2026-06")], ["11", "12"],
        certain=False,
    ),
    case("dup-portal-branch", row(), [row(), row(gstin=BRANCH)], "11", certain=False),
    case("dup-typo-row", [row("INV/7328"), row("INV/7382")], row("INV/7328"), "11", category="exact"),
    case("dup-across-type", [row(), row(kind="DN")], row(), "11", category="exact"),
    case("rival-two-series", row("417"), [row("AB/417"), row("CD/417")], ["11", "12", ""], certain=False),
    case(
        "rival-two-series-date-tells", row("417", day="05-10"),
        [row("AB/417", day="05-10"), row("CD/417", day="05-25")], ["11"],
    ),
    case(
        "rival-two-series-amount-tells", row("417", base=812.5), [row("AB/417", base=812.5), row("CD/417", base=99)],
        "11", category="matched", certain=True,
    ),
    case(
        "rival-fy-series", row("45", date="2026-04-20"), [row("45", date="2026-03-20"), row("45", date="2026-04-20")],
        "12", category="exact",
    ),
    case(
        "rival-fuzzy-date", [row("QKI-055190", base=6100, day="05-25"), row("QKI-053612", base=6100, day="05-02")],
        [row("QKI/055190", base=6100, day="05-04"), row("QKI/053612", base=6100, day="05-23")], "11 22",
        category="matched",
    ),
    case(
        "rival-a1003", [row("A/1003"), row("A1003", base=700)], [row("A1003", base=700), row("A/1003")], "12 21",
        category="exact",
    ),
    case(
        "rival-dos77", [row("DOS-77", base=300), row("DOS-77/1", base=500)],
        [row("DOS-77/1", base=500), row("DOS-77", base=300)], "12 21", category="exact", certain=True,
    ),
    case(
        "rent-6", [row(f"R/{i}", base=25000, day=f"{i + 3:02d}-01") for i in range(1, 7)],
        [row(f"R/{i}", base=25000, day=f"{i + 3:02d}-01") for i in range(6, 0, -1)], "16 25 34 43 52 61",
        category="exact", certain=True,
    ),
    case(
        "rent-missing-numbers", [row("", base=25000, day=f"{i + 3:02d}-01") for i in range(1, 4)],
        [row(f"R/{i}", base=25000, day=f"{i + 3:02d}-01") for i in range(1, 4)], "11 22 33", category="probable",
        certain=False,
    ),
    case(
        "rent-one-missing", [row(f"R/{i}", base=25000, day=f"{i + 3:02d}-01") for i in (1, 2, 3)],
        [row(f"R/{i}", base=25000, day=f"{i + 3:02d}-01") for i in (2, 3, 4)], "21 32", category="exact",
    ),
    case(
        "rent-typo-among", [row("R/12", base=25000, day="05-01"), row("R/21", base=25000, day="06-01")],
        [row("R/12", base=25000, day="05-01"), row("R/22", base=25000, day="06-01")], ["11 22", "11"],
        category={"r1": "exact"}, certain={"r2": False},
    ),
    case(
        "same-amount-others-exact", [row("A/1", base=500), row("A/2", base=500)],
        [row("A/2", base=500), row("A/1", base=500)], "12 21", category="exact", certain=True,
    ),
    case(
        "typo-hits-neighbour", [row("A/102", base=500), row("A/102", base=500)],
        [row("A/102", base=500), row("A/103", base=500)], ["11 22", "12 21", "11", "21"], certain=False,
    ),
    case(
        "restart-april", [row("45", date="2026-03-28", base=100), row("45", date="2026-04-04", base=200)],
        [row("45", date="2026-04-04", base=200), row("45", date="2026-03-28", base=100)], "12 21", category="exact",
        certain=True,
    ),
    case(
        "best-amount-wins", [row("X/1", base=711.11)], [row("Q/7", base=711.11), row("Q/8", base=640)], ["11", ""],
        certain=False,
    ),
    case(
        "number-beats-amount", row("INV/77", base=1000), [row("INV/77", base=1100), row("INV/99", base=1000)], "11",
        category="mismatch", certain=False,
    ),
    case(
        "false-match-amount-only", [row("INV/1", base=1000), row("INV/2", base=1000, day="05-20")],
        [row("INV/2", base=1000, day="05-20"), row("INV/9", base=1000, day="05-11")], ["21 12", "21"],
        category={"r2": "exact"}, certain={"r1": False},
    ),
    case(
        "mix-two-suppliers-same-no", [row("1"), row("1", gstin=OTHER, base=70)],
        [row("1", gstin=OTHER, base=70), row("1")], "12 21", category="exact", certain=True,
    ),
    case(
        "mix-wrong-supplier-booked", row(gstin=OTHER), [row(), row("Q/1", gstin=OTHER, base=5)], ["", "11"],
        certain=False,
    ),
    case(
        "mix-number-swap-two", [row("A/1", base=100), row("A/2", base=200)],
        [row("A/1", base=200), row("A/2", base=100)], "11 22", category="mismatch", certain=False,
    ),
    case(
        "mix-unregistered-books", [row("C/1", gstin=None, igst=0, supply_class="unregistered"), row("A/2")],
        [row("A/2")], "21", category="exact", certain=True, unmatched={"r1": "only_in_books"},
    ),
    case(
        "mix-unregistered-same-number", [row("A/2", gstin=None, igst=0, supply_class="unregistered"), row("A/2")],
        [row("A/2")], "21", category="exact",
    ),
    case(
        "mix-cn-and-dn-same-no", [row("N/1", kind="CN"), row("N/1", kind="DN")],
        [row("N/1", kind="DN"), row("N/1", kind="CN")], "12 21", category="exact",
    ),
    case(
        "mix-inv-dn-same-no", [row("S/1", base=100), row("S/1", base=10, kind="DN")],
        [row("S/1", base=10, kind="DN"), row("S/1", base=100)], "12 21", category="exact",
    ),
    case(
        "mix-dup-and-cn", [row(voucher_no="1"), row(voucher_no="2"), row(kind="CN", doc_no="REV/1")], row(),
        ["11", "21"], certain=False,
    ),
    case(
        "mix-twins", [row("A/1", base=500), row("A/2", base=500), row("A/3", base=500)],
        [row("A/3", base=500), row("A/1", base=500), row("A/2", base=500)], "12 23 31", category="exact", certain=True,
    ),
    case(
        "mix-null-number", [row("A/1", base=500), row("", base=500)],
        [row("A/1", base=500), row("A/2", base=500)], ["11 22", "11"], category={"r1": "exact"}, certain={"r2": False},
    ),
    case(
        "mix-one-to-one", [row("A/11", base=500), row("A/12", base=500)], [row("A/12", base=500)], "21",
        category="exact",
    ),
    case(
        "rv-bare-series-both-booked", [row("417", base=100), row("417", base=200)],
        [row("AB/417", base=200), row("CD/417", base=100)], "12 21",
    ),
    case(
        "rv-bare-month-restart", [row("5", base=900, day="05-05"), row("5", base=900, day="06-05")],
        [row("JUN/5", base=900, day="06-05"), row("MAY/5", base=900, day="05-05")], "12 21",
    ),
    case(
        "rv-bare-month-restart-one", row("5", base=900, day="05-20"),
        [row("JUN/5", base=900, day="06-05"), row("MAY/5", base=900, day="05-05")], ["11", "12"], certain=False,
    ),
    case("rv-10-rupees", row(), [row(), row(base=1005)], "11", certain=False),
    case("rv-books-45-0045", [row("45"), row("0045", base=1005)], row("0045"), ["11", "21"], certain=False),
    case("rv-exact-with-branch-typo", row(), [row(), row(gstin=BRANCH, base=70)], "11", category="exact", certain=True),
    case("rv-exact-other-supplier", row(), [row(), row(gstin=OTHER)], "11", category="exact", certain=True),
    case("rv-ineligible-duplicate", [row(), row(itc_eligibility="Ineligible")], row(), ["11", "21"], certain=False),
    case(
        "rv-portal-rejected-and-open", row(), [row(portal_action="R"), row(portal_action="N", return_period="2026-06")],
        ["11", "12"], certain=False,
    ),
    case(
        "rv-portal-saved-and-filed", row(), [row(filing_status="saved"), row(filing_status="filed")], ["12", "11"],
        certain=False,
    ),
    case(
        "rv-portal-na-and-available", row(), [row(gstr2b_part="not_available"), row(gstr2b_part="available")],
        ["12", "11"], certain=False,
    ),
    case(
        "rv-cn-inv-same-amount-books-cn-only", intra("S/1", kind="CN"), [intra("S/1"), intra("S/1", kind="CN")], "12",
        category="exact",
    ),
    case(
        "rv-neighbor-typo-certain", row("INV/45", day="05-12"),
        [row("INV/45", day="05-10"), row("INV/54", day="05-12")], ["11", "12"], certain=False,
    ),
    case(
        "rv-typo-vs-exact-amount-diff", row("INV/45", base=1234.5),
        [row("INV/45", base=999), row("INV/46", base=1234.5)], ["11", "12", ""], certain=False,
    ),
    case("grp-split-cn", [row(base=1200), row(base=200, kind="CN")], row(), ["11 21", "11"], certain=False),
    case("grp-split-negative-line", [row(base=1200), row(base=-200)], row(), ["11 21", "11"], certain=False),
    case("grp-split-5", [row(base=x) for x in (100, 150, 200, 250, 300)], row(), "11 21 31 41 51", flags="split"),
    case(
        "grp-split-8", [row(base=x) for x in (10, 20, 30, 40, 100, 200, 250, 350)], row(), "11 21 31 41 51 61 71 81",
        flags="split",
    ),
    case("grp-split-cess", [row(base=400, cess=40), row(base=600)], row(cess=40), "11 21", certain=True, flags="split"),
    case("grp-split-half-rcm", [row(base=400, reverse_charge=True), row(base=600)], row(), "11 21", certain=False),
    case(
        "grp-split-format", [row("INV-26-27-45", base=400), row("inv/26-27/0045", base=600)], row(), "11 21",
        certain=True, flags="split",
    ),
    case(
        "grp-split-neighbour", [row(base=400), row(base=600), row("INV/26-27/0046", base=300)],
        [row(), row("INV/26-27/0046", base=300)], "11 21 32", certain={"r3": True},
    ),
    case(
        "grp-split-date-far", [row(base=400, day="05-10"), row(base=600, day="07-25")], row(), ["11 21", "11", ""],
        certain=False,
    ),
    case(
        "grp-merge-dates", row("101-102", base=900, day="05-12"),
        [row("101", base=400, day="05-10"), row("102", base=500, day="05-12")], "11 12", certain=False, flags="merged",
    ),
    case(
        "grp-merge-with-neighbours", row("102-103", base=800),
        [row("101", base=400), row("102", base=400), row("103", base=400), row("104", base=400)], "12 13",
        certain=False, flags="merged",
    ),
    case(
        "grp-merge-two-suppliers", row("101-102", base=900), [row("101", base=400), row("102", base=500, gstin=OTHER)],
        ["11", ""], certain=False,
    ),
    case(
        "grp-merge-plus-single", [row("101-102", base=900), row("102", base=500)],
        [row("101", base=400), row("102", base=500)], ["11 22", "22"], certain={"r1": False},
    ),
    case("grp-merge-inv-dn", row(base=1100), [row(), row("DN/1", base=100, kind="DN")], ["11 12", "11"], certain=False),
    case(
        "grp-cn-merge", row("CN/1-2", base=300, kind="CN"),
        [row("CN/1", base=100, kind="CN"), row("CN/2", base=200, kind="CN")], "11 12", certain=False, flags="merged",
    ),
    case("grp-two-two", [row(base=400), row(base=600)], [row(base=700), row(base=300)], None, certain=False),
]  # fmt: skip


@pytest.mark.parametrize("one", CASES, ids=lambda one: one["name"])
def test_few_documents_a_side(one):
    check_case(one)
