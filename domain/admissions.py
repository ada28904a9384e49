"""Stays in hospital: what is charged, what deposits cover, what the final bill says. See docs/reference/hospitalization.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain.bills import LARGEST_QUANTITY, MOST_ITEMS, Content, Item, check_quantity
from domain.enums import AdmissionStatus, PaymentMethod
from domain.money import LARGEST, line_amount
from domain.refusals import InvalidInput, VisitExpired, WrongState
from domain.times import shanghai_day

MOST_CHARGES = 200
LATEST = timedelta(days=3)
"""So long after its visit has ended a stay can begin: whoever lies in a hospital is treated there, and it reads what that needs. A
visit of long ago must not open that again."""
LOW_PERCENT = 20
"""A deposit of which less than this is left is low, unless a setting says otherwise."""

Thing = tuple[str, int]
"""What is charged: its code, and the price of one in fen."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of the daily list. `quantity`: below nothing where it takes back; `unit_price`: fen."""

    charged_on: date
    code: str
    name: str
    quantity: Decimal
    unit_price: int

    @property
    def thing(self) -> Thing:
        return self.code, self.unit_price


@dataclass(frozen=True, slots=True)
class Deposit:
    """A paid deposit. `held`: fen that are neither spent nor on their way back."""

    bill_id: UUID
    payment_id: UUID
    method: PaymentMethod
    held: int


def check_begins(visit_ended_at: datetime, now: datetime) -> None:
    """Raises VisitExpired where the visit is too long ago."""
    if visit_ended_at + LATEST <= now:
        raise VisitExpired("visit_id")


def check_is_there(status: AdmissionStatus) -> None:
    """Raises WrongState for who was discharged."""
    if status is not AdmissionStatus.ADMITTED:
        raise WrongState("admission_id")


def check_charge(charge: Charge, admitted_at: datetime, now: datetime, *path: str) -> None:
    """Raises InvalidInput for a day outside the stay, for nothing, and for more than can be written down."""
    check_quantity(abs(charge.quantity), *path, "quantity")
    if not shanghai_day(admitted_at) <= charge.charged_on <= shanghai_day(now):
        raise InvalidInput(*path, "charged_on")


def charge_amounts(charges: Sequence[Charge], before: Mapping[Thing, Decimal]) -> list[int]:
    """What each comes to, in fen: what the whole quantity of its thing comes to with it, less what it came to without, so that the
    lines of a thing add up to the final bill's whatever was rounded. `before`: how much of each thing was charged already. Raises
    InvalidInput where more is taken back than was charged."""
    so_far, amounts = dict(before), []
    for index, charge in enumerate(charges):
        was = so_far.get(charge.thing, Decimal(0))
        so_far[charge.thing] = quantity = was + charge.quantity
        if not 0 <= quantity <= LARGEST_QUANTITY:
            raise InvalidInput("charges", str(index), "quantity")
        amounts.append(line_amount(quantity, charge.unit_price) - line_amount(was, charge.unit_price))
    return amounts


def check_charged(charged: int) -> None:
    """Raises InvalidInput when the stay would cost more money than there is."""
    if charged > LARGEST:
        raise InvalidInput("charges")


def is_low(held: int, charged: int, percent: int) -> bool:
    """Whether less than so much of the deposits is left; where none is held, none can run low."""
    return held > 0 and (held - charged) * 100 < held * percent


def deposit_content(amount: int) -> Content:
    """What the bill of a deposit says."""
    return Content([Item("DEPOSIT", "住院押金", Decimal(1), "次", amount)])


def final_content(things: Sequence[Item], insured: int) -> Content:
    """What the final bill says: a line for each thing; of more than a bill can have, the dearest, and the others in one."""
    if len(things) <= MOST_ITEMS:
        return Content(things, insured)
    dearest = sorted(things, key=lambda thing: -thing.amount)
    kept, rest = dearest[: MOST_ITEMS - 1], dearest[MOST_ITEMS - 1 :]
    others = Item("OTHERS", "其他费用，明细见每日清单", Decimal(1), "项", sum(thing.amount for thing in rest))
    return Content([*kept, others], insured)


def to_apply(deposits: Sequence[Deposit], owed: int) -> list[int]:
    """How much of each counts towards what is owed, in fen: the first ones first."""
    amounts = []
    for each in deposits:
        amounts.append(min(each.held, owed))
        owed -= amounts[-1]
    return amounts
