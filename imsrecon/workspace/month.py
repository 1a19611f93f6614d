"""Month: one client and one period, and the five steps wired once for screens, command line and reports."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import allowed_actions, check_decisions, upload_payloads
from imsrecon.domain import AMOUNTS, DECLARED, ImsreconError, Profile, to_paise, total_tax
from imsrecon.intake import Intake, combine_portal
from imsrecon.match import Reconciliation, reconcile
from imsrecon.preview import Gstr2b, preview_2b
from imsrecon.review import load_policy, suggest
from imsrecon.workspace import database
from imsrecon.workspace.imports import earlier_downloads, in_use

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from imsrecon.workspace.workspace import Workspace

DECISION_COLUMNS = ("portal_id", "action", "itc_reduction", *DECLARED, "remarks")


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
        """The imports this month works with."""
        return in_use(self.workspace.sources, self.period)

    @cached_property
    def intakes(self) -> list[tuple[str, Intake]]:
        """The same imports, read: side and `Intake`."""
        return [(row.side, self.workspace.load(row.table_key, row.side)) for row in self.sources.itertuples()]

    def _side(self, side: str) -> list[pd.DataFrame]:
        tables = [intake.documents for found, intake in self.intakes if found == side]
        if not tables:
            what = {"register": "purchase register", "portal": "IMS download or GSTR-2B"}[side]
            raise ImsreconError(
                f"No {what} was imported for {self.period} or before.", hint="Run the import step first.", code="empty"
            )
        return tables

    @cached_property
    def register(self) -> pd.DataFrame:
        """The register documents (design 5.1); one that stands in two registers counts once, as in the newer."""
        table = pd.concat(self._side("register"), ignore_index=True)
        return table.drop_duplicates("doc_id", keep="last", ignore_index=True)

    @cached_property
    def portal(self) -> pd.DataFrame:
        """The portal records, IMS and GSTR-2B as one table.

        A record's 2B-period is what a GSTR-2B or an earlier month's IMS download says. A record that arrives pending
        from an earlier return is taken to have been filed in time (D-01), so its clock runs from that period (K-12).
        """
        table = combine_portal(*self._side("portal"))
        pending = table["portal_action"].eq("P") & table["filing_status"].eq("filed")
        pending &= table["return_period"] < self.period
        known = table["gstr2b_period"].fillna(table["doc_id"].map(self._first_seen()).astype("str"))
        period = known.fillna(table["return_period"].where(pending))
        # What still stands in IMS after its period's return was pending: all else has left (C-25).
        carried = table["portal_action"].notna() & table["gstr2b_part"].isna() & (period < self.period)
        return table.assign(gstr2b_period=period, carried=carried.fillna(False).astype("bool"))

    def _first_seen(self) -> dict[str, str]:
        """The month in whose IMS download a record first stood as filed."""
        seen: dict[str, str] = {}
        for row in earlier_downloads(self.workspace.sources, self.period).itertuples():
            documents = self.workspace.load(row.table_key, "portal").documents
            for doc_id in documents.loc[documents["filing_status"].eq("filed"), "doc_id"]:
                seen.setdefault(doc_id, row.month)
        return seen

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

    def decide(
        self,
        decisions: pd.DataFrame,
        *,
        how: str = "person",
        rule: pd.Series | None = None,
        steps: pd.Series | None = None,
    ) -> str:
        """Take decisions, all or none; they are on the disk when this returns the batch's name.

        `decisions`: portal_id and action, and where they apply itc_reduction, declared_igst … declared_cess, remarks.
        `steps`: a number for each row, ascending; each step is undone by itself. Not given: all are one step.
        Raises `ActionNotAllowed` with the rule if one of them may not be taken; the log then has nothing new.
        """
        rows = decisions.reindex(columns=list(DECISION_COLUMNS)).reset_index(drop=True)
        check_decisions(self.portal, rows, self.period, self.profile, self.today)
        batch = uuid.uuid4().hex
        rows = rows.assign(how=how, rule=None if rule is None else rule.to_numpy())
        self._log_decisions(rows, batch if steps is None else [f"{batch}-{step}" for step in steps.tolist()])
        return batch

    def decide_suggested(self) -> int:
        """Take every suggestion that may be taken unseen and is not decided yet; how many were taken."""
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
        """Take back the last batch of decisions by new lines in the log; how many records it touched."""
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
        kept = rows["content"].fillna(pd.Series(now)) if "content" in rows else now
        rows = rows.assign(content=kept, batch=batch, period=self.period).astype(object)
        records = rows.where(rows.notna(), None).to_dict("records")
        self.workspace.append(database.decisions, [self.workspace.signed(row) for row in records])
        self.refresh("decision_log", "decisions", "preview")

    def payloads(self) -> list[dict[str, object]]:
        """The files for the portal (formats 3.4), as dictionaries: changed records only, none if nothing changed."""
        return upload_payloads(self.portal, self.standing_decisions, self.profile)

    def write_upload(self, folder: Path) -> list[Path]:
        """Write the files for the portal into `folder`; their paths, none if nothing changed."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for number, payload in enumerate(self.payloads(), start=1):
            path = folder / f"ims_{payload['reqtyp'].lower()}_{self.profile.gstin}_{self.period}_{number}.json"
            path.write_text(json.dumps(payload, ensure_ascii=False, indent=1), encoding="utf-8")
            paths.append(path)
        return paths

    # preview ---------------------------------------------------------------------------------------------------

    @cached_property
    def preview(self) -> Gstr2b:
        """GSTR-2B and Table 4 with the decisions that stand."""
        return self.preview_with(self.standing_decisions)

    def preview_with(self, decisions: pd.DataFrame) -> Gstr2b:
        """GSTR-2B and Table 4 with other decisions (what-if)."""
        return preview_2b(self.portal, decisions, self.period, self.profile, today=self.today)

    def scenarios(self) -> dict[str, Gstr2b]:
        """Three previews: as decided now, if nobody had acted, and if every suggestion were taken."""
        nobody = self.standing_decisions.iloc[:0]
        suggested = self.suggestions[self.suggestions["portal_id"].notna() & self.suggestions["action"].ne("N")]
        columns = suggested.rename(columns={"reduction": "itc_reduction"}).reindex(columns=list(DECISION_COLUMNS))
        return {
            "as decided": self.preview,
            "nobody acts": self.preview_with(nobody),
            "all suggested": self.preview_with(columns.reset_index(drop=True)),
        }

    # control ---------------------------------------------------------------------------------------------------

    def control(self) -> pd.DataFrame:
        """Rows and rupees at each step: step, side, what, rows, taxable_value, tax. They add up or this raises.

        Amounts are as in the tables, always positive: a count of rupees, not a balance.
        """
        imported = [
            _line("import", "register", "register documents", self.register),
            _line("import", "portal", "portal records", self.portal),
        ]
        matched = self.reconciliation.control.rename(columns={"category": "what"}).assign(step="match")
        part = self.preview.documents.set_index("portal_id")["part"].reindex(self.portal["doc_id"])
        groups = self.portal.groupby(part.to_numpy(), dropna=False)
        previewed = [_line("preview", "portal", str(name), group) for name, group in groups]
        table = pd.concat([pd.DataFrame(imported), matched, pd.DataFrame(previewed)], ignore_index=True)
        table = table[["step", "side", "what", "rows", "taxable_value", "tax"]]
        _refuse_unequal(table)
        return table


def _content(portal: pd.DataFrame) -> list[str]:
    """What the supplier stated in each record, as a short text: it differs when he changes the record."""
    words = portal[["pos", "reverse_charge", "original_doc_no"]].astype("str").fillna("")
    stated = pd.concat([portal[list(AMOUNTS)], words], axis=1)
    return [f"{value:016x}" for value in pd.util.hash_pandas_object(stated, index=False).tolist()]


def _line(step: str, side: str, what: str, table: pd.DataFrame) -> dict[str, object]:
    taxable, tax = int(to_paise(table["taxable_value"]).sum()), int(total_tax(table).sum())
    amounts = {"taxable_value": taxable / 100, "tax": tax / 100}
    return {"step": step, "side": side, "what": what, "rows": len(table)} | amounts


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
