"""Payments: what a fact that the provider tells does to one. The same rule for a notification, a query and a close, in any order.

A payment that succeeded stays so. Money that comes late, after a payment was given up, still counts: it pays its bills where they
are open, whoever else was about to pay them, and goes back where they are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from domain.enums import BillStatus, PaymentFlow, PaymentStatus
from domain.refusals import InvalidInput, WrongState

MOST_BILLS = 50
LONGEST_REFERENCE = 128
LONGEST_URL = 512
LIFE = timedelta(minutes=15)
"""How long an order can be paid, unless a setting says otherwise."""

# After these a payment is asked about that nobody told anything of, and from then on after the last of them.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 20, 40, 60, 120, 300, 600, 1800, 3600))
# So long after its end a provider that does not answer is asked again; then it is for people to look at.
PATIENCE = timedelta(days=7)
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class Told(StrEnum):
    """How far an order has come, as the provider tells it. CLOSED: nobody can pay it any more."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CLOSED = "CLOSED"


class Refused(StrEnum):
    """Why a fact is not believed. It is kept, and changes nothing."""

    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    REFERENCE_DIFFERS = "REFERENCE_DIFFERS"
    REFERENCE_TAKEN = "REFERENCE_TAKEN"


@dataclass(frozen=True, slots=True)
class Fact:
    """What a provider told of an order. `amount`: fen, what was paid; `reference`: the provider's own."""

    told: Told
    amount: int | None = None
    reference: str | None = None
    paid_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A bill of a payment, as it is now. `payment_id`: of the payment that is paying it, or has paid it."""

    bill_id: UUID
    amount: int
    status: BillStatus
    payment_id: UUID | None


@dataclass(frozen=True, slots=True)
class Paying:
    """A payment as it is now. `reference`: the provider's, where it told one."""

    id: UUID
    status: PaymentStatus
    amount: int
    reference: str | None
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Moves:
    """What happens. `status`: that of the payment from now on, None where it stays. Bills that are `settled` by it, whose part is
    given back as a `surplus`, that are `freed`; other payments that are `overtaken`: somebody else has paid their bill."""

    status: PaymentStatus | None = None
    settled: tuple[UUID, ...] = ()
    surplus: tuple[UUID, ...] = ()
    freed: tuple[UUID, ...] = ()
    overtaken: tuple[UUID, ...] = ()
    refused: Refused | None = None


NOTHING = Moves()


def decide(payment: Paying, fact: Fact) -> Moves:
    """What the fact does to the payment and its bills."""
    if fact.told is Told.SUCCEEDED:
        return _succeeded(payment, fact)
    if payment.status is not PaymentStatus.PENDING or fact.told is Told.PENDING:
        return NOTHING
    return given_up(payment, PaymentStatus.FAILED if fact.told is Told.FAILED else PaymentStatus.EXPIRED)


def given_up(payment: Paying, status: PaymentStatus) -> Moves:
    """The payment ends without money, and its bills can be paid otherwise."""
    return Moves(status, freed=tuple(part.bill_id for part in payment.parts if _is_paying(payment, part)))


def must_cancel(status: PaymentStatus) -> bool:
    """Whether there is something to cancel: False for what was cancelled before. Raises WrongState for what has ended."""
    if status not in (PaymentStatus.PENDING, PaymentStatus.CANCELLED):
        raise WrongState("payment_id")
    return status is PaymentStatus.PENDING


def _succeeded(payment: Paying, fact: Fact) -> Moves:
    if fact.amount != payment.amount:
        return Moves(refused=Refused.AMOUNT_DIFFERS)
    if payment.status is PaymentStatus.SUCCEEDED:
        # A second order of the provider's for the same number of ours would be somebody's second payment.
        return NOTHING if fact.reference == payment.reference else Moves(refused=Refused.REFERENCE_DIFFERS)
    settled = [part for part in payment.parts if part.status in (BillStatus.UNPAID, BillStatus.PAYING)]
    others = [part.payment_id for part in settled if part.status is BillStatus.PAYING and not _is_paying(payment, part)]
    return Moves(
        PaymentStatus.SUCCEEDED,
        settled=tuple(part.bill_id for part in settled),
        surplus=tuple(part.bill_id for part in payment.parts if part not in settled),
        overtaken=tuple(dict.fromkeys(id for id in others if id is not None)),
    )


def _is_paying(payment: Paying, part: Part) -> bool:
    return part.status is BillStatus.PAYING and part.payment_id == payment.id


def pause_before(asked: int) -> timedelta:
    """How long to wait before the provider is asked again, after it has been asked so often."""
    return PAUSES[min(asked, len(PAUSES) - 1)]


def check_payer(flow: PaymentFlow, reference: str | None) -> str | None:
    """The payer at the provider, who must be named in a mini-programme. Raises InvalidInput."""
    if reference is None or not reference.strip():
        if flow is PaymentFlow.MINI_PROGRAM:
            raise InvalidInput("payer_reference")
        return None
    if len(reference) > LONGEST_REFERENCE or not reference.isascii() or not reference.isprintable() or " " in reference:
        raise InvalidInput("payer_reference")
    return reference


def check_return_url(url: str | None) -> str | None:
    """Where a browser goes after paying: an https address, or one of this very machine. Raises InvalidInput."""
    if url is None or not url.strip():
        return None
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidInput("return_url")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise InvalidInput("return_url") from None
    if not host or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL_HOSTS)):
        raise InvalidInput("return_url")
    return url
