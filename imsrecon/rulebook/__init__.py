"""The law as dated TOML tables, and the one loader."""

from __future__ import annotations

from imsrecon.rulebook.listing import LISTING_COLUMNS, list_rules, show_rules
from imsrecon.rulebook.loader import CHECK, Rule, cite, cite_inside, in_force, load, read_table, rule, table_names

__all__ = [
    "CHECK",
    "LISTING_COLUMNS",
    "Rule",
    "cite",
    "cite_inside",
    "in_force",
    "list_rules",
    "load",
    "read_table",
    "rule",
    "show_rules",
    "table_names",
]
