"""The command line."""

from __future__ import annotations

from imsrecon.cli.verbs import main

__all__ = ["main"]
