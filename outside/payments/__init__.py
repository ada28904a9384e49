"""Payment providers: what every one of them can do, whatever its wire format.

Amounts are fen (integers of CNY 0.01). `number` is always ours: 32 hexadecimal characters, which every provider takes as an
order's or a refund's number, and by which it knows a repeated request. Times are aware. Errors: `outside.errors.Transient` (no
answer, busy: ask again, or query), `Permanent` (refused for good; its text holds nothing personal), `WrongSignature`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.enums import PaymentFlow, PaymentMethod, StatementLineKind
from outside.errors import Permanent


class WrongSignature(Permanent):
    """The message is not the provider's, or not as the provider sent it."""


class State(StrEnum):
    """How far an order or a refund has come at the provider. CLOSED: of an order, that nobody can pay any more."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid. `payer_reference`: the payer at the provider (WeChat's openid), for MINI_PROGRAM; `return_url`: where a
    browser goes afterwards; `payer_address`: the IP address of that browser, which WeChat Pay compares."""

    number: str
    amount: int
    description: str
    flow: PaymentFlow
    started_at: datetime
    expires_at: datetime
    payer_reference: str | None = None
    return_url: str | None = None
    payer_address: str | None = None


@dataclass(frozen=True, slots=True)
class Instructions:
    """How the payer pays. `code_url`: what a QR code holds; `parameters`: what the provider's own kit takes, as it gave it."""

    code_url: str | None = None
    parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order at the provider. `amount`: what was paid, None until something was."""

    number: str
    state: State
    amount: int | None = None
    provider_reference: str | None = None
    paid_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to be paid back. `number`: the refund's own; `total`: what the order was over."""

    number: str
    order_number: str
    provider_reference: str
    amount: int
    total: int
    reason: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund at the provider."""

    number: str
    order_number: str
    state: State
    amount: int | None = None
    provider_reference: str | None = None
    refunded_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """What the provider told by itself. `id`: the same each time it tells the same thing, unique at the provider, at most 128
    characters."""

    id: str
    about: OrderState | RefundState


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of the provider's own books. `number`: ours, where the line has it."""

    kind: StatementLineKind
    provider_reference: str
    number: str | None
    amount: int
    state: State
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider expects as the answer to its notification."""

    status: int
    media_type: str
    body: bytes


class PaymentProvider(Protocol):
    """One provider. Every call may be repeated with the same number without a second effect."""

    @property
    def method(self) -> PaymentMethod:
        """Which one."""

    @property
    def flows(self) -> frozenset[PaymentFlow]:
        """The flows that it offers."""

    async def create(self, order: Order) -> Instructions:
        """Creates the order. Raises Transient, Permanent."""

    async def query(self, number: str, started_at: datetime) -> OrderState | None:
        """How far the order has come; None when the provider knows none. Raises Transient, Permanent."""

    async def close(self, number: str, started_at: datetime, expires_at: datetime | None = None) -> OrderState:
        """Closes the order, so that nobody can pay it, and tells how it stands after that: SUCCEEDED when the money was faster,
        CLOSED also for an order that the provider never knew. PENDING where the provider closes nothing before the order expires
        by itself (UnionPay, which must be told `expires_at`): ask again then. Raises Transient, Permanent."""

    async def refund(self, request: RefundRequest) -> RefundState:
        """Pays back. PENDING: it will tell, or can be asked. Raises Transient, Permanent."""

    async def query_refund(self, request: RefundRequest) -> RefundState | None:
        """How far the refund has come; None when the provider knows none. Raises Transient, Permanent."""

    async def statement(self, day: date) -> Sequence[StatementLine] | None:
        """The provider's books of a day in Asia/Shanghai; None while they are not ready. Raises Transient, Permanent."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Verifies, decrypts and reads what came to our callback address; `headers` have lower-case names. Raises WrongSignature
        for what is not the provider's, Permanent for what cannot be read."""

    def accepted(self) -> Reply:
        """The answer that ends the provider's repeats."""

    def refused(self) -> Reply:
        """The answer that lets the provider try again."""

    async def close_connections(self) -> None:
        """At the end of the process."""
