"""What was looked at and is not stored yet: each file as it reads, and what a person said of it. No widget here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from imsrecon.domain import ImsreconError, InputError, show_period
from imsrecon.intake import Intake, normal_label, save_refused
from imsrecon.widgets.clients import client_folders
from imsrecon.widgets.import_columns import FULL, by_itself, guesses, with_choice
from imsrecon.workspace import (
    Mappings,
    Workspace,
    columns_of,
    read_client,
    read_mappings,
    with_layout,
    with_ledgers,
    write_mappings,
)

_NO_HEADER = "names the columns of a purchase register"
_NO_GUESS = "Is it a register? There should be columns such as GSTIN, Invoice No., Invoice Date and Taxable Value."
Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Seen:
    """What a look into a file gave: its side and content, or the sentence why it cannot be read.

    `kind`: what a person said it is; `columns`: its columns (`propose_mapping`), once they are asked for; `chosen`:
    label → field where a person, or a guess that he must look at, differs from what is remembered; None: nobody did.
    """

    path: Path
    side: str = ""
    intake: Intake | None = None
    error: str = ""
    kind: str | None = None
    columns: pd.DataFrame | None = None
    chosen: dict[str, str] | None = None
    guessed: bool = False

    @property
    def doubtful(self) -> bool:
        """True for a register that reads by its labels although something else was remembered for it."""
        return self.side == "register" and not self.guessed and self.intake.sources["confidence"].eq("low").any()


class ImportState:
    """The files that were looked at, in their order, and the ledgers' credit as a person said it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.seen: list[Seen] = []
        self.ledgers = dict(read_mappings(workspace.folder).ledgers)

    def look(self, paths: Sequence[Path], progress: Progress) -> None:
        """Read files without storing anything; one that cannot be read says why and stops no other.

        `progress(bytes, name)` is called before each file with how much is behind it.
        """
        self.ledgers = dict(read_mappings(self.workspace.folder).ledgers)
        done, seen = 0, []
        for path in paths:
            progress(done, path.name)
            seen.append(self._look(Seen(path)))
            done += path.stat().st_size if path.is_file() else 0
        self.seen = seen

    def _look(self, one: Seen) -> Seen:
        try:
            side, intake = self.workspace.look(one.path, kind=one.kind, mapping=one.chosen)
        except ImsreconError as error:
            unknown = _NO_HEADER in str(error)
            failed = replace(one, side="", intake=None, error=self._told(error, unknown))
            return self._guess(failed) if one.chosen is None and unknown else failed
        return replace(one, side=side, intake=intake, error="")

    def _told(self, error: ImsreconError, unknown: bool) -> str:
        """The reader's sentence; a hint for those who write Python becomes one for those who look at this screen."""
        hint = _NO_GUESS if unknown else self._home_of(error) if error.code == "other_gstin" else error.hint
        return f"{str(error).removesuffix(error.hint).strip()} {hint}".strip()

    def _guess(self, failed: Seen) -> Seen:
        """A table whose labels nobody knows, read by its cells and the arithmetic, if that gives documents."""
        columns = columns_of(failed.path)
        found = guesses(columns) if columns is not None else {}
        if len(found) < 3:
            return failed
        tried = self._look(replace(failed, kind=failed.kind or "register", columns=columns, chosen=found))
        return replace(tried, guessed=True)

    def _home_of(self, error: ImsreconError) -> str:
        """Where a file of another client belongs; his folder, if it lies beside this one."""
        for folder in client_folders(self.workspace.folder.parent):
            try:
                client = read_client(folder)
            except ImsreconError:
                continue
            if client.gstin != self.workspace.client.gstin and client.gstin in str(error):
                return f"It belongs in the folder {folder.name} ({client.name or client.gstin})."
        return "Import it in that client's folder."

    @property
    def good(self) -> list[Seen]:
        """The files that read."""
        return [one for one in self.seen if one.intake is not None]

    # columns ---------------------------------------------------------------------------------------------------

    def with_columns(self, at: int) -> Seen:
        """A file with its columns; they are read when they are first asked for."""
        one = self.seen[at]
        if one.columns is None and one.side == "register":
            self.seen[at] = one = replace(one, columns=columns_of(one.path))
        return one

    def name_kind(self, at: int, kind: str | None) -> None:
        """Read a file as what a person says it is."""
        self.seen[at] = self._look(Seen(self.seen[at].path, kind=kind))

    def choose(self, at: int, label: str, field: str) -> None:
        """Read a file with another field for a column (`label` as `normal_label` writes it)."""
        one = self.with_columns(at)
        if one.columns is None or label not in by_itself(one.columns):
            raise InputError(f"The file has no column '{label}'.", hint="Look into the file again.")
        chosen = with_choice(one.columns, chosen_in(one), label, field)
        self.seen[at] = self._look(replace(one, chosen=chosen))

    def forget(self, at: int) -> None:
        """Read a file by its labels alone."""
        self.seen[at] = self._look(replace(self.seen[at], chosen={}))

    def credit(self, ledger: str, word: str) -> None:
        """Say what credit a ledger gives: "" for full."""
        self.ledgers[ledger] = word

    # confirm ---------------------------------------------------------------------------------------------------

    def keep(self, period: str) -> list[Intake]:
        """Store the files that read, and remember columns and ledgers; what was looked at is forgotten."""
        before, found = read_mappings(self.workspace.folder), self._remember()
        again = found.ledgers != before.ledgers
        if found != before:
            write_mappings(self.workspace.folder, found)
        read = [
            self.workspace.look(one.path, kind=one.kind, mapping=one.chosen)
            if again and one.side == "register"
            else (one.side, one.intake)
            for one in self.good
        ]
        kept = self.workspace.keep(read, period)
        self.seen = []
        return kept

    def _remember(self) -> Mappings:
        found = read_mappings(self.workspace.folder)
        for at, one in enumerate(self.seen):
            if one.intake is not None and one.chosen is not None:
                found = with_layout(found, one.path.name, self.with_columns(at).columns, one.chosen)
        return with_ledgers(found, {ledger: word if word != FULL else None for ledger, word in self.ledgers.items()})

    def save_refused(self, at: int, folder: Path) -> Path:
        """Write the refused rows of a file as a workbook, to be mended there and read again; its path."""
        one = self.seen[at]
        folder.mkdir(exist_ok=True)
        path = folder / f"refused-{one.path.stem}.xlsx"
        number = 2
        while path.exists():
            path = folder / f"refused-{one.path.stem}-{number}.xlsx"
            number += 1
        save_refused(one.intake, path)
        return path


def chosen_in(one: Seen) -> dict[str, str]:
    """Label → field as a file was read beside its labels: chosen now, or remembered."""
    if one.chosen is not None:
        return {normal_label(label): field for label, field in one.chosen.items()}
    texts = one.intake.sources["mapping"].dropna() if one.intake is not None and "mapping" in one.intake.sources else []
    return json.loads(texts.iloc[0])["columns"] if len(texts) else {}


def months_told(seen: Sequence[Seen], period: str) -> tuple[str, str | None]:
    """A sentence on the months that files are of, and the month that they are for if it is not `period`.

    They are for the newest GSTR-2B's month, else the one with most records of the IMS download, else one of the
    register's: what its title says, or the month with most of its documents; a register of several months is for each.
    """
    told, wanted = [], set()
    books = [table["voucher_date"].fillna(table["doc_date"]).dropna() for table in _documents(seen, "register")]
    months = _counts([dates.dt.strftime("%Y-%m") for dates in books])
    if len(months):
        told.append(f"The books are of {_span(months)}; {_most(months, 'documents')}.")
        wanted = {max(_periods(seen, "register"), default=months.idxmax())}
        wanted |= {period} & set(months.index)
    in_ims = [table[table["portal_action"].notna()] for table in _documents(seen, "portal")]
    returns = _counts([table["return_period"] for table in in_ims])
    if len(returns):
        told.append(f"IMS has suppliers' returns of {_span(returns)}; {_most(returns, 'records')}.")
        wanted = {returns.idxmax()}
    statements = _periods(seen, "portal")
    if statements:
        told.append(f"GSTR-2B is of {', '.join(map(show_period, statements))}.")
        wanted = {statements[-1]}
    return " ".join(told), None if period in wanted else next(iter(wanted), None)


def _counts(months: Sequence[pd.Series]) -> pd.Series:
    """How many documents there are in each month."""
    return pd.concat(months).dropna().value_counts() if months else pd.Series(dtype="int64")


def _span(months: pd.Series) -> str:
    first, last = months.index.min(), months.index.max()
    return show_period(last) if first == last else f"{show_period(first)} to {show_period(last)}"


def _most(months: pd.Series, word: str) -> str:
    most = months.idxmax()
    return f"{months[most]:,} of {months.sum():,} {word} in {show_period(most)}"


def _documents(seen: Sequence[Seen], side: str) -> list[pd.DataFrame]:
    return [one.intake.documents for one in seen if one.side == side and len(one.intake.documents)]


def _periods(seen: Sequence[Seen], side: str) -> list[str]:
    return sorted({period for one in seen if one.side == side for period in one.intake.sources["period"].dropna()})
