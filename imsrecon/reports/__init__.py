"""Workbook, charts, HTML, notebook reports; the only code that draws."""

from __future__ import annotations

from imsrecon.reports.actions import ACTION_COLUMNS, write_actions
from imsrecon.reports.head import month_facts, undecided
from imsrecon.reports.month import MonthReport, month_report, open_month
from imsrecon.reports.once import OneShot, reconcile_files
from imsrecon.reports.run import run_report

__all__ = [
    "ACTION_COLUMNS",
    "MonthReport",
    "OneShot",
    "month_facts",
    "month_report",
    "open_month",
    "reconcile_files",
    "run_report",
    "undecided",
    "write_actions",
]
