"""The verbs that close a month: what GSTR-2B cannot know, the list that is left to silence, the GSTR-3B."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
import pandas as pd

from imsrecon.cli.options import FILE, Day, folder_argument, period_option, today_option
from imsrecon.cli.say import counted, say_files, say_table, shown
from imsrecon.domain import HEADS, InputError, show_date, show_period, show_rupees, sum_rupees
from imsrecon.preview import input_items
from imsrecon.review import proposed_entries, proposed_sentence
from imsrecon.workspace import Month, Workspace

_SHOWN = 20


@click.command()
@folder_argument
@period_option
@today_option
@click.option("--name", default="", help="Sign the list with this name.")
@click.option("--out", type=FILE, help="Write the whole list into this CSV.")
def close(folder: Path, period: str, today: date | None, name: str, out: Path | None) -> int:
    """List what is undecided and will count as accepted; with --name, sign that it is left so."""
    with Workspace(folder) as workspace:
        month = workspace.month(period, today)
        if name:
            signed = month.sign(name)
            click.echo(f"Signed by {signed.name} on {show_date(signed.signed_on)}.")
        say_left(month)
        if out:
            from imsrecon.reports.once import write_csv

            write_csv(out, month.left)
            say_files("Written", [out])
    return 0


def say_left(month: Month) -> None:
    """What silence accepts, and whether somebody signed for it."""
    left = month.left
    click.echo(f"Left to silence: {counted(len(left), 'record')}, tax {show_rupees(sum_rupees(left['tax']))}.")
    columns = ["section", "supplier_name", "doc_no", "doc_date", "tax"]
    say_table(left[columns].head(_SHOWN).assign(tax=shown(left["tax"].head(_SHOWN)), doc_date=_days(left["doc_date"])))
    if len(left) > _SHOWN:
        click.echo(f"  … and {counted(len(left) - _SHOWN)} more; --out FILE writes all of them.")
    click.echo(month.signature_sentence())


def _days(column: pd.Series) -> pd.Series:
    return column.map(show_date)


@click.command()
@folder_argument
@period_option
@today_option
@click.option("--on", "filed_on", type=Day(), help="The day the return was filed.")
@click.option("--arn", default="", help="Its acknowledgement number.")
@click.option("--take-back", is_flag=True, help="The return is not filed after all: take the note back.")
def filed(folder: Path, period: str, today: date | None, filed_on: date | None, arn: str, take_back: bool) -> int:
    """Record that the GSTR-3B of a period was filed: its records are frozen from then on."""
    if take_back == (filed_on is not None):
        raise click.UsageError("Give --on DAY, or --take-back.")
    with Workspace(folder) as workspace:
        month = workspace.month(period, today)
        if take_back:
            month.take_back_filing()
            click.echo(f"GSTR-3B of {show_period(month.tax_period)} is no longer recorded as filed: it is open again.")
            return 0
        month.file(filed_on, arn)
        number = f", ARN {arn}" if arn else ""
        click.echo(f"GSTR-3B of {show_period(month.tax_period)} is recorded as filed on {show_date(filed_on)}{number}.")
    return 0


@click.command()
@folder_argument
@period_option
@click.option("--set", "given", nargs=3, multiple=True, metavar="ITEM HEAD RUPEES", help="One amount; repeatable.")
@click.option("--file", "table", type=FILE, help="A TOML file: [ITEM], and in it igst, cgst, sgst, cess, note.")
@click.option("--proposed", is_flag=True, help="List what the register's own marks propose for 4(B)(1).")
@click.option("--take", is_flag=True, help="With --proposed: take it over into the period's amounts.")
@today_option
def inputs(
    folder: Path,
    period: str,
    given: Sequence[tuple[str, str, str]],
    table: Path | None,
    proposed: bool,
    take: bool,
    today: date | None,
) -> int:
    """Amounts that GSTR-2B cannot know (17(5), rules 37 to 43, reclaim, output tax …): give them, or list them."""
    if take and not proposed:
        raise click.UsageError("--take goes with --proposed.")
    with Workspace(folder) as workspace:
        month = workspace.month(period, today)
        entries = _from_toml(table) if table else {}
        for item, head, rupees in given:
            entries.setdefault(item, _as_given(month, item))[head] = rupees
        if entries:
            month.give_inputs(pd.DataFrame([{"item": item} | amounts for item, amounts in entries.items()]))
        if proposed:
            say_proposed(month, take)
        say_inputs(month)
    return 0


def say_proposed(month: Month, take: bool) -> None:
    """What the register's marks propose, document by document; with `take` it is given, and how to take it out."""
    found = month.proposed_inputs
    click.echo(proposed_sentence(found) or "Nothing is proposed from the register's marks.")
    if found.empty:
        return
    columns = ["supplier_name", "doc_no", "doc_date", "ledger", "marked", *HEADS]
    amounts = {head: shown(found[head]) for head in HEADS}
    say_table(found[columns].assign(**amounts, doc_date=_days(found["doc_date"]), ledger=found["ledger"].fillna("")))
    if not take:
        click.echo(
            "It counts only once it is taken over: --take does that. Whether it is right, you and your CA judge."
        )
        return
    month.give_inputs(proposed_entries(found))
    click.echo("Taken over. To take an amount out again, set it to 0: --set ITEM HEAD 0.")


def _as_given(month: Month, item: str) -> dict[str, object]:
    """The item's amounts so far, so that one head can be set by itself."""
    known = month.inputs.set_index("item")[[*HEADS, "note"]]
    return known.loc[item].to_dict() if item in known.index else {}


def _from_toml(path: Path) -> dict[str, dict[str, object]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read: {error}.", hint="Write it as TOML.") from error
    flat = [name for name, value in content.items() if not isinstance(value, dict)]
    if flat:
        raise InputError(f"{path.name}: {flat[0]} is no table.", hint="Write [rule_37], and under it cgst = 1250.50.")
    return content


def say_inputs(month: Month) -> None:
    """The items, with the amounts given for the period."""
    items = input_items().merge(month.inputs, on="item", how="left")
    amounts = {head: shown(items[head]) for head in HEADS}
    say_table(items[["item", "label", "lines"]].assign(**amounts, note=items["note"].fillna("")))
