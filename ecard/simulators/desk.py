"""What happens at every provider's desk, whatever it speaks: orders, payments, refunds, and notices of them. Money is fen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from ecard.simulators.behaviour import Behaviour
from ecard.simulators.books import Books, Kind, Notice, Order, Refund, State
from ecard.simulators.writing import today


class Refused(Exception):
    """The provider does not do it."""


class NumberTaken(Refused):
    """The number exists with other content."""


class AlreadyPaid(Refused):
    """The order is paid."""


class AlreadyClosed(Refused):
    """The order is closed or has expired."""


class NotPaid(Refused):
    """There is no payment to refund."""


class TooMuch(Refused):
    """The refunds would be more than was paid."""


# What the provider calls a payment or a refund, from its kind, its time, and a source of random digits.
Reference = Callable[[Kind, datetime, Callable[[int], str]], str]


class Desk:
    """clock: aware time. random: so many random bytes. wake: called when there is something to send."""

    def __init__(self, books: Books, reference: Reference, clock: Callable[[], datetime], random: Callable[[int], bytes]) -> None:
        self.books = books
        self.now = clock
        self.behaviour = Behaviour()
        self.wake: Callable[[], None] = lambda: None
        self._reference = reference
        self._random = random

    def token(self, size: int) -> str:
        """So many random bytes in hexadecimal."""
        return self._random(size).hex()

    def digits(self, count: int) -> str:
        """So many random decimal digits."""
        return str(int.from_bytes(self._random(count), "big"))[-count:].zfill(count)

    def reference(self, kind: Kind) -> str:
        """A new one."""
        return self._reference(kind, self.now(), self.digits)

    def shuffled(self, items: Sequence[int]) -> list[int]:
        """In random order."""
        return sorted(items, key=lambda _: self._random(8))

    def place(self, order: Order, same: Sequence[str] = ("amount", "description", "flow", "notify_url")) -> Order:
        """Keeps a new order; the first one for a repeat with the same content. Raises NumberTaken, AlreadyPaid, AlreadyClosed."""
        found = self.order(order.number)
        if found is None:
            self.books.insert_order(order)
            return order
        if any(getattr(found, name) != getattr(order, name) for name in same):
            raise NumberTaken
        if found.state is State.PAID:
            raise AlreadyPaid
        if found.state is State.CLOSED:
            raise AlreadyClosed
        return found

    def order(self, number: str) -> Order | None:
        """As it stands now: one that has expired is closed."""
        return self.as_it_stands(self.books.order(number))

    def as_it_stands(self, order: Order | None) -> Order | None:
        """Closed when its time is over."""
        if order is not None and order.state is State.OPEN and order.expires_at <= self.now():
            return replace(order, state=State.CLOSED)
        return order

    def pay(self, found: Order) -> Order:
        """The payer pays. Raises AlreadyPaid, AlreadyClosed."""
        order = self.as_it_stands(found) or found
        if order.state is State.PAID:
            raise AlreadyPaid
        if order.state is State.CLOSED and not self.behaviour.late:
            raise AlreadyClosed
        reference = order.details.get("reference") or self.reference(Kind.PAYMENT)
        paid = replace(order, state=State.PAID, reference=reference, paid_at=self.now())
        self.books.move_order(paid.number, State.PAID, paid.reference, paid.paid_at)
        self._tell(Kind.PAYMENT, paid.number, paid.notify_url)
        return paid

    def close(self, order: Order) -> None:
        """Nobody can pay it any more; closing twice is no error. Raises AlreadyPaid."""
        if order.state is State.PAID:
            raise AlreadyPaid
        self.books.move_order(order.number, State.CLOSED)

    def refund(self, order: Order, number: str, amount: int, notify_url: str, details: Mapping[str, Any]) -> Refund:
        """Pays back; the first one for a repeat. `details` may bring a `reference`. Raises NumberTaken, NotPaid, TooMuch."""
        found = self.find_refund(number)
        if found is not None:
            if (found.order_number, found.amount) != (order.number, amount):
                raise NumberTaken
            return found
        if order.state is not State.PAID:
            raise NotPaid
        if self.refunded(order, (State.SUCCEEDED, State.PENDING)) + amount > order.amount:
            raise TooMuch
        now = self.now()
        at_once = self.behaviour.refunds == "at-once"
        outcome = State.FAILED if self.behaviour.refunds == "failing" else State.SUCCEEDED
        due_at = now if at_once else now + timedelta(seconds=self.behaviour.refund_seconds)
        reference = details.get("reference") or self.reference(Kind.REFUND)
        refund = Refund(number, order.number, amount, notify_url, now, details, reference, State.PENDING, outcome, due_at)
        self.books.insert_refund(refund)
        if at_once:
            return self._settle(refund)
        self.wake()
        return refund

    def find_refund(self, number: str) -> Refund | None:
        """As it stands now."""
        found = self.books.refund(number)
        if found is not None and found.state is State.PENDING and found.due_at <= self.now():
            return self._settle(found)
        return found

    def refunded(self, order: Order, states: Sequence[State] = (State.SUCCEEDED,)) -> int:
        """Fen of an order that are paid back."""
        return sum(refund.amount for refund in self.books.refunds_of(order.number) if refund.state in states)

    def settle_due(self) -> None:
        """Ends the refunds whose time has come."""
        for refund in self.books.refunds_due(self.now()):
            self._settle(refund)

    def has_statement(self, day: date) -> bool:
        """Whether the books of a day in Asia/Shanghai can be had; what is due is in them."""
        self.settle_due()
        last = today(self.now())
        return day < last or (day == last and self.behaviour.statements == "always")

    def release(self) -> int:
        """Lets held notices go, in random order; how many."""
        rows = self.shuffled(self.books.held_notices())
        self.books.release(rows, self.now())
        self.wake()
        return len(rows)

    def _settle(self, refund: Refund) -> Refund:
        now = self.now()
        self.books.settle_refund(refund.number, now)
        self._tell(Kind.REFUND, refund.number, refund.notify_url)
        return replace(refund, state=refund.outcome, settled_at=now)

    def _tell(self, kind: Kind, number: str, url: str) -> None:
        if not url:
            return
        behaviour = self.behaviour
        notice = Notice(0, self.token(16), kind, number, url, behaviour.wrong, 0)
        self.books.add_notices(notice, behaviour.notifications, behaviour.held, self.now())
        self.wake()
