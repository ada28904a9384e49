"""The ledger: double entry, so that money is somewhere at any time. Every status of a bill, a payment or a refund follows from it.

A posting moves an amount from the credited to the debited account. What stands in the debit of RESIDENT for a bill is still owed
by them, in the debit of PROVIDER it is paid and lies with the provider, in the credit of REFUNDS it is on its way back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.enums import BillStatus, PaymentMethod, RefundStatus


class Account(StrEnum):
    """Whose money it is, or who has it."""

    RESIDENT = "RESIDENT"
    INSTITUTION = "INSTITUTION"
    INSURANCE_FUND = "INSURANCE_FUND"
    PROVIDER = "PROVIDER"
    REFUNDS = "REFUNDS"


class LedgerEvent(StrEnum):
    """What happened to the subject: a bill, a payment or a refund."""

    BILL_ISSUED = "BILL_ISSUED"
    BILL_CANCELLED = "BILL_CANCELLED"
    PAYMENT_SUCCEEDED = "PAYMENT_SUCCEEDED"
    REFUND_REQUESTED = "REFUND_REQUESTED"
    REFUND_SUCCEEDED = "REFUND_SUCCEEDED"
    REFUND_FAILED = "REFUND_FAILED"
    DEPOSIT_APPLIED = "DEPOSIT_APPLIED"


SELF_PAID, INSURED, WHOLE = "SELF_PAID", "INSURED", "WHOLE"
"""Legs. Those of a payment are named by the bills, those of a deposit that is applied by the deposit's bill."""


class OfBill(NamedTuple):
    """Whose money it is about."""

    resident_id: UUID
    institution_id: UUID
    bill_id: UUID


@dataclass(frozen=True, slots=True)
class OfRefund:
    """A refund. `surplus`: it gives back what was paid although nothing was owed (any more), so the institution never had it."""

    bill: OfBill
    payment_id: UUID
    refund_id: UUID
    method: PaymentMethod
    amount: int
    surplus: bool


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer of `amount` fen from the account `credit` to the account `debit`. (event, subject_id, leg) is posted once."""

    event: LedgerEvent
    subject_id: UUID
    leg: str
    debit: Account
    credit: Account
    amount: int
    bill: OfBill
    method: PaymentMethod | None = None
    payment_id: UUID | None = None
    refund_id: UUID | None = None


def bill_issued(bill: OfBill, self_paid: int, insured: int) -> list[Posting]:
    """The institution is owed by the resident and by the insurance fund."""
    return _of_bill(LedgerEvent.BILL_ISSUED, bill, self_paid, insured, reverse=False)


def bill_cancelled(bill: OfBill, self_paid: int, insured: int) -> list[Posting]:
    """Nothing is owed any more."""
    return _of_bill(LedgerEvent.BILL_CANCELLED, bill, self_paid, insured, reverse=True)


def payment_succeeded(payment_id: UUID, method: PaymentMethod, parts: Iterable[tuple[OfBill, int]]) -> list[Posting]:
    """The provider has what the resident owed, for each bill of the payment so much."""
    event, to, of = LedgerEvent.PAYMENT_SUCCEEDED, Account.PROVIDER, Account.RESIDENT
    return [
        Posting(event, payment_id, str(bill.bill_id), to, of, amount, bill, method, payment_id) for bill, amount in parts if amount
    ]


def deposits_applied(final: OfBill, parts: Iterable[tuple[UUID, PaymentMethod, UUID, int]]) -> list[Posting]:
    """The resident owes less of the final bill: the institution has the deposits already. `parts`: of each deposit its bill, the
    method and the payment that paid it, and how much of it counts."""
    event, to, of = LedgerEvent.DEPOSIT_APPLIED, Account.INSTITUTION, Account.RESIDENT
    return [
        Posting(event, final.bill_id, str(deposit_id), to, of, amount, final, method, payment_id)
        for deposit_id, method, payment_id, amount in parts
        if amount
    ]


def refund_requested(refund: OfRefund) -> Posting:
    """It is on its way back, and the institution's no longer."""
    return _of_refund(LedgerEvent.REFUND_REQUESTED, refund, _giver(refund), Account.REFUNDS)


def refund_succeeded(refund: OfRefund) -> Posting:
    """The provider has given it back."""
    return _of_refund(LedgerEvent.REFUND_SUCCEEDED, refund, Account.REFUNDS, Account.PROVIDER)


def refund_failed(refund: OfRefund) -> Posting:
    """It is where it was before."""
    return _of_refund(LedgerEvent.REFUND_FAILED, refund, Account.REFUNDS, _giver(refund))


def _of_bill(event: LedgerEvent, bill: OfBill, self_paid: int, insured: int, *, reverse: bool) -> list[Posting]:
    legs = ((SELF_PAID, Account.RESIDENT, self_paid), (INSURED, Account.INSURANCE_FUND, insured))
    return [
        Posting(event, bill.bill_id, leg, *((Account.INSTITUTION, by) if reverse else (by, Account.INSTITUTION)), amount, bill)
        for leg, by, amount in legs
        if amount
    ]


def _giver(refund: OfRefund) -> Account:
    return Account.RESIDENT if refund.surplus else Account.INSTITUTION


def _of_refund(event: LedgerEvent, refund: OfRefund, debit: Account, credit: Account) -> Posting:
    where = (refund.method, refund.payment_id, refund.refund_id)
    return Posting(event, refund.refund_id, WHOLE, debit, credit, refund.amount, refund.bill, *where)


class Entry(NamedTuple):
    """A posting as it is read back."""

    event: LedgerEvent
    subject_id: UUID
    debit: Account
    credit: Account
    amount: int
    bill_id: UUID
    payment_id: UUID | None
    refund_id: UUID | None


def balance(entries: Iterable[Entry], account: Account) -> int:
    """What stands in the debit of the account."""
    return sum(entry.amount * ((entry.debit == account) - (entry.credit == account)) for entry in entries)


class BillBooks(NamedTuple):
    """A bill by its entries. `statuses`: those that it may have; whether an open one is being paid is no matter of money."""

    self_paid: int
    insured: int
    refunded: int
    deposited: int
    statuses: frozenset[BillStatus]


class PaymentBooks(NamedTuple):
    """A payment by its entries. `paid`: 0 unless it succeeded; `applied`: of deposits, to the final bill of a stay."""

    paid: int
    reserved: int
    refunded: int
    applied: int


class RefundBooks(NamedTuple):
    """A refund by its entries."""

    amount: int
    status: RefundStatus


OPEN = frozenset({BillStatus.UNPAID, BillStatus.PAYING})


def bill_books(entries: Sequence[Entry]) -> BillBooks:
    """What the entries of one bill say of it."""
    issued = [entry for entry in entries if entry.event is LedgerEvent.BILL_ISSUED]
    self_paid, insured = balance(issued, Account.RESIDENT), balance(issued, Account.INSURANCE_FUND)
    surplus = {entry.refund_id for entry in entries if entry.debit is Account.RESIDENT and entry.refund_id is not None}
    of_bill = [entry for entry in entries if entry.refund_id not in surplus]
    refunded = sum(entry.amount for entry in of_bill if entry.event is LedgerEvent.REFUND_SUCCEEDED)
    if any(entry.event is LedgerEvent.BILL_CANCELLED for entry in entries):
        statuses = frozenset({BillStatus.CANCELLED})
    elif balance(entries, Account.RESIDENT) > 0:
        statuses = OPEN
    elif refunded == 0:
        statuses = frozenset({BillStatus.PAID})
    else:
        statuses = frozenset({BillStatus.REFUNDED if refunded == self_paid else BillStatus.PARTLY_REFUNDED})
    return BillBooks(self_paid, insured, refunded, _applied(entries), statuses)


def payment_books(entries: Sequence[Entry]) -> PaymentBooks:
    """What the entries of one payment say of it."""
    paid = sum(entry.amount for entry in entries if entry.event is LedgerEvent.PAYMENT_SUCCEEDED)
    refunded = sum(entry.amount for entry in entries if entry.event is LedgerEvent.REFUND_SUCCEEDED)
    return PaymentBooks(paid, refunded - balance(entries, Account.REFUNDS), refunded, _applied(entries))


def _applied(entries: Sequence[Entry]) -> int:
    return sum(entry.amount for entry in entries if entry.event is LedgerEvent.DEPOSIT_APPLIED)


def refund_books(entries: Sequence[Entry]) -> RefundBooks:
    """What the entries of one refund say of it."""
    events = {entry.event for entry in entries}
    amount = sum(entry.amount for entry in entries if entry.event is LedgerEvent.REFUND_REQUESTED)
    if LedgerEvent.REFUND_SUCCEEDED in events:
        return RefundBooks(amount, RefundStatus.SUCCEEDED)
    return RefundBooks(amount, RefundStatus.FAILED if LedgerEvent.REFUND_FAILED in events else RefundStatus.PENDING)


class Subjects(NamedTuple):
    """The entries of each bill, of each payment and of each refund."""

    bills: Mapping[UUID, Sequence[Entry]]
    payments: Mapping[UUID, Sequence[Entry]]
    refunds: Mapping[UUID, Sequence[Entry]]


def by_subject(entries: Sequence[Entry]) -> Subjects:
    """The entries, sorted out."""
    sorted_out: tuple[defaultdict[UUID, list[Entry]], ...] = (defaultdict(list), defaultdict(list), defaultdict(list))
    for entry in entries:
        for of, id in zip(sorted_out, (entry.bill_id, entry.payment_id, entry.refund_id), strict=True):
            if id is not None:
                of[id].append(entry)
    return Subjects(*sorted_out)
