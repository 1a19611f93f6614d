"""Rows of a sheet that are no documents, as every sheet reader tells of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.intake.cells import as_text
from imsrecon.intake.grids import Sheet
from imsrecon.intake.model import Part, noted_rows

BAR = " | "
UNCOUNTED = ("blank", "header", "total", "text", "nil")  # rows that no total row of a sheet counts
ASIDE = (*UNCOUNTED, "void", "other_voucher", "other_company", "reversed")


def raw_text(row: Sequence[object]) -> str:
    """A row as one line of text, its cells between bars (a bar inside a cell is broken); "" if nothing is in it."""
    return BAR.join((as_text(cell) or "").replace("|", "¦") for cell in row).rstrip(" |")


def cells_of(raw: str) -> list[str]:
    """The cells of a row that `raw_text` wrote."""
    return [cell.replace("¦", "|").strip() for cell in raw.split("|")]


def whole_sheet_aside(file: str, sheet: Sheet, code: str, why: str) -> list[Part]:
    """Every row of a sheet that holds no documents; nothing if it has no rows."""
    if not sheet.rows:
        return []
    noted = noted_rows(np.arange(1, len(sheet.rows) + 1), [raw_text(row) for row in sheet.rows], code, why)
    return [Part(file, sheet.name, np.array([len(sheet.rows), 0, 0, 0, 0, 0]), set_aside=noted)]


def sheet_part(
    file: str,
    sheet: Sheet,
    last_header: int,
    tiers: int,
    table: pd.DataFrame,
    amounts: npt.NDArray[np.int64],
    codes: npt.NDArray[np.object_],
    whys: npt.NDArray[np.object_],
    added_up: int = 0,
) -> Part:
    """The part of one sheet: `codes` and `whys` of the rows below the header (None for a document's row).

    `last_header` is the header's last row (0-based), `amounts` the paise of each row below it, as they are counted;
    `added_up` how many rows went into documents beyond the first, where `table` has no `lines`.
    """
    top = last_header + 1
    read = np.concatenate([[len(sheet.rows)], amounts.sum(axis=0)]).astype(np.int64)
    is_aside = np.isin(codes.astype(str), ASIDE)
    refused = np.flatnonzero(~np.equal(codes, None) & ~is_aside)
    titles = ["header" if row > last_header - tiers else "title" for row in range(top)]
    above = noted_rows(
        np.arange(1, top + 1), [raw_text(row) for row in sheet.rows[:top]], titles, "It stands above the documents."
    )
    below = _noted(sheet, np.flatnonzero(is_aside), top, codes, whys, amounts)
    set_aside = pd.concat([above, below], ignore_index=True)
    return Part(
        file, sheet.name, read, table, set_aside, _noted(sheet, refused, top, codes, whys, amounts), added_up=added_up
    )


def _noted(
    sheet: Sheet,
    where: npt.NDArray[np.int64],
    top: int,
    codes: npt.NDArray[np.object_],
    whys: npt.NDArray[np.object_],
    amounts: npt.NDArray[np.int64],
) -> pd.DataFrame:
    raw = [raw_text(sheet.rows[top + row]) for row in where]
    return noted_rows(where + top + 1, raw, codes[where], whys[where], amounts[where])
