"""What `reconcile` gives back. Tables and sentences are worked out when first asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from imsrecon.domain import TableError, hex_digits, to_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.explanation import explain_pair, nearest_of
from imsrecon.match.findings import CONFIDENCE, MATCHED, Matches, differences, flag_text
from imsrecon.match.joins import distinct, mixed
from imsrecon.match.nearest import nearest
from imsrecon.match.sentences import match_reasons, titles
from imsrecon.match.settings import FLAGS, MatchSettings
from imsrecon.match.standing import Standing
from imsrecon.match.unmatched import ONLY_IN, UNMATCHED, unmatched_reasons
from imsrecon.match.verdicts import Verdicts

SIDES = ("register", "portal")


class Reconciliation:
    """The result of holding the books against the portal; columns as in design 5.2.

    `.links`, `.matches`, `.unmatched`, `.duplicates`, `.control` are DataFrames, `.explain(register_id, portal_id)`
    weighs any pair, `.settings` are those it was made with. Amounts are rupees, differences portal less books, a
    credit note counts negative. Every doc_id is in exactly one of `.links` and `.unmatched`.
    """

    def __init__(
        self,
        pool: Pool,
        found: Matches,
        standings: tuple[Standing, Standing],
        edges: ev.Evidence,
        words: Verdicts,
        settings: MatchSettings,
    ) -> None:
        self.settings = settings
        self._pool, self._found, self._standings = pool, found, standings
        self._edges, self._words = edges, words

    def __repr__(self) -> str:
        counted = self.control.groupby(["side", "category"], sort=False)["rows"].sum()
        told = ", ".join(f"{rows} {category} ({side})" for (side, category), rows in counted.items() if rows)
        return f"<Reconciliation: {told or 'no documents'}>"

    @cached_property
    def links(self) -> pd.DataFrame:
        """match_id, register_id, portal_id."""
        found = self._found
        data = {
            "match_id": self._match_ids[found.match],
            "register_id": self._pool.register.column("doc_id", found.i),
            "portal_id": self._pool.portal.column("doc_id", found.j),
        }
        return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in data.items()})

    @cached_property
    def matches(self) -> pd.DataFrame:
        """One row a match, with category, confidence, score, flags, reason, counts and differences."""
        found = self._found
        taxable, tax = differences(found)
        return pd.DataFrame(
            {
                "match_id": pd.Series(self._match_ids, dtype="str"),
                "category": _words(MATCHED, found.category),
                "confidence": _words(CONFIDENCE, found.confidence),
                "score": found.score,
                "flags": pd.Series(flag_text(found.flags), dtype="str"),
                "reason": pd.Series(match_reasons(self._pool, found, self._words, self.settings), dtype="str"),
                "register_count": found.register_count,
                "portal_count": found.portal_count,
                "taxable_difference": taxable,
                "tax_difference": tax,
            }
        )

    @cached_property
    def unmatched(self) -> pd.DataFrame:
        """One row a document without a match: what it is, what is nearest, and what kept the two apart."""
        return pd.concat([self._unmatched(side) for side in SIDES], ignore_index=True)

    @cached_property
    def duplicates(self) -> pd.DataFrame:
        """Documents that seem to stand twice on one side: a note on top of links and unmatched."""
        return pd.concat([self._duplicates(side) for side in SIDES], ignore_index=True)

    @cached_property
    def control(self) -> pd.DataFrame:
        """side, category, rows, taxable_value, tax: what came in, and it adds up."""
        return pd.concat([self._control(side) for side in SIDES], ignore_index=True)

    def explain(self, register_id: str, portal_id: str) -> pd.DataFrame:
        """Any pair, linked or not: field, books, portal, verdict, weight (bits of evidence for one supply).

        Raises `TableError` if an id is in neither table.
        """
        i = _row_of(self._pool.register, register_id)
        j = _row_of(self._pool.portal, portal_id)
        return explain_pair(self._pool, i, j, self._edges, self._found, self._words, self.settings)

    def candidates(self, side: str, doc_id: str, count: int = 5) -> pd.DataFrame:
        """The nearest documents of the other side, the best first: doc_id, title, score, differs, linked_to (the
        document of `side` that it is linked to now, missing if none). `side` is `register` or `portal`.

        Raises `TableError` if the id is not in that table.
        """
        row = _row_of(self._pool.side(side), doc_id)
        return nearest_of(self._pool, side, row, self._edges, self._found, self.settings, count)

    def weighed(self) -> pd.DataFrame:
        """Every pair whose evidence was weighed, linked or not: register_id, portal_id, score."""
        ids = {"register_id": (self._pool.register, self._edges.i), "portal_id": (self._pool.portal, self._edges.j)}
        data = {name: side.column("doc_id", rows) for name, (side, rows) in ids.items()}
        return pd.DataFrame(data | {"score": ev.score_of(self._edges.bits)})

    @cached_property
    def _match_ids(self) -> np.ndarray:
        """A hash of the members' ids: the same match has the same id in any order of rows."""
        found = self._found
        total = np.zeros(len(found.category), dtype=np.uint64)
        sides = ((self._pool.register, found.i, 1), (self._pool.portal, found.j, 2))
        for side, rows, salt in sides:
            keys = distinct(found.match << 32 | rows)
            salted = mixed(side.hashed[keys & 0xFFFFFFFF], np.full(len(keys), salt))
            np.add.at(total, keys >> 32, salted)
        return hex_digits(total).astype(object)

    def _linked(self, side: str) -> np.ndarray:
        documents = self._pool.side(side)
        linked = np.zeros(len(documents), dtype=bool)
        linked[self._found.i if side == "register" else self._found.j] = True
        return linked

    def _standing(self, side: str) -> Standing:
        return self._standings[SIDES.index(side)]

    def _unmatched_category(self, side: str, rows: np.ndarray) -> np.ndarray:
        stands = self._standing(side)
        only = UNMATCHED.index(ONLY_IN[side])
        superseded, set_aside = UNMATCHED.index("superseded"), UNMATCHED.index("set_aside")
        return np.select([stands.superseded[rows], stands.set_aside[rows]], [superseded, set_aside], only)

    def _unmatched(self, side: str) -> pd.DataFrame:
        documents, stands = self._pool.side(side), self._standing(side)
        other = self._pool.side("portal" if side == "register" else "register")
        rows = np.flatnonzero(~self._linked(side))
        category = self._unmatched_category(side, rows)
        open_rows = np.flatnonzero(stands.free[rows])
        at, best = nearest(self._pool, self._edges, side, rows[open_rows], self.settings)
        close = np.full(len(rows), -1)
        score = np.full(len(rows), np.nan)
        close[open_rows[at]] = best.j if side == "register" else best.i
        score[open_rows[at]] = ev.score_of(best.bits)
        related = np.where(stands.amendment[rows] >= 0, stands.amendment[rows], stands.double[rows])
        reasons = unmatched_reasons(
            self._pool, side, rows, category, stands, (open_rows[at], best), self._partners(side), self._words
        )
        return pd.DataFrame(
            {
                "side": pd.Series([side] * len(rows), dtype="str"),
                "doc_id": pd.Series(documents.ids[rows], dtype="str"),
                "category": _words(UNMATCHED, category),
                "flags": pd.Series(flag_text(_own_flags(documents, rows, stands)), dtype="str"),
                "related_id": pd.Series(np.append(documents.ids, None)[related], dtype="str"),
                "nearest_id": pd.Series(np.append(other.ids, None)[close], dtype="str"),
                "nearest_score": score,
                "reason": pd.Series(reasons, dtype="str"),
            }
        )

    def _partners(self, side: str) -> np.ndarray:
        """For each row of the other side the row of this side that it is linked to, or -1."""
        other = self._pool.side("portal" if side == "register" else "register")
        partner = np.full(len(other), -1)
        mine, theirs = (self._found.i, self._found.j) if side == "register" else (self._found.j, self._found.i)
        partner[theirs[::-1]] = mine[::-1]
        return partner

    def _duplicates(self, side: str) -> pd.DataFrame:
        documents, double = self._pool.side(side), self._standing(side).double
        rows = np.flatnonzero(double >= 0)
        named = titles(self._pool, documents, double[rows])
        reasons = [f"The same supplier, number and amounts as {first}." for first in named]
        data = {
            "side": [side] * len(rows),
            "doc_id": documents.ids[rows],
            "duplicate_of": documents.ids[double[rows]],
            "reason": reasons,
        }
        return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in data.items()})

    def _control(self, side: str) -> pd.DataFrame:
        documents, linked = self._pool.side(side), self._linked(side)
        of_row = np.full(len(documents), -1)
        of_row[self._found.i if side == "register" else self._found.j] = self._found.category[self._found.match]
        rest = np.flatnonzero(~linked)
        of_row[rest] = len(MATCHED) + self._unmatched_category(side, rest)
        names = [*MATCHED, *UNMATCHED]
        here = [at for at, name in enumerate(names) if side == "portal" or name in (*MATCHED, "only_in_books")]
        here = [at for at in here if not (side == "portal" and names[at] == "only_in_books")]
        sums = np.zeros((len(names), 2), dtype=np.int64)
        np.add.at(sums, of_row, documents.raw)
        rows = np.bincount(of_row, minlength=len(names))
        _check_control(rows[here], sums[here], documents)
        return pd.DataFrame(
            {
                "side": pd.Series([side] * len(here), dtype="str"),
                "category": pd.Series([names[at] for at in here], dtype="str"),
                "rows": rows[here],
                "taxable_value": to_rupees(sums[here, 0]),
                "tax": to_rupees(sums[here, 1]),
            }
        )


def _check_control(rows: np.ndarray, sums: np.ndarray, documents: Documents) -> None:
    """Rows in equal rows out, rupees in equal rupees out: if not, nothing of the result can be trusted."""
    if rows.sum() != len(documents) or (sums.sum(axis=0) != documents.raw.sum(axis=0)).any():
        raise AssertionError(f"The {documents.side} side does not add up: {rows.sum()} of {len(documents)} rows.")


def _own_flags(documents: Documents, rows: np.ndarray, stands: Standing) -> np.ndarray:
    marks = {
        "no_gstin": (documents.gstin[rows] < 0) & ~documents.imported[rows],
        "sign": documents.negative[rows],
        "amended": documents.amended[rows],
        "reverse_charge": documents.charge[rows] == 1,
        "duplicate": stands.double[rows] >= 0,
    }
    return sum(mark.astype(np.int64) << FLAGS.index(name) for name, mark in marks.items())


def _words(names: tuple[str, ...], codes: np.ndarray) -> pd.Series:
    return pd.Series(np.array(names, dtype=object)[codes.astype(np.int64)], dtype="str")


def _row_of(documents: Documents, doc_id: str) -> int:
    found = np.flatnonzero(documents.ids == doc_id)
    if not len(found):
        raise TableError(f"No document {doc_id!r} in the {documents.side} table.", hint="Take an id from its doc_id.")
    return int(found[0])
