"""The verbs of what a client's registers taught: columns and ledgers, to see, correct and share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import pandas as pd

from imsrecon.cli.options import FILE, folder_argument
from imsrecon.cli.say import say_table
from imsrecon.domain import InputError
from imsrecon.workspace import (
    ELIGIBILITY,
    Workspace,
    columns_of,
    merged,
    read_mappings,
    with_layout,
    with_ledgers,
    write_mappings,
)


@click.group()
def mappings() -> None:
    """Which column means what in a client's registers, and which ledgers give no full credit."""


@mappings.command("list")
@folder_argument
def list_(folder: Path) -> int:
    """What is remembered for a client."""
    with Workspace(folder) as workspace:
        found = read_mappings(workspace.folder)
    columns = [(layout.name, label, field) for layout in found.layouts for label, field in layout.columns.items()]
    click.echo("columns")
    say_table(pd.DataFrame(columns, columns=["layout of", "column", "is"]))
    click.echo("ledgers")
    words = [(ledger, ELIGIBILITY[word]) for ledger, word in found.ledgers.items()]
    say_table(pd.DataFrame(words, columns=["ledger", "credit"]))
    return 0


@mappings.command()
@folder_argument
@click.argument("file", metavar="REGISTER", type=FILE)
@click.option("--column", "pairs", multiple=True, metavar="LABEL=FIELD", help="Correct a column; repeatable. "
              "Without a field it is left out.")  # fmt: skip
@click.option("--forget", is_flag=True, help="Forget what was corrected for this layout.")
def columns(folder: Path, file: Path, pairs: Sequence[str], forget: bool) -> int:
    """Show what the columns of REGISTER may be; with --column remember it for this layout."""
    table = columns_of(file)
    if table is None:
        raise InputError(f"{file.name} is no table that can be shown column by column.", hint="Give an Excel or CSV.")
    if not pairs and not forget:
        say_table(table[["sheet", "column", "label", "field", "confidence", "examples"]].fillna(""))
        return 0
    chosen = {} if forget else dict(_pair(pair, table) for pair in pairs)
    with Workspace(folder) as workspace:
        told = "Forgotten: this layout is read by its labels."
        if chosen:
            _, intake = workspace.look(file, kind="register", mapping=chosen)
            told = f"Remembered for this layout: {len(chosen)} columns; it reads {len(intake.documents):,} documents."
        write_mappings(workspace.folder, with_layout(read_mappings(workspace.folder), file.name, table, chosen))
    click.echo(told)
    return 0


def _pair(text: str, table: pd.DataFrame) -> tuple[str, str | None]:
    label, found, field = text.rpartition("=")
    if not found or label not in set(table["label"]):
        raise InputError(f"{text!r} names no column of the file.", hint="Write it as --column 'Label=taxable_value'.")
    return label, field or None


@mappings.command()
@folder_argument
@click.argument("name", metavar="LEDGER")
@click.argument("word", metavar="WORD", type=click.Choice([*ELIGIBILITY, "full"]))
def ledger(folder: Path, name: str, word: str) -> int:
    """Say of a ledger: ineligible (17(5)), common, capital (goods), or full (credit: forgets it)."""
    with Workspace(folder) as workspace:
        found = with_ledgers(read_mappings(workspace.folder), {name: None if word == "full" else word})
        write_mappings(workspace.folder, found)
    click.echo(f"{name}: {ELIGIBILITY.get(word, 'full credit')}. It holds for what is imported from now on.")
    return 0


@mappings.command()
@folder_argument
@click.argument("file", metavar="FILE", type=FILE)
def export(folder: Path, file: Path) -> int:
    """Write what is remembered into FILE, to be shared: labels, fields and ledgers, no document."""
    with Workspace(folder) as workspace:
        found = read_mappings(workspace.folder)
    write_mappings(file, found)
    click.echo(f"Written: {file} ({len(found.layouts)} layouts, {len(found.ledgers)} ledgers).")
    return 0


@mappings.command("import")
@folder_argument
@click.argument("file", metavar="FILE", type=FILE)
def import_(folder: Path, file: Path) -> int:
    """Remember what is in FILE as well; where both speak of one layout or ledger, FILE's word counts."""
    with Workspace(folder) as workspace:
        take_over(workspace, file)
    return 0


def take_over(workspace: Workspace, file: Path) -> None:
    """Add what a shared file remembers to a client's own."""
    found = read_mappings(file)
    write_mappings(workspace.folder, merged(read_mappings(workspace.folder), found))
    click.echo(f"Remembered from {file.name}: {len(found.layouts)} layouts, {len(found.ledgers)} ledgers.")
