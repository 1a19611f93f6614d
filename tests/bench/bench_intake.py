"""How fast files are read, against the bare parse of the same bytes in the same process.

    python tests/bench/bench_intake.py [--rows N] [--documents N] [--only xlsx|2b|ims]

A Tally columnar register of N rows (100,000 unless told) as XLSX against python-calamine, a GSTR-2B and an IMS download
of N documents (1,000,000 unless told) as JSON against msgspec's own parse. Printed are seconds, the ratio, and for JSON
the ratio of the memory that the process took at its highest. All of it is synthetic.
"""

from __future__ import annotations

import argparse
import gc
import io
import multiprocessing
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np
import python_calamine
import xlsxwriter

from imsrecon import read_portal, read_register
from imsrecon.domain import check_character

ME = "27ZZZCR1000A1ZM"
HEAD = ["Date", "Particulars", "Voucher Type", "Voucher No.", "Supplier Invoice No.", "Supplier Invoice Date",
        "GSTIN/UIN", "Narration", "Value", "Gross Total", "Purchase @18%", "Input IGST", "Input CGST",
        "Input SGST"]  # fmt: skip


def gstins(count: int) -> list[str]:
    """Different GSTINs that pass the checksum and belong to nobody."""
    first = [f"{1 + n % 37:02d}ZZZC{chr(65 + n % 26)}{n % 10_000:04d}A1Z" for n in range(count)]
    return [one + check_character(one) for one in first]


def register(rows: int) -> bytes:
    """A columnar register of `rows` vouchers."""
    rng, memory = np.random.default_rng(1), io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"constant_memory": True})
    sheet = book.add_worksheet("Purchase Register")
    day = book.add_format({"num_format": "d-mmm-yy"})
    sheet.write_row(0, 0, ["Synthetic Ltd"])
    sheet.write_row(3, 0, HEAD)
    suppliers, base = gstins(max(rows // 100, 1)), np.round(rng.uniform(100, 90_000, rows), 2).tolist()
    for n in range(rows):
        on = datetime(2026, 6, 1 + n % 30)
        tax = round(base[n] * 0.18, 2)
        sheet.write_datetime(4 + n, 0, on, day)
        sheet.write_row(4 + n, 1, [f"Supplier {n % len(suppliers)}", "Purchase", f"P/{n}", f"INV/26-27/{n}"])
        sheet.write_datetime(4 + n, 5, on, day)
        cells = [suppliers[n % len(suppliers)], "", base[n], base[n] + tax, base[n]]
        sheet.write_row(4 + n, 6, cells + ([tax] if n % 2 else ["", tax / 2, tax / 2]))
    book.close()
    return memory.getvalue()


def record(n: int, suppliers: list[str]) -> dict[str, object]:
    """One record of an IMS download."""
    base = 100 + n % 50_000
    return {
        "stin": suppliers[n % len(suppliers)], "tradenm": f"Supplier {n % len(suppliers)}", "inum": f"INV/26-27/{n}",
        "idt": f"{1 + n % 30:02d}-06-2026", "inv_typ": "R", "val": base * 1.18, "action": "N", "pos": "27",
        "txval": base, "iamt": base * 0.18, "camt": 0, "samt": 0, "cess": 0, "srcform": "R1", "rtnprd": "062026",
        "srcfilstatus": "Filed", "ispendactblocked": "N", "isRemarksBlocked": "N", "itcRedReqBlocked": "Y",
    }  # fmt: skip


def ims(documents: int) -> bytes:
    """An IMS download of `documents` invoices."""
    suppliers = gstins(max(documents // 100, 1))
    return msgspec.json.encode({"rtin": ME, "imsDetails": {"b2b": [record(n, suppliers) for n in range(documents)]}})


def gstr2b(documents: int) -> bytes:
    """A GSTR-2B of `documents` invoices, a hundred a supplier."""

    def invoice(n: int) -> dict[str, object]:
        base = 100 + n % 50_000
        return {
            "inum": f"INV/26-27/{n}", "dt": f"{1 + n % 30:02d}-06-2026", "val": base * 1.18, "typ": "R", "pos": "27",
            "rev": "N", "itcavl": "Y", "rsn": "", "diffprcnt": 1, "srctyp": "E-Invoice", "irn": f"{n:064x}",
            "irngendate": "05-06-2026", "txval": base, "igst": base * 0.18, "cgst": 0, "sgst": 0, "cess": 0,
            "imsStatus": "N",
        }  # fmt: skip

    groups = [
        {"ctin": one, "trdnm": f"Supplier {at}", "supfildt": "11-07-2026", "supprd": "062026",
         "inv": [invoice(n) for n in range(at * 100, min(at * 100 + 100, documents))]}
        for at, one in enumerate(gstins(max(documents // 100, 1)))
    ]  # fmt: skip
    return msgspec.json.encode({"data": {"gstin": ME, "rtnprd": "062026", "docdata": {"b2b": groups}}})


def bare_workbook(path: Path) -> int:
    """python-calamine's own reading of the first sheet."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    return len(book.get_sheet_by_index(0).to_python(skip_empty_area=False))


def bare_json(path: Path) -> int:
    """msgspec's own parse of the whole file."""
    return len(msgspec.json.decode(path.read_bytes()))


def timed(works: tuple[object, ...], path: Path, runs: int) -> list[float]:
    """The best of some runs of each, taken in turn, in seconds of processor time: a busy machine slows them alike."""
    best = [float("inf")] * len(works)
    for _ in range(runs):
        for at, work in enumerate(works):
            gc.collect()
            start = time.process_time()
            work(path)
            best[at] = min(best[at], time.process_time() - start)
    return best


def peak(work: object, path: Path) -> float:
    """How many MB a fresh process takes at its highest, above what it has before the work."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_grown, (work, path))


def _grown(work: object, path: Path) -> float:
    before = _status("VmRSS")
    kept = work(path)
    grown = _status("VmHWM") - before
    del kept
    return grown / 1024


def _status(key: str) -> int:
    """Kilobytes, from Linux's own account of the process (`resource` would give the parent's peak)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key))


def compare(name: str, data: bytes, bare: object, ours: object, *, memory: bool, runs: int) -> None:
    """Print one line of figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        ours(path)
        parse, whole = timed((bare, ours), path, runs)
        line = (
            f"{name:<16} {len(data) / 1e6:8.1f} MB   bare {parse:6.2f} s   read {whole:6.2f} s   {whole / parse:5.2f} ×"
        )
        if memory and Path("/proc/self/status").exists():
            small, large = peak(bare, path), peak(ours, path)
            line += f"   memory {small:7.0f} → {large:7.0f} MB   {large / small:5.2f} ×"
        print(line, flush=True)


def main() -> None:
    """Read the command line and print the figures."""
    parser = argparse.ArgumentParser(description="How fast files are read.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["xlsx", "2b", "ims"])
    parser.add_argument("--runs", type=int, default=2)
    asked = parser.parse_args()
    if asked.only in (None, "xlsx"):
        compare("register.xlsx", register(asked.rows), bare_workbook, read_register, memory=False, runs=asked.runs)
    if asked.only in (None, "2b"):
        compare("gstr2b.json", gstr2b(asked.documents), bare_json, read_portal, memory=True, runs=asked.runs)
    if asked.only in (None, "ims"):
        compare("ims.json", ims(asked.documents), bare_json, read_portal, memory=True, runs=asked.runs)


if __name__ == "__main__":
    sys.exit(main())
