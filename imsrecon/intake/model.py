"""What a reader hands back, and the books that every reader keeps: rows and rupees in equal rows and rupees out."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import AMOUNTS, TableError, to_paise, to_rupees, valid_gstins

MEASURES = ("rows", *AMOUNTS)
PLACE = "_place"
SOURCE_COLUMNS = ("file", "kind", "sha256", "gstin", "period", "confidence", "why")
ROW_COLUMNS = ("file", "sheet", "row", "raw", "code", "why")
CONTROL_COLUMNS = ("file", "sheet", "measure", "read", "kept", "added_up", "set_aside", "refused")
_RAW_LIMIT = 2000
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Intake:
    """What was read: the documents, what is none, what could not be read, and the proof that nothing vanished.

    `documents`: one row a document, the columns of `domain.COLUMNS`. `set_aside` and `refused`: file, sheet, row
    (as the file counts, from 1), raw, code, why. `control`: file, sheet, measure, read, kept, added_up, set_aside,
    refused; in each line read = kept + added_up + set_aside + refused. `sources`: one row a file.
    """

    documents: pd.DataFrame
    set_aside: pd.DataFrame
    refused: pd.DataFrame
    control: pd.DataFrame
    sources: pd.DataFrame


@dataclass
class Part:
    """What one sheet or section gave, before files are put together.

    `read` is rows and paise as they stood in the file, in the order of `MEASURES`; `documents` may still lack ids.
    `added_up` counts rows that went into a document beyond its first, where no column `lines` tells it.
    """

    file: str
    sheet: str
    read: npt.NDArray[np.int64]
    documents: pd.DataFrame | None = None
    set_aside: pd.DataFrame | None = None
    refused: pd.DataFrame | None = None
    added_up: int = 0


@dataclass
class Source:
    """One line of `.sources`; `why` grows while the file is read."""

    file: str
    kind: str
    sha256: str
    gstin: str | None = None
    period: str | None = None
    confidence: str = "high"
    why: list[str] = field(default_factory=list)

    def line(self) -> dict[str, object]:
        """The row that `.sources` shows."""
        return {name: getattr(self, name) for name in SOURCE_COLUMNS[:-1]} | {"why": " ".join(self.why)}


@contextmanager
def no_collection() -> Iterator[None]:
    """Python's garbage collector at rest: while millions of records are made, all it does is walk over them."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def note_gstins(column: pd.Series) -> list[str]:
    """A sentence if supplier GSTINs fail the checksum (I-02): they are kept as written, matching may mend them."""
    different = column.dropna().drop_duplicates()
    wrong = different[~valid_gstins(different)]
    if wrong.empty:
        return []
    count = int(column.isin(wrong).sum())
    return [
        f"{count:,} documents have a supplier GSTIN that fails its checksum, first {wrong.iloc[0]}; kept as written."
    ]


def printable(text: str) -> str:
    """Text for a message or a table: control characters gone, not longer than it is useful."""
    return _UNPRINTABLE.sub(" ", text)[:_RAW_LIMIT]


def noted_rows(
    rows: Sequence[int] | npt.NDArray[np.int64],
    raw: Sequence[str],
    code: str | Sequence[str],
    why: str | Sequence[str],
    paise: npt.NDArray[np.int64] | None = None,
) -> pd.DataFrame:
    """Rows for `set_aside` or `refused`; `paise` (rows × amounts) is what they carry, nothing if not given."""
    count = len(rows)
    amounts = np.zeros((count, len(AMOUNTS)), dtype=np.int64) if paise is None else paise
    table = pd.DataFrame({"row": np.asarray(rows, dtype=np.int64)})
    table["raw"] = pd.Series([printable(text) for text in raw], dtype="str")
    table["code"] = pd.Series([code] * count if isinstance(code, str) else list(code), dtype="str")
    table["why"] = pd.Series([why] * count if isinstance(why, str) else list(why), dtype="str")
    for position, name in enumerate(AMOUNTS):
        table[f"_{name}"] = amounts[:, position]
    return table


def assemble(parts: list[Part], documents: pd.DataFrame, sources: list[Source]) -> Intake:
    """Put parts together and prove the sums. `documents` carries `_place`, the position of its part in `parts`.

    Raises `TableError` if a row or a paisa is missing: a fault of the reader, never of the file.
    """
    set_aside = _stack([part.set_aside for part in parts], parts)
    refused = _stack([part.refused for part in parts], parts)
    control = _control(parts, documents, set_aside, refused)
    columns = {name: [source.line()[name] for source in sources] for name in SOURCE_COLUMNS}
    source_table = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})
    return Intake(
        documents=documents.drop(columns=PLACE).reset_index(drop=True),
        set_aside=set_aside[list(ROW_COLUMNS)],
        refused=refused[list(ROW_COLUMNS)],
        control=control,
        sources=source_table,
    )


def _stack(tables: list[pd.DataFrame | None], parts: list[Part]) -> pd.DataFrame:
    empty = noted_rows([], [], "", "").assign(**{PLACE: pd.Series(dtype=np.int64)})
    given = [table.assign(**{PLACE: place}) for place, table in enumerate(tables) if table is not None and len(table)]
    stacked = pd.concat(given, ignore_index=True) if given else empty
    places = stacked[PLACE].to_numpy()
    stacked["file"] = pd.Series([parts[place].file for place in places], dtype="str")
    stacked["sheet"] = pd.Series([parts[place].sheet for place in places], dtype="str")
    return stacked


def _control(
    parts: list[Part], documents: pd.DataFrame, set_aside: pd.DataFrame, refused: pd.DataFrame
) -> pd.DataFrame:
    count = len(parts)
    read = np.array([part.read for part in parts], dtype=np.int64).reshape(count, len(MEASURES))
    kept = _sums(documents[PLACE], [to_paise(documents[name]) for name in AMOUNTS], count)
    added = np.zeros_like(kept)
    added[:, 0] = [part.added_up for part in parts]
    if "lines" in documents:
        lines = documents["lines"].fillna(1).to_numpy(np.int64)
        added[:, 0] += np.bincount(documents[PLACE], weights=lines - 1, minlength=count).astype(np.int64)
    aside = _sums(set_aside[PLACE], [set_aside[f"_{name}"].to_numpy() for name in AMOUNTS], count)
    lost = _sums(refused[PLACE], [refused[f"_{name}"].to_numpy() for name in AMOUNTS], count)
    _prove(parts, read, kept + added + aside + lost)
    lines = {"read": read, "kept": kept, "added_up": added, "set_aside": aside, "refused": lost}
    frame = pd.DataFrame({name: _figures(values) for name, values in lines.items()})
    frame.insert(0, "measure", pd.Series(list(MEASURES) * count, dtype="str"))
    frame.insert(0, "sheet", pd.Series([part.sheet for part in parts for _ in MEASURES], dtype="str"))
    frame.insert(0, "file", pd.Series([part.file for part in parts for _ in MEASURES], dtype="str"))
    return frame[list(CONTROL_COLUMNS)]


def _sums(places: pd.Series, amounts: list[npt.NDArray[np.int64]], count: int) -> npt.NDArray[np.int64]:
    """Rows and paise of each place; added as integers, since floats would round above 2^53."""
    where = places.to_numpy(np.int64)
    result = np.zeros((count, len(MEASURES)), dtype=np.int64)
    result[:, 0] = np.bincount(where, minlength=count)
    for column, values in enumerate(amounts, start=1):
        np.add.at(result[:, column], where, values)
    return result


def _figures(values: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    rupees = to_rupees(values)
    rupees[:, 0] = values[:, 0]
    return rupees.ravel()


def _prove(parts: list[Part], read: npt.NDArray[np.int64], found: npt.NDArray[np.int64]) -> None:
    wrong = np.argwhere(read != found)
    if len(wrong):
        place, column = wrong[0]
        part = parts[place]
        raise TableError(
            f"{part.file}, {part.sheet}: {MEASURES[column]} read {read[place, column]}, "
            f"accounted for {found[place, column]} (rupees in paise).",
            hint="This is a fault in imsrecon: please report it with the layout of the file.",
        )
