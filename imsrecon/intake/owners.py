"""Whose file it is, in words: another company's, or a sister registration of the same PAN."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import STATES
from imsrecon.intake.model import Part

IN_ITS_FOLDER = "Import it in that client's folder, or leave out gstin."


def foreign_gstin(file: str, own: str, wanted: str) -> str:
    """The sentence for a file of GSTIN `own` where `wanted` was asked for; a sister is named with its State."""
    sister = own[2:12] == wanted[2:12]
    state = STATES.get(own[:2], own[:2])
    more = f" It is a sister registration in {state}: the same PAN." if sister else ""
    return f"'{file}' belongs to GSTIN {own}, not to {wanted}.{more}"


def split_by_company(part: Part, company: pd.Series, amounts: npt.NDArray[np.int64], first_row: int) -> list[Part]:
    """A sheet that mixes GSTINs of the company as one part each, so that each has its own lines in `.control`.

    `company` and `amounts` (paise) are of the rows below the header, `first_row` is the sheet's number of the first.
    What belongs to none of them (titles, blanks) stays with the sheet's own name.
    """
    owners = [*sorted(company.dropna().unique()), None]
    if len(owners) < 3:
        return [part]
    return [_of_owner(part, owner, company, amounts, first_row) for owner in owners]


def _of_owner(
    part: Part, owner: str | None, company: pd.Series, amounts: npt.NDArray[np.int64], first_row: int
) -> Part:
    mine = (company.isna() if owner is None else company.eq(owner)).to_numpy(bool)
    above = first_row - 1 if owner is None else 0
    read = np.concatenate([[mine.sum() + above], amounts[mine].sum(axis=0)]).astype(np.int64)
    numbers = set((np.flatnonzero(mine) + first_row).tolist()) | set(range(1, above + 1))
    documents = part.documents["company_gstin"]
    kept = part.documents[documents.isna() if owner is None else documents.eq(owner)]
    aside, refused = (table[table["row"].isin(numbers)] for table in (part.set_aside, part.refused))
    name = part.sheet if owner is None else f"{part.sheet} {owner}".strip()
    return Part(part.file, name, read, kept, aside, refused)
