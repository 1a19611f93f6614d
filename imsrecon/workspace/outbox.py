"""What goes to the portal as files, and what came about there by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import not_from_ims, taken_by_hand
from imsrecon.domain import empty_table, show_paise, total_tax
from imsrecon.rulebook import cite
from imsrecon.workspace import closing, database
from imsrecon.workspace.imports import newest_download
from imsrecon.workspace.store import write_whole

if TYPE_CHECKING:
    from imsrecon.workspace.month import Month


def write_upload(month: Month, folder: Path) -> list[Path]:
    """Write the month's files for the portal, delete those that are no longer true, and note what was written."""
    month.log_as_it_is()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{month.profile.gstin}_{month.period}"
    written = {
        folder / f"ims_{payload['reqtyp'].lower()}_{name}_{number}.json": payload
        for number, payload in enumerate(month.payloads(), start=1)
    }
    for path, payload in written.items():
        write_whole(path, json.dumps(payload, ensure_ascii=False, indent=1).encode())
    ours = re.compile(rf"ims_(save|reset)_{name}_\d+\.json")
    for old in folder.iterdir():
        if ours.fullmatch(old.name) and old not in written:
            old.unlink()
    if written:
        last = {"decision": int(month.decision_log["id"].max()), "files": [path.name for path in written]}
        month.workspace.record_run(month.period, closing.UPLOAD, last)
    return list(written)


def unwritten_sentence(month: Month) -> str:
    """How many decisions no file for the portal can carry, with their tax and the way out; "" if there are none.

    They are kept all the same: the preview reckons with them, and they go into the file once IMS is imported. Until
    then the portal does not know them, and takes silence for acceptance (B-18).
    """
    ids = not_from_ims(month.portal, month.standing_decisions, month.profile)
    if ids.empty:
        return ""
    tax = show_paise(int(total_tax(month.portal[month.portal["doc_id"].isin(ids)]).sum()))
    are = "decision is on a record" if len(ids) == 1 else "decisions are on records"
    return (
        f"{len(ids):,} {are} that no IMS download has, tax ₹{tax}: kept and reckoned with here, but no file can carry "
        f"them to the portal, where silence counts as acceptance ({cite('B-18')}). Download IMS (Offline, Download "
        "JSON), import it, then write the file."
    )


def by_hand(month: Month) -> pd.DataFrame:
    """Actions in the month's newest IMS download that are not what was last written for the portal before it came."""
    sources = month.sources[month.sources["side"].eq("portal")]
    download = newest_download(sources, month.worked)
    if download < 0:
        return taken_by_hand(empty_table("portal"), pd.DataFrame(columns=["portal_id", "action"]))
    of_download = sources["batch"].eq(download)
    uploads = month.workspace.results(closing.UPLOAD)
    came = sources.loc[of_download, "at"].min()
    sent = closing.sent(month.workspace.log(database.decisions), uploads, came, month.profile.tax_period)
    read = [month.workspace.load(key, "portal").documents for key in sources.loc[of_download, "table_key"]]
    shown = pd.concat([table.loc[table["gstr2b_part"].isna(), "doc_id"] for table in read])
    return taken_by_hand(month.portal[month.portal["doc_id"].isin(shown)], sent)
