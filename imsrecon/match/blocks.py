"""A pool cut into blocks of whole PANs: each is matched on its own, small enough for the processor's cache.

No stage here ties documents of two PANs together, so the cut changes no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from imsrecon.match import candidates, groups, mergers, sums
from imsrecon.match.assign import assign
from imsrecon.match.documents import Pool
from imsrecon.match.evidence import LINK, SAME_KIND, Evidence, weigh
from imsrecon.match.joins import distinct
from imsrecon.match.settings import MatchSettings
from imsrecon.match.standing import Standing, standing
from imsrecon.match.verdicts import Verdicts

STRONG = 12.0
GROUPS = (
    groups.by_one_number, groups.by_parts, groups.by_one_serial, groups.net_of_note,
    mergers.by_range, mergers.with_another,
    sums.by_one_number_in_value, sums.by_sum, sums.by_one_number_apart,
)  # fmt: skip
BLOCK = 1 << 19


@dataclass
class Work:
    """What is still free, and what has been linked: sets of links with the number of the match of each.

    `words` are those of the whole; `begin` says where the rows of `pool` stand there.
    """

    pool: Pool
    settings: MatchSettings
    words: Verdicts
    free: list[np.ndarray]
    begin: tuple[int, int] = (0, 0)
    matches: int = 0
    taken: list[tuple[Evidence, np.ndarray]] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    edges: list[Evidence] = field(default_factory=list)

    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows that are free, by side."""
        return np.flatnonzero(self.free[0]), np.flatnonzero(self.free[1])

    def take(self, links: Evidence, match: np.ndarray) -> None:
        """Link; `match` numbers the links in ascending order, on from what is taken."""
        if len(links):
            self.taken.append((links, match))
            self.matches = int(match[-1]) + 1
            self._claim(links.i, links.j)

    def take_groups(self, stages: Iterable[Callable[[], groups.Groups]]) -> None:
        """Link the groups that each stage finds among what those before it left free, if nobody has called a pair of
        theirs different."""
        found = [self._claimed(stage()) for stage in stages]
        i, j, match = (np.concatenate([getattr(part, name) for part in found]) for name in ("i", "j", "group"))
        if len(i):
            self.taken.append((weigh(self.pool, i, j, self.settings), match))

    def _claimed(self, found: groups.Groups) -> groups.Groups:
        """The allowed groups, numbered as matches; their rows are free no longer."""
        if not len(found.i):
            return found
        denied = ~self.allows(found.i, found.j)
        keep = np.flatnonzero(~np.isin(found.group, found.group[denied])) if denied.any() else np.arange(len(found.i))
        i, j, group = found.i[keep], found.j[keep], found.group[keep]
        order = np.lexsort((j, i, group))
        i, j, group = i[order], j[order], group[order]
        match = self.matches + np.cumsum(np.diff(group, prepend=group[:1]) != 0)
        self.matches = int(match[-1]) + 1 if len(match) else self.matches
        self._claim(i, j)
        return groups.Groups(i, j, match)

    def _claim(self, i: np.ndarray, j: np.ndarray) -> None:
        self.free[0][i] = False
        self.free[1][j] = False

    def allows(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Which pairs nobody has called different."""
        return self.words.allows(i + self.begin[0], j + self.begin[1])

    def weighed(self, i: np.ndarray, j: np.ndarray) -> Evidence:
        """The evidence of the pairs that nobody has called different."""
        if len(self.words.different):
            allowed = self.allows(i, j)
            i, j = i[allowed], j[allowed]
        return weigh(self.pool, i, j, self.settings)

    def assign(self, edges: Evidence, among: np.ndarray) -> None:
        """Link the best way of all `among` the edges."""
        i, j = edges.i[among], edges.j[among]
        chosen = among[assign(i, j, edges.bits[among] - LINK)]
        self.take(edges.take(chosen), np.arange(self.matches, self.matches + len(chosen)))


def cut(pool: Pool, size: int = BLOCK) -> list[tuple[slice, slice]]:
    """The rows of each block: whole PANs, about `size` rows of both sides, or more where one PAN has more."""
    sides = (pool.register.pan, pool.portal.pan)
    top = max((int(pan[-1]) for pan in sides if len(pan)), default=-1)
    ends = [np.searchsorted(pan, np.arange(-1, top + 1), side="right") for pan in sides]
    number = (ends[0] + ends[1]) // size
    last = np.append(np.flatnonzero(np.diff(number)), top + 1)
    bounds = [np.concatenate([[0], end[last]]).tolist() for end in ends]
    return [(slice(*bounds[0][at : at + 2]), slice(*bounds[1][at : at + 2])) for at in range(len(last))]


def work_block(work: Work, rows: tuple[slice, slice]) -> Work:
    """Everything that concerns the documents of some PANs alone, up to the last assignment.

    Of the free rows of `rows` takes what equal numbers and groups link, and leaves the weighed candidates of the rest.
    """
    pool = replace(work.pool, register=work.pool.register.part(rows[0]), portal=work.pool.portal.part(rows[1]))
    free = [of_side[some] for of_side, some in zip(work.free, rows, strict=True)]
    block = Work(pool, work.settings, work.words, free, (rows[0].start, rows[1].start))
    block.standings = [standing(pool, side, work.settings) for side in (pool.register, pool.portal)]
    block.free = [free & stands.free for free, stands in zip(block.free, block.standings, strict=True)]
    edges = _equal_numbers(block)
    _group(block)
    block.edges = _candidates(block, edges)
    return block


def _equal_numbers(work: Work) -> Evidence:
    """Link what agrees in number, direction and amounts; return everything weighed."""
    edges = work.weighed(*candidates.by_number(work.pool, *work.rows(), work.settings))
    strong = edges.normal & edges.within & (edges.kind == SAME_KIND) & (edges.bits >= STRONG)
    work.assign(edges, np.flatnonzero(strong))
    return edges


def _group(work: Work) -> None:
    work.pool = work.pool.with_stems(*work.rows())
    work.take_groups(partial(_of_free, work, stage) for stage in GROUPS)


def _of_free(work: Work, stage: Callable) -> groups.Groups:
    return stage(work.pool, *work.rows(), work.settings)


def _candidates(work: Work, edges: Evidence) -> list[Evidence]:
    """What was weighed of taken rows, and the looser candidates of what is free.

    What bears another's number is linked by now: an amount counts as rare if few of the documents left have it.
    """
    work.pool = work.pool.with_open(work.free)
    rows = work.rows()
    pairs = [stage(work.pool, *rows, work.settings) for stage in (candidates.by_spelling, candidates.by_amount)]
    free = work.free[0][edges.i] & work.free[1][edges.j]
    still, taken = np.flatnonzero(free), np.flatnonzero(~free)
    pairs.append((edges.i[still], edges.j[still]))
    pairs += _rivals_of_taken(work, rows)
    keys = distinct(np.concatenate([i << 32 | j for i, j in pairs]))
    return [edges.take(taken), work.weighed(keys >> 32, keys & 0xFFFFFFFF)]


def _rivals_of_taken(work: Work, rows: tuple[np.ndarray, np.ndarray]) -> list[candidates.Pairs]:
    """Pairs of what is left over with what is taken under the same number, written without separators."""
    everyone = [np.flatnonzero(stands.free) for stands in work.standings]
    pool, core, pairs = work.pool, work.pool.numbers.core, []
    for left, right in ((rows[0], everyone[1]), (everyone[0], rows[1])):
        i, j = candidates.by_spelling(pool, left, right, work.settings)
        unweighed = np.flatnonzero(core[pool.register.number[i]] != core[pool.portal.number[j]])
        pairs.append((i[unweighed], j[unweighed]))
    return pairs


def put_together(work: Work, blocks: list[Work]) -> list[Evidence]:
    """Into `work` what the blocks linked and left free; returns everything they weighed, block by block."""
    edges = []
    for block in blocks:
        for each, free, some in zip(work.free, block.free, block.begin, strict=True):
            each[some : some + len(free)] = free
        work.taken += [(_moved(links, block.begin), match + work.matches) for links, match in block.taken]
        work.matches += block.matches
        edges += [_moved(part, block.begin) for part in block.edges]
    work.standings = [_stacked([block.standings[k] for block in blocks]) for k in range(2)]
    pool = work.pool
    sides = [
        replace(side, counted=np.concatenate([block.pool.side(side.side).amount_counts for block in blocks]))
        for side in (pool.register, pool.portal)
    ]
    shared = [np.concatenate([block.pool.sharing[k] for block in blocks]) for k in range(2)]
    work.pool = replace(pool, register=sides[0], portal=sides[1], shared=(shared[0], shared[1]))
    return edges


def _moved(evidence: Evidence, begin: tuple[int, int]) -> Evidence:
    return replace(evidence, i=evidence.i + begin[0], j=evidence.j + begin[1])


def _stacked(parts: list[Standing]) -> Standing:
    begin = np.cumsum([0, *(len(part.free) for part in parts)])
    arrays = {name: [getattr(part, name) for part in parts] for name in vars(parts[0])}
    for name in ("amendment", "double"):
        arrays[name] = [np.where(rows >= 0, rows + at, -1) for rows, at in zip(arrays[name], begin, strict=False)]
    return Standing(**{name: np.concatenate(of_parts) for name, of_parts in arrays.items()})
