"""The law as dated TOML tables, and the one loader."""

from __future__ import annotations

from imsrecon.rulebook.loader import Rule, cite, in_force, load, rule, table_names

__all__ = ["Rule", "cite", "in_force", "load", "rule", "table_names"]
