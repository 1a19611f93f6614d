"""Formulas without a result: a workbook written by a program, never calculated, has none in its cells."""

from __future__ import annotations

import re

from imsrecon.intake.files import InputFile, open_zip, unpack
from imsrecon.intake.number_formats import column_number, sheet_files

UNFINISHED = "=?"  # stands in such a cell: no amount, no date, no number of a document
# `t="str"` with an empty value is a formula whose result is an empty text, which is a result.
_CELL = re.compile(
    rb"<c\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def has_formula(xml: bytes) -> bool:
    """True if a sheet's XML has any formula."""
    return b"<f>" in xml or b"<f " in xml


def unfinished_cells(file: InputFile, members: set[str]) -> dict[str, list[tuple[int, int]]]:
    """Sheet → positions (row, column, from 0) of formulas without a result, in the sheets' files named."""
    archive, _ = open_zip(file.name, file.data)
    found = {}
    for name, home in sheet_files(file).items():
        if home in members:
            xml = unpack(archive, archive.getinfo(home), file.name)
            found[name] = [_position(one) for one in _CELL.findall(xml) if b't="str"' not in one and _PLACE.search(one)]
    return {name: places for name, places in found.items() if places}


def _position(attributes: bytes) -> tuple[int, int]:
    match = _PLACE.search(attributes)
    return int(match[2]) - 1, column_number(match[1].decode("ascii")) - 1
