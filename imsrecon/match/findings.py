"""From evidence to category, flags, score and confidence (design 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imsrecon.domain import to_rupees
from imsrecon.match import evidence as ev
from imsrecon.match.columns import NO_YEAR
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.doubts import CLOSE_BY, also_in_parts, doubtful
from imsrecon.match.evidence import Evidence, stack_evidence
from imsrecon.match.joins import distinct, first_of
from imsrecon.match.settings import FLAGS, MatchSettings
from imsrecon.match.spelling import NUMBER
from imsrecon.match.standing import Standing
from imsrecon.match.threads import at_once, concatenated
from imsrecon.match.waiting import NOTHING, other_company, waiting

MATCHED = ("exact", "matched", "mismatch", "probable")
EXACT, EQUAL_ENOUGH, MISMATCH, PROBABLE = range(4)
CONFIDENCE = ("certain", "high", "medium", "low", "manual")
CERTAIN, HIGH, MEDIUM, LOW, MANUAL = range(5)
HIGH_FROM, MEDIUM_FROM = 95, 80
CHUNK = 1 << 16
NEARBY = 10  # days
FEW = 3  # documents of a supplier with one amount; of more, dates must be closer


@dataclass(frozen=True)
class Matches:
    """All matches. `i`, `j`, `match` are the links, sorted by match; the rest has one row a match."""

    i: np.ndarray
    j: np.ndarray
    match: np.ndarray
    register_count: np.ndarray
    portal_count: np.ndarray
    evidence: Evidence
    apart: np.ndarray
    flags: np.ndarray
    category: np.ndarray
    confidence: np.ndarray
    score: np.ndarray
    rivalled: np.ndarray
    waits: np.ndarray
    other_company: np.ndarray


def find(
    pool: Pool,
    links: Evidence,
    match: np.ndarray,
    manual: np.ndarray,
    rivalled: np.ndarray,
    standings: tuple[Standing, Standing],
    free: list[np.ndarray],
    settings: MatchSettings,
) -> Matches:
    """Judge every match. `match` numbers that of each link (ascending); `manual` and `rivalled` have one row each;
    `free` says of the rows of either side which are left over."""
    common = np.maximum(pool.register.amount_counts[links.i], pool.portal.amount_counts[links.j])
    doubt = _doubted(pool, links, common, free, settings)
    waits = np.maximum(waiting(pool.register)[links.i], waiting(pool.portal)[links.j])
    foreign = other_company(pool, links.i, links.j)
    bounds = [*range(0, len(manual), CHUNK), len(manual)] if len(manual) else [0, 0]
    cuts = np.searchsorted(match, bounds)

    def judge(at: int) -> Matches:
        few, some = slice(bounds[at], bounds[at + 1]), slice(cuts[at], cuts[at + 1])
        part = match[some] - bounds[at]
        of_links = waits[some], foreign[some], doubt[some], common[some]
        return _judge(pool, links.take(some), part, manual[few], rivalled[few], standings, of_links, settings)

    parts = at_once(judge, range(len(bounds) - 1), len(match))
    evidence = stack_evidence([part.evidence for part in parts])
    return Matches(links.i, links.j, match, evidence=evidence, **concatenated(parts, _OF_MATCHES))


def _doubted(
    pool: Pool, links: Evidence, common: np.ndarray, free: list[np.ndarray], settings: MatchSettings
) -> np.ndarray:
    """Which links a document left over puts in doubt; asked where the amount is `common`, or something differs."""
    asked = np.flatnonzero((common > 1) | (links.gap > 0) | (links.money == ev.NEAR))
    other = links.number > NUMBER.SUFFIX
    doubt = np.zeros(len(links), dtype=bool)
    doubt[asked] = doubtful(
        pool, links.i[asked], links.j[asked], links.gap[asked], ~_own_number(links.number[asked]),
        free, (links.i[other], links.j[other]), settings,
    )  # fmt: skip
    return doubt | also_in_parts(pool, links.i, links.j, free, settings)


def _judge(
    pool: Pool,
    links: Evidence,
    match: np.ndarray,
    manual: np.ndarray,
    rivalled: np.ndarray,
    standings: tuple[Standing, Standing],
    of_links: tuple[np.ndarray, ...],
    settings: MatchSettings,
) -> Matches:
    i, j = links.i, links.j
    size = len(manual)
    number = np.bincount(match, minlength=size)
    begin, several = np.cumsum(number) - number, number[match] > 1
    sums = [_sums(pool.register, i, match, begin, several), _sums(pool.portal, j, match, begin, several)]
    count = [_distinct(i, match, begin, several), _distinct(j, match, begin, several)]
    single = (count[0] == 1) & (count[1] == 1)
    judged = _of_matches(links, begin, several, sums, settings)
    marks = _flags(pool, judged, (i, j, match, size), count, sums)
    marks["duplicate"] = _any(standings[0].double[i] >= 0, match, size) | _any(standings[1].double[j] >= 0, match, size)
    waits = np.maximum.reduceat(of_links[0], begin)
    foreign, doubted = (_any(mark, match, size) for mark in of_links[1:3])
    marks["gstin_branch"] |= foreign
    category = _category(pool, judged, marks, (i, j, match, size), single)
    category[foreign] = np.maximum(category[foreign], MISMATCH)
    flags = _packed(marks)
    rival = standings[0].rival[i] | standings[1].rival[j]
    # A namesake of another branch, series or year is told apart by a full number with its date.
    plain = (links.gap == 0) & _own_number(links.number)
    rival |= (standings[0].namesake[i] | standings[1].namesake[j]) & ~plain
    neighbours = _any(rival, match, size) & ~manual
    unsafe = _unsafe(pool, i, j, match, size) | rivalled | neighbours | (waits > NOTHING)
    # Whatever the settings: nothing to accept, or not known which way.
    unsafe |= marks["reverse_charge"] | marks["sign"]
    common = of_links[3]
    alone, few = ~_any(common > 1, match, size), ~_any(common > FEW, match, size)
    certain = _certain(judged, category, flags, unsafe | doubted, single, alone, few, settings)
    score = np.where(manual, 100, ev.score_of(judged.bits))
    confidence = _confidence(score, category, certain, rivalled | neighbours, manual)
    return Matches(
        i, j, match, count[0], count[1], judged, sums[1] - sums[0], flags, category, confidence, score,
        (rivalled | neighbours | doubted) & ~manual, waits, foreign,
    )  # fmt: skip


_OF_MATCHES = [
    "register_count", "portal_count", "apart", "flags", "category", "confidence", "score", "rivalled",
    "waits", "other_company",
]  # fmt: skip


def flag_text(flags: np.ndarray) -> np.ndarray:
    """Packed flags as one string each, space-joined in the order of the contract."""
    uniques, inverse = np.unique(flags, return_inverse=True)
    texts = [" ".join(name for bit, name in enumerate(FLAGS) if value >> bit & 1) for value in uniques.tolist()]
    return np.array(texts, dtype=object)[inverse] if len(uniques) else np.zeros(0, dtype=object)


def has_flag(flags: np.ndarray, name: str) -> np.ndarray:
    """Which packed flags contain `name`."""
    return (flags >> FLAGS.index(name) & 1).astype(bool)


def _packed(marks: dict[str, np.ndarray]) -> np.ndarray:
    flags = np.zeros(len(marks[FLAGS[0]]), dtype=np.int64)
    for name, mark in marks.items():
        flags[np.flatnonzero(mark)] |= 1 << FLAGS.index(name)
    return flags


def _any(of_links: np.ndarray, match: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(match[of_links], minlength=size) > 0


def _distinct(rows: np.ndarray, match: np.ndarray, begin: np.ndarray, several: np.ndarray) -> np.ndarray:
    """How many documents of one side each match has."""
    keys = distinct(match[several] << 32 | rows[several])
    return np.maximum(np.bincount(keys >> 32, minlength=len(begin)), 1)


def _sums(side: Documents, rows: np.ndarray, match: np.ndarray, begin: np.ndarray, several: np.ndarray) -> np.ndarray:
    """The signed amounts of each match's documents of one side, each document once."""
    result = _signed(side, rows[begin])
    if several.any():
        keys = distinct(match[several] << 32 | rows[several])
        of_match, row = keys >> 32, keys & 0xFFFFFFFF
        result[of_match] = 0
        np.add.at(result, of_match, _signed(side, row))
    return result


def _signed(side: Documents, rows: np.ndarray) -> np.ndarray:
    """The amounts, less than zero for a credit note."""
    money = side.money.take(rows, axis=0)  # `take`, for indexing with rows is ten times slower in two dimensions
    money[np.flatnonzero(side.sign[rows] < 0)] *= -1
    return money


def _of_matches(links: Evidence, begin: np.ndarray, several: np.ndarray, sums: list[np.ndarray], settings) -> Evidence:
    """The evidence of each match: of its one link, or of its worst link (of `several`) with the amounts added up."""
    judged = links.take(begin)
    groups = np.flatnonzero(several[begin])
    if not len(groups):
        return judged
    links, first = links.take(several), np.cumsum(several)[begin[groups]] - 1
    worst = {
        name: np.maximum.reduceat(getattr(links, name), first)
        for name in ("supplier", "number", "kind", "date", "common", "gap", "other_token", "pos_differs")
    }
    worst["money"] = ev.compare_money(np.abs(sums[0][groups]), np.abs(sums[1][groups]), settings)
    worst["same_year"] = np.minimum.reduceat(links.same_year, first)
    gap = worst.pop("gap")
    # That several rows add up, head by head, is itself evidence.
    worst |= {"bits": ev.total_bits(**worst) + ev.SUM_BITS * (worst["money"] <= ev.NEAR), "gap": gap}
    for name, values in worst.items():
        getattr(judged, name)[groups] = values
    return judged


def _flags(pool, judged, index, count, sums):
    i, j, match, size = index
    a, b = pool.register, pool.portal
    number, money, date, supplier = judged.number, judged.money, judged.date, judged.supplier
    taxable_apart, swapped = np.abs(sums[0][:, 0]) != np.abs(sums[1][:, 0]), _heads_swapped(sums)
    return {
        "number_format": (number >= NUMBER.CANON) & (number <= NUMBER.TAIL),
        "number_typo": (number >= NUMBER.LOOKALIKE) & (number <= NUMBER.CHANGED),
        "number_differs": number >= NUMBER.SERIAL,
        "rounding": money == ev.NEAR,
        "value": np.isin(money, (ev.TAX, ev.GROSS, ev.CLOSE, ev.FAR)) & taxable_apart,
        "tax_head": (money == ev.HEADS) | (swapped & (money > ev.NEAR)),
        "rate": (money == ev.RATE) & ~swapped,
        "date": (date != ev.SAME_DATE) & (date != ev.SWAP),
        "date_swap": date == ev.SWAP,
        "period": ~judged.same_year,
        "pos": judged.pos_differs,
        "gstin_branch": supplier == ev.BRANCH,
        "gstin_typo": supplier == ev.MENDED,
        "no_gstin": supplier == ev.NO_GSTIN,
        "doc_type": judged.kind != ev.SAME_KIND,
        "sign": (judged.kind == ev.OPPOSITE) | _any(a.negative[i] | b.negative[j], match, size),
        "split": count[0] > 1,
        "merged": count[1] > 1,
        "amended": _any(b.amended[j], match, size),
        "reverse_charge": _any((a.charge[i] == 1) | (b.charge[j] == 1), match, size),
    }


def _heads_swapped(sums: list[np.ndarray]) -> np.ndarray:
    """IGST on one side where the other has CGST and SGST."""
    inter = [side[:, 1] != 0 for side in sums]
    intra = [(side[:, 2] != 0) | (side[:, 3] != 0) for side in sums]
    return (inter[0] & ~intra[0] & intra[1] & ~inter[1]) | (inter[1] & ~intra[1] & intra[0] & ~inter[0])


def _category(pool, judged, marks, index, single):
    i, j, match, size = index
    a, b = pool.register, pool.portal
    contradicted = judged.other_token | judged.pos_differs
    same = (judged.supplier == ev.SAME_GSTIN) & (judged.kind == ev.SAME_KIND) & judged.same_year & ~contradicted
    charge_differs = _any((a.charge[i] >= 0) & (b.charge[j] >= 0) & (a.charge[i] != b.charge[j]), match, size)
    to_the_letter = (judged.number == NUMBER.LITERAL) & (judged.date == ev.SAME_DATE) & (judged.money == ev.EQUAL)
    exact = same & single & to_the_letter & ~charge_differs & ~marks["sign"]
    same_pan = (judged.supplier == ev.SAME_GSTIN) | (judged.supplier == ev.BRANCH)
    same_document = judged.normal & same_pan & (judged.kind != ev.OTHER_KIND) & ~judged.other_token
    return first_of(
        [exact, same & judged.normal & judged.within, same_document],
        [EXACT, EQUAL_ENOUGH, MISMATCH],
        PROBABLE,
    )


def _unsafe(pool: Pool, i: np.ndarray, j: np.ndarray, match: np.ndarray, size: int) -> np.ndarray:
    """Imports and documents without a date take certain away."""
    a, b = pool.register, pool.portal
    undated = (a.year[i] == NO_YEAR) | (b.year[j] == NO_YEAR)
    return _any(a.imported[i] | b.imported[j] | undated, match, size)


def _certain(judged, category, flags, unsafe, single, alone, few, settings):
    forbidden = sum(1 << FLAGS.index(name) for name in settings.never_certain)
    # Each member of a group bears the record's own number. A bare serial may be any series' serial, and an amount that
    # others of the supplier have may be next month's rent: either must bear about the same date, both the very date.
    own = _own_number(judged.number)
    numbered = np.where(single, own | (judged.normal & (judged.gap <= np.where(alone, NEARBY, 0))), own)
    near = judged.gap <= np.where(few | own, NEARBY, CLOSE_BY)
    window = (judged.gap <= settings.date_window) & (near | alone)
    return (category <= EQUAL_ENOUGH) & numbered & window & ((flags & forbidden) == 0) & ~unsafe


def _own_number(number: np.ndarray) -> np.ndarray:
    """The number is the record's own, whole."""
    return (number <= NUMBER.CANON) | (number == NUMBER.PLAIN)


def _confidence(score, category, certain, rivalled, manual):
    graded = first_of([score >= HIGH_FROM, score >= MEDIUM_FROM], [HIGH, MEDIUM], LOW)
    doubtful = rivalled | (category == PROBABLE)
    graded[doubtful] = np.maximum(graded[doubtful], MEDIUM)
    graded[certain] = CERTAIN
    graded[manual] = MANUAL
    return graded


def differences(found: Matches) -> tuple[np.ndarray, np.ndarray]:
    """Taxable value and tax, portal less books, in rupees."""
    return to_rupees(found.apart[:, 0]), to_rupees(found.apart[:, 1:].sum(axis=1))
