"""What differs between two results, and what a person's words teach."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tables import books, document, portal

from imsrecon.domain import total_tax
from imsrecon.match import (
    MatchSettings,
    apply_proposals,
    changes,
    counted,
    judged_pairs,
    precision,
    propose,
    reconcile,
    state_of,
    to_ask,
)
from imsrecon.match.learn import interval

WIDE = MatchSettings(head_tolerance=20.0, total_tolerance=20.0)


def series(count, **changes):
    """Documents of one supplier with numbers and amounts of their own."""
    return [document(doc_no=f"INV/26-27/{at:04d}", base=1000.0 + 137 * at) | changes for at in range(1, count + 1)]


def apart(rows, rupees):
    """The same documents with another taxable value."""
    return [row | {"taxable_value": row["taxable_value"] + rupees} for row in rows]


def said(*lines):
    return pd.DataFrame(list(lines), columns=["register_id", "portal_id", "verdict"])


def every(result, verdict, count=99):
    links = result.links.head(count)
    return links[["register_id", "portal_id"]].assign(verdict=verdict)


# changes


def test_a_state_has_every_document_once_with_its_tax():
    left, right = books(*series(3), document(doc_type="CN", doc_no="C/1", base=50.0)), portal(*series(4))
    state = state_of(reconcile(left, right), left, right)
    assert len(state) == 8
    assert not state.duplicated(["side", "doc_id"]).any()
    note = state[state["doc_id"].eq("r4")].iloc[0]
    assert note["paise"] == -900
    assert state.loc[state["side"].eq("portal"), "paise"].sum() == total_tax(right).sum()


def test_wider_tolerances_move_mismatches_to_matched():
    rows = series(3)
    left, right = books(*rows), portal(*apart(rows, 9.0))
    before = state_of(reconcile(left, right), left, right)
    changed = changes(before, state_of(reconcile(left, right, WIDE), left, right))
    assert changed["what"].eq("other category").all()
    table = counted(changed).set_index("side")
    assert table.loc["portal", ["category_before", "category_after", "rows"]].tolist() == ["mismatch", "matched", 3]
    assert table.loc["portal", "tax"] == pytest.approx(total_tax(right).sum() / 100)


CHANGES = {
    "matched now": (series(1), [], series(1), series(1)),
    "match lost": (series(1), series(1), series(1), []),
    "new document": ([], [], series(1), []),
    "gone": ([], series(1), [], []),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_way_of_changing(what):
    tables = [books(*CHANGES[what][0]), portal(*CHANGES[what][1]), books(*CHANGES[what][2]), portal(*CHANGES[what][3])]
    before = state_of(reconcile(tables[0], tables[1]), tables[0], tables[1])
    after = state_of(reconcile(tables[2], tables[3]), tables[2], tables[3])
    assert what in set(changes(before, after)["what"])


def test_another_partner_is_not_a_lost_match():
    left, right = books(document(), document()), portal(document())
    first = reconcile(left, right).links["register_id"].iloc[0]
    other = {"r1": "r2", "r2": "r1"}[first]
    moved = reconcile(left, right, verdicts=said((other, "p1", "same")))
    changed = changes(state_of(reconcile(left, right), left, right), state_of(moved, left, right))
    assert changed.set_index("doc_id")["what"].to_dict() == {
        "p1": "other partner",
        first: "match lost",
        other: "matched now",
    }


def test_nothing_changed_is_nothing():
    left, right = books(*series(2)), portal(*series(3))
    state = state_of(reconcile(left, right), left, right)
    assert changes(state, state).empty
    assert counted(changes(state, state)).empty


# questions and precision


def test_questions_take_turns_between_the_bands_and_leave_out_what_was_judged():
    pairs = pd.DataFrame(
        {
            "register_id": [f"r{at}" for at in range(60)],
            "portal_id": [f"p{at}" for at in range(60)],
            "band": ["certain"] * 20 + ["95 to 100"] * 20 + ["50 to 79"] * 20,
            "score": np.r_[np.full(20, 100.0), np.arange(80, 100), np.arange(50, 70)],
            "flags": "",
            "linked": True,
        }
    )
    judged = pairs.iloc[[40, 41]].assign(verdict="same")
    asked = to_ask(pairs, judged, 10)
    assert asked["band"].tolist() == ["50 to 79", "95 to 100"] * 5
    assert asked["score"].tolist()[:4] == [52.0, 80.0, 53.0, 81.0]
    assert to_ask(pairs.sample(frac=1, random_state=5), judged, 10).equals(asked)
    assert not set(asked["register_id"]) & {"r40", "r41"}
    assert len(to_ask(pairs, judged, 100)) == 58


def test_precision_counts_each_band_and_leaves_the_rest_open():
    rows = series(6)
    result = reconcile(books(*rows), portal(*rows))
    words = every(result, "same")
    words.loc[0, "verdict"] = "different"
    table = precision(judged_pairs(result), words).set_index("band")
    assert table.loc["certain", ["pairs", "answered", "same"]].tolist() == [6, 6, 5]
    assert table.loc["certain", "share"] == pytest.approx(5 / 6)
    assert table.loc["certain", "low"] == pytest.approx(0.4365, abs=1e-3)
    assert table.loc["certain", "high"] == pytest.approx(0.9699, abs=1e-3)
    assert table.loc["80 to 94", ["share", "low", "high"]].isna().all()


@given(st.integers(1, 400), st.floats(0, 1))
def test_the_interval_holds_the_share_and_never_leaves_nought_to_one(asked, part):
    right = round(asked * part)
    share, low, high = interval(np.array([right]), np.array([asked]))
    assert 0 <= low[0] <= share[0] + 1e-12
    assert share[0] - 1e-12 <= high[0] <= 1
    more = interval(np.array([right * 10]), np.array([asked * 10]))
    assert more[2][0] - more[1][0] < high[0] - low[0]


def test_the_nearest_of_an_unmatched_document_can_be_asked_about():
    result = reconcile(books(document(doc_no="V9", doc_date="2026-05-25")), portal(document()))
    pairs = judged_pairs(result)
    assert pairs[["register_id", "portal_id", "band", "linked"]].to_numpy().tolist() == [
        ["r1", "p1", "not linked", False]
    ]


# proposals


def test_the_firms_own_rounding_widens_the_tolerance_but_not_for_a_few():
    rows = series(6)
    left, right = books(*rows), portal(*apart(rows, 4.2))
    result = reconcile(left, right)
    assert propose(result, every(result, "same", 4), left, right).empty
    found = propose(result, every(result, "same"), left, right)
    assert found[["setting", "now", "proposed"]].to_numpy().tolist() == [["head_tolerance", 1.0, 5.0]]
    settings = apply_proposals(result.settings, found)
    assert settings == MatchSettings(head_tolerance=5.0)
    assert set(reconcile(left, right, settings).matches["confidence"]) == {"certain"}


def test_one_pair_that_is_different_within_the_new_tolerance_stops_it():
    rows = series(7)
    left, right = books(*rows), portal(*apart(rows, 4.2))
    words = every(reconcile(left, right), "same")
    words.loc[0, "verdict"] = "different"
    assert propose(reconcile(left, right), words, left, right).empty


def test_a_certain_pair_that_was_wrong_tightens_at_once():
    rows = series(1, doc_date="2026-05-20")
    left, right = books(*rows), portal(document(doc_no="INV 26-27 0001", base=1137.0))
    result = reconcile(left, right)
    assert result.matches["confidence"].tolist() == ["certain"]
    found = propose(result, every(result, "different"), left, right).set_index("setting")
    assert found.loc["date_window", "proposed"] == 9
    assert {"number_format", "date"} < set(found.loc["never_certain", "proposed"])
    settings = apply_proposals(result.settings, found.reset_index())
    assert "certain" not in set(reconcile(left, right, settings).matches["confidence"])


def test_late_bookings_that_are_right_lengthen_the_window():
    rows = series(5)
    left, right = books(*[row | {"doc_date": "2026-06-20"} for row in rows]), portal(*rows)
    result = reconcile(left, right)
    found = propose(result, every(result, "same"), left, right)
    assert found[["setting", "now", "proposed"]].to_numpy().tolist() == [["date_window", 31, 41]]
    assert "5 pairs" in found["because"].iloc[0]


def test_no_words_no_proposals():
    left, right = books(*series(3)), portal(*series(3))
    result = reconcile(left, right)
    assert propose(result, said(), left, right).empty
    assert propose(result, said(("elsewhere", "p1", "same")), left, right).empty
    assert precision(judged_pairs(result), said())["answered"].sum() == 0
