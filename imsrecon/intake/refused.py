"""Refused rows as a workbook: the reason beside each, to be mended there and read again."""

from __future__ import annotations

import os
import re

import pandas as pd
import xlsxwriter

from imsrecon.domain import InputError
from imsrecon.intake.model import Intake
from imsrecon.intake.sheet_rows import cells_of

REASON = "Why it was refused"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_ABOVE = ("title", "header")


def save_refused(intake: Intake, path: str | os.PathLike[str]) -> int:
    """Write the refused rows of `intake` to an XLSX at `path`; returns how many.

    Each sheet has what stood above its rows (titles, header), the refused rows as they were, and behind them the
    reason: mend the cells and read the file with `read_register`. Records of a portal's JSON are listed as text: they
    are mended on the portal. Every cell is text, so nothing in it is ever a formula. Raises `InputError` if nothing
    was refused.
    """
    if intake.refused.empty:
        raise InputError("No row was refused: there is nothing to save.")
    book = xlsxwriter.Workbook(os.fspath(path), {"in_memory": True, "strings_to_formulas": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "font_color": "#9C0006"})
    used: set[str] = set()
    for (file, sheet), rows in intake.refused.groupby(["file", "sheet"], sort=False):
        page = book.add_worksheet(_name(str(sheet) or str(file), used))
        above = _above(intake, str(file), str(sheet))
        lines = _table(above, rows) if len(above) else _listing(rows)
        width = max(len(cells) for cells, _ in lines)
        for at, (cells, why) in enumerate(lines):
            for column, cell in enumerate(cells):
                page.write_string(at, column, cell, bold if why == REASON else None)
            page.write_string(at, width, why or "", bold if why == REASON else wrap)
        page.set_column(0, width - 1, 16)
        page.set_column(width, width, 70)
    book.close()
    return len(intake.refused)


def _above(intake: Intake, file: str, sheet: str) -> pd.DataFrame:
    """The titles and header of a sheet; of one that was split by company they stand under its own name."""
    rows = intake.set_aside
    rows = rows[rows["file"].eq(file) & rows["code"].isin(_ABOVE) & rows["why"].str.startswith("It stands above")]
    own = rows[rows["sheet"] == sheet]
    return own if len(own) else rows[[sheet.startswith(str(name)) for name in rows["sheet"]]]


def _table(above: pd.DataFrame, rows: pd.DataFrame) -> list[tuple[list[str], str]]:
    last = above["row"].max()
    header = [
        (cells_of(raw), REASON if row == last else "") for raw, row in zip(above["raw"], above["row"], strict=True)
    ]
    return header + [(cells_of(raw), why) for raw, why in zip(rows["raw"], rows["why"], strict=True)]


def _listing(rows: pd.DataFrame) -> list[tuple[list[str], str]]:
    names = ["file", "sheet", "row", "raw"]
    listed = rows[names].astype("str").fillna("").to_numpy().tolist()
    return [(names, REASON), *zip(listed, rows["why"], strict=True)]


def _name(sheet: str, used: set[str]) -> str:
    """A name that Excel takes: no forbidden character, 31 at most, told apart."""
    base = _FORBIDDEN.sub(" ", sheet).strip()[:28] or "Refused"
    name, number = base, 2
    while name.lower() in used:
        name, number = f"{base[:26]} {number}", number + 1
    used.add(name.lower())
    return name
