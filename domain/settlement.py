"""Settlement: a day of our books beside the provider's statement of it, and every difference between the two.

What is one payment or refund is told by our number, and where a line has none by the provider's reference. A thing has one line
that stands for it: rather one that says it succeeded than another, rather on the day of our books than on another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.enums import DiscrepancyKind, StatementLineKind

MOST_LINES = 1_500
"""Of a statement that somebody sends, which a request has room for; one that is fetched may have any number."""
LONGEST_REFERENCE = 128


@dataclass(frozen=True, slots=True)
class Item:
    """A payment or refund of ours. `amount`: fen; `book_day`: in whose books it stands, None until it succeeded."""

    kind: StatementLineKind
    resident_id: UUID
    id: UUID
    institution_id: UUID
    number: str
    reference: str | None
    amount: int
    succeeded: bool
    book_day: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the statement of `day`, the `position`th in it. `number`: ours, where it has it."""

    kind: StatementLineKind
    day: date
    position: int
    reference: str
    number: str | None
    amount: int
    succeeded: bool


class Difference(NamedTuple):
    """`item`: ours, `line`: theirs; one of them may be missing."""

    kind: DiscrepancyKind
    item: Item | None
    line: Line | None


class Comparison(NamedTuple):
    """What differs on a day, and which line is whose."""

    differences: list[Difference]
    owners: list[tuple[Line, Item]]


def compare(day: date, items: Sequence[Item], lines: Sequence[Line]) -> Comparison:
    """The differences of `day`. `items`: all in our books of the day, and whatever else its lines speak of; `lines`: all of the
    day's statement, and those of other days that speak of these items."""
    known = _Known(items)
    owned: defaultdict[UUID, list[Line]] = defaultdict(list)
    strange: defaultdict[tuple[StatementLineKind, str], list[Line]] = defaultdict(list)
    owners = []
    for line in lines:
        item = known.of(line)
        if item is None:
            strange[line.kind, line.reference].append(line)
        else:
            owned[item.id].append(line)
            owners.append((line, item))
    found = [difference for item in items for difference in _of_item(item, owned[item.id])]
    found += [difference for same in strange.values() for difference in _of_nobody(same)]
    return Comparison([difference for difference in found if _is_of(day, difference)], owners)


class _Known:
    """Our items by what a line may call them."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._by: dict[tuple[StatementLineKind, str], Item] = {}
        for item in items:
            self._by[item.kind, item.number] = item
            if item.reference is not None:
                self._by.setdefault((item.kind, item.reference), item)

    def of(self, line: Line) -> Item | None:
        by_number = None if line.number is None else self._by.get((line.kind, line.number))
        return by_number or self._by.get((line.kind, line.reference))


def _of_item(item: Item, lines: Sequence[Line]) -> Iterator[Difference]:
    """What differs between it and what the provider says of it, on whatever day."""
    ranked = sorted(lines, key=lambda line: (not line.succeeded, line.day != item.book_day, line.day, line.position))
    for line in ranked[1:]:
        if line.succeeded:
            yield Difference(DiscrepancyKind.DUPLICATE, item, line)
    if not ranked:
        if item.succeeded:
            yield Difference(DiscrepancyKind.MISSING_THERE, item, None)
        return
    line = ranked[0]
    if line.succeeded != item.succeeded:
        yield Difference(DiscrepancyKind.STATUS_DIFFERS, item, line)
    elif not item.succeeded:
        return
    elif line.amount != item.amount:
        yield Difference(DiscrepancyKind.AMOUNT_DIFFERS, item, line)
    elif line.day != item.book_day:
        yield Difference(DiscrepancyKind.LATE, item, line)


def _of_nobody(lines: Sequence[Line]) -> Iterator[Difference]:
    """Lines that speak of one thing that we do not know. What failed there need not be known here."""
    succeeded = sorted((line for line in lines if line.succeeded), key=lambda line: (line.day, line.position))
    for index, line in enumerate(succeeded):
        yield Difference(DiscrepancyKind.DUPLICATE if index else DiscrepancyKind.MISSING_HERE, None, line)


def _is_of(day: date, difference: Difference) -> bool:
    """Whether it belongs into the day's list. A line too many is the matter of its own day; else both sides say so."""
    line, item = difference.line, difference.item
    if line is not None and line.day == day:
        return True
    return difference.kind is not DiscrepancyKind.DUPLICATE and item is not None and item.book_day == day
