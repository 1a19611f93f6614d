"""The step match: register and portal tables to links, each with evidence and a reason."""

from __future__ import annotations

from imsrecon.match.compare import changes, counted, state_of
from imsrecon.match.engine import reconcile
from imsrecon.match.evidence import LINK
from imsrecon.match.learn import apply_proposals, judged_pairs, precision, propose, to_ask
from imsrecon.match.partitions import PartitionedReconciliation, reconcile_partitioned
from imsrecon.match.result import Reconciliation
from imsrecon.match.settings import FLAGS, MatchSettings

__all__ = [
    "FLAGS",
    "LINK",
    "MatchSettings",
    "PartitionedReconciliation",
    "Reconciliation",
    "apply_proposals",
    "changes",
    "counted",
    "judged_pairs",
    "precision",
    "propose",
    "reconcile",
    "reconcile_partitioned",
    "state_of",
    "to_ask",
]
