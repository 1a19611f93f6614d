"""What the verbs print: Indian amounts, one table a step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pandas as pd

from imsrecon.domain import HEADS, show_rupees
from imsrecon.intake import describe
from imsrecon.workspace import NOBODY_ACTS

if TYPE_CHECKING:
    from pathlib import Path

    from imsrecon.intake import Intake
    from imsrecon.workspace import Month

REFUSED_SHOWN = 20
_ACTIONS = {"A": "Accept", "R": "Reject", "P": "Pending", "N": "No action"}


def say_intakes(read: list[Intake]) -> None:
    """A line for each file, and the rows that could not be read."""
    for intake in read:
        for line in describe(intake):
            click.echo(f"  {line}")
        doubtful = intake.sources["confidence"].eq("low") & intake.sources["kind"].ne("skipped")
        for why in intake.sources.loc[doubtful, "why"]:
            click.echo(f"    look at it: {why}")
        if "mapping" in intake.sources and intake.sources["mapping"].notna().any():
            click.echo("    read with what is remembered of its columns and ledgers (imsrecon mappings list)")
        for row in intake.refused.head(REFUSED_SHOWN).itertuples():
            click.echo(f"    refused: {row.file}, {row.sheet or 'file'}, row {row.row}: {row.why}", err=True)
        more = len(intake.refused) - REFUSED_SHOWN
        if more > 0:
            click.echo(f"    … and {more} more refused rows; the report's sheet Refused has all.", err=True)


def say_control(lines: pd.DataFrame) -> None:
    """Rows and rupees by side and category."""
    say_table(lines.assign(taxable_value=shown(lines["taxable_value"]), tax=shown(lines["tax"])))


def say_match(month: Month) -> None:
    """Counts and rupees of the month's match."""
    click.echo("\nmatch")
    say_control(month.reconciliation.control)


def say_review(month: Month) -> None:
    """Suggestions by action and rule; those that may be taken unseen apart."""
    suggested = month.suggestions.assign(
        suggestion=month.suggestions["action"].map(_ACTIONS),
        unseen=month.suggestions["auto"].map({True: "yes", False: "no"}),
    )
    counts = suggested.groupby(["suggestion", "unseen", "rule"], as_index=False).agg(
        documents=("reason", "size"), tax=("rupees", "sum")
    )
    click.echo("\nreview: what the policy suggests")
    say_table(counts.assign(tax=shown(counts["tax"])))


def say_preview(month: Month) -> None:
    """Table 4 as decided, if nobody acts, and if every suggestion is taken."""
    from imsrecon.reports.sheets import LINE_WORDS

    click.echo("\npreview: GSTR-3B Table 4, all heads together")
    tables = {name: preview.table4.set_index("line") for name, preview in month.scenarios().items()}
    lines = pd.DataFrame({name: shown(frame[list(HEADS)].sum(axis=1)) for name, frame in tables.items()})
    say_table(lines.reset_index().assign(what=lambda rows: rows["line"].map(LINE_WORDS)))
    click.echo(f"  {NOBODY_ACTS}")
    click.echo("\nside by side, in rupees of tax")
    weighed = month.weighed().set_index("measure")
    say_table(weighed.apply(shown).rename(lambda name: name.replace("_", " ")).reset_index())


def say_files(word: str, paths: list[Path]) -> None:
    """The files that were written, one a line."""
    if not paths:
        click.echo(f"  {word}: nothing changed, so there is none.")
    for path in paths:
        click.echo(f"  {word}: {path}")


def say_table(rows: pd.DataFrame) -> None:
    """A table in plain columns."""
    text = rows.to_string(index=False, max_colwidth=60) if len(rows) else "nothing"
    click.echo("\n".join(f"  {line}" for line in text.splitlines()))


def say_sources(sources: pd.DataFrame) -> None:
    """The imports, each with its number."""
    table = sources[["id", "month", "side", "kind", "period", "documents", "withdrawn", "files"]]
    say_table(
        table.assign(
            period=table["period"].fillna(""),
            documents=table["documents"].map(counted),
            withdrawn=table["withdrawn"].astype(bool).map({True: "yes", False: "no"}),
            files=table["files"].map(lambda files: ", ".join(json.loads(files))),
        )
    )


def say_repeated(month: Month) -> None:
    """Registers that a newer one may replace: what stands in them alone still counts."""
    for row in month.repeated_registers.itertuples():
        click.echo(
            f"  Import {row.id} ({row.files}): a newer register has all but {counted(row.alone)} of its "
            f"{counted(row.documents, 'document')}. Registers add up, so those still count; if the newer one replaces "
            f"it, take it back: imsrecon withdraw {month.workspace.folder.name} {row.id}"
        )


def counted(number: int, word: str = "") -> str:
    """A number as people write it, with its word."""
    return " ".join(filter(None, [show_rupees(number, paise=False), word and (word if number == 1 else f"{word}s")]))


def shown(column: pd.Series) -> pd.Series:
    """Rupees as people write them."""
    return column.map(show_rupees)
