"""Import: files → tables. `read_register` for the books, `read_portal` for IMS and GSTR-2B."""

from __future__ import annotations

from imsrecon.intake.combine import combine_portal
from imsrecon.intake.model import Intake
from imsrecon.intake.portal import read_portal
from imsrecon.intake.register import read_register
from imsrecon.intake.returns import read_gstr3b

__all__ = ["Intake", "combine_portal", "read_gstr3b", "read_portal", "read_register"]
