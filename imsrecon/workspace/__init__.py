"""One client's folder, and Month; the only code that touches a database."""

from __future__ import annotations

from imsrecon.workspace.client import read_client
from imsrecon.workspace.imports import ENDINGS, KINDS, OURS, columns_of
from imsrecon.workspace.mappings import (
    ELIGIBILITY,
    LEFT_OUT,
    Layout,
    Mappings,
    merged,
    read_mappings,
    with_layout,
    with_ledgers,
    write_mappings,
)
from imsrecon.workspace.month import Month
from imsrecon.workspace.previews import NOBODY_ACTS
from imsrecon.workspace.workspace import Workspace

__all__ = [
    "ELIGIBILITY",
    "ENDINGS",
    "KINDS",
    "LEFT_OUT",
    "NOBODY_ACTS",
    "OURS",
    "Layout",
    "Mappings",
    "Month",
    "Workspace",
    "columns_of",
    "merged",
    "read_client",
    "read_mappings",
    "with_layout",
    "with_ledgers",
    "write_mappings",
]
