"""Registers of random layout: what is read equals what was written."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imsrecon.domain import AMOUNTS, check_documents, conform, show_rupees, to_paise
from imsrecon.intake import combine_portal, read_register

SUPPLIERS = ["29ZZZFC1303D1ZF", "24ZZZFS1202C1ZD", "27ZZZCK1101B1ZP", ""]
LABELS = {
    "supplier_gstin": ["GSTIN/UIN", "Supplier GSTIN", "GST No.", "Vendor GSTN", "GSTIN of supplier"],
    "supplier_name": ["Particulars", "Supplier Name", "Party Name", "Trade/Legal name"],
    "doc_no": ["Supplier Invoice No.", "Bill Number", "Invoice No", "Ref. No."],
    "doc_date": ["Supplier Invoice Date", "Bill Date", "Invoice Date", "Document Date"],
    "taxable_value": ["Taxable Value (₹)", "Taxable Amt", "Taxable"],
    "igst": ["IGST", "Integrated Tax (₹)", "IGST Amount"],
    "cgst": ["CGST", "Central Tax", "CGST Amt"],
    "sgst": ["SGST", "State/UT Tax(₹)", "UTGST"],
    "cess": ["Cess", "Cess Paid"],
}
DAY_STYLES = ["%d-%m-%Y", "%d/%m/%Y", "%d-%b-%y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y"]
AMOUNT_STYLES = [
    lambda paise: f"{paise / 100:.2f}", lambda paise: show_rupees(paise / 100), lambda paise: f"₹ {paise / 100:,.2f}",
    lambda paise: f"{paise / 100:.2f} Dr", lambda paise: "" if paise == 0 else f"{paise / 100:.2f}",
]  # fmt: skip

numbers = st.text("ABCDEFGHXYZ0123456789/-", min_size=1, max_size=16).filter(lambda text: any(map(str.isalnum, text)))
rows = st.fixed_dictionaries(
    {
        "supplier_gstin": st.sampled_from(SUPPLIERS),
        "supplier_name": st.sampled_from(["Cauvery", "Total Gas Ltd", "Ärger & Söhne", "=1+1"]),
        "doc_no": numbers,
        "doc_date": st.integers(0, 700).map(lambda offset: date(2025, 1, 1) + timedelta(days=offset)),
        **{name: st.integers(1 if name == "taxable_value" else 0, 10**11) for name in AMOUNTS},
    }
)


def write(path, documents, chance, with_total):
    """A CSV with titles, columns in any order under any alias, one style of dates and of amounts, perhaps a total."""
    fields = list(LABELS)
    chance.shuffle(fields)
    show_day, show_amount = chance.choice(DAY_STYLES), chance.choice(AMOUNT_STYLES)
    titles = [["Synthetic Traders"], ["1, Some Road, Thane"], [], ["Purchase Register"]][: chance.randrange(5)]
    lines = [*titles, [chance.choice(LABELS[field]) for field in fields]]
    for document in documents:
        cells = document | {"doc_date": document["doc_date"].strftime(show_day)}
        cells |= {name: show_amount(document[name]) for name in AMOUNTS}
        lines.append([cells[field] for field in fields])
    if with_total:
        sums = {name: show_amount(sum(document[name] for document in documents)) for name in AMOUNTS}
        lines.append([sums.get(field, "Grand Total" if field == "supplier_name" else "") for field in fields])
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(rows, min_size=1, max_size=8), seed=st.integers(0, 10**6), with_total=st.booleans())
def test_what_is_read_equals_what_was_written(tmp_path, documents, seed, with_total):
    path = tmp_path / "register.csv"
    write(path, documents, random.Random(seed), with_total)
    intake = read_register(path)
    table = intake.documents
    assert check_documents(table, "register").empty
    assert intake.refused.empty
    assert table["supplier_gstin"].fillna("").tolist() == [one["supplier_gstin"] for one in documents]
    assert table["supplier_name"].tolist() == [one["supplier_name"] for one in documents]
    assert table["doc_no"].tolist() == [one["doc_no"] for one in documents]
    assert table["doc_date"].dt.date.tolist() == [one["doc_date"] for one in documents]
    for name in AMOUNTS:
        assert to_paise(table[name]).tolist() == [one[name] for one in documents]
    assert intake.set_aside["code"].eq("total").sum() == with_total


PORTAL = st.lists(
    st.fixed_dictionaries(
        {
            "doc_id": st.sampled_from("abcdef"),
            "section": st.just("B2B"),
            "taxable_value": st.integers(1, 999).map(float),
            "doc_no": st.just("1"),
            "remarks": st.sampled_from([None, "x", "y"]),
        }
    ),
    max_size=5,
    unique_by=lambda row: row["doc_id"],
)


def portal(rows_of, kind, period):
    extra = (
        {"portal_action": "N", "pending_blocked": True}
        if kind == "ims"
        else {"gstr2b_part": "available", "gstr2b_period": period}
    )
    return conform(
        pd.DataFrame(
            [row | extra for row in rows_of],
            columns=["doc_id", "section", "taxable_value", "doc_no", "remarks", *extra],
        ),
        "portal",
    )


@settings(max_examples=6, deadline=None)
@given(april=PORTAL, june=PORTAL, older=PORTAL, newer=PORTAL, seed=st.integers(0, 100))
def test_combining_is_the_same_in_any_order_and_in_any_steps(april, june, older, newer, seed):
    statements = [portal(april, "2b", "2026-04"), portal(june, "2b", "2026-06")]
    downloads = [portal(older, "ims", None), portal(newer, "ims", None)]
    once = combine_portal(*statements, *downloads)
    chance = random.Random(seed)
    mixed = downloads.copy()
    for statement in statements:
        mixed.insert(chance.randrange(len(mixed) + 1), statement)
    pd.testing.assert_frame_equal(combine_portal(*mixed), once)
    stepwise = combine_portal(combine_portal(statements[0], downloads[0]), combine_portal(statements[1], downloads[1]))
    pd.testing.assert_frame_equal(stepwise, once)
    assert once["doc_id"].is_unique
    assert set(once["doc_id"]) == {row["doc_id"] for rows_of in (april, june, older, newer) for row in rows_of}
