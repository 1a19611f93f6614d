"""What each field says about a pair of documents, and how much it counts.

A weight is evidence in bits for one and the same supply: +1 doubles the odds. The weights were set by hand and tried
on synthetic tables; they have no claim to be any one firm's true odds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imsrecon.domain import DOC_TYPES
from imsrecon.match.columns import NO_DAY, NO_YEAR
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import first_of, in_all
from imsrecon.match.numbers import NumberForms
from imsrecon.match.settings import MatchSettings
from imsrecon.match.spelling import NUMBER, compare_numbers
from imsrecon.match.threads import at_once, concatenated

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
# With an amount far off, another date speaks for another document: a mistyped number, or one that restarted in April.
FAR_OFF_BITS = np.array([0.0, -2.0, -1.0, -3.0, 0.0, -3.0, -1.0, 0.0, 0.0, 0.0])
SAME_DATE, DAYS, WEEKS, MONTH, SWAP, YEAR_OFF, QUARTER, APART, FAR_DATE, NO_DATE = range(10)

APART_DATES = (MONTH, YEAR_OFF, QUARTER, APART, FAR_DATE)
_IS_APART = np.isin(np.arange(len(DATES)), APART_DATES)

LEAST_MISREAD = 27  # days: from 3 February, read as 2 March

OTHER_YEAR_BITS = -4.0
NEXT_MONTH_BITS = -3.0
SUM_BITS = 10.0
OPPOSITE_FAR_BITS = -3.0
OTHER_TOKEN_BITS = -14.0
POS_BITS = -0.5
LINK = 2.5
EVEN, SLOPE = 3.2, 0.48
WEIGHED = ("supplier", "number", "kind", "money", "date", "same_year", "other_token", "pos_differs", "common")
CHUNK = 1 << 16


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
    both = stack_evidence(parts)
    return both.take(np.unique(both.i << 32 | both.j, return_index=True)[1])


def stack_evidence(parts: list[Evidence]) -> Evidence:
    """Several sets of pairs, one behind the other."""
    return Evidence(**concatenated(parts, list(vars(parts[0]))))


def weigh(pool: Pool, i: np.ndarray, j: np.ndarray, settings: MatchSettings) -> Evidence:
    """The evidence for pairs of rows."""
    if len(i) <= CHUNK:
        return _weigh(pool, i, j, settings)
    parts = [slice(begin, begin + CHUNK) for begin in range(0, len(i), CHUNK)]
    at_once(lambda side: side.amount_counts, (pool.register, pool.portal), len(i))
    return stack_evidence(at_once(lambda part: _weigh(pool, i[part], j[part], settings), parts, len(i)))


def _weigh(pool: Pool, i: np.ndarray, j: np.ndarray, settings: MatchSettings) -> Evidence:
    a, b = pool.register, pool.portal
    numbers, days, years, places = (
        (getattr(a, name)[i], getattr(b, name)[j]) for name in ("number", "day", "year", "pos")
    )
    supplier = _supplier(pool, i, j)
    number = compare_numbers(pool.numbers, *numbers)
    kind = _kind(a, b, i, j)
    money = _money(a, b, i, j, settings)
    date = _dates(*days)
    same_year = (years[0] == years[1]) | (years[0] == NO_YEAR) | (years[1] == NO_YEAR)
    other_token = _other_token(pool.numbers, *numbers)
    pos_differs = (places[0] != places[1]) & (places[0] >= 0) & (places[1] >= 0)
    sharing = pool.sharing
    common = np.maximum(sharing[0][i], sharing[1][j]).astype(np.int32)
    fields = {
        "supplier": supplier, "number": number, "kind": kind, "money": money, "date": date, "same_year": same_year,
        "other_token": other_token, "pos_differs": pos_differs, "common": common,
    }  # fmt: skip
    gap = np.abs(days[0] - days[1])
    gap[date == NO_DATE] = 0
    return Evidence(i=i, j=j, gap=gap, bits=total_bits(**fields), **fields)


def field_bits(supplier, number, kind, money, date, same_year, other_token, pos_differs, common):
    """The weight of each field, by its name."""
    numbers, kinds, dates = _number_bits(number, date, common), KIND_BITS.take(kind), DATE_BITS.take(date)
    numbers[np.flatnonzero(other_token)] += OTHER_TOKEN_BITS
    kinds[np.flatnonzero((kind == OPPOSITE) & (money >= CLOSE))] += OPPOSITE_FAR_BITS
    dates[np.flatnonzero(~same_year)] += OTHER_YEAR_BITS
    far = np.flatnonzero(money == FAR)
    dates[far] += FAR_OFF_BITS[date[far]]
    return {
        "supplier_gstin": SUPPLIER_BITS.take(supplier), "doc_no": numbers, "doc_type": kinds, "doc_date": dates,
        "amounts": money_bits(money, common), "pos": POS_BITS * pos_differs,
    }  # fmt: skip


def _number_bits(number: np.ndarray, date: np.ndarray, common: np.ndarray) -> np.ndarray:
    """One changed character may as well be the neighbour in a series: it says little where the supplier often has
    that amount, and speaks against the pair where the dates are apart (next month's rent)."""
    bits = NUMBER_BITS.take(number)
    least = NUMBER_BITS[NUMBER.DIFFERENT]
    rows = np.flatnonzero(number == NUMBER.CHANGED)
    bits[rows] = np.maximum(bits[rows] - 3 * np.log2(np.maximum(common[rows], 1)), least)
    other = np.flatnonzero((number == NUMBER.CHANGED) | (number == NUMBER.DIFFERENT))
    bits[other[_IS_APART[date[other]]]] = least + NEXT_MONTH_BITS
    return bits


def total_bits(**fields: np.ndarray) -> np.ndarray:
    """All the evidence of a pair, in bits."""
    return sum(field_bits(**fields).values())


def money_bits(money: np.ndarray, common: np.ndarray) -> np.ndarray:
    """An amount that many documents of the supplier share says little; one that differs says what it says."""
    full = MONEY_BITS.take(money)
    shared = np.flatnonzero((full > 0) & (common > 1))
    full[shared] = np.maximum(full[shared] - RARITY * np.log2(common[shared]), 0.0)
    return full


def _supplier(pool: Pool, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    a, b = pool.register, pool.portal
    left, right = a.gstin[i], b.gstin[j]
    result = np.full(len(i), SAME_GSTIN, dtype=np.int8)
    rows = np.flatnonzero((left != right) | (left < 0) | (right < 0))
    if len(rows):
        result[rows] = _other_supplier(pool, i[rows], j[rows])
    return result


def _other_supplier(pool: Pool, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """The same where the two GSTINs are not simply equal."""
    a, b = pool.register, pool.portal
    left, right = a.gstin[i], b.gstin[j]
    missing = (left < 0) | (right < 0)
    same_pan = (a.pan[i] == b.pan[j]) & (a.pan[i] >= 0)
    repaired = np.append(pool.repaired, False)
    mended = same_pan & (repaired[left] | repaired[right])
    imports = a.imported[i] & b.imported[j] & (left < 0) & (right < 0)
    other_port = imports & (a.pan[i] != b.pan[j]) & (a.pan[i] >= 0) & (b.pan[j] >= 0)
    return first_of(
        [other_port, imports, missing, mended, same_pan], [OTHER, SAME_GSTIN, NO_GSTIN, MENDED, BRANCH], OTHER
    )


def _kind(a: Documents, b: Documents, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    left, right = a.kind[i], b.kind[j]
    boe = DOC_TYPES.index("BOE")
    other = (left == boe) != (right == boe)
    opposite = a.sign[i] != b.sign[j]
    return first_of([other, opposite, left != right], [OTHER_KIND, OPPOSITE, NOTE], SAME_KIND)


def _money(a: Documents, b: Documents, i: np.ndarray, j: np.ndarray, settings: MatchSettings) -> np.ndarray:
    left, right = a.money.take(i, axis=0), b.money.take(j, axis=0)
    rows = np.flatnonzero(~in_all(left == right))
    result = np.full(len(i), EQUAL, dtype=np.int8)
    result[rows] = compare_money(left.take(rows, axis=0), right.take(rows, axis=0), settings)
    return result


def compare_money(left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> np.ndarray:
    """Codes of MONEY for rows of five amounts each, in paise."""
    head, total = round(settings.head_tolerance * 100), round(settings.total_tolerance * 100)
    (value, *heads), (others, *other_heads) = left.T, right.T
    taxes, other_taxes = sum(heads), sum(other_heads)
    gross, other_gross = value + taxes, others + other_taxes
    apart = np.abs(right - left)
    one_tax = np.abs(other_taxes - taxes) <= total
    taxed = (taxes > 0) & (other_taxes > 0)
    one_value = apart[:, 0] <= head
    one_sum = np.abs(other_gross - gross) <= total
    one_sum |= (np.abs(other_gross - value) <= total) | (np.abs(gross - others) <= total)
    close = apart[:, 0] <= np.maximum(1000, np.maximum(value, others) // 50)
    return first_of(
        [
            in_all(apart == 0),
            in_all(apart <= head) & one_tax,
            one_value & one_tax & taxed,
            one_value & (value > head) & (others > head),
            one_tax & taxed,
            one_sum,
            close,
        ],
        [EQUAL, NEAR, HEADS, RATE, TAX, GROSS, CLOSE],
        FAR,
    )


def _dates(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    result = np.full(len(left), SAME_DATE, dtype=np.int8)
    rows = np.flatnonzero((left != right) | (left == NO_DAY))
    if len(rows):
        result[rows] = _other_dates(left[rows], right[rows])
    return result


def _other_dates(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    missing = (left == NO_DAY) | (right == NO_DAY)
    gap = np.abs(right - left)
    result = first_of(
        [missing, gap == 0, gap <= 3, gap <= 10, gap <= 31, gap <= 92, gap <= 366],
        [NO_DATE, SAME_DATE, DAYS, WEEKS, MONTH, QUARTER, APART],
        FAR_DATE,
    )
    rows = np.flatnonzero(~missing & (gap >= LEAST_MISREAD))
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


def _other_token(forms: NumberForms, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Both numbers name a financial year, and not the same one: they are two documents."""
    result = np.zeros(len(left), dtype=bool)
    rows = np.flatnonzero((left != right) & (left >= 0) & (right >= 0))
    years, others = forms.year[left[rows]], forms.year[right[rows]]
    result[rows] = (years != others) & (years >= 0) & (others >= 0)
    return result


def score_of(bits: np.ndarray) -> np.ndarray:
    """Evidence in bits as a score from 0 to 100: of the candidate pairs at 90 about nine in ten are one supply.

    Fitted on candidate pairs of the open benchmark, not on any one firm's books. Of the links made, more are right:
    an assignment has chosen them; the benchmark's report draws that curve.
    """
    return np.round(100 / (1 + np.exp(-SLOPE * (np.clip(bits, -60, 60) - EVEN)))).astype(np.int64)
