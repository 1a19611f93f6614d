"""One Parquet file an import: the documents, and in its metadata what was set aside, refused and counted."""

from __future__ import annotations

import hashlib
import io
import os
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from imsrecon import intake as intake_room
from imsrecon.domain import WorkspaceError, conform
from imsrecon.intake import Intake

_SIDE_TABLES = ("set_aside", "refused", "control", "sources")


def table_key(intake: Intake, side: str) -> str:
    """The name of an import's file: what was read, what read it, and with which columns named by a person."""
    hashes = "".join(sorted(intake.sources["sha256"]))
    key = f"{side}-{_digest(hashes, 16)}-{reader_version()}"
    told = "".join(intake.sources["mapping"].dropna().unique()) if "mapping" in intake.sources else ""
    return f"{key}-{_digest(told, 8)}" if told else key


def file_of(key: str) -> str:
    """Of an import's name the part that says what was read."""
    return "-".join(key.split("-")[:2])


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


@cache
def reader_version() -> str:
    """A digest of the readers' own files: a reader that has changed gives the import a file of its own."""
    digest = hashlib.sha256()
    for path in sorted(Path(intake_room.__file__).parent.iterdir()):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:8]


def save(folder: Path, key: str, intake: Intake) -> None:
    """Write the import once; a file that is there already is the same and stays, unless it is damaged."""
    path = folder / f"{key}.parquet"
    if path.is_file() and _can_be_read(path):
        return
    table = pa.Table.from_pandas(intake.documents, preserve_index=False)
    notes = {f"imsrecon.{name}": _packed(getattr(intake, name)) for name in _SIDE_TABLES}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **notes})
    folder.mkdir(parents=True, exist_ok=True)
    sink = io.BytesIO()
    pq.write_table(table, sink)
    write_whole(path, sink.getvalue())


def _can_be_read(path: Path) -> bool:
    try:
        pq.read_table(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(folder: Path, key: str, side: str) -> Intake:
    """Read an import back as it was; `WorkspaceError` if its file is gone or damaged."""
    path = folder / f"{key}.parquet"
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise WorkspaceError(f"{path} cannot be read: {error}.", hint="Import the file again.") from error
    notes = table.schema.metadata
    parts = {name: _unpacked(notes[f"imsrecon.{name}".encode()]) for name in _SIDE_TABLES}
    return Intake(documents=conform(table.to_pandas(), side), **parts)


def _packed(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pa_table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.ipc.new_stream(sink, pa_table.schema) as writer:
        writer.write_table(pa_table)
    return sink.getvalue()


def _unpacked(packed: bytes) -> pd.DataFrame:
    return pa.ipc.open_stream(packed).read_all().to_pandas()
