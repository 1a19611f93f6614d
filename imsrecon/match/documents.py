"""The two tables as arrays of codes and paise."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, to_paise
from imsrecon.match.columns import OF_AMENDMENTS, conformed_column
from imsrecon.match.joins import counts, distinct, in_rupees, mixed
from imsrecon.match.numbers import NumberForms
from imsrecon.match.stems import Stems, read_stems


@dataclass(frozen=True)
class Documents:
    """One side, row by row in canonical order (PAN, date, serial number, amounts, voucher, doc_id).

    `gstin`, `pan`, `number` and `pos` are codes shared by the two sides, -1 where missing; `money` is (rows, 5) paise,
    never negative, in the order of `AMOUNTS`; `sign` is -1 for a credit note; `negative` says that the table had a
    negative amount; `family` tells apart what an amendment may replace, `aside` marks 2B's rejected and reversal parts;
    `source` is the table as given, `order` says at which of its rows each row stands.
    """

    side: str
    source: pd.DataFrame
    order: np.ndarray
    gstin: np.ndarray
    pan: np.ndarray
    number: np.ndarray
    kind: np.ndarray
    sign: np.ndarray
    negative: np.ndarray
    day: np.ndarray
    year: np.ndarray
    money: np.ndarray
    pos: np.ndarray
    charge: np.ndarray
    imported: np.ndarray
    unavailable: np.ndarray
    amended: np.ndarray
    aside: np.ndarray
    family: np.ndarray
    counted: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.order)

    def part(self, rows: slice | np.ndarray) -> Documents:
        """Some of the rows."""
        names = [each.name for each in fields(self) if each.name not in ("side", "source", "counted")]
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    @property
    def tax(self) -> np.ndarray:
        """The sum of the four heads, paise."""
        return self.money[:, 1] + self.money[:, 2] + self.money[:, 3] + self.money[:, 4]

    def column(self, name: str, rows: np.ndarray | None = None) -> pd.Series:
        """A column of the table, of some rows (all unless told); missing where the table lacks it."""
        at = self.order if rows is None else self.order[rows]
        if name not in self.source.columns:
            return pd.Series(None, index=range(len(at)), dtype="str")
        taken = self.source[name].take(at).reset_index(drop=True)
        return conformed_column(taken.to_frame(), self.side, name) if name in OF_AMENDMENTS else taken

    @cached_property
    def ids(self) -> np.ndarray:
        """doc_id of each row."""
        return self.column("doc_id").to_numpy(dtype=object)

    @cached_property
    def hashed(self) -> np.ndarray:
        """A 64-bit hash of each doc_id."""
        return pd.util.hash_pandas_object(self.source["doc_id"], index=False).to_numpy()[self.order]

    @cached_property
    def amount_counts(self) -> np.ndarray:
        """How many documents of the same PAN have the same taxable value, to the rupee."""
        if self.counted is not None:
            return self.counted
        return counts(mixed(self.pan, in_rupees(self.money[:, 0])))

    @property
    def raw(self) -> np.ndarray:
        """The table's own taxable value and tax, with their signs, paise."""
        taxable, *heads = (to_paise(self.source[name]) for name in AMOUNTS)
        return np.column_stack([taxable, sum(heads)])[self.order]


@dataclass(frozen=True)
class Pool:
    """Both sides and the dictionaries that their codes point into.

    `repaired` marks the GSTINs (by code) whose PAN was read as another's because one character is mistyped. `shared`
    says of each row of either side how many documents have its amount: of those open when only the amount and the
    date can still tell, or of all of the PAN. `stems` are those of the numbers that groups are sought among.
    """

    register: Documents
    portal: Documents
    numbers: NumberForms
    gstins: np.ndarray
    repaired: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    shared: tuple[np.ndarray, np.ndarray] | None = None
    stems: Stems | None = None

    def side(self, name: str) -> Documents:
        """`register` or `portal`."""
        return self.register if name == "register" else self.portal

    @property
    def sharing(self) -> tuple[np.ndarray, np.ndarray]:
        """How many documents have the amount of each row, by side."""
        return self.shared or (self.register.amount_counts, self.portal.amount_counts)

    def with_stems(self, left: np.ndarray, right: np.ndarray) -> Pool:
        """The same, with the stems of the numbers of some rows of either side."""
        numbers = np.concatenate([self.register.number[left], self.portal.number[right]])
        return replace(self, stems=read_stems(self.numbers, distinct(numbers[numbers >= 0])))

    def with_open(self, free: list[np.ndarray]) -> Pool:
        """The same, with the rows of `free` compared among themselves alone."""
        shared = []
        for side, is_free in zip((self.register, self.portal), free, strict=True):
            rows, count = np.flatnonzero(is_free), side.amount_counts.copy()
            count[rows] = counts(mixed(side.pan[rows], in_rupees(side.money[rows, 0])))
            shared.append(count)
        return replace(self, shared=(shared[0], shared[1]))
