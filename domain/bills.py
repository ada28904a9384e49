"""Bills: what they come to, and what makes two of them the same. See docs/reference/money.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import orjson

from domain.enums import BillStatus
from domain.money import LARGEST, line_amount
from domain.refusals import AmountMismatch, InvalidInput

MOST_ITEMS = 200
LARGEST_QUANTITY = Decimal(1_000_000)
_PLACES = 4
_OWN_PREFIX = "F"


@dataclass(frozen=True, slots=True)
class Item:
    """A line. `quantity` has at most four places, `unit_price` is in fen."""

    code: str
    name: str
    quantity: Decimal
    unit: str | None
    unit_price: int

    @property
    def amount(self) -> int:
        """In fen, rounded half up."""
        return line_amount(self.quantity, self.unit_price)


@dataclass(frozen=True, slots=True)
class Content:
    """What a bill says. `insured`: the part, in fen, that the insurance fund pays."""

    items: Sequence[Item]
    insured: int = 0

    @property
    def total(self) -> int:
        """The sum of the items, in fen."""
        return sum(item.amount for item in self.items)

    @property
    def self_paid(self) -> int:
        """What is left for the resident."""
        return self.total - self.insured

    @property
    def status(self) -> BillStatus:
        """What a bill begins with: where nothing is left to pay, it is paid."""
        return BillStatus.UNPAID if self.self_paid else BillStatus.PAID

    def digest(self, resident_id: UUID) -> bytes:
        """Equal for bills of one resident that say the same."""
        lines = [[item.code, item.name, f"{item.quantity.normalize():f}", item.unit, item.unit_price] for item in self.items]
        return sha256(orjson.dumps([str(resident_id), self.insured, lines])).digest()


def check_quantity(quantity: Decimal, *field: str) -> None:
    """Raises InvalidInput unless there is something of it, and no more than can be written down."""
    exponent = quantity.normalize().as_tuple().exponent
    if not 0 < quantity <= LARGEST_QUANTITY or not isinstance(exponent, int) or exponent < -_PLACES:
        raise InvalidInput(*field)


def check_content(content: Content) -> None:
    """Raises InvalidInput for no items, too many, or more money than there is; AmountMismatch when more than that is insured."""
    if not 1 <= len(content.items) <= MOST_ITEMS or content.total > LARGEST:
        raise InvalidInput("items")
    if content.insured > content.total:
        raise AmountMismatch("insured")


def own_number(id: UUID) -> str:
    """The number of a bill that the platform issues itself."""
    return _OWN_PREFIX + id.hex.upper()


def is_own_number(number: str) -> bool:
    """Whether the number has the form of the platform's own, which no institution may use."""
    digits = number[len(_OWN_PREFIX) :]
    return number.startswith(_OWN_PREFIX) and len(digits) == 32 and all(digit in "0123456789ABCDEF" for digit in digits)


def registration_fee(fee: int) -> Content:
    """What an appointment costs, in fen."""
    return Content([Item("REGISTRATION", "挂号费", Decimal(1), "次", fee)])
