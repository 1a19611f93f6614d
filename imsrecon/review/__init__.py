"""Review: links to suggested actions, each with the rule that says so."""

from __future__ import annotations

from imsrecon.review.findings import FINDINGS, NOTES
from imsrecon.review.policy import check_policy, load_policy, policy_diff
from imsrecon.review.proposals import PROPOSAL_COLUMNS, propose_inputs, proposed_entries, proposed_sentence
from imsrecon.review.suggestions import SUGGESTION_COLUMNS, suggest

__all__ = [
    "FINDINGS",
    "NOTES",
    "PROPOSAL_COLUMNS",
    "SUGGESTION_COLUMNS",
    "check_policy",
    "load_policy",
    "policy_diff",
    "propose_inputs",
    "proposed_entries",
    "proposed_sentence",
    "suggest",
]
