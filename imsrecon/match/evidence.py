"""What each field says about a pair of documents, and how much it counts.

A weight is evidence in bits for one and the same supply: +1 doubles the odds. The weights were set by hand and tried
on synthetic tables; they have no claim to be any one firm's true odds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imsrecon.domain import DOC_TYPES
from imsrecon.match.documents import NO_DAY, NO_YEAR, Documents, Pool
from imsrecon.match.joins import counts, mixed
from imsrecon.match.settings import MatchSettings
from imsrecon.match.spelling import NUMBER, compare_numbers

SUPPLIER = ("same", "mended", "branch", "missing", "other")
SUPPLIER_BITS = np.array([2.0, 1.0, -0.5, -1.5, -20.0])
SAME_GSTIN, MENDED, BRANCH, NO_GSTIN, OTHER = range(5)

NUMBER_BITS = np.array([10.0, 9.5, 8.5, 8.5, 7.0, 4.0, 4.5, 4.0, 2.5, 0.5, -6.0, -1.0])

KINDS = ("same", "note", "opposite", "other")
KIND_BITS = np.array([1.0, -1.5, -5.0, -20.0])
SAME_KIND, NOTE, OPPOSITE, OTHER_KIND = range(4)

MONEY = ("equal", "near", "heads", "rate", "tax", "gross", "close", "far")
MONEY_BITS = np.array([7.5, 7.0, 5.0, 4.0, 3.5, 4.5, -1.0, -5.0])
EQUAL, NEAR, HEADS, RATE, TAX, GROSS, CLOSE, FAR = range(8)
RARITY = 1.5

DATES = ("equal", "days", "weeks", "month", "swap", "year", "quarter", "apart", "far", "missing")
DATE_BITS = np.array([3.0, 1.5, 0.5, 0.0, 1.5, -1.0, -2.0, -4.0, -7.0, 0.0])
SAME_DATE, DAYS, WEEKS, MONTH, SWAP, YEAR_OFF, QUARTER, APART, FAR_DATE, NO_DATE = range(10)

APART_DATES = (MONTH, YEAR_OFF, QUARTER, APART, FAR_DATE)

OTHER_YEAR_BITS = -4.0
OTHER_TOKEN_BITS = -14.0
POS_BITS = -0.5
LINK = 6.0


@dataclass(frozen=True)
class Evidence:
    """Pairs (i in the register, j in the portal) and what each field says of them; all arrays are as long."""

    i: np.ndarray
    j: np.ndarray
    supplier: np.ndarray
    number: np.ndarray
    kind: np.ndarray
    money: np.ndarray
    date: np.ndarray
    gap: np.ndarray
    same_year: np.ndarray
    other_token: np.ndarray
    pos_differs: np.ndarray
    common: np.ndarray
    bits: np.ndarray

    def __len__(self) -> int:
        return len(self.i)

    def take(self, which: np.ndarray) -> Evidence:
        """Some of the pairs: row numbers or a mask."""
        return Evidence(**{name: values[which] for name, values in vars(self).items()})

    @property
    def normal(self) -> np.ndarray:
        """The number is equal after normalising."""
        return self.number <= NUMBER.SUFFIX

    @property
    def within(self) -> np.ndarray:
        """Taxable value and every head agree within tolerance."""
        return self.money <= NEAR

    @property
    def sound(self) -> np.ndarray:
        """GSTIN, type, number and amounts agree and no financial year contradicts."""
        return (
            self.normal
            & self.within
            & (self.supplier == SAME_GSTIN)
            & (self.kind == SAME_KIND)
            & self.same_year
            & ~self.other_token
        )


def join_evidence(parts: list[Evidence]) -> Evidence:
    """Several sets of pairs as one, each pair once, in the order of (i, j)."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])}
    key = columns["i"] << 32 | columns["j"]
    _, first = np.unique(key, return_index=True)
    return Evidence(**{name: values[first] for name, values in columns.items()})


def weigh(pool: Pool, i: np.ndarray, j: np.ndarray, settings: MatchSettings) -> Evidence:
    """The evidence for pairs of rows."""
    a, b = pool.register, pool.portal
    supplier = _supplier(pool, i, j)
    number = compare_numbers(pool.numbers, a.number[i], b.number[j])
    kind = _kind(a, b, i, j)
    money = _money(a, b, i, j, settings)
    date = _dates(a.day[i], b.day[j])
    unknown = (a.year[i] == NO_YEAR) | (b.year[j] == NO_YEAR)
    same_year = unknown | (a.year[i] == b.year[j])
    other_token = _other_token(pool, i, j)
    pos_differs = (a.pos[i] >= 0) & (b.pos[j] >= 0) & (a.pos[i] != b.pos[j])
    common = np.maximum(amount_counts(a)[i], amount_counts(b)[j])
    fields = {
        "supplier": supplier, "number": number, "kind": kind, "money": money, "date": date, "same_year": same_year,
        "other_token": other_token, "pos_differs": pos_differs, "common": common,
    }  # fmt: skip
    gap = np.where(date == NO_DATE, 0, np.abs(a.day[i] - b.day[j]))
    return Evidence(i=i, j=j, gap=gap, bits=total_bits(**fields), **fields)


def field_bits(supplier, number, kind, money, date, same_year, other_token, pos_differs, common):
    """The weight of each field, by its name."""
    return {
        "supplier_gstin": SUPPLIER_BITS[supplier],
        "doc_no": _number_bits(number, date, common) + OTHER_TOKEN_BITS * other_token,
        "doc_type": KIND_BITS[kind],
        "doc_date": DATE_BITS[date] + OTHER_YEAR_BITS * ~same_year,
        "amounts": money_bits(money, common),
        "pos": POS_BITS * pos_differs,
    }


def _number_bits(number: np.ndarray, date: np.ndarray, common: np.ndarray) -> np.ndarray:
    """One changed character may as well be the neighbour in a series: it says little where the supplier often has
    that amount, and speaks against the pair where the dates are apart (next month's rent)."""
    bits = NUMBER_BITS[number]
    least = NUMBER_BITS[NUMBER.DIFFERENT]
    neighbour = np.where(np.isin(date, APART_DATES), least, bits - 3 * np.log2(np.maximum(common, 1)))
    return np.where(number == NUMBER.CHANGED, np.maximum(neighbour, least), bits)


def total_bits(**fields: np.ndarray) -> np.ndarray:
    """All the evidence of a pair, in bits."""
    return sum(field_bits(**fields).values())


def money_bits(money: np.ndarray, common: np.ndarray) -> np.ndarray:
    """An amount that many documents of the supplier share says little; one that differs says what it says."""
    full = MONEY_BITS[money]
    return np.where(full > 0, np.maximum(full - RARITY * np.log2(np.maximum(common, 1)), 0.0), full)


def amount_counts(side: Documents) -> np.ndarray:
    """How many documents of the same PAN have the same taxable value, to the rupee."""
    cached = side.__dict__.get("_amount_counts")
    if cached is None:
        cached = counts(mixed(side.pan, (side.money[:, 0] + 50) // 100))
        object.__setattr__(side, "_amount_counts", cached)
    return cached


def _supplier(pool: Pool, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    a, b = pool.register, pool.portal
    left, right = a.gstin[i], b.gstin[j]
    missing = (left < 0) | (right < 0)
    same_pan = (a.pan[i] == b.pan[j]) & (a.pan[i] >= 0)
    repaired = np.append(pool.repaired, False)
    mended = same_pan & (repaired[left] | repaired[right])
    imports = a.imported[i] & b.imported[j] & (left < 0) & (right < 0)
    other_port = imports & (a.pan[i] != b.pan[j]) & (a.pan[i] >= 0) & (b.pan[j] >= 0)
    same = ((left == right) & ~missing) | (imports & ~other_port)
    return np.select(
        [other_port, same, missing, mended, same_pan], [OTHER, SAME_GSTIN, NO_GSTIN, MENDED, BRANCH], OTHER
    )


def _kind(a: Documents, b: Documents, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    left, right = a.kind[i], b.kind[j]
    boe = DOC_TYPES.index("BOE")
    other = (left == boe) != (right == boe)
    opposite = a.sign[i] != b.sign[j]
    return np.select([other, opposite, left != right], [OTHER_KIND, OPPOSITE, NOTE], SAME_KIND)


def _money(a: Documents, b: Documents, i: np.ndarray, j: np.ndarray, settings: MatchSettings) -> np.ndarray:
    return compare_money(a.money[i], b.money[j], settings)


def compare_money(left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> np.ndarray:
    """Codes of MONEY for rows of five amounts each, in paise."""
    head, total = round(settings.head_tolerance * 100), round(settings.total_tolerance * 100)
    apart = np.abs(right - left)
    tax = np.abs(right[:, 1:].sum(axis=1) - left[:, 1:].sum(axis=1))
    gross = np.abs(right.sum(axis=1) - left.sum(axis=1))
    taxed = np.minimum(right[:, 1:].sum(axis=1), left[:, 1:].sum(axis=1)) > 0
    value = apart[:, 0] <= head
    inclusive = np.minimum(np.abs(left[:, 0] - right.sum(axis=1)), np.abs(right[:, 0] - left.sum(axis=1)))
    close = apart[:, 0] <= np.maximum(1000, np.maximum(left[:, 0], right[:, 0]) // 50)
    nothing = ~left.any(axis=1) & ~right.any(axis=1)
    return np.select(
        [
            (apart == 0).all(axis=1) & ~nothing,
            (apart <= head).all(axis=1) & (tax <= total) & ~nothing,
            value & (tax <= total) & taxed,
            value & (left[:, 0] > head) & (right[:, 0] > head),
            (tax <= total) & taxed,
            ((gross <= total) | (inclusive <= total)) & ~nothing,
            close & ~nothing,
            nothing,
        ],
        [EQUAL, NEAR, HEADS, RATE, TAX, GROSS, CLOSE, EQUAL],
        FAR,
    )


def _dates(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    missing = (left == NO_DAY) | (right == NO_DAY)
    gap = np.abs(right - left)
    result = np.select(
        [missing, gap == 0, gap <= 3, gap <= 10, gap <= 31, gap <= 92, gap <= 366],
        [NO_DATE, SAME_DATE, DAYS, WEEKS, MONTH, QUARTER, APART],
        FAR_DATE,
    )
    rows = np.flatnonzero(~missing & (gap > 0))
    swapped, year_off = _misread(left[rows], right[rows])
    result[rows] = np.select([swapped, year_off & (gap[rows] > 31)], [SWAP, YEAR_OFF], result[rows])
    return result


def _parts(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    count = months.astype(np.int64)
    return 1970 + count // 12, count % 12 + 1, (dates - months).astype(np.int64) + 1


def _misread(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Day and month exchanged; the same day and month of another year."""
    (y1, m1, d1), (y2, m2, d2) = _parts(left), _parts(right)
    return (y1 == y2) & (m1 == d2) & (d1 == m2), (y1 != y2) & (m1 == m2) & (d1 == d2)


def _other_token(pool: Pool, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Both numbers name a financial year, and not the same one: they are two documents."""
    token = np.append(pool.numbers.year, -1)
    left, right = token[pool.register.number[i]], token[pool.portal.number[j]]
    return (left >= 0) & (right >= 0) & (left != right)


def score_of(bits: np.ndarray) -> np.ndarray:
    """Evidence in bits as a score from 0 to 100, rising with the evidence; it is not calibrated on labelled data."""
    return np.round(100 / (1 + np.exp2(-(np.clip(bits, -60, 60) - 5.0) / 1.5))).astype(np.int64)
