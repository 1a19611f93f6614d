"""The verbs. Exit code 0 done, 1 failed, 2 wrong use or unreadable input, 3 done with refusals to look at."""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pandas as pd

import imsrecon
from imsrecon.act import DECISION_COLUMNS
from imsrecon.cli.closing import close, filed, inputs
from imsrecon.cli.imports import import_, imported, sources, withdraw
from imsrecon.cli.mappings import mappings
from imsrecon.cli.options import (
    DONE,
    FAILED,
    FILE,
    FOLDER,
    REFUSALS,
    WRONG_USE,
    Period,
    folder_argument,
    period_option,
    today_option,
)
from imsrecon.cli.say import (
    counted,
    say_control,
    say_files,
    say_intakes,
    say_match,
    say_preview,
    say_review,
    say_table,
)
from imsrecon.domain import (
    ActionNotAllowed,
    ImsreconError,
    InputError,
    RulebookError,
    SettingsError,
    WorkspaceError,
    show_period,
)
from imsrecon.resources import shipped
from imsrecon.workspace import Month, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(imsrecon.__version__, prog_name="imsrecon")
def commands() -> None:
    """Reconcile the GST Invoice Management System: import, match, review, act, preview."""


for verb in (import_, sources, withdraw, close, filed, inputs, mappings):
    commands.add_command(verb)


def main() -> None:
    """Run the command line; errors become one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = FAILED
    except (InputError, SettingsError, WorkspaceError, ActionNotAllowed) as error:
        click.echo(f"Error: {error}", err=True)
        code = WRONG_USE
    except ImsreconError as error:
        click.echo(f"Error: {error}", err=True)
        code = FAILED
    except OSError as error:
        name = error.filename or "a file"
        click.echo(f"Error: {name}: {error.strerror or error}. Close it if it is open elsewhere.", err=True)
        code = FAILED
    sys.exit(code or DONE)


@commands.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("imsrecon-demo"))
def demo(folder: Path) -> int:
    """Work a synthetic client's whole month, headless, into DIR (./imsrecon-demo); may be repeated."""
    sample = tomllib.loads((shipped("sample_data") / "sample.toml").read_text(encoding="utf-8"))
    period, today = sample["period"], sample["today"]
    with _demo_workspace(folder, sample) as workspace:
        month = workspace.month(period, today)
        click.echo(f"{sample['name']} · {sample['gstin']} · {show_period(period)} (all data is synthetic)")
        files = [shipped("sample_data") / entry["name"] for entry in sample["file"]]
        imported(workspace.import_files(files, period))
        for filed_period, day in sample["filed_3b"].items():
            if filed_period not in month.profile.filed_3b:
                workspace.record_filed("GSTR-3B", filed_period, day)
        month.refresh()
        say_match(month)
        say_review(month)
        click.echo(f"\nact: {month.decide_suggested()} suggestions taken that the policy lets pass unseen")
        say_preview(month)
        _report(month, workspace.new_reports(period))
    return DONE


def _demo_workspace(folder: Path, sample: dict[str, object]) -> Workspace:
    if not (folder / "client.toml").exists():
        return Workspace.create(folder, sample["gstin"], sample["name"], frequency=sample["frequency"])
    workspace = Workspace(folder)
    if workspace.client.gstin != sample["gstin"]:
        raise WorkspaceError(f"{folder} holds another client.", hint="Give the demo a folder of its own.")
    return workspace


@commands.command()
@folder_argument
@click.option("--gstin", required=True, help="The client's GSTIN.")
@click.option("--name", required=True, help="The client's name.")
@click.option("--frequency", type=click.Choice(["monthly", "quarterly"]), default="monthly", show_default=True)
def new(folder: Path, gstin: str, name: str, frequency: str) -> int:
    """Make a client's folder, with its notebooks."""
    from imsrecon.widgets import copy_notebooks

    with Workspace.create(folder, gstin, name, frequency=frequency) as workspace:
        copy_notebooks(workspace.folder)
        click.echo(f"Made {workspace.folder} for {name}, {gstin}.")
        click.echo(f"Next: imsrecon import {folder} REGISTER IMS-DOWNLOAD GSTR-2B… --period 2026-06")
    return DONE


@commands.command()
@folder_argument
@period_option
def match(folder: Path, period: str) -> int:
    """Match the register against the portal and show what was found."""
    with Workspace(folder) as workspace:
        say_match(workspace.month(period))
    return DONE


@commands.command()
@folder_argument
@period_option
@today_option
@click.option("--out", type=FILE, help="Write every suggestion into this CSV, to be edited and given to `act`.")
def review(folder: Path, period: str, today: date | None, out: Path | None) -> int:
    """Show what the policy suggests, by action and rule."""
    with Workspace(folder) as workspace:
        month = workspace.month(period, today)
        say_review(month)
        if out:
            from imsrecon.reports import write_actions

            say_files("Written", [write_actions(month, out)])
    return DONE


@commands.command()
@folder_argument
@period_option
@today_option
@click.option("--suggested", is_flag=True, help="Take every suggestion that may be taken unseen.")
@click.option("--decisions", "table", type=FILE, help="The CSV of `review --out`, with your actions in it.")
@click.option("--undo", is_flag=True, help="Take back the last batch of decisions.")
@click.option("--out", type=FOLDER, help="Write the files for the portal into this folder.")
def act(
    folder: Path, period: str, today: date | None, suggested: bool, table: Path | None, undo: bool, out: Path | None
) -> int:
    """Decide: take suggestions or a table of decisions, undo, and write the files for the portal."""
    with Workspace(folder) as workspace:
        month = workspace.month(period, today)
        if undo:
            click.echo(f"Taken back: the last decisions on {counted(month.undo(), 'record')}.")
        if table:
            rows = read_decisions(table)
            month.decide(rows)
            click.echo(f"Decided: {counted(len(rows), 'record')} from {table.name}.")
        if suggested:
            click.echo(f"Decided: {counted(month.decide_suggested(), 'suggestion')} that may be taken unseen.")
        click.echo(
            f"{counted(len(month.standing_decisions))} of {counted(len(month.portal), 'record')} carry a decision."
        )
        unwritten = month.unwritten_sentence()
        if unwritten:
            click.echo(unwritten)
        if out:
            say_files("Upload file", month.write_upload(out))
    return DONE


def read_decisions(path: Path) -> pd.DataFrame:
    """The decisions in a CSV: portal_id, action, itc_reduction, declared_*, remarks; rows without an action are left
    out. `InputError` names a column that is missing or not known."""
    from imsrecon.reports import ACTION_COLUMNS

    try:
        rows = pd.read_csv(path, dtype={"portal_id": "str", "remarks": "str"}, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read as a CSV: {error}.") from error
    missing = [name for name in ("portal_id", "action") if name not in rows]
    if missing:
        raise InputError(
            f"{path.name} has no column {' or '.join(missing)}.", hint="Start from `imsrecon review --out FILE`."
        )
    unknown = sorted(set(rows) - set(ACTION_COLUMNS))
    if unknown:
        raise InputError(f"{path.name} has unknown columns: {', '.join(unknown)}.", hint="Correct their names.")
    return rows[rows["action"].notna()].reindex(columns=list(DECISION_COLUMNS))


@commands.command()
@folder_argument
@period_option
@today_option
def preview(folder: Path, period: str, today: date | None) -> int:
    """Show GSTR-3B Table 4 as decided, if nobody acts, and if all suggestions are taken."""
    with Workspace(folder) as workspace:
        say_preview(workspace.month(period, today))
    return DONE


@commands.command()
@folder_argument
@click.argument("target", metavar="TARGET", type=FOLDER)
def backup(folder: Path, target: Path) -> int:
    """Copy a client's folder to TARGET, also while it is open elsewhere."""
    with Workspace(folder) as workspace:
        click.echo(f"Copied to {workspace.backup(target)}.")
    return DONE


@commands.command()
@folder_argument
@period_option
@today_option
@click.option("--out", type=FOLDER, help="Where to; DIR/reports/PERIOD if not given.")
def report(folder: Path, period: str, today: date | None, out: Path | None) -> int:
    """Write the month's report: notebook, HTML, workbook and upload file."""
    with Workspace(folder) as workspace:
        _report(workspace.month(period, today), out or workspace.new_reports(period))
    return DONE


@commands.command()
@click.option("--register", "registers", required=True, multiple=True, type=FILE, help="Purchase register; repeatable.")
@click.option("--portal", "portals", required=True, multiple=True, type=FILE, help="IMS or GSTR-2B; repeatable.")
@click.option("--out", required=True, type=FOLDER, help="Folder for the results.")
@click.option("--period", type=Period(), help="Tax period; taken from the portal's files if not given.")
@today_option
def reconcile(
    registers: Sequence[Path], portals: Sequence[Path], out: Path, period: str | None, today: date | None
) -> int:
    """Match a register against portal files once, without a workspace."""
    from imsrecon.reports import reconcile_files

    result = reconcile_files(list(registers), list(portals), out, period=period, today=today or date.today())
    say_intakes([result.register, result.portal])
    say_control(result.reconciliation.control)
    say_files("Written", result.files)
    return REFUSALS if len(result.register.refused) + len(result.portal.refused) else DONE


@commands.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path())
@click.option("--port", type=int, default=0, help="A port of your choice; a free one if not given.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def lab(folder: Path, port: int, no_browser: bool) -> int:
    """Open JupyterLab on a client's folder, or a folder of clients, at the start."""
    from imsrecon.widgets import start_lab

    return start_lab(folder, port=port, open_browser=not no_browser)


@commands.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--period", type=Period(), help="Only what is in force in this 2B-period.")
def rules(rule_id: str | None, period: str | None) -> int:
    """Show the rulebook: what each rule says, from when, who says so, and how sure that is."""
    from imsrecon.rulebook import show_rules

    try:
        click.echo(show_rules(rule_id, period))
    except RulebookError as error:
        raise InputError(str(error)) from error
    return DONE


@commands.group()
def policy() -> None:
    """A firm's own table of suggestions."""


@policy.command("diff")
@click.argument("file", type=FILE)
def policy_diff(file: Path) -> int:
    """What the policy in FILE changes against the shipped one."""
    from imsrecon.review import load_policy
    from imsrecon.review import policy_diff as differences

    say_table(differences(load_policy(file)))
    return DONE


@commands.command()
@click.option("--profile", default="normal", show_default=True, help="Kind of firm; a wrong name lists them.")
@click.option("--rows", type=click.IntRange(1), default=10_000, show_default=True, help="Portal records.")
@click.option("--seed", "seeds", type=int, multiple=True, default=(1,), show_default=True, help="Repeatable.")
def bench(profile: str, rows: int, seeds: Sequence[int]) -> int:
    """Measure the matcher on labelled synthetic data: precision, recall, false accepts in rupees."""
    from imsrecon.synth import bench_report

    click.echo(bench_report(profile, rows, seeds))
    return DONE


def _report(month: Month, out: Path) -> None:
    from imsrecon.reports import run_report

    files = run_report(month, out)
    month.workspace.record_run(month.period, "report", {"files": [str(path) for path in files]})
    click.echo("\nreport")
    say_files("Written", files)
