"""What the verbs take, periods, days, folders and files, and the exit codes that they end with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from imsrecon.domain import InputError, check_period

DONE, FAILED, WRONG_USE, REFUSALS = 0, 1, 2, 3  # exit codes


class Period(click.ParamType):
    """A tax period such as 2026-06."""

    name = "period"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        try:
            return check_period(value)
        except InputError as error:
            self.fail(str(error), param, context)


class Day(click.ParamType):
    """A date such as 2026-07-16."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, context: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2026-07-16.", param, context)


FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(path_type=Path)
folder_argument = click.argument("folder", metavar="DIR", type=FOLDER)
period_option = click.option("--period", required=True, type=Period(), help="Tax period, e.g. 2026-06.")
today_option = click.option("--today", type=Day(), default=None, help="Work as on this day instead of today.")
