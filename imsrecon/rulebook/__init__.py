"""The law as dated TOML tables, and the one loader."""

from __future__ import annotations

from imsrecon.rulebook.loader import CHECK, Rule, cite, in_force, load, read_table, rule, table_names

__all__ = ["CHECK", "Rule", "cite", "in_force", "load", "read_table", "rule", "table_names"]
