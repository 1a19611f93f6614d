"""Which partition each document belongs to, so that no match, no runner-up and no count crosses two of them.

Documents of one PAN stay together (a mistyped GSTIN goes with the one that was meant), those of one port, those without
a supplier that share an amount, and what a person's word ties. PANs to which one and the same document without GSTIN
could belong (its serial, and its amount to a rupee) stay together too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from imsrecon.domain import TableError, clean_gstins
from imsrecon.match.columns import conformed_column, paise_of
from imsrecon.match.joins import distinct, in_rupees, join, mixed
from imsrecon.match.numbers import number_forms
from imsrecon.match.suppliers import Suppliers

ROUTED_BY = ("doc_id", "supplier_gstin", "doc_no", "taxable_value", "port_code")
SIDES = ("register", "portal")
Batches = Callable[[str], Iterator[pd.DataFrame]]


@dataclass
class _Survey:
    """One side, row by row: the code of the GSTIN (-1 for none), whole rupees, and a person's ids with their rows.

    `number` and `port` are those of the rows without GSTIN, in their order.
    """

    gstin: np.ndarray
    rupees: np.ndarray
    named: dict[str, int]
    number: pd.Series
    port: pd.Series
    node: np.ndarray | None = None

    @property
    def lone(self) -> np.ndarray:
        """The rows without GSTIN."""
        return np.flatnonzero(self.gstin < 0)


def route(batches: Batches, same: pd.DataFrame, size: int) -> tuple[Suppliers, dict[str, np.ndarray]]:
    """The suppliers of both tables, and the partition of each row of either, by side; each of about `size` rows.

    `batches` gives a side's table piece by piece, with the columns of `ROUTED_BY`; `same` has the register_id and
    portal_id of what a person tied together. Raises `TableError` where an id stands more than once.
    """
    known: dict[str, int] = {}
    sides = [_survey(batches(side), side, set(same[f"{side}_id"]), known) for side in SIDES]
    suppliers = _suppliers(known, sides)
    count = _place(sides, suppliers)
    edges = [_contacts(batches(SIDES[at]), SIDES[at], sides[at], sides[1 - at]) for at in range(2)]
    words = zip(same["register_id"], same["portal_id"], strict=True)
    tied = [(sides[0].named[a], sides[1].named[b]) for a, b in words if a in sides[0].named and b in sides[1].named]
    rows = np.array(tied, dtype=np.int64).reshape(-1, 2)
    edges.append((sides[0].node[rows[:, 0]], sides[1].node[rows[:, 1]]))
    part = _parts([side.node for side in sides], edges, count, size)
    return suppliers, {name: part[side.node] for name, side in zip(SIDES, sides, strict=True)}


def _survey(batches: Iterator[pd.DataFrame], side: str, wanted: set[str], known: dict[str, int]) -> _Survey:
    gstins, rupees, numbers, ports, hashed, named, begin = [], [], [], [], [], {}, 0
    for batch in batches:
        table = pd.DataFrame({name: conformed_column(batch, side, name) for name in ROUTED_BY if name in batch})
        codes, uniques = pd.factorize(table["supplier_gstin"])
        cleaned = clean_gstins(pd.Series(uniques, dtype="str"))
        of_unique = [-1 if pd.isna(text) else known.setdefault(text, len(known)) for text in cleaned]
        gstin = np.array([*of_unique, -1], dtype=np.int32)[codes]
        lone = table[gstin < 0]
        gstins.append(gstin)
        rupees.append(in_rupees(np.abs(paise_of(table["taxable_value"]))))
        numbers.append(lone["doc_no"].str.strip())
        ports.append(lone["port_code"].str.strip() if "port_code" in lone else pd.Series(None, lone.index, dtype="str"))
        hashed.append(pd.util.hash_pandas_object(table["doc_id"], index=False).to_numpy())
        here = np.flatnonzero(table["doc_id"].isin(wanted)) if wanted else ()
        named |= {table["doc_id"].iloc[at]: begin + at for at in here}
        begin += len(table)
    _refuse_twice(np.concatenate(hashed), side)
    lone = [pd.concat(parts, ignore_index=True) for parts in (numbers, ports)]
    return _Survey(np.concatenate(gstins), np.concatenate(rupees), named, *(text.mask(text == "") for text in lone))


def _refuse_twice(hashed: np.ndarray, side: str) -> None:
    again = len(hashed) - len(distinct(hashed))
    if again:
        raise TableError(
            f"{again} rows of the {side} table have a doc_id that stands there before.",
            hint="Each document needs an id of its own; `combine_portal` joins downloads that overlap.",
        )


def _suppliers(known: dict[str, int], sides: list[_Survey]) -> Suppliers:
    """The GSTINs in the order of their texts; the codes in `sides` become those of their PANs."""
    texts = np.array(list(known), dtype=object)
    order = np.argsort(texts)
    present = [np.bincount(side.gstin[side.gstin >= 0], minlength=len(texts))[order] > 0 for side in sides]
    suppliers = Suppliers.of(texts[order], *present)
    pan = np.full(len(texts) + 1, -1)
    pan[order] = suppliers.pan
    for side in sides:
        side.gstin = pan[side.gstin]
    return suppliers


def _place(sides: list[_Survey], suppliers: Suppliers) -> int:
    """What each row stays together with, as a code: its PAN, its port, else its amount. Returns how many there are."""
    first = int(suppliers.pan.max(initial=-1)) + 1
    ports, names = pd.factorize(pd.concat([side.port for side in sides]))
    key = [side.rupees[side.lone] * 2 + at for at, side in enumerate(sides)]
    amounts, values = pd.factorize(np.concatenate(key))
    lone = np.where(ports >= 0, first + ports, first + len(names) + amounts)
    for side, nodes in zip(sides, np.split(lone, [len(key[0])]), strict=True):
        side.node = side.gstin.astype(np.int64)
        side.node[side.lone] = nodes
    return first + len(names) + len(values)


def _contacts(batches: Iterator[pd.DataFrame], side: str, ours: _Survey, other: _Survey) -> tuple:
    """Pairs of nodes: rows of one side, and documents of the other without GSTIN that could be the same."""
    lone = other.lone[other.number.notna().to_numpy()]
    core = number_forms(other.number.dropna()).core.view(np.int64)
    near = distinct(np.concatenate([other.rupees[lone] + move for move in (-1, 0, 1)]))
    close = np.isin(ours.rupees, near)
    left, right, begin = [], [], 0
    for batch in batches if len(lone) else ():
        number = conformed_column(batch, side, "doc_no").str.strip()
        possible = close[begin : begin + len(batch)] & (number.notna() & number.ne("")).to_numpy(bool)
        rows = np.flatnonzero(possible)
        codes, texts = pd.factorize(number.iloc[rows])
        cores = number_forms(texts).core.view(np.int64)[codes] if len(rows) else codes
        for move in (-1, 0, 1):
            keys = [mixed(core, other.rupees[lone] + move)], [mixed(cores, ours.rupees[begin + rows])]
            pairs = join(lone, begin + rows, *keys, 1 << 40)
            left.append(other.node[pairs[0]])
            right.append(ours.node[pairs[1]])
        begin += len(batch)
    empty = np.zeros(0, dtype=np.int64)
    return np.concatenate([empty, *left]), np.concatenate([empty, *right])


def _parts(nodes: list[np.ndarray], edges: list[tuple], count: int, size: int) -> np.ndarray:
    """The partition of each node: what hangs together whole, one after the other until `size` rows are full."""
    left, right = (np.concatenate([pair[at] for pair in edges]) for at in range(2))
    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(count, count))
    groups, label = connected_components(graph, directed=False) if count else (0, np.zeros(0, dtype=np.int64))
    rows = np.bincount(label[np.concatenate(nodes)], minlength=groups)
    return ((np.cumsum(rows) - rows) // size)[label]
