"""Whose file it is, in words: another company's, or a sister registration of the same PAN."""

from __future__ import annotations

from imsrecon.domain import STATES

IN_ITS_FOLDER = "Import it in that client's folder, or leave out gstin."


def foreign_gstin(file: str, own: str, wanted: str) -> str:
    """The sentence for a file of GSTIN `own` where `wanted` was asked for; a sister is named with its State."""
    sister = own[2:12] == wanted[2:12]
    state = STATES.get(own[:2], own[:2])
    more = f" It is a sister registration in {state}: the same PAN." if sister else ""
    return f"'{file}' belongs to GSTIN {own}, not to {wanted}.{more}"
