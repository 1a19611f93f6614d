from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest

from imsrecon import InputError, Workspace
from imsrecon.domain import total_tax
from imsrecon.reports import undecided
from imsrecon.widgets import ReviewState, Step
from imsrecon.widgets.review_detail import detail
from imsrecon.widgets.review_state import SORTS


@pytest.fixture
def state(month):
    return ReviewState(month)


def disk(state):
    """The decisions as another kernel finds them."""
    month = state.month
    fresh = Workspace(month.workspace.folder).month(month.period, month.today)
    return fresh.decisions.set_index("portal_id")


def first(state, **wanted):
    mask = np.logical_and.reduce([state.table[name].eq(value).to_numpy() for name, value in wanted.items()])
    return int(np.flatnonzero(mask)[0])


def test_every_document_stands_once_and_rupees_add_up(state):
    table, month = state.table, state.month
    assert sorted(table["portal_id"].dropna()) == sorted(month.portal["doc_id"])
    alone = table.loc[table["portal_id"].isna(), "register_id"]
    linked = month.reconciliation.links["register_id"]
    assert sorted([*alone, *linked]) == sorted(month.register["doc_id"])
    signs = np.where(month.portal["doc_type"].eq("CN"), -1, 1)
    assert table["portal_tax"].sum() == (total_tax(month.portal) * signs).sum()
    signs = np.where(month.register["doc_type"].eq("CN"), -1, 1)
    assert table["books_tax"].sum() == (total_tax(month.register) * signs).sum()


def test_left_to_decide_is_what_the_head_says(state):
    chip = next(chip for chip in state.chips() if chip["key"] == "left")
    assert chip["rows"] == len(undecided(state.month)) == len(state.view) > 100


def test_differences_are_marked_by_field(state):
    row = first(state, flags="value")
    cell = state.rows([row])[0]
    assert cell["fields"]["value"][2] == "differs"
    assert cell["fields"]["number"][2] == "same"
    row = first(state, flags="number_format")
    assert state.rows([row])[0]["fields"]["number"][2] == "near"
    assert state.rows([first(state, category="only_in_books")])[0]["fields"]["tax"][2] == "books"
    assert state.rows([first(state, category="only_in_portal")])[0]["fields"]["tax"][2] == "portal"


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("sort", SORTS)
def test_sorting_keeps_every_row(state, sort, ascending):
    before = sorted(state.view)
    state.show(sort=sort, ascending=ascending)
    assert sorted(state.view) == before
    if sort == "tax":
        tax = state.table["tax_key"].to_numpy()[state.view]
        assert (np.diff(tax) >= 0).all() if ascending else (np.diff(tax) <= 0).all()


def test_search_takes_several_things_and_no_pattern(state):
    state.show(status="all", text="KAVERI | tapti")
    names = state.table["supplier_key"].iloc[state.view].str.lower()
    assert len(names)
    assert names.str.contains("kaveri|tapti").all()
    state.show(text=".*")
    assert len(state.view) == 0


@pytest.mark.parametrize("wanted", [{"sort": "raw"}, {"status": "x"}, {"match": "__class__"}])
def test_an_unknown_view_is_refused_and_changes_nothing(state, wanted):
    before = dict(state.wanted), state.generation
    with pytest.raises(InputError, match="is no"):
        state.show(**wanted)
    assert (state.wanted, state.generation) == before


@pytest.mark.parametrize("action", ["A", "R", "P", "N"])
def test_a_decision_is_on_the_disk_when_act_returns(state, action):
    row = first(state, open=True, reject=True, pending=True, portal_action="N")
    outcome = state.act([Step([row], action)])[0]
    assert outcome.taken == [row]
    portal_id = state.table["portal_id"].iloc[row]
    assert disk(state).loc[portal_id, "action"] == action
    assert state.rows([row])[0]["action"] == action


def test_an_action_that_is_not_allowed_takes_nothing_and_cites_its_rule_b17(state):
    row = first(state, section="IMPG", open=True)
    outcome = state.act([Step([row], "R")])[0]
    assert outcome.taken == []
    assert "B-17" in outcome.said
    assert disk(state).empty


def test_a_closed_record_says_why_c25(state):
    row = first(state, gstr2b_period="2026-05", open=False)
    assert "C-25" in state.act([Step([row], "A")])[0].said


def test_many_at_once_leave_out_what_is_not_allowed(state):
    imports = np.flatnonzero(state.table["section"].eq("IMPG") & state.table["open"])
    row = first(state, section="B2B", open=True, portal_action="N")
    rows = [int(at) for at in imports] + [row]
    whole = state.act([Step(rows, "R")])[0]
    assert whole.taken == []
    part = state.act([Step(rows, "R", bulk=True)])[0]
    assert part.taken == [row]
    assert len(part.refused) == len(imports)


def test_steps_sent_together_are_undone_one_by_one(state):
    rows = [int(at) for at in state.view if state.table["reject"].iloc[at]][:3]
    state.act([Step([row], "R") for row in rows])
    assert state.undo() == [rows[2]]
    assert state.undo() == [rows[1]]
    assert len(disk(state)) == 1


def test_the_same_row_twice_in_one_message_keeps_the_last_word_and_both_in_the_log(state):
    row = int(state.view[np.flatnonzero(state.table["reject"].to_numpy()[state.view])[0]])
    outcomes = state.act([Step([row], "A"), Step([row], "R")])
    assert [outcome.taken for outcome in outcomes] == [[row], [row]]
    portal_id = state.table["portal_id"].iloc[row]
    assert disk(state).loc[portal_id, "action"] == "R"
    assert state.month.decision_log["action"].tolist() == ["A", "R"]


def test_one_refused_step_does_not_stop_the_others(state):
    row = int(state.view[0])
    closed = first(state, open=False)
    outcomes = state.act([Step([closed], "A"), Step([row], "P")])
    assert outcomes[0].taken == []
    assert outcomes[0].said
    assert outcomes[1].taken == [row]


def test_undo_also_takes_back_the_suggestions(state):
    taken = state.month.decide_suggested()
    state.reload()
    assert len(state.undo()) == taken > 100
    assert disk(state).empty


def test_a_remark_stays_until_a_new_one_is_given(state):
    row = first(state, section="B2B", open=True, portal_action="N")
    state.act([Step([row], "P", remarks="Goods not received")])
    state.act([Step([row], "R")])
    portal_id = state.table["portal_id"].iloc[row]
    assert disk(state).loc[portal_id, "remarks"] == "Goods not received"
    state.act([Step([row], "R", remarks=" ")])
    assert pd.isna(disk(state).loc[portal_id, "remarks"])


def test_a_reduction_is_declared_with_its_remark_b23_b24(state):
    notes = np.flatnonzero(state.table["section"].eq("CN") & state.table["open"] & state.table["category"].eq("exact"))
    row = int(notes[0])
    refused = state.act([Step([row], "A", reduction="none")])[0]
    assert refused.taken == []
    assert "B-24" in refused.said
    assert state.act([Step([row], "A", remarks="ITC was not taken", reduction="none")])[0].taken == [row]
    portal_id = state.table["portal_id"].iloc[row]
    assert disk(state).loc[portal_id, "itc_reduction"] == "none"
    assert state.table["upload"].iloc[row] == "To upload"


def test_a_reduction_that_the_portal_has_is_not_offered_again(state):
    row = first(state, section="CN", open=True, category="exact", portal_action="N")
    state.act([Step([row], "A", reduction="full")])
    portal, at = state.month.portal, int(state.table["portal_row"].iloc[row])
    assert state.table["upload"].iloc[row] == "To upload"
    came = portal["doc_id"].eq(portal["doc_id"].iloc[at])
    state.month.__dict__["portal"] = portal.assign(
        portal_action=portal["portal_action"].mask(came, "A"), itc_reduction=portal["itc_reduction"].mask(came, "full")
    )
    state.reload()
    assert state.table["upload"].iloc[row] == "As on portal"


@pytest.mark.parametrize("rows", [[-1], [10**9], ["0"], [True], [1.0], [None]])
def test_rows_that_are_none_are_refused(state, rows):
    with pytest.raises(InputError, match="is not in the table"):
        state.act([Step(rows, "A")])


def test_acts_from_many_threads_all_land(state):
    rows = [int(at) for at in state.view if state.table["pending"].iloc[at]][:6]
    threads = [threading.Thread(target=state.act, args=([Step([row], "P")],)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = disk(state)
    assert set(found.index) == set(state.table["portal_id"].iloc[rows])
    assert found["action"].eq("P").all()


def test_a_supplier_s_rows_are_those_shown(state):
    row = int(state.view[0])
    rows = state.scope("supplier", row)
    assert row in rows
    assert state.table["supplier_id"].iloc[rows].nunique() == 1
    assert set(rows) <= set(state.view)
    with pytest.raises(InputError):
        state.scope("everybody")


def test_a_decision_in_the_way_of_many_is_named_before_it_is_overwritten(state):
    open_rows = np.flatnonzero((state.table["accept"] & state.table["pending"]).to_numpy())[:3]
    state.act([Step([int(open_rows[0])], "P"), Step([int(open_rows[1])], "A")])
    assert "It takes the place of 1 made before (Pending 1)." in state.question(open_rows, "A")
    assert "takes the place" not in state.question(open_rows[1:], "A")


def test_k30_where_something_may_be_done_no_action_is_no_advice(state):
    rows = state.rows([first(state, suggested_action="N", open=True), first(state, suggested_action="N", open=False)])
    assert [row["suggests"] for row in rows] == ["You decide", "No action"]


def test_dates_are_written_in_full(state):
    assert (
        state.rows([first(state, portal_doc_date=pd.Timestamp("2026-06-20"))])[0]["fields"]["date"][1] == "20-Jun-2026"
    )


def test_the_panel_says_what_is_allowed_until_when_and_why_not(state):
    state.act([Step([first(state, section="CN", accept=True, reduction=True)], "A", "Reversed before", "none")])
    note = first(state, section="CN", accept=True, reduction=True)
    facts = dict(detail(state.month, state.table.iloc[note])["facts"])
    assert facts["Allowed"] == "Accept, Reject, Pending until 20-Aug-2026 (B-08)"
    assert " IST. Credit not reduced." in facts["Decided"]
    bill = dict(detail(state.month, state.table.iloc[first(state, accept=True, reject=False)])["facts"])
    assert bill["Allowed"].startswith("Accept, Pending (")
    assert "B-17" in bill["Not allowed"]
    closed = dict(detail(state.month, state.table.iloc[first(state, open=False, category="exact")])["facts"])
    assert "Allowed" not in closed
