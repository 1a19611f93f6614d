"""The proposal from the register's marks in a real JupyterLab: taken over into Table 4 with one button, and undone."""

from __future__ import annotations

import re
from datetime import date

from screens import sample_client

from imsrecon import Workspace
from imsrecon.domain import show_rupees, sum_rupees, total_tax

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
LEDGER = "Purchase @5%"


def test_a_proposal_is_taken_over_and_undone(lab, lab_page):
    page = lab_page
    folder = lab.root / "proposed"
    sample_client(folder, ledgers={LEDGER: "ineligible"})
    month = Workspace(folder).month("2026-06", date(2026, 7, 16))
    tax = show_rupees(sum_rupees(total_tax(month.proposed_inputs) / 100))
    lab.open(page, f"{folder.name}/5_preview.ipynb")
    lab.run(page, timeout=120000)
    front = page.locator(PANEL)
    reversed_ = front.locator("tr", has_text="Reversed: rules 38, 42, 43").last
    front.locator("b", has_text=f"Proposed for 4(B)(1): ₹{tax}").wait_for(state="attached")
    assert tax not in reversed_.text_content()

    front.get_by_role("button", name=f"Take over ₹{tax}").click()
    front.locator("[role=status]", has_text="is taken over").wait_for(timeout=60000)
    front.locator("tr", has_text=re.compile(f"Reversed: rules 38.*{re.escape(tax)}")).last.wait_for(state="attached")
    assert front.get_by_role("button", name="Take over").count() == 0

    front.get_by_role("button", name="Undo: take it out again").click()
    front.locator("[role=status]", has_text="Taken out again").wait_for(timeout=60000)
    assert tax not in front.locator("tr", has_text="Reversed: rules 38, 42, 43").last.text_content()
    assert Workspace(folder).month("2026-06", date(2026, 7, 16)).inputs.empty
    assert page.problems == []
