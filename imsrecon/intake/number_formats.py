"""Debit and credit that live only in a cell's number format (`""0.00" Cr"`), as Tally exports them."""

from __future__ import annotations

import html
import re

from imsrecon.intake.files import InputFile, open_zip, unpack

_FORMAT = re.compile(r"<(?:\w+:)?numFmt\b([^>]*)>")
_STYLES = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(r"<(?:\w+:)?xf\b([^>]*)>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_CREDIT = re.compile(r"\bcr\b", re.IGNORECASE)


def credit_cells(file: InputFile) -> dict[str, list[tuple[int, int]]]:
    """Sheet → positions (row, column, from 0) of the cells whose format writes `Cr` behind a positive amount.

    Empty for nearly every workbook: only one with such a format has its sheets searched.
    """
    styles = _credit_styles(_text_of(file, "xl/styles.xml"))
    if not styles:
        return {}
    return {name: _positions(_text_of(file, home), styles) for name, home in sheet_files(file).items()}


def sheet_files(file: InputFile) -> dict[str, str]:
    """Name of each sheet → the workbook's file that holds it."""
    return _sheet_files(_text_of(file, "xl/workbook.xml"), _text_of(file, "xl/_rels/workbook.xml.rels"))


def _text_of(file: InputFile, name: str) -> str:
    archive, members = open_zip(file.name, file.data)
    member = next((one for one in members if one.filename == name), None)
    return unpack(archive, member, file.name).decode("utf-8", errors="replace") if member else ""


def _credit_styles(styles: str) -> set[str]:
    """The numbers of the cell styles whose format writes Cr; `Dr` needs nothing, it is the plain sign."""
    formats = {
        _attribute(one, "numFmtId") for one in _FORMAT.findall(styles) if _is_credit(_attribute(one, "formatCode"))
    }
    block = _STYLES.search(styles)
    if not formats or block is None:
        return set()
    used = [_attribute(one, "numFmtId") for one in _STYLE.findall(block[0])]
    return {str(position) for position, number in enumerate(used) if number in formats}


def _is_credit(code: str) -> bool:
    """The first section of a format is the one for positive amounts."""
    return bool(_CREDIT.search(code.split(";")[0]))


def _attribute(text: str, name: str) -> str:
    match = re.search(rf"\b{name}=([\"'])(.*?)\1", text)
    return html.unescape(match[2]) if match else ""


def _sheet_files(book: str, relations: str) -> dict[str, str]:
    targets = {_attribute(one, "Id"): _attribute(one, "Target") for one in _RELATION.findall(relations)}
    found = {_attribute(one, "name"): targets.get(_attribute(one, "r:id"), "") for one in _SHEET.findall(book)}
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in found.items()}


def _positions(sheet: str, styles: set[str]) -> list[tuple[int, int]]:
    numbers = "|".join(sorted(styles))
    cells = re.findall(rf"<(?:\w+:)?c\b([^>]*\bs=[\"'](?:{numbers})[\"'][^>]*)>", sheet)
    found = (re.search(r"\br=[\"']([A-Z]{1,3})(\d+)[\"']", cell) for cell in cells)
    return [(int(one[2]) - 1, column_number(one[1]) - 1) for one in found if one]


def column_number(letters: str) -> int:
    """`A` is 1, `AA` 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
