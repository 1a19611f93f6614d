"""Whatever the table and the actions: one part a record, rupees in = rupees out, no row order, no drift."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imsrecon import Profile, preview_2b
from imsrecon.domain import AMOUNTS, SECTIONS, to_paise
from imsrecon.preview import ALL_PARTS

PROFILES = [
    Profile("27ZZZCR1000A1ZM"),
    Profile("27ZZZCR1000A1ZM", filed_3b={"2025-09": date(2025, 10, 20), "2025-10": date(2025, 11, 20)}),
    Profile("07ZZZPY1404E1ZA", frequency="quarterly", filed_3b={"2025-09": date(2025, 10, 24)}),
]
HEADS = ("igst", "cgst", "sgst", "cess")
MONEY = st.integers(0, 10**9).map(lambda paise: paise / 100)
RECORD = st.fixed_dictionaries(
    {
        "section": st.sampled_from(SECTIONS),
        "doc_no": st.sampled_from(["1", "2", "3"]),
        "original_doc_no": st.sampled_from([None, "1", "2"]),
        "doc_date": st.sampled_from(["2024-03-31", "2025-09-15", "2025-10-05"]),
        "gstr2b_period": st.sampled_from([None, "2025-09", "2025-10", "2025-11", "2025-12"]),
        "gstr2b_part": st.sampled_from([None, None, "available", "not_available", "reversal", "rejected"]),
        "itc_reason": st.sampled_from([None, "C", "P"]),
        "filing_status": st.sampled_from(["filed", "saved"]),
        "portal_action": st.sampled_from([None, "A", "R", "P", "N"]),
        "pending_blocked": st.sampled_from([None, True, False]),
        "reverse_charge": st.sampled_from([False, False, True]),
        "original_state": st.sampled_from([None, "accepted_filed", "rejected", "pending", "open", "none"]),
        "original_igst": st.none() | MONEY,
        "source_form": st.sampled_from(["R1", "R1A", "IFF"]),
        **dict.fromkeys(AMOUNTS, MONEY),
    }
)
DECISION = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["", "A", "R", "P", "N"]),
        "itc_reduction": st.sampled_from([None, "full", "partial", "none"]),
        "declared_igst": st.none() | MONEY,
    }
)
CASE = st.lists(st.tuples(RECORD, DECISION), min_size=1, max_size=25)
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
QUICK = settings(max_examples=8, deadline=None, suppress_health_check=SLOW)


def tables(portal, decide, case):
    table = portal(*(record for record, _ in case))
    return table, decide(table, *(decision for _, decision in case))


@QUICK
@given(case=CASE, profile=st.sampled_from(PROFILES), period=st.sampled_from(["2025-10", "2025-11", "2025-12"]))
def test_each_record_is_in_one_part_and_rupees_add_up(portal, decide, case, profile, period):
    table, decisions = tables(portal, decide, case)
    seen = preview_2b(table, decisions, period, profile)
    assert seen.documents["portal_id"].tolist() == table["doc_id"].tolist()
    assert seen.documents["part"].isin(ALL_PARTS).all()
    assert (seen.documents["rule"] != "").all()
    assert (seen.control["difference"] == 0).all()
    assert seen.control.set_index("measure").loc["rows", "portal"] == len(table)
    sign = np.where(table["doc_type"].eq("CN"), -1, 1)
    face = {name: int((sign * to_paise(table[name])).sum()) for name in AMOUNTS}
    portal_side = seen.control.set_index("measure")["portal"]
    assert {name: int(to_paise([portal_side[name]])[0]) for name in AMOUNTS} == face
    for line, rows in seen.documents.dropna(subset="line").groupby("line"):
        row = seen.table4.set_index("line").loc[line]
        assert [int(to_paise(rows[head]).sum()) for head in HEADS] == to_paise(row[list(HEADS)].astype(float)).tolist()
    assert seen.summary["documents"].sum() == len(table)


@QUICK
@given(case=CASE, profile=st.sampled_from(PROFILES), seed=st.integers(0, 99))
def test_shuffled_and_repeated_previews_are_the_same(portal, decide, case, profile, seed):
    table, decisions = tables(portal, decide, case)
    before = table.copy(deep=True)
    seen = preview_2b(table, decisions, "2025-11", profile)
    pd.testing.assert_frame_equal(table, before)
    order = np.random.default_rng(seed).permutation(len(table))
    again = preview_2b(table.iloc[order], decisions.sample(frac=1, random_state=seed), "2025-11", profile)
    pd.testing.assert_frame_equal(again.table4, seen.table4)
    pd.testing.assert_frame_equal(again.summary, seen.summary)
    pd.testing.assert_frame_equal(again.control, seen.control)
    expected = seen.documents.iloc[order].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.documents, expected)


@QUICK
@given(case=CASE)
def test_a_decision_that_repeats_the_portal_changes_nothing(portal, decide, case):
    table, _ = tables(portal, decide, case)
    same = pd.DataFrame({"portal_id": table["doc_id"], "action": table["portal_action"].fillna("N")})
    silent = preview_2b(table, pd.DataFrame(), "2025-11", PROFILES[1])
    pd.testing.assert_frame_equal(preview_2b(table, same, "2025-11", PROFILES[1]).documents, silent.documents)
