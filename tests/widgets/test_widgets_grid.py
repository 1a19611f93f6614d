from __future__ import annotations

import pytest

from imsrecon.widgets import ReviewGrid


@pytest.fixture
def grid(month):
    made = ReviewGrid(month)
    made.out = []
    made.send = made.out.append
    return made


def tell(grid, **message):
    """Send a message as the browser does; what the grid answers."""
    grid.out.clear()
    grid._handle_custom_msg(message, [])
    return list(grid.out)


def test_rows_come_as_a_window(grid):
    (answer,) = tell(grid, type="rows", gen=grid.generation, start=10, stop=30)
    assert (answer["type"], answer["start"], len(answer["rows"])) == ("rows", 10, 20)
    (answer,) = tell(grid, type="rows", gen=grid.generation, start=0, stop=10**9)
    assert len(answer["rows"]) <= 400
    (answer,) = tell(grid, type="rows", gen=0, start=0, stop=5)
    assert answer["rows"] == []
    assert answer["gen"] == -1


def test_an_act_is_answered_with_the_rows_as_they_are_on_the_disk(grid):
    row = int(grid.state.view[0])
    changed = []
    grid.on_change(lambda: changed.append(1))
    (answer,) = tell(grid, type="act", seq=1, steps=[{"rows": [row], "action": "P"}])
    assert answer["answered"] == [row]
    assert answer["rows"][0]["action"] == "P"
    assert grid.state.month.decisions["action"].tolist() == ["P"]
    assert changed == [1]


PARTIAL = {"rows": [0], "action": "A", "reduction": "partial"}
BAD = {
    "no message": "x",
    "unknown type": {"type": "drop table"},
    "start is text": {"type": "rows", "gen": 1, "start": "0", "stop": 5},
    "unknown action": {"type": "act", "seq": 1, "steps": [{"rows": [0], "action": "X"}]},
    "row out of range": {"type": "act", "seq": 1, "steps": [{"rows": [10**6], "action": "A"}]},
    "row is text": {"type": "act", "seq": 1, "steps": [{"rows": ["0; --"], "action": "A"}]},
    "no steps": {"type": "act", "seq": 1, "steps": []},
    "a step that is none": {"type": "act", "seq": 1, "steps": [7]},
    "no rows": {"type": "act", "seq": 1, "steps": [{"action": "A"}]},
    "a remark that is a list": {"type": "act", "seq": 1, "steps": [{"rows": [0], "action": "A", "remarks": []}]},
    "an unknown reduction": {"type": "act", "seq": 1, "steps": [{"rows": [0], "action": "A", "reduction": "half"}]},
    "an amount that is text": {"type": "act", "seq": 1, "steps": [PARTIAL | {"declared": {"igst": "1"}}]},
    "a head that is none": {"type": "act", "seq": 1, "steps": [PARTIAL | {"declared": {"vat": 1}}]},
    "unknown sort": {"type": "view", "sort": "raw"},
    "text is a number": {"type": "view", "text": 7},
    "unknown scope": {"type": "bulk", "gen": 1, "scope": "world", "action": "A", "sure": True},
    "unknown bulk action": {"type": "bulk", "gen": 1, "scope": "filter", "action": "X", "sure": True},
    "a bulk on a list that changed": {"type": "bulk", "gen": 99, "scope": "filter", "action": "A", "sure": True},
    "detail of no row": {"type": "detail", "row": -1},
    "detail of a text": {"type": "detail", "row": "0"},
}


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_a_wrong_message_becomes_a_sentence_and_changes_nothing(grid, message):
    grid.out.clear()
    grid.receive(message)
    said = grid.out[0].get("said") or grid.out[0].get("text")
    assert said
    assert "fault of imsrecon" not in said
    assert grid.state.month.decision_log.empty


def test_a_fault_of_ours_becomes_a_sentence_too(grid, caplog):
    grid.state.table = None
    (answer,) = tell(grid, type="rows", gen=grid.generation, start=0, stop=5)
    assert "fault of imsrecon" in answer["text"]
    assert "Traceback" in caplog.text


def test_a_refusal_cites_the_rule_b17(grid):
    table = grid.state.table
    row = int(table.index[table["section"].eq("IMPG") & table["open"]][0])
    (answer,) = tell(grid, type="act", seq=1, steps=[{"rows": [row], "action": "R"}])
    assert "B-17" in answer["said"]
    assert answer["rows"][0]["action"] == ""


def test_many_rows_are_asked_for_and_then_taken(grid):
    bulk = {"type": "bulk", "gen": grid.generation, "scope": "filter", "action": "R", "row": None}
    (question,) = tell(grid, **bulk, sure=False)
    assert "left as they are" in question["text"]
    assert "B-17" in question["text"]
    assert grid.state.month.decision_log.empty
    kinds = [answer["type"] for answer in tell(grid, **bulk, sure=True)]
    assert kinds == ["stale", "said"]
    assert grid.state.month.decisions["action"].eq("R").all()
    assert len(grid.state.month.decisions) > 100


def test_a_view_changes_the_generation_and_the_traits(grid):
    before = grid.generation
    (answer,) = tell(grid, type="view", status="all", match="mismatch", text="")
    assert answer["type"] == "stale"
    assert answer["gen"] == grid.generation > before
    assert answer["n"] == grid.n_rows == int(grid.state.table["category"].eq("mismatch").sum())


def test_undo_answers_with_the_rows(grid):
    row = int(grid.state.view[0])
    tell(grid, type="act", seq=1, steps=[{"rows": [row], "action": "P"}])
    (answer,) = tell(grid, type="undo", seq=2)
    assert answer["rows"][0]["action"] == ""
    assert answer["back"] == [row]
    number = grid.state.table["number_key"].iloc[row]
    assert answer["said"].startswith(f"Taken back: Pending for {number} of ")
    (answer,) = tell(grid, type="undo", seq=3)
    assert "nothing" in answer["said"]


def test_undo_of_many_decisions_asks_first_and_asks_again_if_another_step_came_between(grid):
    taken = grid.state.month.decide_suggested()
    (asked,) = tell(grid, type="undo", seq=1)
    assert asked["ask"] == f"Take back {taken} decisions (Accept {taken}), taken without a look?"
    assert len(grid.state.month.decisions) == taken
    rows = [int(row) for row in grid.state.view if grid.state.table["pending"].iloc[row]][:3]
    tell(grid, type="act", seq=2, steps=[{"rows": rows, "action": "P"}])
    (again,) = tell(grid, type="undo", seq=3, step=asked["step"])
    assert again["ask"] == "Take back 3 decisions (Pending 3)?"
    for question, left in ((again, taken), (asked, 0)):
        answers = tell(grid, type="undo", seq=4, step=question["step"])
        assert answers[0]["said"].startswith("Taken back: ")
        assert len(grid.state.month.decisions) == left


def test_a_reduction_is_offered_where_the_rules_let_it_be_declared(grid):
    table, rulings = grid.state.table, grid.state.month.rulings.set_index("portal_id")
    kinds = {bool(value): int(table.index[table["reduction"].eq(value)][0]) for value in (True, False)}
    for offered, row in kinds.items():
        (answer,) = tell(grid, type="detail", row=row)
        assert answer["reducible"] is offered
    listed = table[table["portal_id"].notna()]
    assert listed["reduction"].tolist() == rulings.loc[listed["portal_id"], "reduction"].tolist()


def test_the_panel_has_evidence_reason_and_rule(grid):
    table = grid.state.table
    row = int(table.index[table["category"].eq("mismatch") & table["open"]][0])
    (answer,) = tell(grid, type="detail", row=row)
    assert {"Match", "Suggested", "Rule, date"} <= {label for label, _ in answer["facts"]}
    assert [line[0] for line in answer["evidence"][:2]] == ["GSTIN", "Number"]


@pytest.mark.parametrize("category", ["only_in_books", "only_in_portal", "superseded", "set_aside"])
def test_the_panel_of_a_document_that_stands_alone(grid, category):
    table = grid.state.table
    row = int(table.index[table["category"].eq(category)][0])
    (answer,) = tell(grid, type="detail", row=row)
    assert answer["type"] == "detail"


def test_where_no_widget_runs_there_is_a_table_with_every_name_escaped(grid):
    grid.state.table["supplier_key"] = "<script>alert(1)</script>"
    bundle = grid._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "&lt;script&gt;" in data["text/html"]
    assert "<script>" not in data["text/html"]
    assert "Review grid" in data["text/plain"]
