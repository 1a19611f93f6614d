"""The step match: register and portal tables to links, each with evidence and a reason."""

from __future__ import annotations

from imsrecon.match.engine import reconcile
from imsrecon.match.result import Reconciliation
from imsrecon.match.settings import FLAGS, MatchSettings

__all__ = ["FLAGS", "MatchSettings", "Reconciliation", "reconcile"]
