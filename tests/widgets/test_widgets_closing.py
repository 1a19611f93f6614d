"""The screens on which a month closes, on the sample client: inputs, the three side by side, signature, filing."""

from __future__ import annotations

from datetime import date

import pandas as pd

from imsrecon import Workspace
from imsrecon.domain import show_rupees, sum_rupees
from imsrecon.widgets import Desk
from imsrecon.widgets.closing import FileScreen, SignScreen, carried_html
from imsrecon.widgets.inputs import InputsScreen, inputs_html
from imsrecon.widgets.preview import parts, parts_sentence
from imsrecon.widgets.whatif import TraceScreen, WeighedScreen, check_html, weighed_html

PERIOD = "2026-06"


def test_a_month_is_signed_and_filed_on_the_screens(month):
    told = []
    month.decide_suggested()
    sign = SignScreen(month, lambda: told.append("signed"))
    assert f"Sign: leave {len(month.left)} records to silence" == sign.button.description
    sign.button.click()
    assert "Nobody has signed" in sign.notice.value
    file = FileScreen(month, lambda: told.append("filed"))
    file.file.click()
    assert "Nobody has signed" in file.notice.value
    sign.name.value = "Meera <b>Shah</b>"
    sign.button.click()
    assert sign.button.disabled
    assert "<b>Shah" not in sign.now.value
    file.arn.value = "AA270626000001X"
    file.file.click()
    assert told == ["signed", "filed"]
    assert month.profile.filed_on(PERIOD) == date(2026, 7, 16)
    assert "ARN AA270626000001X" in file.now.value
    assert "stands as it was filed" in file.now.value
    assert file.entry.layout.display == "none"
    file.back.click()
    assert month.profile.filed_on(PERIOD) is None
    assert file.entry.layout.display == ""


def test_inputs_are_typed_kept_and_shown_again(month):
    screen = InputsScreen(month, lambda: None)
    screen.item.value = "rule_37"
    screen.amounts["cgst"].value = 1250.5
    screen.note.value = "<i>paper 7</i>"
    screen.box.children[-2].children[-1].click()
    assert "1,250.50" in screen.now.value
    assert "<i>" not in screen.now.value
    assert month.preview.table4.set_index("line").loc["4B2", "cgst"] >= 1250.5
    again = InputsScreen(month, lambda: None)
    again.item.value = "rule_37"
    assert again.amounts["cgst"].value == 1250.5
    again.amounts["cgst"].value = -1.0
    again.box.children[-2].children[-1].click()
    assert "0 or more" in again.notice.value


def test_a_line_is_traced_and_the_three_are_weighed(month):
    month.decide_suggested()
    month.give_inputs(pd.DataFrame({"item": ["output_tax", "blocked_17_5"], "igst": [5_000_000.0, 90.0]}))
    screen = TraceScreen(month)
    lines = [line for _, line in screen.line.options]
    assert {"4A1", "4A5", "4B1", "4C"} <= set(lines)
    assert "4B2" not in lines
    screen.line.value = "4B1"
    assert "Blocked credit, section 17(5)" in screen.rows.value
    shown = weighed_html(month)
    assert "Cash to pay with GSTR-3B" in shown
    assert "GSTR-3B due 20-Jul-2026" in shown
    weighed = month.weighed().set_index("measure")["as decided"]
    assert f"Cash as decided, head by head: ₹{show_rupees(weighed['cash'])}" in shown
    exposed = month.exposed
    assert sum_rupees(exposed["interest"]) == weighed["interest"] > 0
    assert f"{len(exposed):,} records count as accepted though accepting is not suggested" in shown
    assert "Customs" in (setattr(screen.line, "value", "4A1") or screen.rows.value)


def test_a_filed_month_is_opened_once_as_it_was(month, monkeypatch):
    filed_on = date(2026, 7, 15)
    month.workspace.record_filed("GSTR-3B", PERIOD, filed_on)
    month.refresh()
    opened, opens = [], Workspace.month
    monkeypatch.setattr(Workspace, "month", lambda own, *when: (opened.append(when), opens(own, *when))[1])
    weighed_html(month)
    assert opened.count((PERIOD, filed_on)) == 1
    month.refresh("reconciliation", "suggestions")
    assert month.before_filing.reconciliation is month.reconciliation


def test_what_was_carried_and_done_by_hand_is_told(month):
    shown = carried_html(month)
    assert f"Carried over: {len(month.carried)} records" in shown
    assert f"Done on the portal by hand: {len(month.by_hand)} records" in shown
    in_ims = month.portal["portal_action"].notna() & month.portal["gstr2b_period"].ge("2026-04")
    assert 0 < len(month.by_hand) < int(in_ims.sum())


def test_the_portals_own_2b_is_held_against_the_preview(month):
    assert "document" in check_html(month)
    may = month.workspace.month("2026-07", date(2026, 8, 2))
    assert "No GSTR-2B of Jul 2026 is imported yet" in check_html(may)


def test_the_desk_tells_the_screens_of_every_change(month):
    desk = Desk(month)
    signing = desk.sign()
    before = signing.children[0].children[1].value
    month.decide_suggested()
    desk._changed()
    assert signing.children[0].children[1].value != before
    for piece in (desk.inputs(), desk.trace(), desk.weighed(), desk.check(), desk.file(), desk.carried()):
        assert piece.children


def test_a_month_that_was_worked_here_is_not_filed_on_the_import_screen(month):
    from imsrecon.widgets.imports import ImportScreen

    screen = ImportScreen(month.workspace, PERIOD, month.today, lambda _period: None)
    screen.imported.filed_period.value, screen.imported.filed_on.value = PERIOD, date(2026, 7, 16)
    screen.imported._file()
    assert "closes in 5_preview" in screen.imported.notice.value
    assert PERIOD not in month.workspace.profile.filed_3b


def test_the_previewed_2b_is_told_in_records_and_rupees(month):
    month.decide_suggested()
    told, table = parts_sentence(month), parts(month)
    assert told.startswith(f"{len(month.portal):,} documents, tax ₹{show_rupees(sum_rupees(table['Tax']))}: available ")
    assert f"held {len(month.preview.held):,}, ₹" in told


def test_the_form_s_own_numbers_of_the_lines_are_shown(month):
    month.give_inputs(pd.DataFrame({"item": ["reclaim", "output_tax"], "igst": [90.0, 1.0]}))
    shown = inputs_html(month)
    assert "4(A)(5) and 4(D)(1)" in shown
    assert "3.1a" in shown


def test_another_policy_is_weighed_beside_the_three(month):
    own = month.workspace.folder / "ours.toml"
    own.write_text("[[row]]\nfinding = 3\n", encoding="utf-8")
    screen = WeighedScreen(month)
    names = [name for name, _ in screen.policy.options]
    assert names[:2] == ["none", "ours.toml"]
    assert "example: keep doubts pending" in names
    examples = [path for _, path in screen.policy.options[2:]]
    for path in examples:
        screen.policy.value = path
        assert path.stem.replace("_", " ").capitalize() in screen.rows.value
    table = month.weighed(month.scenarios(examples[1])).set_index("measure")
    assert examples[1].stem == "reject_what_is_not_booked"
    assert table.loc["credit_lost"].iloc[3] > table.loc["credit_lost", "all suggested"]
    screen.policy.value = own
    assert "ours.toml" in screen.notice.value
    assert screen.rows.value == ""
