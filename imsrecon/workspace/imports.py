"""Which file is which side, and which imports a month works with."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imsrecon.domain import InputError
from imsrecon.intake import Intake, propose_mapping, read_portal, read_register
from imsrecon.workspace import store
from imsrecon.workspace.client import FILE as CLIENT
from imsrecon.workspace.mappings import ELIGIBILITY, FILE, Mappings, as_text, recall, with_eligibility

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


PORTAL = ("ims", "gstr2b", "gstr2a")
ENDINGS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".csv", ".txt", ".tsv", ".json", ".xml", ".zip", ".ods")
OURS = ("reports", "tables", FILE)
KINDS = ("register", "tally", "portal", *PORTAL)


def read_any(
    path: Path,
    gstin: str,
    *,
    kind: str | None = None,
    mappings: Mappings | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> tuple[str, Intake]:
    """Read one file as what its content shows it to be: side and `Intake`.

    `kind` says what it is where the content leaves it open: one of `KINDS`. A register is read with the columns that
    `mappings` remembers for its layout, or as `mapping` says (`{}`: by its labels alone); its ledgers get the
    eligibility that is remembered. The column `mapping` of `.sources` says what was used. Raises `InputError` as the
    readers do.
    """
    if kind is not None and kind not in KINDS:
        raise InputError(f"Kind '{kind}' is unknown.", hint=f"Say one of {', '.join(KINDS)}, or nothing.")
    if kind in ("portal", *PORTAL):
        return "portal", read_portal(path, gstin=gstin, kind=None if kind == "portal" else kind)
    if kind is None and is_zip(path):
        return _only_side(path, read_zip(path, gstin, mappings or Mappings(), mapping))
    if kind is None:
        try:
            return "portal", read_portal(path, gstin=gstin)
        except InputError as error:
            if error.code != "not_portal":
                raise
    layout = None if kind == "register" else kind
    return "register", _read_books(path, gstin, layout, mappings or Mappings(), mapping)


def read_folder(folder: Path, look: Callable[[Path], list[tuple[str, Intake]]]) -> list[tuple[str, Intake]]:
    """Read each file of a folder, hidden ones and our own aside; what cannot be read is a `skipped` line that says why.

    Raises `InputError` if a file is of another client, or nothing can be read.
    """
    read: list[tuple[str, Intake]] = []
    unread: list[dict[str, str]] = []
    inside = _files_in(folder)
    if not (folder / CLIENT).exists():  # a client's own folder holds more than what he sent
        unread = [_skipped(path, "no register or portal file has that ending") for path in inside if not _known(path)]
    for path in filter(_known, inside):
        try:
            read += look(path)
        except InputError as error:
            if error.code.startswith("other"):
                raise
            unread.append(_skipped(path, str(error)))
    if not read:
        raise InputError(f"No file in {folder} can be read.", hint="Give registers, IMS downloads and GSTR-2B files.")
    if unread:
        side, intake = read[-1]
        sources = pd.concat([intake.sources, pd.DataFrame(unread).astype("str")], ignore_index=True)
        read[-1] = side, replace(intake, sources=sources)
    return read


def _known(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS


def _skipped(path: Path, why: str) -> dict[str, str]:
    return {"file": path.name, "kind": "skipped", "confidence": "low", "why": why}


def _files_in(folder: Path) -> list[Path]:
    """Its files, hidden ones and our own aside."""
    inside = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    parts = [path.relative_to(folder).parts for path in inside]
    return [
        path
        for path, names in zip(inside, parts, strict=True)
        if names[0] not in OURS and not any(name[0] in ".~" for name in names)
    ]


def read_zip(
    path: Path, gstin: str, mappings: Mappings, mapping: Mapping[str, str | None] | None
) -> list[tuple[str, Intake]]:
    """Read what is in a zip, of both sides; a line says of each file that is of neither side that it was not read.

    Raises `InputError` if there is none of either, or as the readers do.
    """
    found: list[tuple[str, Intake]] = []
    faults: list[InputError] = []
    for side in ("portal", "register"):
        try:
            found.append(read_any(path, gstin, kind=side, mappings=mappings, mapping=mapping))
        except InputError as error:
            if error.code.startswith("other"):
                raise
            faults.append(error)
    if not found:
        raise faults[-1]
    known = {name for _, intake in found for name in _read_names(intake)}
    return [(side, _without(intake, known, own)) for own, (side, intake) in enumerate(found)]


def _only_side(path: Path, found: list[tuple[str, Intake]]) -> tuple[str, Intake]:
    if len(found) > 1:
        raise InputError(f"'{path.name}' holds files of the books and of the portal.", hint="Unpack it first.")
    return found[0]


def _read_names(intake: Intake) -> set[str]:
    return set(intake.sources.loc[intake.sources["kind"].ne("skipped"), "file"])


def _without(intake: Intake, known: set[str], own: int) -> Intake:
    """Without the lines on files that the other side read; what neither read is told once."""
    skipped = intake.sources["kind"].eq("skipped")
    drop = skipped & (intake.sources["file"].isin(known) | (own > 0))
    return replace(intake, sources=intake.sources[~drop].reset_index(drop=True))


def read_part(intake: Intake) -> Intake:
    """Without the lines on files that were not read: what is stored."""
    read = intake.sources["kind"].ne("skipped")
    return replace(intake, sources=intake.sources[read].reset_index(drop=True))


def is_zip(path: Path) -> bool:
    """True for a zip that is no workbook."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return not {"[Content_Types].xml", "mimetype"} & set(archive.namelist())


def _read_books(
    path: Path, gstin: str, kind: str | None, mappings: Mappings, mapping: Mapping[str, str | None] | None
) -> Intake:
    used, told, fits = (dict(mapping), [], True) if mapping is not None else _recalled(path, mappings)
    intake = read_register(path, gstin=gstin, kind=kind, mapping=used)
    documents, ledgers = with_eligibility(intake.documents, mappings.ledgers)
    told += [f"{label}: {ELIGIBILITY[word]}, as remembered." for label, word in ledgers.items()]
    text = as_text(used, ledgers)
    if text is None and not told:
        return intake
    sources = intake.sources.assign(mapping=pd.Series(text, index=intake.sources.index, dtype="str"))
    sources["why"] = sources["why"].str.cat([" ".join(["", *told])] * len(sources))
    sources["confidence"] = sources["confidence"] if fits else "low"
    return replace(intake, documents=documents, sources=sources)


def _recalled(path: Path, mappings: Mappings) -> tuple[dict[str, str | None], list[str], bool]:
    """The columns remembered for a file, what there is to say about it, and whether what was remembered fits."""
    columns = columns_of(path) if mappings.layouts else None
    if columns is None:
        return {}, [], True
    layout, told = recall(mappings, columns)
    if layout is None:
        return {}, told, not told
    return layout.columns, [f"Columns read as remembered from '{layout.name}'."], True


def columns_of(path: Path) -> pd.DataFrame | None:
    """What `propose_mapping` says of a file; None for what is no single table: a zip, a folder, an XML file."""
    try:
        return propose_mapping(path)
    except InputError:
        return None


def standing(sources: pd.DataFrame, month: str) -> pd.DataFrame:
    """The imports up to `month` that were not taken back, in the order they came; a repeated one as it came last.

    A register that was read again, with other columns, counts as it was read last.
    """
    file = sources["table_key"].where(sources["side"].ne("register"), sources["table_key"].map(store.file_of))
    known = sources.assign(file=file)[sources["month"] <= month]
    last = known.drop_duplicates(["month", "file"], keep="last")
    last = last[~last["withdrawn"].astype(bool)]
    books = last["side"].eq("register")
    again = books & last["file"].where(books).duplicated(keep="last")
    return last[~again].drop(columns="file")


def repeated_registers(sources: pd.DataFrame, tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The registers most of which, but not all, a newer one has as well: id, files, documents, alone.

    `tables` are the documents of `sources`, one each. Registers add up, so what stands in such a register alone still
    counts: documents of another month, or entries that were corrected since.
    """
    books = [(row, table) for row, table in zip(sources.itertuples(), tables, strict=True) if row.side == "register"]
    found, newer = [], pd.Series(dtype="str")
    for row, table in reversed(books):
        alone = int((~table["doc_id"].isin(newer)).sum())
        if 0 < alone <= len(table) / 2:
            found.append((row.id, ", ".join(json.loads(row.files)), len(table), alone))
        newer = pd.concat([newer, table["doc_id"]])
    return pd.DataFrame(found[::-1], columns=["id", "files", "documents", "alone"])


def portal_in_use(sources: pd.DataFrame, tables: list[pd.DataFrame], months: list[str]) -> list[pd.DataFrame]:
    """Of what the portal's files say, what counts in the last of `months`: the tables to combine, oldest first.

    `months` are those of one tax period. `tables` are the documents of `sources`, one each. Of IMS downloads the newest
    of these months counts, of GSTR-2B the newest of each period up to the month, of GSTR-2A everything. What was read
    by one import is one download, however many files it had. The portal's error file says what was refused, not what
    stands.
    """
    month = months[-1]
    if not tables:
        return []
    batch = np.repeat(sources["batch"].to_numpy(), [len(table) for table in tables])
    whole = pd.concat(tables, ignore_index=True).assign(batch=batch)
    statement = whole["gstr2b_part"].notna()
    download = whole["portal_action"].notna() & ~statement
    due = statement & (whole["gstr2b_period"].fillna(month) <= month)
    newest = whole[due].groupby("gstr2b_period", dropna=False)["batch"].transform("max")
    keep = due & whole["batch"].eq(newest.reindex(whole.index))
    keep |= download & whole["batch"].eq(newest_download(sources, months))
    keep |= ~statement & ~download
    keep &= whole["portal_error"].isna()
    return [part.drop(columns="batch") for _, part in whole[keep].groupby("batch", sort=True)]


def drawn_2b(sources: pd.DataFrame, tables: list[pd.DataFrame], months: set[str]) -> pd.DataFrame | None:
    """The newest GSTR-2B among `tables` for one of `months`, as it was read; None if there is none."""
    found = None
    for (_, source), table in zip(sources.iterrows(), tables, strict=True):
        rows = table[table["gstr2b_part"].notna() & table["gstr2b_period"].isin(months)]
        if len(rows) and (found is None or source["batch"] >= found[0]):
            found = source["batch"], rows
    return None if found is None else found[1].drop_duplicates("doc_id").reset_index(drop=True)


def newest_download(sources: pd.DataFrame, months: list[str]) -> int:
    """The batch of the newest IMS download of the last of `months` that has one; -1 if none has."""
    of_months = sources[sources["month"].isin(months)]
    downloads = of_months[of_months["kind"].map(_has_download).astype(bool)]
    last = downloads[downloads["month"].eq(downloads["month"].max())]
    return int(last["batch"].max()) if len(last) else -1


def _has_download(kinds: str) -> bool:
    return any(kind.startswith("ims") and "error" not in kind for kind in kinds.split())


def first_seen(sources: pd.DataFrame, tables: list[pd.DataFrame], month: str) -> pd.Series:
    """The month before `month` in whose IMS download a record first stood as filed: doc_id → month."""
    parts = [
        table.loc[table["portal_action"].notna() & table["filing_status"].eq("filed"), ["doc_id"]].assign(
            month=of_month
        )
        for of_month, table in zip(sources["month"], tables, strict=True)
        if of_month < month
    ]
    if not parts:
        return pd.Series(dtype="str")
    return pd.concat(parts).groupby("doc_id")["month"].min()
