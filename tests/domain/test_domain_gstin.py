from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsrecon.domain import InputError, check_character, clean_gstins, is_valid_gstin, pans, parse_gstin, valid_gstins

VALID = [
    "27AAPFU0939F1ZV", "29AAGCB7383J1Z4", "24AAQCA8719H1ZC", "24AABCR6898M1ZN",
    "07IMSCC2941G1ZL", "23VBVBV0123V1Z0", "24MAYAS0100J1Z6",
]  # fmt: skip
COPIED_BUT_FALSE = {"27AABCU9603R1ZM": "N", "01AABCE2207R1Z5": "V", "24MAYAS0100J1JD": "2"}


@pytest.mark.parametrize("gstin", VALID)
def test_i02_verified_gstins_pass(gstin):
    assert is_valid_gstin(gstin)
    assert check_character(gstin[:14]) == gstin[14]


@pytest.mark.parametrize(("gstin", "ends"), COPIED_BUT_FALSE.items())
def test_i02_widely_copied_samples_fail(gstin, ends):
    assert not is_valid_gstin(gstin)
    assert check_character(gstin[:14]) == ends
    with pytest.raises(InputError, match="checksum"):
        parse_gstin(gstin)


def test_parse_takes_a_gstin_apart():
    parsed = parse_gstin(" 27aapfu0939f1zv ")
    assert (parsed.state_code, parsed.state, parsed.pan, parsed.kind) == ("27", "Maharashtra", "AAPFU0939F", "normal")


@pytest.mark.parametrize("state", ["50", "00", "39", "96"])  # 96 is a place of supply, no place to register
def test_i03_state_must_exist(state):
    first14 = f"{state}AAPFU0939F1Z"
    gstin = first14 + check_character(first14)
    with pytest.raises(InputError, match=f"state {state}"):
        parse_gstin(gstin)
    assert not valid_gstins(pd.Series([gstin])).any()


@pytest.mark.parametrize("kind", [None, "str", object])
def test_column_agrees_with_the_single_check(kind):
    texts = [*VALID, *COPIED_BUT_FALSE, "", "27AAPFU0939F1Z", "27AAPFU0939F1ZÅ", None]
    column = pd.Series(texts, index=range(10, 10 + len(texts)), dtype=kind)
    expected = [text is not None and is_valid_gstin(text) for text in texts]
    assert valid_gstins(column).tolist() == expected
    assert valid_gstins(column).index.equals(column.index)


@given(st.sampled_from(VALID), st.integers(0, 14), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_changed_character_never_passes(gstin, position, character):
    changed = gstin[:position] + character + gstin[position + 1 :]
    assert is_valid_gstin(changed) == (changed == gstin)


def test_cleaning_and_pan():
    column = clean_gstins(pd.Series([" 27aapfu0939f1zv", "URP", "", None, "27 AAPFU 0939F1ZV"]))
    assert column.fillna("-").tolist() == ["27AAPFU0939F1ZV", "-", "-", "-", "27AAPFU0939F1ZV"]
    assert pans(column).fillna("-").tolist() == ["AAPFU0939F", "-", "-", "-", "AAPFU0939F"]
