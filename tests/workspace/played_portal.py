"""A portal that is played: downloads, GSTR-2B and uploads of the sample client's quarter, month by month."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from imsrecon.domain import first_day, shift
from imsrecon.intake import read_portal
from imsrecon.synth import client_files, gstr2b, ims_download, sample_client, to_bytes
from imsrecon.synth.sample import SAMPLE_TODAY


class PlayedPortal:
    """What the portal knows: every record of the quarter, acted on by what is uploaded; filing consumes (C-25)."""

    def __init__(self, folder: Path) -> None:
        client = sample_client()
        self.client, self.folder = client, folder
        in_ims = client.portal["portal_action"].notna()
        actions = client.portal["portal_action"].mask(in_ims, "N")
        self.state = client.portal.assign(portal_action=actions, itc_reduction=None, remarks=None, consumed=False)
        for name in ("declared_igst", "declared_cgst", "declared_sgst", "declared_cess"):
            self.state[name] = float("nan")
        folder.mkdir()

    def register(self) -> Path:
        """The purchase register of the quarter, as an Excel file."""
        files = client_files(self.client, SAMPLE_TODAY)
        return self._write(next(name for name in files if name.endswith(".xlsx")), files)

    def download(self, period: str) -> Path:
        """The IMS download of `period`: its records, those pending from before, nothing that a filing consumed."""
        rows = self.state[~self.state["consumed"] & (self.state["gstr2b_period"] <= period)]
        return self._write(f"ims_{period}.json", to_bytes(ims_download(rows, period)))

    def draw_2b(self, period: str) -> Path:
        """GSTR-2B of `period` as it follows from the actions: the pending is in no part, the rejected in its own."""
        rows = self._of(period)
        carried = rows["gstr2b_period"].lt(period)
        part = rows["gstr2b_part"].mask(rows["portal_action"].notna(), "available")
        part = part.mask(rows["portal_action"].eq("R"), "rejected").mask(rows["portal_action"].eq("P"))
        rows = rows.assign(gstr2b_part=part, gstr2b_period=rows["gstr2b_period"].mask(carried, period))
        drawn = first_day(shift(period, 1)).replace(day=14)
        return self._write(f"2b_{period}.json", to_bytes(gstr2b(rows, period, drawn)))

    def take(self, files: Sequence[Path]) -> int:
        """Upload files; how many records they changed."""
        changed = 0
        for path in files:
            payload = json.loads(path.read_text(encoding="utf-8"))
            back = self.folder / f"back_{path.name}"
            back.write_text(json.dumps({"rtin": payload["rtin"], "imsDetails": payload["invdata"]}), encoding="utf-8")
            said = read_portal(back).documents.set_index("doc_id")
            at = self.state["doc_id"].isin(said.index)
            actions = said["portal_action"].to_dict()
            self.act(dict.fromkeys(actions, "N") if payload["reqtyp"] == "RESET" else actions)
            columns = ["remarks", "itc_reduction", "declared_igst", "declared_cgst", "declared_sgst", "declared_cess"]
            self.state.loc[at, columns] = said.loc[self.state.loc[at, "doc_id"], columns].to_numpy()
            changed += int(at.sum())
        return changed

    def act(self, actions: dict[str, str]) -> None:
        """Act by hand: record → action."""
        given = self.state["doc_id"].map(actions)
        self.state["portal_action"] = self.state["portal_action"].mask(given.notna(), given)

    def amended(self) -> pd.Series:
        """The records that a later one amends."""
        return self.state.loc[self.state["doc_no"].isin(self.state["original_doc_no"].dropna()), "doc_id"]

    def file_3b(self, period: str) -> None:
        """Accepted, deemed and rejected records of the period leave; the pending stay."""
        rows = self._of(period)
        self.state.loc[rows.index[~rows["portal_action"].eq("P")], "consumed"] = True

    def _of(self, period: str) -> pd.DataFrame:
        return self.state[~self.state["consumed"] & (self.state["gstr2b_period"] <= period)]

    def _write(self, name: str, content: bytes | dict[str, bytes]) -> Path:
        path = self.folder / name
        path.write_bytes(content[name] if isinstance(content, dict) else content)
        return path


def day_after(period: str, day: int) -> date:
    """A day in the month after `period`."""
    return first_day(shift(period, 1)).replace(day=day)
