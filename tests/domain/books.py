"""Generated days: our books and a statement that agrees with them, and differences put in on purpose."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from domain.enums import DiscrepancyKind, StatementLineKind
from domain.settlement import Item, Line

DAY = date(2026, 11, 20)
NEXT = DAY + timedelta(days=1)
Found = tuple[DiscrepancyKind, UUID | None, str | None]


def some_item(dice: random.Random, serial: int) -> Item:
    """A payment or refund in the books of the day."""
    id = UUID(int=dice.getrandbits(100) << 20 | serial)
    kind = dice.choice(list(StatementLineKind))
    hospital = UUID(int=dice.randrange(1, 4))
    return Item(kind, UUID(int=serial + 1), id, hospital, id.hex, f"R-{serial}", dice.choice([100, 100, 4200, 99_999]), True, DAY)


def line_of(item: Item, dice: random.Random, position: int, **changes: object) -> Line:
    """As the provider has it, with our number or without."""
    number = item.number if dice.random() < 0.7 else None
    line = Line(item.kind, item.book_day or DAY, position, item.reference or item.number, number, item.amount, item.succeeded)
    return replace(line, **changes)  # type: ignore[arg-type]  # fields by their names


@dataclass
class Seeded:
    """`items`, `lines`: what is compared; `expected`: (kind, our id, the line's reference) of each difference of the day."""

    items: list[Item] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    expected: list[Found] = field(default_factory=list)


def equal_books(seed: int, size: int) -> Seeded:
    """A day on which both sides say the same, in whatever order, with things that failed on both."""
    dice = random.Random(seed)
    items = [some_item(dice, serial) for serial in range(size)]
    seeded = Seeded(items, [line_of(item, dice, position) for position, item in enumerate(items)])
    failed = replace(some_item(dice, size), succeeded=False, book_day=None)
    seeded.items.append(failed)
    seeded.lines.append(line_of(failed, dice, size))
    dice.shuffle(seeded.lines)
    return seeded


def seeded_books(seed: int, size: int, differences: int) -> Seeded:
    """The same with so many differences, of all six kinds, each in a thing of its own."""
    dice = random.Random(seed)
    seeded = equal_books(seed, size)
    chosen = dice.sample([item for item in seeded.items if item.succeeded], differences)
    for n, item in enumerate(chosen):
        kind = list(DiscrepancyKind)[n % len(DiscrepancyKind)]
        line = next(line for line in seeded.lines if item.reference == line.reference)
        _break(seeded, dice, kind, item, line)
    return seeded


def _break(seeded: Seeded, dice: random.Random, kind: DiscrepancyKind, item: Item, line: Line) -> None:
    expected: Sequence[object] = (item.id, line.reference)
    match kind:
        case DiscrepancyKind.MISSING_HERE:
            seeded.items.remove(item)
            expected = (None, line.reference)
        case DiscrepancyKind.MISSING_THERE:
            seeded.lines.remove(line)
            expected = (item.id, None)
        case DiscrepancyKind.AMOUNT_DIFFERS:
            _swap(seeded.lines, line, replace(line, amount=line.amount + dice.choice([-1, 1, 4200])))
        case DiscrepancyKind.STATUS_DIFFERS if dice.random() < 0.5:
            _swap(seeded.items, item, replace(item, succeeded=False, book_day=None))
        case DiscrepancyKind.STATUS_DIFFERS:
            _swap(seeded.lines, line, replace(line, succeeded=False))
        case DiscrepancyKind.DUPLICATE:
            seeded.lines.append(replace(line, position=len(seeded.lines) + len(seeded.items)))
        case DiscrepancyKind.LATE if dice.random() < 0.5:
            _swap(seeded.items, item, replace(item, book_day=NEXT))
        case DiscrepancyKind.LATE:
            _swap(seeded.lines, line, replace(line, day=NEXT))
    seeded.expected.append((kind, *expected))  # type: ignore[arg-type]  # an id and a reference


def _swap(rows: list, old: object, new: object) -> None:  # type: ignore[type-arg]  # of items or of lines
    rows[rows.index(old)] = new
