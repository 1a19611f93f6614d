"""The verbs that bring files in, list them, and take them back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imsrecon.cli.mappings import take_over
from imsrecon.cli.options import DONE, FILE, REFUSALS, folder_argument, period_option
from imsrecon.cli.say import say_intakes, say_repeated, say_sources
from imsrecon.domain import show_date, show_period
from imsrecon.workspace import KINDS, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imsrecon.intake import Intake


@click.command("import")
@folder_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@period_option
@click.option("--kind", type=click.Choice(KINDS), help="Say what the files are, if it is not found.")
@click.option("--mapping", type=FILE, help="Columns and ledgers that somebody shared (`mappings export`): remembered.")
def import_(folder: Path, files: Sequence[Path], period: str, kind: str | None, mapping: Path | None) -> int:
    """Read registers, IMS downloads and GSTR-2B files into DIR for a period."""
    with Workspace(folder) as workspace:
        if mapping:
            take_over(workspace, mapping)
        code = imported(workspace.import_files(files, period, kind=kind))
        say_repeated(workspace.month(period))
        return code


@click.command()
@folder_argument
def sources(folder: Path) -> int:
    """List a client's imports, each with its number."""
    with Workspace(folder) as workspace:
        say_sources(workspace.sources)
    return DONE


@click.command()
@folder_argument
@click.argument("number", metavar="NUMBER", type=int)
def withdraw(folder: Path, number: int) -> int:
    """Take an import back, by its number in `sources`; importing the file again brings it back."""
    with Workspace(folder) as workspace:
        workspace.withdraw(number)
        source = workspace.sources.set_index("id").loc[number]
        files = ", ".join(json.loads(source["files"]))
        click.echo(f"Import {number} ({files}) counts no more. Importing the file again brings it back.")
        filed_on = workspace.profile.filed_on(source["month"])
        if filed_on is not None:
            click.echo(
                f"The GSTR-3B of {show_period(workspace.profile.tax_period(source['month']))} was filed on "
                f"{show_date(filed_on)}. What it took stays settled; what is shown of that month lacks this import."
            )
    return DONE


def imported(read: list[Intake]) -> int:
    """Say what was read; the exit code."""
    click.echo("\nimport")
    say_intakes(read)
    return REFUSALS if any(len(intake.refused) for intake in read) else DONE
