"""The forms of document numbers, and how alike two of them are (ims-rules I-04, formats 8)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imsrecon.match.numbers import number_forms
from imsrecon.match.spelling import NUMBER, compare_numbers


def level(left: str, right: str) -> NUMBER:
    forms = number_forms(pd.Series([left, right], dtype="str"))
    same = left == right
    return NUMBER(int(compare_numbers(forms, np.array([0]), np.array([0 if same else 1]))[0]))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("INV-0045/A", "INV-0045/A", NUMBER.LITERAL),
        ("INV-0045/A", "INV 0045-A", NUMBER.CANON),
        ("a/0001003", "A1003", NUMBER.CANON),
        ("000", "0", NUMBER.CANON),
        ("24250012", "24-25/0012", NUMBER.SQUASH),
        ("DOS-77/1", "DOS771", NUMBER.SQUASH),
        ("GST/123", "GST/24-25/0123", NUMBER.PLAIN),
        ("GST/2024-25/123", "GST2425123", NUMBER.PLAIN),
        ("123/2024-2025", "123", NUMBER.PLAIN),
        ("417", "AB/24-25/0417", NUMBER.SUFFIX),
        ("A417", "24-25/XYZ/12/A417", NUMBER.SUFFIX),
        ("7417", "ABC127417", NUMBER.TAIL),
        ("INV/1O5", "INV/105", NUMBER.LOOKALIKE),
        ("S4012", "54012", NUMBER.LOOKALIKE),
        ("INV7382", "INV7328", NUMBER.SLIP),
        ("INV732", "INV7328", NUMBER.SLIP),
        ("INV7828", "INV7328", NUMBER.CHANGED),
        ("AB/99", "XCD/99", NUMBER.SERIAL),
        ("AB/99", "AB/17", NUMBER.DIFFERENT),
        ("1.0E+15", "1000000000000000", NUMBER.TAIL),
        ("1.23457E+15", "9934567890123456", NUMBER.DIFFERENT),
        ("5E1", "SALE/EX/7", NUMBER.DIFFERENT),
        ("1.2E+5", "1.2E+5/1.2E+5", NUMBER.TAIL),
        ("INV/252600031", "INV/25-26/31", NUMBER.PLAIN),
        ("---", "///", NUMBER.DIFFERENT),
        ("25-26/12", "25-29/12", NUMBER.SERIAL),
    ],
)
def test_level(left, right, expected):
    assert level(left, right) is expected
    assert level(right, left) is expected


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("INV/24-25/7", 24), ("INV/2024-25/7", 24), ("INV/2024-2025/7", 24), ("2425/7", 24), ("202425/7", 24),
        ("20242025/7", 24), ("7/24-25", 24), ("242500123", 24), ("24-25", -1), ("2425", -1), ("INV/24-26/7", -1),
        ("INV/98-99/7", -1), ("24/A/25/7", -1),
    ],
)  # fmt: skip
def test_financial_year_in_a_number(text, year):
    assert number_forms(pd.Series([text], dtype="str")).year.tolist() == [year]


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_reading_together_or_alone_is_the_same(one, two):
    both = number_forms(pd.Series([one, two], dtype="str"))
    alone = number_forms(pd.Series([two], dtype="str"))
    for name in ("canon", "squash", "plain", "core", "serial", "head", "year", "bare"):
        assert getattr(both, name)[1] == getattr(alone, name)[0], name


@settings(max_examples=40, deadline=None)
@given(st.from_regex(r"[A-Z]{0,4}[/-]?[0-9]{1,6}[/-]?[A-Z]{0,2}", fullmatch=True))
def test_separators_case_and_zeros_are_ignored(text):
    variant = text.replace("/", " ").replace("-", ".").lower()
    assert level(text, variant) <= NUMBER.CANON


def test_long_numbers_equal_only_themselves():
    texts = ["9" * 70 + "1", "9" * 70 + "2", "INV" + "0" * 200 + "1", "INV1"]
    forms = number_forms(pd.Series(texts, dtype="str"))
    assert len(set(forms.canon.tolist())) == 4


def test_more_than_six_runs_of_digits_are_read_one_by_one():
    forms = number_forms(pd.Series(["1/2/3/4/5/6/7/25-26/9", "1/2/3/4/5/6/7/9"], dtype="str"))
    assert forms.serial.tolist() == [9, 9]
    assert forms.year.tolist() == [25, -1]
    assert forms.plain[0] == forms.plain[1]


def test_no_number_at_all():
    assert len(number_forms(pd.Series([], dtype="str")).canon) == 0
