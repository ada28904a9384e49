"""Prescriptions: prescribed, paid, made ready, handed out: what may be done when, and how much is left to hand out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from domain import bills
from domain.enums import PrescriptionStatus
from domain.refusals import AlreadyDispensed, BillUnpaid, InvalidInput, NotFound, NotReady, WrongState
from domain.times import SHANGHAI

LIFE = timedelta(days=3)
"""For how long a prescription can be collected, unless the city decides otherwise."""

WAITING = frozenset({PrescriptionStatus.ISSUED, PrescriptionStatus.READY, PrescriptionStatus.PARTLY_DISPENSED})
"""What may still be collected. The other states are ends."""

LONGEST_COURSE = 366
_UNCODED = "MEDICINE"


@dataclass(frozen=True, slots=True)
class Item:
    """A medicine. `quantity` has at most four places, `unit_price` is in fen."""

    code: str | None
    medicine: str
    dose: str
    route: str
    frequency: str
    days: int
    quantity: Decimal
    unit: str
    unit_price: int


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a prescription has come. `paid`: nothing is owed for it, and what was paid is not on its way back."""

    status: PrescriptionStatus
    expires_at: datetime
    paid: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """How much of an item was prescribed, and how much of that was handed out."""

    id: UUID
    quantity: Decimal
    dispensed: Decimal

    @property
    def left(self) -> Decimal:
        return self.quantity - self.dispensed


def check_days(days: int, *field: str) -> None:
    """Raises InvalidInput for a course that is none, or too long."""
    if not 1 <= days <= LONGEST_COURSE:
        raise InvalidInput(*field)


def bill_content(items: Sequence[Item], insured: int) -> bills.Content:
    """What the bill says: a line for each medicine. `insured`: fen."""
    lines = [bills.Item(item.code or _UNCODED, item.medicine, item.quantity, item.unit, item.unit_price) for item in items]
    return bills.Content(lines, insured)


def must_cancel(status: PrescriptionStatus) -> bool:
    """Whether it has to be cancelled: not when it is already. Raises AlreadyDispensed once anything was handed out, WrongState."""
    if status in (PrescriptionStatus.PARTLY_DISPENSED, PrescriptionStatus.DISPENSED):
        raise AlreadyDispensed("prescription_id")
    if status is PrescriptionStatus.EXPIRED:
        raise WrongState("prescription_id")
    return status is not PrescriptionStatus.CANCELLED


def must_make_ready(stage: Stage, now: datetime) -> bool:
    """Whether it has to be made ready: not when it is already. Raises AlreadyDispensed, WrongState, BillUnpaid."""
    _check_waiting(stage, now)
    if not stage.paid:
        raise BillUnpaid("prescription_id")
    return stage.status is PrescriptionStatus.ISSUED


def check_can_be_dispensed(stage: Stage, now: datetime) -> None:
    """Raises AlreadyDispensed, WrongState, BillUnpaid, NotReady."""
    if must_make_ready(stage, now):
        raise NotReady("prescription_id")


def pickup_until(stage: Stage, now: datetime) -> datetime:
    """Until when somebody else may collect it: the end of tomorrow, if it can be collected as long; a whole second. Raises
    AlreadyDispensed, WrongState."""
    _check_waiting(stage, now)
    tomorrow_ends = datetime.combine(now.astimezone(SHANGHAI).date() + timedelta(days=2), time(0), SHANGHAI)
    return min(tomorrow_ends.astimezone(now.tzinfo), stage.expires_at.replace(microsecond=0))


def to_hand_out(stock: Sequence[Stock], asked: Sequence[tuple[UUID, Decimal]] | None) -> Mapping[UUID, Decimal]:
    """How much of which item is handed out: all that is left where nothing is asked for by name. Raises InvalidInput for nothing,
    for an item twice, and for more than was prescribed; NotFound; AlreadyDispensed for more than is left."""
    if asked is None:
        return {item.id: item.left for item in stock if item.left}
    if not asked or len({id for id, _ in asked}) < len(asked):
        raise InvalidInput("items")
    by_id = {item.id: item for item in stock}
    for index, (id, quantity) in enumerate(asked):
        path = ("items", str(index))
        if id not in by_id:
            raise NotFound(*path, "item_id")
        bills.check_quantity(quantity, *path, "quantity")
        if quantity > by_id[id].quantity:
            raise InvalidInput(*path, "quantity")
        if quantity > by_id[id].left:
            raise AlreadyDispensed(*path, "quantity")
    return dict(asked)


def status_after(stock: Sequence[Stock], handed_out: Mapping[UUID, Decimal]) -> PrescriptionStatus:
    """What it is when that has been handed out of the stock."""
    is_all = all(handed_out.get(item.id, Decimal(0)) == item.left for item in stock)
    return PrescriptionStatus.DISPENSED if is_all else PrescriptionStatus.PARTLY_DISPENSED


def _check_waiting(stage: Stage, now: datetime) -> None:
    """What is overdue has expired, even if no worker has come by yet."""
    if stage.status is PrescriptionStatus.DISPENSED:
        raise AlreadyDispensed("prescription_id")
    if stage.status not in WAITING or stage.expires_at <= now:
        raise WrongState("prescription_id")
