"""What takes certain away from a pair that agrees: a document left over that one of the two may have meant."""

from __future__ import annotations

import pytest
from small_tables import books, document, portal

from imsrecon import MatchSettings, reconcile


def found(left, right):
    result = reconcile(books(*[document(**row) for row in left]), portal(*[document(**row) for row in right]))
    links = result.links.merge(result.matches, on="match_id")
    return {(row.register_id, row.portal_id): row.confidence for row in links.itertuples()}


# Books, portal: the first of each agree in all that counts, and yet a careful person looks.
MEANT = {
    "equal without separators": (
        [{"doc_no": "20"}, {"doc_no": "202627", "doc_date": "2026-05-10"}], [{"doc_no": "20/26-27"}],
    ),
    "the next number of a price list": (
        [{"doc_no": "KJ/26/0020", "doc_date": "2026-05-12"}],
        [{"doc_no": "KJ/26/0020", "doc_date": "2026-05-10"}, {"doc_no": "KJ/26/0019", "doc_date": "2026-05-10"}],
    ),
    "ninety-nine and a hundred": (
        [{"doc_no": "JG-100"}], [{"doc_no": "JG-100"}, {"doc_no": "JG-99"}],
    ),
    "the end of a long number": (
        [{"doc_no": "20260600000126"}, {"doc_no": "126"}], [{"doc_no": "20260600000126"}],
    ),
    "that very day is linked under another number": (
        [{"doc_no": "BV-014", "doc_date": "2026-05-03"}, {"doc_no": "PO50919", "doc_date": "2026-05-03"}],
        [{"doc_no": "BV-014", "doc_date": "2026-05-01"}, {"doc_no": "BV-029", "doc_date": "2026-05-03"}],
    ),
    "a record that only a sum ties to another row": (
        [{"doc_no": "INV/12"}, {"doc_no": None, "base": 3000.0}],
        [{"doc_no": "INV/12"}, {"doc_no": "INV/13"}, {"doc_no": "INV/14", "base": 2000.0}],
    ),
    "a record linked under another number of that day": (
        [{"doc_no": "INV/12"}, {"doc_no": "PO/7071"}], [{"doc_no": "INV/12"}, {"doc_no": "INV/13"}],
    ),
    "booked whole and in parts": (
        [{"doc_no": "CX/3", "doc_date": "2026-05-17"}, *({"doc_no": "CX/03", "base": base} for base in (300.0, 700.0))],
        [{"doc_no": "CX/3"}],
    ),
    "uploaded whole and in parts": (
        [{"doc_no": "CX/3"}], [{"doc_no": "CX/3"}, *({"doc_no": "CX/3", "base": base} for base in (300.0, 700.0))],
    ),
    "the next number with the other end's amount": (
        [{"doc_no": "INV/19"}],
        [{"doc_no": "INV/19", "base": 1000.9}, {"doc_no": "INV/20", "base": 1001.8}],
    ),
    "a zero before a fused year": (
        [{"doc_no": "00262700031"}], [{"doc_no": "0262700031"}, {"doc_no": "262700031"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MEANT)
def test_a_document_left_over_may_have_been_meant(name):
    left, right = MEANT[name]
    links = found(left, right)
    assert links and "certain" not in links.values(), links


def test_the_own_number_is_certain_a_few_days_off_though_others_have_the_amount():
    months = [f"2026-0{month}-05" for month in (1, 2, 3, 4, 5, 6)]
    rent = [{"doc_no": f"RENT/{at}", "doc_date": day} for at, day in enumerate(months)]
    posted = [row | {"doc_date": f"{row['doc_date'][:-2]}11"} for row in rent]
    links = found(posted, rent)
    assert len(links) == 6 and set(links.values()) == {"certain"}
    late = [row | {"doc_date": f"{row['doc_date'][:-2]}19"} for row in rent]
    assert "certain" not in found(late, rent).values()


def test_with_a_larger_tolerance_doubts_reach_as_far():
    settings = MatchSettings(head_tolerance=100.0, total_tolerance=100.0)
    left, right = (
        books(document(doc_no="INV/19")),
        portal(document(doc_no="INV/19", base=1060.0), document(doc_no="INV/20", base=1030.0)),
    )
    assert reconcile(left, right, settings).matches["confidence"].tolist() != ["certain"]
    assert reconcile(left, right.head(1), settings).matches["confidence"].tolist() == ["certain"]


def test_a_bare_serial_is_doubted_by_what_is_free_that_day_not_by_what_is_linked():
    left = [{"doc_no": "12"}, {"doc_no": "PO/9034"}]
    right = [{"doc_no": "AB/26-27/012"}, {"doc_no": "AB/26-27/777"}]
    linked, free = found(left, right), found(left[:1], right)
    assert list(linked.values()).count("certain") == 1 and len(linked) == 2
    assert "certain" not in free.values()
