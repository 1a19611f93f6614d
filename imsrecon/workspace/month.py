"""Month: one client and one period, and the five steps wired once for screens, command line and reports."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act import DECISION_COLUMNS, allowed_actions, check_decisions, upload_payloads
from imsrecon.domain import (
    AMOUNTS,
    HEADS,
    ActionNotAllowed,
    ImsreconError,
    Profile,
    empty_table,
    to_paise,
    total_tax,
)
from imsrecon.intake import Intake, combine_portal
from imsrecon.match import Reconciliation, reconcile
from imsrecon.preview import Gstr2b, preview_2b, preview_each
from imsrecon.review import load_policy, suggest
from imsrecon.workspace import database
from imsrecon.workspace.imports import first_seen, portal_in_use, standing
from imsrecon.workspace.store import write_whole

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from imsrecon.workspace.workspace import Workspace


class Month:
    """The five steps for one period. Results are worked out when first asked for; `refresh` forgets them."""

    def __init__(self, workspace: Workspace, period: str, today: date) -> None:
        self.workspace = workspace
        self.period = period
        self.today = today

    def refresh(self, *steps: str) -> None:
        """Forget what was worked out: the named results, or all."""
        for name in steps or tuple(self.__dict__.keys() - {"workspace", "period", "today"}):
            self.__dict__.pop(name, None)

    # import ----------------------------------------------------------------------------------------------------

    @cached_property
    def profile(self) -> Profile:
        """The client, with the returns recorded as filed."""
        return self.workspace.profile

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The imports this month knows, oldest first."""
        return standing(self.workspace.sources, self.period)

    @cached_property
    def intakes(self) -> list[tuple[str, Intake]]:
        """The same imports, read: side and `Intake`."""
        return [(row.side, self.workspace.load(row.table_key, row.side)) for row in self.sources.itertuples()]

    def _documents(self, side: str) -> list[pd.DataFrame]:
        if not self.intakes:
            raise ImsreconError(
                f"Nothing was imported for {self.period} or before.", hint="Run the import step first.", code="empty"
            )
        return [intake.documents for found, intake in self.intakes if found == side]

    @cached_property
    def register(self) -> pd.DataFrame:
        """The register documents (design 5.1), none before a register is imported.

        Registers add up; a document that stands in two of them counts once, as in the newer.
        """
        tables = self._documents("register") or [empty_table("register")]
        return pd.concat(tables, ignore_index=True).drop_duplicates("doc_id", keep="last", ignore_index=True)

    @cached_property
    def portal(self) -> pd.DataFrame:
        """The portal records, IMS and GSTR-2B as one table, none before one of them is imported.

        A record's 2B-period is what a GSTR-2B or an earlier month's IMS download says. A record that arrives pending
        from an earlier return is taken to have been filed in time (D-01), so its clock runs from that period (K-12).
        """
        sources, tables = self.sources[self.sources["side"].eq("portal")], self._documents("portal")
        table = combine_portal(*portal_in_use(sources, tables, self.period) or [empty_table("portal")])
        pending = table["portal_action"].eq("P") & table["filing_status"].eq("filed")
        pending &= table["return_period"] < self.period
        seen = table["doc_id"].map(first_seen(sources, tables, self.period)).astype("str")
        period = table["gstr2b_period"].fillna(seen).fillna(table["return_period"].where(pending))
        # What still stands in IMS after its period's return was pending: all else has left (C-25).
        carried = table["portal_action"].notna() & table["gstr2b_part"].isna() & (period < self.period)
        return table.assign(gstr2b_period=period, carried=carried.fillna(False).astype("bool"))

    @property
    def refused(self) -> pd.DataFrame:
        """Rows of this month's imports that could not be read: file, sheet, row, raw, code, why."""
        tables = [intake.refused for _, intake in self.intakes]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def _read_lines(self, side: str) -> list[dict[str, object]]:
        """From the rows of the side's files to its documents."""
        controls = [intake.control for found, intake in self.intakes if found == side]
        if not controls:
            return []
        control = pd.concat(controls, ignore_index=True)
        table = self.register if side == "register" else self.portal
        used = np.array([len(table), to_paise(table["taxable_value"]).sum(), total_tax(table).sum()], dtype=np.int64)
        lines = {"rows in the files": _counts(control, "read")}
        for column, what in (("added_up", "joined"), ("set_aside", "set aside"), ("refused", "refused")):
            lines[what] = -_counts(control, column)
        lines["repeated, or replaced by a newer file"] = used - _counts(control, "kept")
        return [_counted_line("read", side, what, counts) for what, counts in lines.items()]

    # match -----------------------------------------------------------------------------------------------------

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """What a person said of pairs: register_id, portal_id, verdict; the last word on each pair."""
        log = self.workspace.log(database.verdicts).drop_duplicates(["register_id", "portal_id"], keep="last")
        known = log["verdict"].notna() & log["register_id"].isin(self.register["doc_id"])
        known &= log["portal_id"].isin(self.portal["doc_id"])
        return log.loc[known, ["register_id", "portal_id", "verdict"]].reset_index(drop=True)

    def judge(self, register_id: str, portal_id: str, verdict: str | None) -> None:
        """Keep a person's word on a pair: `same`, `different`, or None to take it back."""
        if verdict not in ("same", "different", None):
            raise ImsreconError(f"{verdict!r} is no verdict.", hint="Say same, different, or take it back.")
        row = {"register_id": register_id, "portal_id": portal_id, "verdict": verdict}
        self.workspace.append(database.verdicts, [self.workspace.signed(row)])
        self.refresh("verdicts", "reconciliation", "suggestions")

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Register against portal, with the client's tolerances and a person's verdicts."""
        settings = self.workspace.client.match_settings()
        return reconcile(self.register, self.portal, settings, verdicts=self.verdicts)

    # review ----------------------------------------------------------------------------------------------------

    @cached_property
    def allowed(self) -> pd.DataFrame:
        """What may be done with each portal record (design 5.4)."""
        return allowed_actions(self.portal, self.period, self.profile, self.today)

    @cached_property
    def suggestions(self) -> pd.DataFrame:
        """What the policy suggests for each record and each books-only document (design 5.4)."""
        named = self.workspace.client.policy
        policy = load_policy(self.workspace.folder / named) if named else None
        return suggest(
            self.reconciliation, self.register, self.portal, self.period, self.profile, policy, today=self.today
        )

    # act -------------------------------------------------------------------------------------------------------

    @cached_property
    def decision_log(self) -> pd.DataFrame:
        """Every line of this month's decisions, oldest first."""
        return self.workspace.log(database.decisions, period=self.period)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """The decisions that stand, with who and when; `changed` where the supplier has changed the record since.

        A changed record's decision stays in the log and counts no more: the record stands as the portal has it.
        """
        last = self.decision_log.drop_duplicates("portal_id", keep="last")
        last = last[last["action"].notna() & last["portal_id"].isin(self.portal["doc_id"])]
        content = pd.Series(_content(self.portal), index=self.portal["doc_id"])
        changed = last["content"].to_numpy() != content.reindex(last["portal_id"]).to_numpy()
        columns = [*DECISION_COLUMNS, "how", "rule", "by", "at"]
        return last[columns].assign(changed=changed).reset_index(drop=True)

    @property
    def standing_decisions(self) -> pd.DataFrame:
        """The decisions that count: portal_id, action, itc_reduction, declared_*, remarks."""
        return self.decisions.loc[~self.decisions["changed"], list(DECISION_COLUMNS)].reset_index(drop=True)

    def _log_as_it_is(self) -> None:
        """Look at the log again: another kernel may have decided, or recorded a filing, since."""
        self.refresh("profile", "decision_log", "decisions", "preview")

    def decide(
        self,
        decisions: pd.DataFrame,
        *,
        how: str = "person",
        rule: pd.Series | None = None,
        steps: pd.Series | None = None,
    ) -> str:
        """Take decisions, all or none; they are on the disk when this returns the batch's name.

        `decisions`: portal_id and action, and where they apply itc_reduction, declared_igst … declared_cess,
        remarks, reason_code.
        `steps`: a number for each row, ascending; each step is undone by itself. Not given: all are one step.
        Raises `ActionNotAllowed` with the rule if one of them may not be taken; the log then has nothing new.
        """
        self._log_as_it_is()
        rows = decisions.reindex(columns=list(DECISION_COLUMNS)).reset_index(drop=True)
        check_decisions(self.portal, rows, self.period, self.profile, self.today)
        batch = uuid.uuid4().hex
        rows = rows.assign(how=how, rule=None if rule is None else rule.to_numpy())
        self._log_decisions(rows, batch if steps is None else [f"{batch}-{step}" for step in steps.tolist()])
        return batch

    def decide_suggested(self) -> int:
        """Take every suggestion that may be taken unseen and is not decided yet; how many were taken."""
        self._log_as_it_is()
        suggested = self.suggestions
        taken = suggested[suggested["auto"] & ~suggested["portal_id"].isin(self.decisions["portal_id"])]
        current = self.portal.set_index("doc_id")["portal_action"].reindex(taken["portal_id"])
        taken = taken[taken["action"].to_numpy() != current.fillna("N").to_numpy()]
        if len(taken):
            columns = {"reduction": "itc_reduction"}
            rows = taken.rename(columns=columns)
            self.decide(rows[[c for c in DECISION_COLUMNS if c in rows]], how="policy", rule=taken["rule"])
        return len(taken)

    def undo(self) -> int:
        """Take back the last batch of decisions by new lines in the log; how many records it touched.

        Raises `ActionNotAllowed` once the period's GSTR-3B is filed: its records are frozen (C-25).
        """
        self._log_as_it_is()
        if self.profile.filed_on(self.period):
            raise ActionNotAllowed(
                f"The GSTR-3B of {self.period} is filed: what was decided for it stands (C-25).", rule="C-25"
            )
        log = self.decision_log
        undone = set(log.loc[log["how"].eq("undo"), "rule"])
        batches = log.loc[~log["how"].eq("undo") & ~log["batch"].isin(undone), "batch"]
        if batches.empty:
            return 0
        batch = batches.iloc[-1]
        touched = log.loc[log["batch"].eq(batch), "portal_id"].unique()
        before = log[(log["id"] < log.loc[log["batch"].eq(batch), "id"].min())]
        before = before.drop_duplicates("portal_id", keep="last").set_index("portal_id").reindex(touched)
        rows = before.reset_index().reindex(columns=[*DECISION_COLUMNS, "content"])
        self._log_decisions(rows.assign(how="undo", rule=batch), uuid.uuid4().hex)
        return len(touched)

    def _log_decisions(self, rows: pd.DataFrame, batch: str | list[str]) -> None:
        content = pd.Series(_content(self.portal), index=self.portal["doc_id"])
        now = content.reindex(rows["portal_id"]).to_numpy()
        kept = rows["content"].fillna(pd.Series(now)) if "content" in rows else pd.Series(now)
        rows = rows.assign(content=kept.fillna(""), batch=batch, period=self.period).astype(object)
        records = rows.where(rows.notna(), None).to_dict("records")
        self.workspace.append(database.decisions, [self.workspace.signed(row) for row in records])
        self.refresh("decision_log", "decisions", "preview")

    def payloads(self) -> list[dict[str, object]]:
        """The files for the portal (formats 3.4), as dictionaries: changed records only, none if nothing changed."""
        return upload_payloads(self.portal, self.standing_decisions, self.profile)

    def write_upload(self, folder: Path) -> list[Path]:
        """Write the files for the portal into `folder`; their paths, none if nothing changed.

        Files of an earlier call for this month that are no longer true are deleted, lest they be uploaded.
        """
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.profile.gstin}_{self.period}"
        written = {
            folder / f"ims_{payload['reqtyp'].lower()}_{name}_{number}.json": payload
            for number, payload in enumerate(self.payloads(), start=1)
        }
        for path, payload in written.items():
            write_whole(path, json.dumps(payload, ensure_ascii=False, indent=1).encode())
        for old in folder.glob(f"ims_*_{name}_*.json"):
            if old not in written:
                old.unlink()
        return list(written)

    # preview ---------------------------------------------------------------------------------------------------

    @cached_property
    def preview(self) -> Gstr2b:
        """GSTR-2B and Table 4 with the decisions that stand."""
        return preview_2b(self.portal, self.standing_decisions, self.period, self.profile, today=self.today)

    def scenarios(self) -> dict[str, Gstr2b]:
        """Three previews: as decided now, if nobody had acted, and if every suggestion were taken."""
        suggested = self.suggestions[self.suggestions["portal_id"].notna() & self.suggestions["action"].ne("N")]
        suggested = suggested.rename(columns={"reduction": "itc_reduction"}).reindex(columns=list(DECISION_COLUMNS))
        others = {"nobody acts": self.standing_decisions.iloc[:0], "all suggested": suggested.reset_index(drop=True)}
        previews = preview_each(self.portal, others, self.period, self.profile, today=self.today)
        return {"as decided": self.preview, **previews}

    # control ---------------------------------------------------------------------------------------------------

    def control(self) -> pd.DataFrame:
        """Rows and rupees at each step: step, side, what, rows, taxable_value, tax. They add up or this raises.

        Amounts are as in the tables, credit notes too: a count of rupees, not a balance. The step `read` starts from
        the files' rows and takes away what is no document of its own.
        """
        read = [line for side in ("register", "portal") for line in self._read_lines(side)]
        imported = [
            _line("import", "register", "register documents", self.register),
            _line("import", "portal", "portal records", self.portal),
        ]
        matched = self.reconciliation.control.rename(columns={"category": "what"}).assign(step="match")
        part = self.preview.documents.set_index("portal_id")["part"].reindex(self.portal["doc_id"])
        groups = self.portal.groupby(part.to_numpy(), dropna=False)
        previewed = [_line("preview", "portal", str(name), group) for name, group in groups]
        table = pd.concat([pd.DataFrame(read + imported), matched, pd.DataFrame(previewed)], ignore_index=True)
        table = table[["step", "side", "what", "rows", "taxable_value", "tax"]]
        _refuse_unequal(table)
        return table


def _counts(control: pd.DataFrame, column: str) -> npt.NDArray[np.int64]:
    """Rows, paise of taxable value and paise of tax in one column of intakes' controls."""
    by_measure = control.assign(paise=to_paise(control[column])).groupby("measure")["paise"].sum()
    heads = sum(int(by_measure.get(head, 0)) for head in HEADS)
    return np.array([by_measure.get("rows", 0) // 100, by_measure.get("taxable_value", 0), heads], dtype=np.int64)


def _content(portal: pd.DataFrame) -> list[str]:
    """What the supplier stated in each record, as a short text: it differs when he changes the record."""
    words = portal[["pos", "reverse_charge", "original_doc_no"]].astype("str").fillna("")
    stated = pd.concat([portal[list(AMOUNTS)], words], axis=1)
    return [f"{value:016x}" for value in pd.util.hash_pandas_object(stated, index=False).tolist()]


def _line(step: str, side: str, what: str, table: pd.DataFrame) -> dict[str, object]:
    taxable, tax = int(to_paise(table["taxable_value"]).sum()), int(total_tax(table).sum())
    amounts = {"taxable_value": taxable / 100, "tax": tax / 100}
    return {"step": step, "side": side, "what": what, "rows": len(table)} | amounts


def _counted_line(step: str, side: str, what: str, counts: npt.NDArray[np.int64]) -> dict[str, object]:
    rows, taxable, tax = counts.tolist()
    return {"step": step, "side": side, "what": what, "rows": rows, "taxable_value": taxable / 100, "tax": tax / 100}


def _refuse_unequal(table: pd.DataFrame) -> None:
    paise = table.assign(taxable_value=to_paise(table["taxable_value"]), tax=to_paise(table["tax"]))
    totals = paise.groupby(["side", "step"])[["rows", "taxable_value", "tax"]].sum()
    for side, steps in totals.groupby("side"):
        if len(steps.drop_duplicates()) > 1:
            raise ImsreconError(
                f"The {side} side does not add up from step to step: {steps.droplevel('side').to_dict('index')}.",
                hint="This is a fault of imsrecon: please report it with this line.",
                code="control",
            )
