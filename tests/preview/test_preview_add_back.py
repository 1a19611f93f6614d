"""E-01, E-04: the matrix says of the same records that a rejection is added back as the table of liability does,
where direction and original are known."""

from __future__ import annotations

from itertools import product

import pytest

from imsrecon.rulebook import in_force

KEYS = ("sections", "directions", "originals")


def cases(table, period, *, only=lambda row: True):
    rows = [row for row in in_force(table, period) if only(row)]
    every = {case for row in rows for case in product(*(row[key] for key in KEYS))}
    return {case for case in every if "unknown" not in case}


@pytest.mark.parametrize("period", ["2024-10", "2025-09", "2025-10", "2026-06"])
def test_matrix_and_liability_agree(period):
    known = cases("actions", period)
    said = cases("actions", period, only=lambda row: row["add_back"])
    assert said == cases("liability", period) & known
