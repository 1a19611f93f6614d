from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from imsrecon.domain import check_character, pans, state_codes, valid_gstins
from imsrecon.synth.suppliers import ROLES, make_suppliers, with_check_character


@given(st.lists(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=14, max_size=14), min_size=1, max_size=5))
def test_check_character_of_a_column_is_that_of_each(first14: list[str]) -> None:
    whole = with_check_character(pd.Series(first14, dtype="str"))
    assert whole.tolist() == [text + check_character(text) for text in first14]


def test_gstins_pass_the_checksum_and_belong_to_nobody() -> None:
    table = make_suppliers(500, "27", np.random.default_rng(1))
    gstins = pd.concat([table["gstin"], table["branch_gstin"]]).dropna()
    assert valid_gstins(gstins).all()
    assert pans(gstins).str.startswith("ZZZ").all()
    assert table["pan"].is_unique
    assert gstins.is_unique


def test_branches_are_other_registrations_of_the_same_pan() -> None:
    table = make_suppliers(500, "27", np.random.default_rng(1)).dropna(subset=["branch_gstin"])
    assert len(table) > 100
    assert (pans(table["branch_gstin"]) == table["pan"]).all()
    assert (state_codes(table["branch_gstin"]) != table["state"]).all()


def test_every_name_says_that_it_is_made_up_and_every_role_is_there() -> None:
    table = make_suppliers(80, "27", np.random.default_rng(1))
    assert table["name"].str.match("DEMO|SAMPLE|SPECIMEN|SYNTHETIC|EXAMPLE").all()
    assert set(table["role"]) == {"regular", *ROLES}
    assert table.loc[table["role"].isin(["overseas", "unregistered"]), "gstin"].isna().all()


def test_sizes_fall_as_one_over_the_rank() -> None:
    weight = make_suppliers(100, "27", np.random.default_rng(1)).query("role == 'regular'")["weight"]
    assert np.allclose(weight * np.arange(1, 101), 1)
