"""One shot, without a client's folder: files in, links and reasons out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import AMOUNTS, InputError, Profile, show_period
from imsrecon.intake import Intake, combine_portal, read_portal, read_register
from imsrecon.match import Reconciliation, reconcile
from imsrecon.reports.sheets import match_sheets
from imsrecon.reports.workbook import write_workbook
from imsrecon.review import suggest

if TYPE_CHECKING:
    from pathlib import Path

_DESCRIBED = ("supplier_gstin", "supplier_name", "doc_type", "doc_no", "doc_date", *AMOUNTS)
# Excel takes a cell that begins with one of these for a formula.
_FORMULA = r"^[\s\u200b\u2060\ufeff]*[=+\-@|%\t\r＝＋－＠]"


@dataclass(frozen=True)
class OneShot:
    """What one run read, found and wrote."""

    register: Intake
    portal: Intake
    reconciliation: Reconciliation
    files: list[Path]


def reconcile_files(
    registers: list[Path], portals: list[Path], out: Path, *, today: date, period: str | None = None
) -> OneShot:
    """Match registers against portal files; writes matches.csv, links.csv, unmatched.csv and workbook.xlsx to `out`.

    `period` is the tax period for the suggestions; if None, the newest that the portal's files name.
    Raises `InputError` if a file cannot be read, or the two sides belong to different companies.
    """
    register, portal = read_register(registers), read_portal(portals)
    _refuse_strangers(register, portal)
    records = combine_portal(portal.documents)
    found = reconcile(register.documents, records)
    files = _write(
        out, found, register.documents, records, _suggestions(found, register, portal, records, period, today)
    )
    return OneShot(register, portal, found, files)


def _refuse_strangers(register: Intake, portal: Intake) -> None:
    books, theirs = (set(side.documents["company_gstin"].dropna()) for side in (register, portal))
    if len(theirs) > 1 or (books and theirs and not books & theirs):
        raise InputError(
            f"The register belongs to {_named(books)}, the portal's files to {_named(theirs)}.",
            hint="Give files of one company.",
        )


def _named(gstins: set[str]) -> str:
    return ", ".join(sorted(gstins)) or "nobody that it names"


def _suggestions(
    found: Reconciliation, register: Intake, portal: Intake, records: pd.DataFrame, period: str | None, today: date
) -> pd.DataFrame | None:
    """Suggestions where company and period are known, else None."""
    companies = records["company_gstin"].dropna()
    named = [portal.sources["period"].dropna().max(), records["return_period"].dropna().max()]
    period = period or next((found for found in named if isinstance(found, str)), None)
    if companies.empty or period is None:
        return None
    return suggest(found, register.documents, records, period, Profile(companies.iloc[0]), today=today)


def _write(
    out: Path, found: Reconciliation, register: pd.DataFrame, portal: pd.DataFrame, suggestions: pd.DataFrame | None
) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    documents = pd.concat([register[["doc_id", *_DESCRIBED]], portal[["doc_id", *_DESCRIBED]]]).set_index("doc_id")
    links = found.links.join(documents.add_prefix("books_"), on="register_id").join(
        documents.add_prefix("portal_"), on="portal_id"
    )
    unmatched = found.unmatched.join(documents.drop(columns="doc_type"), on="doc_id")
    tables = {"matches.csv": found.matches, "links.csv": links, "unmatched.csv": unmatched}
    for name, table in tables.items():
        write_csv(out / name, table)
    workbook = out / "workbook.xlsx"
    sheets = match_sheets(found, register, portal, suggestions)
    write_workbook(workbook, sheets, title="Reconciliation of register and portal", facts=_facts(register, portal))
    return [*(out / name for name in tables), workbook]


def _facts(register: pd.DataFrame, portal: pd.DataFrame) -> list[tuple[str, str]]:
    companies = sorted({*register["company_gstin"].dropna(), *portal["company_gstin"].dropna()})
    periods = sorted(portal["gstr2b_period"].dropna().unique())
    return [
        ("Company", ", ".join(companies) or "not named in the files"),
        ("GSTR-2B of", ", ".join(map(show_period, periods)) or "none among the files"),
        ("Books", f"{len(register):,} documents"),
        ("Portal", f"{len(portal):,} records"),
    ]


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV that Excel opens without running anything: text that looks like a formula gets an apostrophe."""
    text = table.select_dtypes(include=["str", "object"]).columns
    safe = table.copy()
    for name in text:
        column = safe[name].astype("str")
        safe[name] = column.mask(column.str.contains(_FORMULA, regex=True, na=False), "'" + column)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
