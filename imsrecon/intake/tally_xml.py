"""Tally's XML of vouchers as a columnar register: a row a voucher, a column a ledger."""

from __future__ import annotations

import codecs
import re
from datetime import date
from xml.etree import ElementTree

from imsrecon.domain import InputError
from imsrecon.intake.files import InputFile
from imsrecon.intake.grids import Sheet
from imsrecon.intake.label_words import ledger_kind

# Characters that XML forbids, bare or escaped (Tally writes `&#4;` before its reserved names).
_ILLEGAL = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));|[\x00-\x08\x0b\x0c\x0e-\x1f]", re.IGNORECASE
)
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = [
    "Date", "Particulars", "Voucher Type", "Voucher No.", "Supplier Invoice No.", "Supplier Invoice Date", "GSTIN/UIN",
    "Place of Supply", "Narration", "Status", "Gross Total",
]  # fmt: skip
_PURCHASE = re.compile(r"purchase|debit ?note|credit ?note", re.IGNORECASE)
_NEVER = re.compile(r"sales|receipt|payment|contra", re.IGNORECASE)
_TAXES = ("igst", "cgst", "sgst", "cess")
OTHER_VOUCHER = "other voucher"


def is_tally_xml(data: bytes) -> bool:
    """True if the head of the file is Tally's envelope."""
    return "<ENVELOPE" in _decode(data[:4000]).upper()


def tally_vouchers(file: InputFile) -> list[Sheet]:
    """The vouchers as one sheet in the layout of the columnar register; Dr is plus, Cr is minus.

    A document type or entity declaration is refused unread: no voucher has one, and they are how XML does harm.
    Raises `InputError` if the file is broken or has no voucher.
    """
    text = _ILLEGAL.sub("", _decode(file.data))
    if _DECLARED.search(text):
        raise InputError(f"'{file.name}' declares XML entities: not read.", hint="Export it from Tally again.")
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314 - no declarations in it
    except ElementTree.ParseError as error:
        raise InputError(f"'{file.name}' is broken XML: {error}.", hint="Export it from Tally again.") from error
    vouchers = [_voucher(one) for one in root.iter("VOUCHER")]
    if not vouchers:
        raise InputError(f"'{file.name}' is Tally XML without a voucher.", hint="Export the purchase vouchers.")
    ledgers = list(dict.fromkeys(name for _, entries, _ in vouchers for name in entries))
    rows: list[list[object]] = [[*_HEAD, *ledgers]]
    return [Sheet("vouchers", rows + [_row(head, entries, total, ledgers) for head, entries, total in vouchers])]


def _voucher(voucher: ElementTree.Element) -> tuple[list[object], dict[str, float], float]:
    """What it says of itself, its ledgers without the party's, and its total (credit to the party is plus)."""
    head, entries = _head(voucher), _entries(voucher)
    party = _party(voucher, str(head[1]), entries)
    total = -entries.get(party, 0.0) or sum(entries.values())
    return head, {name: amount for name, amount in entries.items() if name != party}, total


def _party(voucher: ElementTree.Element, named: str, entries: dict[str, float]) -> str:
    """The party's ledger: as the voucher names it, as an entry is marked, or the one that balances all others."""
    if named in entries:
        return named
    for one in voucher.iter():
        if (one.findtext("ISPARTYLEDGER") or "").strip().lower() == "yes":
            return " ".join((one.findtext("LEDGERNAME") or "").split())
    able = {name: abs(amount) for name, amount in entries.items() if ledger_kind(name) is None}
    return max(able, key=able.__getitem__, default="")


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if data[:200].count(b"\0") > 20:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _head(voucher: ElementTree.Element) -> list[object]:
    def of(*names: str) -> str:
        return next((found.strip() for name in names if (found := voucher.findtext(name) or "").strip()), "")

    kind = of("VOUCHERTYPENAME") or voucher.get("VCHTYPE", "")
    status = "cancelled" if "yes" in (of("ISCANCELLED").lower(), of("ISOPTIONAL").lower()) else ""
    return [
        _day(of("DATE")), of("PARTYLEDGERNAME", "PARTYNAME", "BASICBUYERNAME"), kind, of("VOUCHERNUMBER"),
        of("REFERENCE", "SUPPLIERINVOICENO"), _day(of("REFERENCEDATE", "SUPPLIERINVOICEDATE")),
        of("PARTYGSTIN", "GSTIN", "PARTYGSTREGISTRATIONNO"), of("PLACEOFSUPPLY"), of("NARRATION"), status,
    ]  # fmt: skip


def _day(text: str) -> object:
    """`20260605` as a date; anything else as it stands."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else text
    except ValueError:
        return text


def _entries(voucher: ElementTree.Element) -> dict[str, float]:
    """Ledger → amount, Dr plus. In the invoice view the purchase ledgers stand inside the stock items."""
    lists = list(voucher.findall("ALLLEDGERENTRIES.LIST"))
    if not lists:
        lists = voucher.findall("LEDGERENTRIES.LIST") + list(voucher.iter("ACCOUNTINGALLOCATIONS.LIST"))
    amounts: dict[str, float] = {}
    for one in lists:
        name = " ".join((one.findtext("LEDGERNAME") or "").split())
        if name:
            amounts[name] = round(amounts.get(name, 0.0) - _amount(one.findtext("AMOUNT") or ""), 2)
    return amounts


def _amount(text: str) -> float:
    """`-1000.00`, or the rupee part of `$ 10.00 @ 80.00 = 800.00`."""
    found = re.findall(r"-?\d[\d,]*(?:\.\d+)?", text.replace(" ", ""))
    return float(found[-1].replace(",", "")) if found else 0.0


def _row(head: list[object], entries: dict[str, float], total: float, ledgers: list[str]) -> list[object]:
    if not _bears_credit(str(head[2]), list(entries)):
        head = [*head[:-1], OTHER_VOUCHER]
    return [*head, total, *(entries.get(name, "") for name in ledgers)]


def _bears_credit(kind: str, ledgers: list[str]) -> bool:
    """A purchase or note, or a journal that books a tax; never a sale or a payment."""
    booked = _PURCHASE.search(kind) or any(ledger_kind(name) in _TAXES for name in ledgers)
    return bool(booked) and not _NEVER.search(kind)
