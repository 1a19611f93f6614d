"""Import: files → tables. `read_register` for the books, `read_portal` for IMS, GSTR-2B and GSTR-2A."""

from __future__ import annotations

from imsrecon.intake.combine import combine_portal
from imsrecon.intake.describe import describe
from imsrecon.intake.headers import field_names
from imsrecon.intake.headers import normal as normal_label
from imsrecon.intake.model import Intake
from imsrecon.intake.outward import read_gstr1
from imsrecon.intake.portal import read_portal
from imsrecon.intake.proposal import propose_mapping
from imsrecon.intake.refused import save_refused
from imsrecon.intake.register import read_register
from imsrecon.intake.returns import read_gstr3b

__all__ = [
    "Intake",
    "combine_portal",
    "describe",
    "field_names",
    "normal_label",
    "propose_mapping",
    "read_gstr1",
    "read_gstr3b",
    "read_portal",
    "read_register",
    "save_refused",
]
