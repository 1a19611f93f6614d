"""The same matching in partitions, one after the other or over a Dask cluster, with the answer of a single run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from imsrecon.domain import SettingsError, TableError
from imsrecon.match.columns import NEEDED, OPTIONAL
from imsrecon.match.engine import DEFAULT, reconcile_part
from imsrecon.match.routes import ROUTED_BY, SIDES, route
from imsrecon.match.settings import MatchSettings
from imsrecon.match.suppliers import Suppliers

if TYPE_CHECKING:
    from distributed import Client

ROWS = 500_000
BATCH = 1 << 17
TABLES = ("links", "matches", "unmatched", "duplicates", "control")
Table = pd.DataFrame | str | Path


@dataclass(frozen=True)
class PartitionedReconciliation:
    """The tables of a `Reconciliation` (design 5.2), put together; the rows stand partition by partition.

    A pair is explained by `reconcile` on the documents of its supplier.
    """

    links: pd.DataFrame
    matches: pd.DataFrame
    unmatched: pd.DataFrame
    duplicates: pd.DataFrame
    control: pd.DataFrame
    settings: MatchSettings
    partitions: int


def reconcile_partitioned(
    register: Table,
    portal: Table,
    settings: MatchSettings = DEFAULT,
    *,
    verdicts: pd.DataFrame | None = None,
    partitions: int | None = None,
    client: Client | None = None,
) -> PartitionedReconciliation:
    """`reconcile` for tables that are too large for one run: suppliers that could share a document stay together.

    `register` and `portal` are document tables (design 5.1) or the paths of Parquet files with their columns; of files
    only one partition is in memory at a time. `partitions` is about how many (one for each 500,000 rows unless told);
    a supplier is never cut in two, and where many documents have no GSTIN the suppliers they may belong to are not
    either. With `client` (of `dask.distributed`) the partitions run on its workers, which must see the same temporary
    folder for Parquet. Links, matches, categories, flags and confidence are those of `reconcile` on the whole.

    Raises what `reconcile` raises, and `SettingsError` for a number of partitions that cannot be.
    """
    if partitions is not None and (not isinstance(partitions, int) or partitions < 1):
        raise SettingsError(f"partitions is {partitions!r}.", hint="Give a whole number of 1 or more, or none.")
    tables = dict(zip(SIDES, (register, portal), strict=True))
    total = sum(_length(table) for table in tables.values())
    size = ROWS if partitions is None else max(1, -(-total // partitions))
    suppliers, part = route(lambda side: _batches(tables[side], side, ROUTED_BY), _said_same(verdicts), size)
    used = np.unique(np.concatenate(list(part.values())))
    with tempfile.TemporaryDirectory(prefix="imsrecon-") as folder:
        sides = {side: _cut(tables[side], side, part[side], used, Path(folder)) for side in SIDES}
        tasks = [(sides["register"][at], sides["portal"][at], settings, verdicts, suppliers) for at in range(len(used))]
        done = (
            list(map(_settle, tasks)) if client is None else client.gather([client.submit(_settle, t) for t in tasks])
        )
    done = done or [_settle((*tables.values(), settings, verdicts, None))]
    return PartitionedReconciliation(**_joined(done), settings=settings, partitions=len(done))


def _said_same(verdicts: pd.DataFrame | None) -> pd.DataFrame:
    if verdicts is None or not {"register_id", "portal_id", "verdict"} <= set(verdicts.columns):
        return pd.DataFrame({"register_id": [], "portal_id": []}, dtype="str")  # `reconcile` says what is wrong
    return verdicts.loc[verdicts["verdict"] == "same", ["register_id", "portal_id"]]


def _length(table: Table) -> int:
    return len(table) if isinstance(table, pd.DataFrame) else pq.read_metadata(table).num_rows


def _batches(table: Table, side: str, columns: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """The table in pieces, with those of the columns that it has."""
    names = table.columns if isinstance(table, pd.DataFrame) else pq.read_schema(table).names
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise TableError(
            f"The {side} table lacks the columns {', '.join(missing)}.",
            hint=f"A document table has at least {', '.join(NEEDED)}.",
        )
    wanted = [name for name in columns if name in names]
    if isinstance(table, pd.DataFrame):
        yield table[wanted]
        return
    yield pq.read_schema(table).empty_table().select(wanted).to_pandas()
    with pq.ParquetFile(table) as file:
        for batch in file.iter_batches(BATCH, columns=wanted):
            yield batch.to_pandas()


def _cut(table: Table, side: str, part: np.ndarray, used: np.ndarray, folder: Path) -> list[Table]:
    """The rows of each partition: copies (a slice would carry the whole buffer to a worker), or files in `folder`."""
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], [*used, np.iinfo(np.int64).max])
    if isinstance(table, pd.DataFrame):
        return [table.take(order[begin:end]) for begin, end in pairwise(bounds)]
    paths = [folder / f"{side}-{at}.parquet" for at in used.tolist()]
    wanted = [name for name in (*NEEDED, *OPTIONAL) if name in pq.read_schema(table).names]
    schema = pq.read_schema(table)
    schema = pa.schema([schema.field(name) for name in wanted], metadata=schema.metadata)
    writers = [pq.ParquetWriter(path, schema) for path in paths]
    at = np.searchsorted(used, part)
    begin = 0
    with pq.ParquetFile(table) as file:
        for batch in file.iter_batches(BATCH, columns=wanted):
            here = at[begin : begin + len(batch)]
            for one in np.unique(here).tolist():
                rows = batch.take(pa.array(np.flatnonzero(here == one)))
                writers[one].write_batch(rows.select(wanted).cast(schema))
            begin += len(batch)
    for writer in writers:
        writer.close()
    return paths


def _settle(task: tuple[Table, Table, MatchSettings, pd.DataFrame | None, Suppliers]) -> dict[str, pd.DataFrame]:
    """Match one partition and work out its tables."""
    register, portal, settings, verdicts, suppliers = task
    sides = [side if isinstance(side, pd.DataFrame) else pd.read_parquet(side) for side in (register, portal)]
    result = reconcile_part(sides[0], sides[1], settings, verdicts, suppliers)
    return {name: getattr(result, name) for name in TABLES}


def _joined(done: list[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    tables = {name: pd.concat([each[name] for each in done], ignore_index=True) for name in TABLES}
    summed = tables["control"].groupby(["side", "category"], sort=False, as_index=False).sum()
    money = {name: summed[name].round(2) for name in ("taxable_value", "tax")}
    return tables | {"control": summed.assign(**money)}
