"""One line a file: what it is, of whom, of when, how much."""

from __future__ import annotations

import calendar

import pandas as pd

from imsrecon.domain import show_rupees
from imsrecon.intake.model import Intake

_KINDS = {
    "gstr2b": ("GSTR-2B", "portal JSON"), "gstr2b_excel": ("GSTR-2B", "portal Excel"),
    "gstr2a": ("GSTR-2A", "portal JSON"), "gstr2a_excel": ("GSTR-2A", "portal Excel"),
    "ims": ("IMS download", "portal JSON"), "ims_excel": ("IMS", "Excel"),
    "ims_errors": ("IMS error file", "portal JSON"), "tally": ("Purchase register", "Tally"),
    "register": ("Purchase register", "table"), "day_book": ("Day book", "Tally"),
    "tally_xml": ("Vouchers", "Tally XML"),
}  # fmt: skip


def describe(intake: Intake) -> list[str]:
    """One sentence a file, in the order of `.sources`.

    `GSTR-2B, June 2026, GSTIN …, portal JSON, 24 documents, taxable ₹13,14,750.49 (name.json)`; a file that was not
    read says why; set-aside documents, refusals and a confidence below high are told.
    """
    control = intake.control.groupby(["file", "measure"])[["kept", "refused"]].sum()
    return [_line(source, control) for source in intake.sources.to_dict("records")]


def _line(source: dict[str, object], control: pd.DataFrame) -> str:
    name = str(source["file"])
    if source["kind"] == "skipped":
        return f"Not read: {name}. {source['why']}"
    what, how = _KINDS.get(str(source["kind"]), (str(source["kind"]), ""))
    kept, refused = (int(_figure(control, name, "rows", column)) for column in ("kept", "refused"))
    said = [
        what,
        _month(str(source["period"])) if _there(source["period"]) else "",
        f"GSTIN {source['gstin']}" if _there(source["gstin"]) else "no GSTIN named",
        how,
        f"{kept:,} {'document' if kept == 1 else 'documents'}",
        f"taxable ₹{show_rupees(_figure(control, name, 'taxable_value', 'kept'))}",
        f"{refused:,} refused" if refused else "",
        f"confidence {source['confidence']}" if source["confidence"] != "high" else "",
    ]
    return ", ".join(part for part in said if part) + f" ({name})"


def _month(period: str) -> str:
    return f"{calendar.month_name[int(period[5:])]} {period[:4]}"


def _there(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _figure(control: pd.DataFrame, file: str, measure: str, column: str) -> float:
    return float(control[column].get((file, measure), 0.0))
