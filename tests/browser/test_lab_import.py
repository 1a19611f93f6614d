"""A register with labels that nobody knows, in a real JupyterLab: corrected by its drop-downs, and remembered."""

from __future__ import annotations

import json
import re

from imsrecon import Workspace
from imsrecon.widgets.lab import copy_notebooks

GSTIN, SUPPLIER, TODAY = "27ZZZCS2026T1Z6", "27ZZZCK1101B1ZP", "2026-08-16"
LABELS = "Party Tax Id,Their Bill,Bill Day,Net,State A,State B,Inter,All in,<b>Konto</b>"


def books(path, month, count):
    lines = [LABELS]
    for number in range(1, count + 1):
        net, half = 1000 + 10 * number, (1000 + 10 * number) * 0.09
        heads = f"0,0,{2 * half:.2f}" if number % 2 else f"{half:.2f},{half:.2f},0"
        lines.append(
            f"{SUPPLIER},KX/{month}/{number:03d},{number:02d}-{month:02d}-2026,{net},{heads},{net + 2 * half:.2f},Food"
        )
    path.write_text("\n".join(lines), encoding="utf-8")


def front(page):
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .ims-screen")


def press(page, name):
    front(page).get_by_role("button", name=name).last.click()


def look(page, name):
    press(page, "Read the folder again")
    front(page).locator("[role=status]", has_text="may be imported").last.wait_for()
    label = front(page).locator("select[multiple] option", has_text=name).inner_text()
    front(page).locator("select[multiple]").select_option(label=label)
    press(page, "Look into them")
    front(page).locator("h4", has_text="3. Confirm: 1 file").wait_for(timeout=60000)


def check(page, text):
    front(page).locator(".checks li", has_text=text).wait_for(timeout=30000)


def cell_count(page):
    return page.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.length")


def test_a_corrected_column_is_used_next_month_without_a_question(lab, lab_page):
    page = lab_page
    folder = lab.root / "odd"
    Workspace.create(folder, GSTIN, "Synthetic Odd Books").close()
    copy_notebooks(folder, today=TODAY)
    books(folder / "june.csv", 6, 24)
    lab.open(page, "odd/1_import.ipynb")
    lab.run(page)
    cells = cell_count(page)

    look(page, "june.csv")
    front(page).get_by_text("its columns are guessed").wait_for()
    check(page, "✓ Taxable value and taxes give the total, within ₹1, in 24 of 24 documents.")
    net = front(page).get_by_label("It is read as: Net", exact=True)
    net.focus()
    page.keyboard.type("b")  # a bare letter is JupyterLab's command for a new cell
    assert cell_count(page) == cells
    net.select_option(label="Cess")
    check(page, "⚠ Look: No column is the taxable value")
    assert page.evaluate("document.activeElement.dataset.row") == "net"
    front(page).get_by_label("It is read as: Net", exact=True).select_option(label="Taxable value")
    check(page, "✓ Taxable value and taxes give the total")
    konto = front(page).get_by_label("It is read as: <b>Konto</b>", exact=True)
    konto.select_option(label="Ledger")
    front(page).get_by_role("button", name="Ledgers").wait_for()
    assert not (folder / "mappings.json").exists()
    press(page, "They are for Jun 2026")
    front(page).locator("h4", has_text="3. Confirm: 1 file for Jun 2026").wait_for()
    press(page, "Import these files")
    front(page).locator("[role=status]", has_text="1 file is imported for Jun 2026").wait_for(timeout=30000)

    books(folder / "july.csv", 7, 20)
    look(page, "july.csv")
    front(page).get_by_text(re.compile("Columns read as remembered from 'june.csv'")).wait_for()
    assert front(page).get_by_text("its columns are guessed").count() == 0
    press(page, "They are for Jul 2026")
    front(page).locator("h4", has_text="3. Confirm: 1 file for Jul 2026").wait_for()
    press(page, "Import these files")
    front(page).locator("[role=status]", has_text="1 file is imported for Jul 2026").wait_for(timeout=30000)

    with Workspace(folder) as workspace:
        assert workspace.sources["month"].tolist() == ["2026-06", "2026-07"]
        register = workspace.month("2026-07").register
    assert len(register) == 44
    assert set(register["ledger"]) == {"Food"}
    (layout,) = json.loads((folder / "mappings.json").read_text(encoding="utf-8"))["layouts"]
    assert layout["columns"]["net"] == "taxable_value"
    assert page.outside == []
    assert page.problems == []
