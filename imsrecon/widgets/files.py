"""The client's files: which may be imported, what is in one, and where a dropped one goes. No widget here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import ImsreconError, InputError, show_period, show_rupees, sum_rupees, total_tax

if TYPE_CHECKING:
    from imsrecon.intake import Intake
    from imsrecon.workspace import Workspace

ENDINGS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".json", ".zip")
OURS = ("reports", "tables")
DROPPED = "incoming"
# JupyterLab takes 10 MiB a message, and drops a larger one without a word.
LARGEST = 7_000_000
_HOSTILE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@dataclass(frozen=True)
class Seen:
    """What a look into a file gave: its side and content, or the sentence why it cannot be read."""

    path: Path
    side: str = ""
    intake: Intake | None = None
    error: str = ""


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
        raise InputError(f"{safe} is too large to drop.", hint=f"Copy it into {folder} and choose it from the list.")
    place = folder / DROPPED
    place.mkdir(exist_ok=True)
    path = place / safe
    number = 2
    while path.exists() and path.read_bytes() != content:
        path = place / f"{Path(safe).stem}-{number}{Path(safe).suffix}"
        number += 1
    path.write_bytes(content)
    return path


def look_into(workspace: Workspace, paths: list[Path], period: str, kind: str | None) -> list[Seen]:
    """Read files without storing anything; a file that cannot be read says why and stops no other."""
    return [_look(workspace, path, period, kind) for path in paths]


def _look(workspace: Workspace, path: Path, period: str, kind: str | None) -> Seen:
    try:
        side, intake = workspace.look(path, kind=kind)
    except ImsreconError as error:
        return Seen(path, error=str(error))
    return Seen(path, side, intake)


def files_table(seen: list[Seen]) -> pd.DataFrame:
    """One line a file: what it is, its period, documents, rupees, set aside, refused."""
    return pd.DataFrame([_line(one) for one in seen if one.intake is not None])


def known_by(seen: list[Seen]) -> list[tuple[str, str]]:
    """File, and by what its kind was known, and what was noticed in it."""
    return [(one.path.name, str(one.intake.sources["why"].iloc[0])) for one in seen if one.intake is not None]


def left_out(seen: list[Seen]) -> pd.DataFrame:
    """Every row that was set aside or refused, with its place and why."""
    names = {"refused": "Refused", "set_aside": "Set aside"}
    parts = [
        getattr(one.intake, name)[["file", "sheet", "row", "why"]].assign(what=word)
        for one in seen if one.intake is not None for name, word in names.items()
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=["", "File", "Sheet", "Row", "Why"])
    table = pd.concat(parts, ignore_index=True).sort_values("what", kind="stable")
    return pd.DataFrame(
        {
            "": table["what"],
            "File": table["file"].map(lambda name: Path(str(name)).name),
            "Sheet": table["sheet"],
            "Row": table["row"].astype("str"),
            "Why": table["why"],
        }
    )


def sources_table(workspace: Workspace, period: str) -> pd.DataFrame:
    """What this month works with, one line an import."""
    month = workspace.month(period)
    seen = [Seen(Path(intake.sources["file"].iloc[0]), side, intake) for side, intake in month.intakes]
    return files_table(seen)


def _line(seen: Seen) -> dict[str, object]:
    intake = seen.intake
    found = intake.sources.iloc[0]
    documents = intake.documents
    return {
        "File": ", ".join(Path(str(name)).name for name in intake.sources["file"]),
        "What": _KINDS.get(str(found["kind"]), {"register": "Purchase register", "portal": "Portal file"}[seen.side]),
        "Period": show_period(found["period"]) if pd.notna(found["period"]) else "in the records",
        "Documents": len(documents),
        "Taxable value": sum_rupees(documents["taxable_value"]),
        "Tax": int(total_tax(documents).sum()) / 100,
        "Set aside": len(intake.set_aside),
        "Refused": len(intake.refused),
    }


_KINDS = {
    "ims": "IMS download",
    "gstr2b": "GSTR-2B",
    "tally": "Purchase register (Tally)",
    "register": "Purchase register",
}


def totals(table: pd.DataFrame) -> str:
    """The sum of the files' lines, in one sentence."""
    if table.empty:
        return "No file could be read."
    tax = show_rupees(sum_rupees(table["Tax"]))
    taxable = show_rupees(sum_rupees(table["Taxable value"]))
    set_aside, refused = int(table["Set aside"].sum()), int(table["Refused"].sum())
    return (
        f"{int(table['Documents'].sum()):,} documents, taxable value ₹{taxable}, tax ₹{tax}; "
        f"{set_aside:,} rows set aside, {refused:,} refused. Amounts as printed: a credit note counts positive."
    )
