"""What of each sheet a page shows: the columns that fit its width, and the rows a person has to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from imsrecon.reports.workbook import Sheet

_PAIR = ["Supplier", "GSTIN", "Books number", "Portal number", "Books date", "Portal date"]
_ALONE = ["Supplier", "GSTIN", "Type", "Number", "Date", "Tax", "What kept them apart", "Suggested", "To do"]
_COLUMNS = {
    "Matched": [*_PAIR, "Books tax", "Portal tax", "What differs", "Confidence"],
    "Mismatch": [*_PAIR, "Books tax", "Portal tax", "What differs", "Why"],
    "Probable": [*_PAIR, "Books tax", "Portal tax", "What differs", "Confidence", "Why"],
    "Only in books": _ALONE,
    "Only in portal": _ALONE,
    "Actions": [
        "Supplier", "Type", "Number", "Date", "Tax", "Suggested", "Deadline", "Rule", "Reason", "Caution",
    ],
}  # fmt: skip
ROWS = 100
_ROWS = {"Matched": 20}


def view(name: str, sheet: Sheet) -> tuple[str, pd.DataFrame, int]:
    """The sentence above a sheet's table on a page, the table, and how many of its rows to show.

    The Actions page shows what is suggested and not decided; the workbook has every record.
    """
    table, sentence = sheet.table, sheet.sentence
    if name == "Actions":
        table = table[table["Decided"].eq("not decided") & table["Suggested"].ne("No action")]
        sentence = f"{sentence} Shown are the {len(table)} that wait for a person; the workbook has all."
    columns = [column for column in _COLUMNS.get(name, table.columns) if column in table]
    return sentence, table[columns], _ROWS.get(name, ROWS)
