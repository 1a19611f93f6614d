"""Noises on document numbers: how they are written, and how they are mistyped."""

from __future__ import annotations

import numpy as np
import pandas as pd

YEAR = r"(?:20)?(2[0-9])-(2[0-9])"
LOOK_ALIKE = str.maketrans("O0I1", "0O1I")
WIDTH = 16


def _able(table: pd.DataFrame) -> pd.Series:
    return (table["role"] == "main") & ~table["kind"].isin(["import", "unregistered"])


def has_letters(table: pd.DataFrame) -> pd.Series:
    """Numbers with a letter in them."""
    return _able(table) & table["doc_no"].str.contains(r"[A-Z]", regex=True)


def has_separators(table: pd.DataFrame) -> pd.Series:
    """Numbers with a / or a - in them."""
    return _able(table) & table["doc_no"].str.contains(r"[/-]", regex=True)


def has_zeros(table: pd.DataFrame) -> pd.Series:
    """Numbers in which a run of digits begins with 0."""
    return _able(table) & table["doc_no"].str.contains(r"(?:^|[^0-9])0+[0-9]", regex=True)


def has_year(table: pd.DataFrame) -> pd.Series:
    """Numbers that carry a financial year such as 26-27."""
    return _able(table) & table["doc_no"].str.contains(r"2[0-9]-2[0-9]", regex=True)


def has_look_alike(table: pd.DataFrame) -> pd.Series:
    """Numbers with O, 0, I or 1 in them."""
    return _able(table) & table["doc_no"].str.contains(r"[O0I1]", regex=True)


def digits_only(table: pd.DataFrame) -> pd.Series:
    """Numbers that a spreadsheet takes for a number."""
    return _able(table) & table["doc_no"].str.fullmatch(r"[0-9]+")


def lower_case(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """KPL/26-27/0412 becomes kpl/26-27/0412."""
    return table.assign(doc_no=table["doc_no"].str.lower())


def separators(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Left out, blank, or - for /."""
    text, how = table["doc_no"], rng.integers(0, 3, len(table))
    out = text.str.replace(r"[/-]", "", regex=True)
    blank = text.str.replace(r"[/-]", " ", regex=True)
    other = text.str.replace("/", "-", regex=False).where(text.str.contains("/", regex=False), out)
    return table.assign(doc_no=other.mask(how == 0, out).mask(how == 1, blank))


def strip_zeros(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """KPL/0412 becomes KPL/412."""
    return table.assign(doc_no=table["doc_no"].str.replace(r"(^|[^0-9])0+([0-9])", r"\1\2", regex=True))


def year_style(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """26-27 becomes 2026-27 or 2627, or is left out."""
    text, how = table["doc_no"], rng.integers(0, 3, len(table))
    long = text.str.replace(YEAR, r"20\1-\2", regex=True)
    fused = text.str.replace(YEAR, r"\1\2", regex=True)
    out = text.str.replace("/" + YEAR, "", regex=True).str.replace(YEAR + "/", "", regex=True)
    return table.assign(doc_no=out.mask(how == 0, long).mask(how == 1, fused))


def prefix(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Letters at the head left out, or INV/ put there."""
    text = table["doc_no"]
    out = text.str.replace(r"^[A-Za-z]+[/-]?", "", regex=True)
    added = ("INV/" + text).str.slice(0, WIDTH + 4)
    return table.assign(doc_no=out.where((out != text) & (out != ""), added))


def serial_only(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """KPL/26-27/0412 becomes 412: the last run of digits that is no year, at most four of them."""
    text = table["doc_no"]
    bare = text.str.replace(r"[/-]" + YEAR + "$", "", regex=True)
    run = bare.str.extract(r"([0-9]+)[^0-9]*$", expand=False).astype("str")
    serial = run.str.slice(-4).str.lstrip("0")
    return table.assign(doc_no=serial.where(serial.notna() & (serial != ""), text))


def excel(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """000123 becomes 123.0; of sixteen digits the last becomes 0."""
    text = table["doc_no"]
    short = text.str.lstrip("0") + ".0"
    return table.assign(doc_no=short.where(text.str.len() < WIDTH, text.str.slice(0, WIDTH - 1) + "0"))


def transpose(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Two different neighbours change places."""
    codes, length = _characters(table["doc_no"])
    able = (codes[:, :-1] != codes[:, 1:]) & (np.arange(codes.shape[1] - 1) < (length - 1)[:, None])
    at, found = _anywhere(able, rng)
    rows = np.flatnonzero(found)
    codes[rows, at[rows]], codes[rows, at[rows] + 1] = codes[rows, at[rows] + 1], codes[rows, at[rows]]
    return table.assign(doc_no=_text(codes, table.index))


def leave_out(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One letter or digit of several is gone."""
    codes, length = _characters(table["doc_no"])
    at, found = _anywhere(_alphanumeric(codes) & (length > 1)[:, None], rng)
    column = np.arange(codes.shape[1])
    source = np.where(found[:, None] & (column >= at[:, None]), column + 1, column)
    padded = np.concatenate([codes, np.zeros((len(codes), 1), dtype=np.uint8)], axis=1)
    return table.assign(doc_no=_text(np.take_along_axis(padded, source, axis=1), table.index))


def double(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One letter or digit stands twice."""
    codes, _ = _characters(table["doc_no"])
    at, found = _anywhere(_alphanumeric(codes), rng)
    padded = np.concatenate([codes, np.zeros((len(codes), 1), dtype=np.uint8)], axis=1)
    column = np.arange(padded.shape[1])
    source = np.where(found[:, None] & (column > at[:, None]), column - 1, column)
    return table.assign(doc_no=_text(np.take_along_axis(padded, source, axis=1), table.index))


def look_alike(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One O, 0, I or 1 becomes the other of its pair."""
    codes, _ = _characters(table["doc_no"])
    at, found = _anywhere(np.isin(codes, np.frombuffer(b"O0I1", dtype=np.uint8)), rng)
    swap = np.arange(256, dtype=np.uint8)
    swap[list(LOOK_ALIKE)] = list(LOOK_ALIKE.values())
    rows = np.flatnonzero(found)
    codes[rows, at[rows]] = swap[codes[rows, at[rows]]]
    return table.assign(doc_no=_text(codes, table.index))


def _characters(text: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    width = max(2, int(text.str.len().max()))
    codes = np.array(text.tolist(), dtype=f"S{width}").view(np.uint8).reshape(-1, width).copy()
    return codes, (codes != 0).sum(axis=1)


def _text(codes: np.ndarray, index: pd.Index) -> pd.Series:
    width = codes.shape[1]
    return pd.Series(np.ascontiguousarray(codes).view(f"S{width}").ravel().astype(f"U{width}"), index, dtype="str")


def _alphanumeric(codes: np.ndarray) -> np.ndarray:
    return ((codes >= ord("0")) & (codes <= ord("9"))) | ((codes >= ord("A")) & (codes <= ord("z")))


def _anywhere(able: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One column drawn among those that are able, for each row, and whether there is one."""
    return np.where(able, rng.random(able.shape), -1.0).argmax(axis=1), able.any(axis=1)
