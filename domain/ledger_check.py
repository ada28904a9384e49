"""Whether bills, payments and refunds are as the ledger says: each is worked out anew from its entries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from domain.enums import BillStatus, PaymentStatus, RefundStatus
from domain.ledger import Entry, bill_books, by_subject, payment_books, refund_books


class BillRow(NamedTuple):
    """A bill as it is stored, in fen."""

    id: UUID
    status: BillStatus
    self_paid: int
    insured: int
    refunded: int
    deposited: int


class PaymentRow(NamedTuple):
    """A payment as it is stored, in fen."""

    id: UUID
    status: PaymentStatus
    amount: int
    reserved: int
    refunded: int
    applied: int


class RefundRow(NamedTuple):
    """A refund as it is stored, in fen."""

    id: UUID
    status: RefundStatus
    amount: int


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows and entries of some residents, of one moment."""

    bills: Sequence[BillRow]
    payments: Sequence[PaymentRow]
    refunds: Sequence[RefundRow]
    entries: Sequence[Entry]

    def __len__(self) -> int:
        return len(self.bills) + len(self.payments) + len(self.refunds)


class Difference(NamedTuple):
    """A row that is not as the ledger says. `what`: bill, payment or refund."""

    what: str
    id: UUID
    stored: str
    by_ledger: str


def differences(rows: Rows) -> Iterator[Difference]:
    """All of them; of entries about a row that is not there as well."""
    books = by_subject(rows.entries)
    for bill in rows.bills:
        of_bill = bill_books(books.bills.get(bill.id, ()))
        if bill.status not in of_bill.statuses or bill[2:] != of_bill[:4]:
            yield Difference("bill", bill.id, _told(bill), _told((bill.id, "/".join(sorted(of_bill.statuses)), *of_bill[:4])))
    for payment in rows.payments:
        of_payment = payment_books(books.payments.get(payment.id, ()))
        paid = payment.amount if payment.status is PaymentStatus.SUCCEEDED else 0
        if (paid, *payment[3:]) != of_payment:
            yield Difference("payment", payment.id, _told(payment), _told((payment.id, "PAID", *of_payment)))
    for refund in rows.refunds:
        of_refund = refund_books(books.refunds.get(refund.id, ()))
        if (refund.amount, refund.status) != of_refund:
            yield Difference("refund", refund.id, _told(refund), _told((refund.id, of_refund.status, of_refund.amount)))
    stored = ({row.id for row in rows.bills}, {row.id for row in rows.payments}, {row.id for row in rows.refunds})
    for what, known, posted in zip(("bill", "payment", "refund"), stored, books, strict=True):
        yield from (Difference(what, id, "nothing", "entries") for id in posted if id not in known)


def _told(row: tuple[object, ...]) -> str:
    return " ".join(str(value) for value in row[1:])
