"""A client's month as files: the register, the IMS download, the 2B of each month, the truth, and what they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from imsrecon.domain import first_day, last_day, shift, to_portal
from imsrecon.synth.client import Client
from imsrecon.synth.portal_json import gstr2b, ims_download, to_bytes
from imsrecon.synth.tally import tally_register

GENERATED_ON = 14
TRUTH_COLUMNS = {
    "register": {"voucher_no": "voucher_no", "doc_no": "register_number"},
    "portal": {"section": "section", "doc_no": "portal_number", "supplier_gstin": "portal_gstin"},
}


def client_files(client: Client, today: date) -> dict[str, bytes]:
    """The files that a consultant would have on `today`, by name: register, IMS download, a GSTR-2B for each month.

    The files of the portal are named as the portal names them. `truth.csv` is the answer, `sample.toml` says what
    each file is.
    """
    gstin, period = client.plan.gstin, client.months[-1]
    span = first_day(client.months[0]), last_day(period)
    register = f"purchase_register_{client.months[0]}_to_{period}.xlsx"
    downloaded = f"{gstin}_IMS_{to_portal(period)}_{today:%Y%m%d}.json"
    files = {
        register: tally_register(client.register, client.plan.name, *span),
        downloaded: to_bytes(ims_download(client.portal, period)),
    }
    kinds = {register: "register", downloaded: "ims"}
    for month in client.months:
        made = first_day(shift(month, 1)) + timedelta(days=GENERATED_ON - 1)
        name = f"{gstin}_R2B_{to_portal(month)}_{made:%Y%m%d}.json"
        files[name] = to_bytes(gstr2b(client.portal, month, made))
        kinds[name] = "gstr2b"
    files["truth.csv"] = truth_table(client).to_csv(index=False, lineterminator="\n").encode("utf-8")
    files["sample.toml"] = _about(client, today, kinds).encode("utf-8")
    return files


def write_files(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write the files into `folder`, made if need be, over what has these names; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def truth_table(client: Client) -> pd.DataFrame:
    """The truth with what a person needs to find the documents.

    Columns: register_id, portal_id, noise, voucher_no, register_number, section, portal_number, portal_gstin.
    """
    table = client.truth
    for side, columns in TRUTH_COLUMNS.items():
        known = getattr(client, side).set_index("doc_id")[list(columns)].rename(columns=columns)
        table = table.join(known, on=f"{side}_id")
    return table


def _about(client: Client, today: date, kinds: Mapping[str, str]) -> str:
    lines = [
        "# The synthetic sample client. No person, firm or registration in these files exists.",
        f'gstin = "{client.plan.gstin}"',
        f'name = "{client.plan.name}"',
        f'period = "{client.months[-1]}"',
        'frequency = "monthly"',
        f"today = {today:%Y-%m-%d}",
        "",
        "[filed_3b]",
        *(f'"{month}" = {first_day(shift(month, 1)) + timedelta(days=18)}' for month in client.months[:-1]),
    ]
    for name, kind in kinds.items():
        lines += ["", "[[file]]", f'name = "{name}"', f'kind = "{kind}"']
    return "\n".join(lines) + "\n"
