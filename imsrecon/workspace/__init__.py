"""One client's folder, and Month; the only code that touches a database."""

from __future__ import annotations

from imsrecon.workspace.month import Month
from imsrecon.workspace.workspace import Workspace

__all__ = ["Month", "Workspace"]
