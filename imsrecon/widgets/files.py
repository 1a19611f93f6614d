"""The client's files: which may be imported, what is in each, and where a dropped one goes. No widget here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import InputError, show_period, show_rupees, sum_rupees, total_tax
from imsrecon.widgets.import_state import Seen
from imsrecon.workspace import ENDINGS, OURS

if TYPE_CHECKING:
    from imsrecon.workspace import Workspace

DROPPED = "incoming"
# JupyterLab takes 10 MiB a message, and drops a larger one without a word.
LARGEST = 7_000_000
_RAW = 90
_HOSTILE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def client_files(folder: Path) -> list[Path]:
    """Files of the client's folder that may be imported, newest first; two levels down, none of what we wrote."""
    found = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.suffix.lower() in ENDINGS]
    ours = [path for path in found if path.relative_to(folder).parts[0] not in OURS and path.is_file()]
    return sorted(ours, key=lambda path: (-path.stat().st_mtime, path.name))


def keep_dropped(folder: Path, name: str, content: bytes) -> Path:
    """Put a dropped file into the client's folder under a harmless name; another file of that name stays as it is.

    Raises `InputError` if it is too large or of a kind that cannot be imported.
    """
    safe = _HOSTILE.sub("_", Path(name.replace("\\", "/")).name).strip(" .") or "file"
    if Path(safe).suffix.lower() not in ENDINGS:
        raise InputError(f"{safe} is no register or portal file.", hint=f"Drop one of {', '.join(ENDINGS)}.")
    if len(content) > LARGEST:
        raise InputError(f"{safe} is too large to drop.", hint=f"Copy it into {folder.name} and choose it in the list.")
    place = folder / DROPPED
    place.mkdir(exist_ok=True)
    path = place / safe
    number = 2
    while path.exists() and path.read_bytes() != content:
        path = place / f"{Path(safe).stem}-{number}{Path(safe).suffix}"
        number += 1
    path.write_bytes(content)
    return path


def files_table(seen: list[Seen]) -> pd.DataFrame:
    """One line a file: what it is, its period, documents, rupees, set aside, refused."""
    return pd.DataFrame([_line(one) for one in seen if one.intake is not None])


def facts(seen: Seen) -> list[tuple[str, str]]:
    """What one file is, of whom, of when, how much, and by what all this was known."""
    line, sources = _line(seen), seen.intake.sources
    gstins = sorted(set(sources["gstin"].dropna()) | set(seen.intake.documents["company_gstin"].dropna()))
    rupees = f"taxable value ₹{show_rupees(line['Taxable value'])}, tax ₹{show_rupees(line['Tax'])}"
    return [
        ("What it is", str(line["What"])),
        ("How sure", f"{line['Sure']}{_SURE[line['Sure']]}"),
        ("GSTIN", ", ".join(gstins) or "none named: taken to be this client's"),
        ("Period", str(line["Period"])),
        ("Documents", f"{line['Documents']:,}, {rupees}"),
        ("Left out", f"{line['Set aside']:,} rows set aside, {line['Refused']:,} refused"),
        ("Known by", " ".join(sources["why"])),
    ]


def first_documents(seen: Seen, rows: int) -> pd.DataFrame:
    """The first documents of a file as they were read; columns that hold nothing are left away."""
    names = {
        "doc_date": "Date", "doc_no": "Number", "doc_type": "Type", "supplier_gstin": "GSTIN",
        "taxable_value": "Taxable", "igst": "IGST", "cgst": "CGST", "sgst": "SGST", "cess": "Cess",
        "doc_value": "Total", "supplier_name": "Supplier", "section": "Section", "ledger": "Ledger",
        "itc_eligibility": "Credit",
    }  # fmt: skip
    table = seen.intake.documents
    held = [name for name in names if name in table and table[name].notna().any() and not table[name].eq(0).all()]
    return table.head(rows)[held].rename(columns=names)


def left_out(seen: Seen) -> pd.DataFrame:
    """Every row of a file that was refused or set aside: its place, why, and what stands in it."""
    words = {"refused": "Refused", "set_aside": "Set aside"}
    names = {"sheet": "Sheet", "row": "Row", "why": "Why", "raw": "What stands there"}
    parts = [getattr(seen.intake, name)[[*names]].assign(what=word) for name, word in words.items()]
    table = pd.concat(parts, ignore_index=True)
    held = table["raw"].str.replace(r"[\s|]*\|[\s|]*", " | ", regex=True).str.strip(" |").str.slice(0, _RAW)
    table = table.assign(row=table["row"].astype("str"), raw=held)
    return table[["what", *names]].rename(columns=names | {"what": ""})


def sources_table(workspace: Workspace, period: str) -> pd.DataFrame:
    """What this month works with, one line an import."""
    month = workspace.month(period)
    seen = [Seen(Path(intake.sources["file"].iloc[0]), side, intake) for side, intake in month.intakes]
    table = files_table(seen)
    return table.assign(**{"No.": month.sources["id"].to_list()})[["No.", *table]] if seen else table


def _line(seen: Seen) -> dict[str, object]:
    intake = seen.intake
    found = intake.sources.iloc[0]
    documents = intake.documents
    return {
        "File": ", ".join(Path(str(name)).name for name in intake.sources["file"]),
        "What": _KINDS.get(str(found["kind"]), {"register": "Purchase register", "portal": "Portal file"}[seen.side]),
        "Sure": "low" if seen.guessed else _lowest(intake.sources["confidence"]),
        "Period": show_period(found["period"]) if pd.notna(found["period"]) else "in the records",
        "Documents": len(documents),
        "Taxable value": sum_rupees(documents["taxable_value"]),
        "Tax": int(total_tax(documents).sum()) / 100,
        "Set aside": len(intake.set_aside),
        "Refused": len(intake.refused),
    }


_KINDS = {
    "ims": "IMS download", "ims_excel": "IMS, Excel", "ims_errors": "IMS error file", "gstr2b": "GSTR-2B",
    "gstr2b_excel": "GSTR-2B, Excel", "gstr2a": "GSTR-2A", "gstr2a_excel": "GSTR-2A, Excel",
    "tally": "Purchase register (Tally)", "register": "Purchase register", "day_book": "Day book (Tally)",
    "tally_xml": "Vouchers (Tally XML)",
}  # fmt: skip
_SURE = {"high": "", "medium": ": see below what is lacking", "low": ": look at its documents and columns"}


def _lowest(confidences: pd.Series) -> str:
    return next((word for word in ("low", "medium") if word in set(confidences)), "high")


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The files' lines as they fit a notebook's width; how sure the reader is stands there where he is not."""
    doubt = table["Sure"].map({"high": "", "medium": " (likely)", "low": " (not sure)"})
    return (
        table.assign(What=table["What"] + doubt)
        .drop(columns="Sure")
        .rename(columns={"Taxable value": "Taxable", "Set aside": "Aside"})
    )


def totals(table: pd.DataFrame) -> str:
    """The sum of the files' lines, in one sentence."""
    if table.empty:
        return "No file could be read."
    tax = show_rupees(sum_rupees(table["Tax"]))
    taxable = show_rupees(sum_rupees(table["Taxable value"]))
    documents = int(table["Documents"].sum())
    set_aside, refused = int(table["Set aside"].sum()), int(table["Refused"].sum())
    return (
        f"{documents:,} {'document' if documents == 1 else 'documents'}, taxable value ₹{taxable}, tax ₹{tax}; "
        f"{set_aside:,} rows set aside, {refused:,} refused. Amounts as printed: a credit note counts positive."
    )
