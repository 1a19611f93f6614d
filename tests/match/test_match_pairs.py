"""Two documents, and what a careful accountant says of them."""

from __future__ import annotations

import pytest
from small_tables import BRANCH, OTHER, SUPPLIER, books, document, portal

from imsrecon import reconcile

NO = ("", False, "")  # not the same document
MONTH = "2026-05-10"


def case(name, left, right, category, certain=False, flags=""):
    return pytest.param(left, right, category, certain, flags, id=name)


def numbers(left, right):
    return {"doc_no": left}, {"doc_no": right}


CASES = [
    # ---- numbers: every other field equal
    case("equal-in-every-field", {}, {}, "exact", True),
    case("no-separators-vs-separators", *numbers("INV-0045/A", "INV 0045-A"), "matched", True, "number_format"),
    case("case", *numbers("inv/26-27/0045", "INV/26-27/0045"), "matched", True, "number_format"),
    case("leading-zeros", *numbers("INV/26-27/45", "INV/26-27/0045"), "matched", True, "number_format"),
    case("zeros-in-each-run", *numbers("A/007/0045", "A/7/45"), "matched", True, "number_format"),
    case("financial-year-left-out", *numbers("INV/0045", "INV/26-27/0045"), "matched", True, "number_format"),
    case("year-long-vs-short", *numbers("INV/2026-27/0045", "INV/26-27/0045"), "matched", True, "number_format"),
    case("year-fused", *numbers("INV/2627/0045", "INV/26-27/45"), "matched", True, "number_format"),
    case("year-moved-to-the-end", *numbers("INV/0045/26-27", "INV/26-27/0045"), "matched", True, "number_format"),
    case("year-glued-to-serial", *numbers("262700123", "26-27/00123"), "matched", True, "number_format"),
    case("bare-serial", *numbers("45", "INV/26-27/0045"), "matched", True, "number_format"),
    case("bare-serial-with-zeros", *numbers("0045", "AB/26-27/45"), "matched", True, "number_format"),
    case("excel-float", *numbers("123.0", "123"), "matched", True, "number_format"),
    case("excel-apostrophe", *numbers("'123", "123"), "matched", True, "number_format"),
    case("full-width-digits", *numbers("１２３４", "1234"), "matched", True, "number_format"),
    case("dash-of-word", *numbers("INV–26—27‑0045", "INV-26-27-0045"), "matched", True, "number_format"),
    case("minus-sign", *numbers("INV\u221277", "INV-77"), "matched", True, "number_format"),
    case("invisible-sign", *numbers("INV\u200b/77\ufeff", "INV/77"), "matched", True, "number_format"),
    case("blank-around", *numbers("  INV/7 ", "INV/7"), "exact", True),
    case("letter-joined-to-digits", *numbers("A1003", "A/1003"), "matched", True, "number_format"),
    case("other-years-in-the-number", *numbers("INV/25-26/0045", "INV/26-27/0045"), "probable", False, ""),
    case("look-alike-letter", *numbers("INV/26-27/OO45", "INV/26-27/0045"), "probable", False, "number_typo"),
    case("transposed-digits", *numbers("INV/26-27/7382", "INV/26-27/7328"), "probable", False, "number_typo"),
    case("digit-missing", *numbers("INV/26-27/732", "INV/26-27/7328"), "probable", False, "number_typo"),
    case("digit-doubled", *numbers("INV/26-27/73228", "INV/26-27/7328"), "probable", False, "number_typo"),
    case("digit-changed", *numbers("INV/26-27/7328", "INV/26-27/7828"), "probable", False, "number_typo"),
    case("wholly-other-number", *numbers("V98211", "INV/26-27/0045"), "probable", False, "number_differs"),
    case("number-missing-in-books", {"doc_no": ""}, {}, "probable", False, "number_differs"),
    case("number-missing-on-both", {"doc_no": None}, {"doc_no": None}, "probable", False, "number_differs"),
    *[
        case(f"no-number-is-meant-by-{word}", {"doc_no": word}, {"doc_no": word}, "probable", False, "number_differs")
        for word in ("-", "NA", "N/A", "nil", "None", "0")
    ],
    case("part-behind-the-number", *numbers("DOS-77", "DOS-77/1"), "probable", False, "number_typo"),
    case("letter-behind-a-bare-serial", *numbers("77", "77-A"), "probable", False, "number_format"),
    case("revised-bill", *numbers("77", "77/REV"), "probable", False, "number_format"),
    case("bare-serial-of-a-series-letter", *numbers("77", "P/77/A"), "matched", True, "number_format"),
    case("other-prefix-same-serial", *numbers("AB/0045", "CD/0045"), "probable", False, "number_differs"),
    case("excel-exponent", *numbers("1.23457E+15", "1234567890123456"), "probable", False, "number_format"),
    case("sixteen-digits", *numbers("1234567890123456", "1234567890123457"), "probable", False, "number_typo"),
    case("very-long", *numbers("X" * 300 + "1", "X" * 300 + "1"), "exact", True),
    case("letters-only", *numbers("ABCD", "abcd"), "matched", True, "number_format"),
    # ---- amounts
    case("rounded-40-paise", {"taxable_value": 999.6}, {}, "matched", True, "rounding"),
    case("exactly-one-rupee", {"taxable_value": 999.0}, {}, "matched", True, "rounding"),
    case("one-rupee-one-paisa", {"taxable_value": 998.99}, {}, "mismatch", False, "value"),
    case("value-500-lower", {"base": 500.0}, {}, "mismatch", False, "value"),
    case("ten-times-the-value", {"base": 10000.0}, {}, "mismatch", False, "value"),
    case("rate-12-for-18", {"igst": 120.0}, {}, "mismatch", False, "rate"),
    case("tax-forgotten", {"igst": 0.0}, {}, "mismatch", False, "rate"),
    case("igst-for-cgst-sgst", {"igst": 0, "cgst": 90, "sgst": 90}, {}, "mismatch", False, "tax_head"),
    case("cess-under-igst", {"igst": 200, "cess": 0}, {"igst": 180, "cess": 20}, "mismatch", False, "tax_head"),
    case("total-in-the-taxable-field", {"taxable_value": 1180, "igst": 0}, {}, "mismatch", False, "value"),
    case("no-tax-on-either-side", {"igst": 0}, {"igst": 0}, "exact", True),
    case("nothing-but-zeros", {"base": 0.0}, {"base": 0.0}, "exact", True),
    case(
        "half-a-rupee-on-each-head", {"igst": 0, "cgst": 89.5, "sgst": 89.5}, {"igst": 0, "cgst": 90, "sgst": 90},
        "matched", True, "rounding",
    ),
    case(
        "heads-within-total-beyond", {"igst": 0, "cgst": 89.2, "sgst": 89.2}, {"igst": 0, "cgst": 90, "sgst": 90},
        "mismatch", False, "",
    ),
    # ---- dates and years
    case("booked-three-days-later", {"doc_date": "2026-05-13"}, {}, "matched", True, "date"),
    case("booked-next-month", {"doc_date": "2026-06-08"}, {}, "matched", True, "date"),
    case("four-months-later", {"doc_date": "2026-09-20"}, {}, "matched", False, "date"),
    case(
        "day-and-month-exchanged",
        {"doc_date": "2026-10-05"}, {"doc_date": "2026-05-10"}, "matched", False, "date_swap",
    ),
    case(
        "over-31-march", {"doc_date": "2026-04-02"}, {"doc_date": "2026-03-31"}, "mismatch", False, "date period",
    ),
    case("typed-last-year", {"doc_date": "2025-05-10"}, {}, "mismatch", False, "date period"),
    case("400-days-apart-other-amount", {"doc_date": "2025-04-05", "base": 700.0}, {}, *NO),
    case(
        "number-restarts-other-amount",
        {"doc_no": "45", "doc_date": "2025-05-12", "base": 831.0}, {"doc_no": "45"}, *NO,
    ),
    case(
        "number-restarts-on-the-same-day", {"doc_no": "45", "doc_date": "2025-05-10", "base": 700.0}, {"doc_no": "45"},
        *NO,
    ),
    case("no-date-in-books", {"doc_date": None}, {}, "matched", False, "date"),
    case("no-date-at-all", {"doc_date": None}, {"doc_date": None}, "matched", False, ""),
    # ---- suppliers
    case("other-branch", {"supplier_gstin": BRANCH}, {}, "mismatch", False, "gstin_branch"),
    case("gstin-lower-case", {"supplier_gstin": SUPPLIER.lower()}, {}, "exact", True),
    case(
        "gstin-mistyped", {"supplier_gstin": SUPPLIER[:8] + "9" + SUPPLIER[9:]}, {}, "probable", False, "gstin_typo",
    ),
    case(
        "gstin-transposed", {"supplier_gstin": SUPPLIER[:7] + SUPPLIER[8] + SUPPLIER[7] + SUPPLIER[9:]}, {},
        "probable", False, "gstin_typo",
    ),
    case("gstin-blank", {"supplier_gstin": ""}, {}, "probable", False, "no_gstin"),
    case("gstin-urp", {"supplier_gstin": "URP"}, {}, "probable", False, "no_gstin"),
    case("another-supplier", {"supplier_gstin": OTHER}, {}, *NO),
    # ---- types and signs
    case("debit-note-as-invoice", {}, {"doc_type": "DN"}, "mismatch", False, "doc_type"),
    case("credit-note-as-invoice", {}, {"doc_type": "CN"}, "mismatch", False, "doc_type sign"),
    case("credit-note", {"doc_type": "CN"}, {"doc_type": "CN"}, "exact", True),
    case(
        "negative-credit-note", {"doc_type": "CN", "taxable_value": -1000, "igst": -180}, {"doc_type": "CN"},
        "matched", False, "sign",
    ),
    case(
        "negative-invoice-is-a-credit-note", {"taxable_value": -1000, "igst": -180}, {"doc_type": "CN"},
        "mismatch", False, "doc_type sign",
    ),
    case("bill-of-entry-is-no-invoice", {"doc_type": "BOE"}, {}, *NO),
    case("credit-note-of-other-value-with-the-number", {}, {"doc_type": "CN", "base": 77.0}, *NO),
    # ---- what may not be accepted unseen, though it is the same
    case("reverse-charge", {"reverse_charge": True}, {"reverse_charge": True}, "exact", False, "reverse_charge"),
    case(
        "reverse-charge-told-by-the-eligibility", {"itc_eligibility": "ITC on Reverse Charge"}, {}, "exact", False,
        "reverse_charge",
    ),
    case("reverse-charge-in-portal", {"igst": 0}, {"reverse_charge": True}, "mismatch", False, "rate reverse_charge"),
    case("not-available", {}, {"gstr2b_part": "not_available", "section": "B2B"}, "exact", False),
    case("itc-not-available", {}, {"itc_available": "N", "section": "B2B"}, "exact", False),
    case("place-of-supply", {"pos": "27"}, {"pos": "29"}, "mismatch", False, "pos"),
    case("place-of-supply-unknown", {"pos": None}, {"pos": "29"}, "exact", True),
    case(
        "amendment",
        {}, {"section": "B2BA", "original_doc_no": "X9", "original_doc_date": MONTH}, "exact", True, "amended",
    ),
    case("saved-not-filed", {}, {"filing_status": "saved", "section": "B2B"}, "exact", False),
    case(
        "filed-and-open", {"itc_eligibility": "Eligible"}, {"filing_status": "filed", "portal_action": "N"}, "exact",
        True,
    ),
    case("rejected-on-the-portal", {}, {"portal_action": "R"}, "exact", False),
    case("pending-on-the-portal", {}, {"portal_action": "P"}, "exact", False),
    case("accepted-on-the-portal", {}, {"portal_action": "A"}, "exact", True),
    case("ineligible-in-the-books", {"itc_eligibility": "Blocked u/s 17(5)"}, {}, "exact", False),
    *[
        case(f"books-say-{word}", {"itc_eligibility": word}, {}, "exact", False)
        for word in ("no", "N", "In-eligible", "No ITC", "Non-creditable")
    ],
    *[
        case(f"books-say-{word}", {"itc_eligibility": word}, {}, "exact", True)
        for word in ("Inputs", "Input services", "Capital goods", "All Other ITC", "ip", "Yes")
    ],
    case("distributed", {}, {"section": "ISD", "supply_class": "isd"}, "exact", False),
    case("my-other-gstin", {"company_gstin": OTHER}, {"company_gstin": SUPPLIER}, "mismatch", False, "gstin_branch"),
    case("my-gstin-in-lower-case", {"company_gstin": OTHER.lower()}, {"company_gstin": f" {OTHER}"}, "exact", True),
    case(
        "bill-of-entry-port-in-lower-case", *[
            {"doc_type": "BOE", "supplier_gstin": None, "port_code": port, "doc_no": "8123456"}
            for port in ("innsa1", "INNSA1")
        ],
        "exact", False,
    ),
    case("my-gstin", {"company_gstin": OTHER}, {"company_gstin": OTHER}, "exact", True),
    case(
        "bill-of-entry",
        {"doc_type": "BOE", "supplier_gstin": None, "port_code": "INNSA1", "doc_no": "8123456"},
        {"doc_type": "BOE", "supplier_gstin": None, "port_code": "INNSA1", "doc_no": "8123456", "section": "IMPG"},
        "exact", False,
    ),
    case(
        "bill-of-entry-without-port",
        {"doc_type": "BOE", "supplier_gstin": None, "doc_no": "8123456"},
        {"doc_type": "BOE", "supplier_gstin": None, "port_code": "INNSA1", "doc_no": "8123456", "section": "IMPG"},
        "exact", False,
    ),
    # ---- more spellings of one number (real series), every other field equal
    *[
        case(f"spelling-{left}-vs-{right}", *numbers(left, right), "matched", True, "number_format")
        for left, right in (
            ("GST/0012", "GST-12"), ("GST 12", "GST/12"), ("gst12", "GST-12"), ("TI.0045", "TI/45"),
            ("S_101", "S-101"), ("S#101", "S-101"), ("MH\\7", "MH/7"), ("000417", "417"), ("417", "AB/417"),
            ("0417", "AB/24-25/0417".replace("24-25", "26-27")), ("26-27/9", "2026-27/9"), ("26-27/9", "2627/9"),
            ("9/26-27", "9/2026-2027"), ("INV/26-27/9", "INV/9/2026-27"), ("INV 9 26-27", "INV-9-26-27"),
            ("K/26-27/0001", "K/1"), ("PUR-18/26-27", "PUR/18/26-27"), ("B-01-X", "b/1/x"), ("12345.00", "12345"),
            ("’900", "900"), ("TI/25/26-27", "25"), ("ＡＢ/7", "AB/7"), ("AB7C9", "AB/7/C/9"), ("R-0007", "R7"),
            ("00045", "SL/26-27/45"),
            ("Inv. No. AB/77", "AB/77"), ("Tax Invoice No: AB-77", "AB/77"), ("ABC/FY26-27/77", "ABC/26-27/77"),
            ("ABC/FY 2026-27/77", "ABC/77"), ("NOIDA/FY2627/7", "NOIDA/7"),
            ("A/1/12", "A112"), ("X7-7-1", "X/77/1"), ("INV/26-27/1/12", "INV/2627/1-12"),
            ("E/26-27/100", "E-100"), ("2026-27/GST/88", "26-27/GST/088"),
        )
    ],
    # ---- numbers that only look alike: somebody must look, whatever else agrees
    *[
        case(f"look-{left}-vs-{right}", *numbers(left, right), "probable", False, "")
        for left, right in (
            ("AB/1001", "AB/1002"), ("AB/1001", "AB/1010"), ("AB/1001", "AB/101"), ("AB/1001", "CD/1001"),
            ("S101", "5101"), ("I0045", "10045"), ("B/88", "8/88"),
            ("A/1/2", "A/2/1"), ("GST/77", "GST/771"), ("MH-8054/26-26", "MH-8054/26-27"), ("X9", "Y7"),
            ("NOIDA/7", "IDA/7"),
            ("177", "S1/77"), ("177", "GST/1/77"), ("INV/477", "04/77"),
            ("A/1/12", "A/11/2"), ("1/11", "11/1"), ("11/77", "1/17/7"), ("INV/77/1", "INV/7/71"),
            ("9001", "90011"), ("DN/5", "CN/5"), ("P/12", "P/12/B"), ("1234", "1243"),
        )
    ],
    case("other-serial-of-another-year", *numbers("INV/25-26/45", "INV/26-27/46"), *NO),
    # ---- the same number, other amounts: the document is plain, the amount is not
    *[
        case(f"amount-{left}", {"taxable_value": left}, {}, "mismatch", False, "value")
        for left in (10.0, 100.0, 900.0, 990.0, 998.5, 1001.5, 1010.0, 1100.0, 2000.0)
    ],
    *[
        case(f"tax-{left}", {"igst": left}, {}, "mismatch", False, "rate")
        for left in (50.0, 90.0, 178.5, 181.5, 280.0)
    ],
    *[
        case(f"days-apart-{day}", {"doc_date": f"2026-05-{day:02d}"}, {}, "matched", True, "date")
        for day in (1, 5, 9, 11, 20, 28, 31)
    ],
    # ---- another type or direction under the same number and value
    *[
        case(f"type-{left}-for-{right}", {"doc_type": left}, {"doc_type": right}, "mismatch", False, "doc_type")
        for left, right in (("DN", "INV"), ("CN", "INV"), ("INV", "CN"), ("CN", "DN"), ("DN", "CN"))
    ],
    # ---- several differences at once
    case(
        "format-and-rounding",
        {"doc_no": "45", "taxable_value": 999.7}, {}, "matched", True, "number_format rounding",
    ),
    case("typo-and-other-amount", {"doc_no": "INV/26-27/0046", "base": 400.0}, {}, *NO),
    case("next-number-next-month-same-rent", {"doc_no": "INV/26-27/0046", "doc_date": "2026-06-10"}, {}, "", False, ""),
    case("other-number-other-month-same-amount", {"doc_no": "Q/9", "doc_date": "2026-08-01"}, {}, *NO),
    case("other-number-other-amount", {"doc_no": "Q/9", "base": 12.0}, {}, *NO),
    case("branch-and-value", {"supplier_gstin": BRANCH, "base": 900.0}, {}, "mismatch", False, "value gstin_branch"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "category", "certain", "flags"), CASES)
def test_pair(left, right, category, certain, flags):
    result = reconcile(books(document(**left)), portal(document(**right)))
    matches = result.matches
    if not category:
        assert matches.empty, matches["reason"].tolist()
        assert set(result.unmatched["category"]) == {"only_in_books", "only_in_portal"}
        return
    assert matches["category"].tolist() == [category], result.unmatched["reason"].tolist()
    assert (matches["confidence"].iloc[0] == "certain") is certain, matches.iloc[0].to_dict()
    assert set(flags.split()) <= set(matches["flags"].iloc[0].split()), matches["flags"].iloc[0]
    if category in ("exact", "matched") and not flags:
        assert not set(matches["flags"].iloc[0].split()) - {"reverse_charge", "amended", "date"}
    assert matches["reason"].iloc[0].endswith(".")


def test_a_word_for_no_number_leaves_the_numbers_of_others_alone():
    others = [document(doc_no="A/1"), document(doc_no="B/2", base=70.0)]
    result = reconcile(books(document(doc_no="NA", base=50.0), *others), portal(*others))
    assert result.links[["register_id", "portal_id"]].to_numpy().tolist() == [["r2", "p1"], ["r3", "p2"]]
    assert set(result.matches["category"]) == {"exact"}
