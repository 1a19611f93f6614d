"""The proposal from the register's marks on its screen: what it rests on, taken over, taken back."""

from __future__ import annotations

import pandas as pd
import pytest
from screen_hands import press, widgets_in

from imsrecon.domain import HEADS, show_rupees, sum_rupees, total_tax
from imsrecon.widgets.inputs import InputsScreen
from imsrecon.widgets.proposed import NOTHING, ProposedScreen, proposed_html

MARKED = "Ineligible (17(5))"


@pytest.fixture
def marked(month):
    """The sample month with one ledger of its register marked as blocked; names in it are hostile."""
    blocked = month.register["ledger"].eq("Purchase @5%")
    month.register = month.register.assign(
        itc_eligibility=month.register["itc_eligibility"].mask(blocked, MARKED),
        ledger=month.register["ledger"].mask(blocked, "<b>Canteen</b>"),
    )
    month.decide_suggested()
    return month


def given(month):
    """IGST, CGST, SGST and cess on 4(B)(1)."""
    return month.preview.table4.set_index("line").loc["4B1", list(HEADS)].tolist()


def buttons(screen):
    """The words of the buttons that are offered."""
    return [one.description for one in widgets_in(screen.box, type(screen.take)) if one.layout.display != "none"]


def test_a_proposal_is_taken_over_and_taken_back(marked):
    screen = ProposedScreen(marked, lambda: None)
    found = marked.proposed_inputs
    tax = show_rupees(sum_rupees(total_tax(found) / 100))
    assert len(found) > 0
    assert f"Proposed for 4(B)(1): ₹{tax}" in screen.now.value
    assert f"The {len(found)} document" in screen.now.value
    assert "you and your CA judge" in screen.now.value
    assert "<b>Canteen" not in screen.now.value
    assert buttons(screen) == [f"Take over ₹{tax}"]
    before = given(marked)
    press(screen, "Take over")
    assert sum_rupees(given(marked)) == sum_rupees(total_tax(found) / 100)
    assert "It is taken over" in screen.now.value
    again = ProposedScreen(marked, lambda: None)
    assert buttons(again) == ["Undo: take it out again"]
    press(again, "Undo")
    assert given(marked) == before
    assert again.notice.value.endswith("Taken out again.</div>")


def test_what_was_typed_before_comes_back(marked):
    marked.give_inputs(pd.DataFrame({"item": ["blocked_17_5"], "igst": [500.0], "note": ["paper 3"]}))
    screen = ProposedScreen(marked, lambda: None)
    assert "take the place of ₹500.00" in screen.now.value
    press(screen, "Take over")
    press(screen, "Undo")
    assert marked.inputs[["igst", "cgst", "note"]].to_numpy().tolist() == [[500.0, 0.0, "paper 3"]]
    assert "₹500.00 stands, as before" in screen.notice.value


def test_what_changed_since_it_was_shown_is_not_taken_over(marked):
    screen = ProposedScreen(marked, lambda: None)
    first = marked.proposed_inputs["portal_id"].iloc[0]
    other = marked.workspace.month(marked.period, marked.today)
    other.decide(pd.DataFrame({"portal_id": [first], "action": ["P"]}))
    press(screen, "Take over")
    assert "has changed since" in screen.notice.value
    assert marked.inputs.empty
    assert first not in set(screen.shown["portal_id"])


def test_a_filed_month_offers_no_button(marked):
    marked.sign("A. Consultant")
    marked.file(marked.today)
    assert buttons(ProposedScreen(marked, lambda: None)) == []


def test_without_marks_nothing_is_proposed(month):
    screen = ProposedScreen(month, lambda: None)
    assert NOTHING in screen.now.value
    assert buttons(screen) == []
    assert NOTHING in proposed_html(month)


def test_the_fields_follow_what_was_taken_over(marked):
    typed = InputsScreen(marked, lambda: None)
    press(ProposedScreen(marked, typed.show), "Take over")
    fields = sum_rupees([field.value for field in typed.amounts.values()])
    assert fields == sum_rupees(total_tax(marked.proposed_inputs) / 100)
