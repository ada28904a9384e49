"""The bank as a PaymentProvider."""

from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from domain.enums import PaymentFlow, PaymentMethod
from domain.times import to_text
from outside.errors import Permanent
from outside.payments import (
    Instructions,
    Notification,
    Order,
    OrderState,
    RefundRequest,
    RefundState,
    Reply,
    State,
    StatementLine,
)
from outside.payments.bank import read
from outside.payments.bank.wire import Refused, Wire
from outside.payments.exchange import Clock, Exchange, told, understood
from outside.payments.formats import shortened
from outside.payments.keys import PrivateKey, PublicKeys


@dataclass(frozen=True, slots=True)
class BankConfig:
    """How one bank is reached. `new_nonce`: 32 random hexadecimal characters each time."""

    url: str
    key_id: str
    private_key: PrivateKey = field(repr=False)
    provider_key_id: str
    provider_key: PublicKeys = field(repr=False)
    notify_url: str
    clock: Clock
    new_nonce: Callable[[], str]
    transport: httpx.AsyncBaseTransport | None = None


class Bank:
    """See PaymentProvider."""

    method = PaymentMethod.BANK
    flows = frozenset(PaymentFlow)

    def __init__(self, config: BankConfig) -> None:
        self._config = config
        self._exchange = Exchange(config.transport)
        self._wire = Wire(
            config.url,
            config.key_id,
            config.private_key,
            config.provider_key_id,
            config.provider_key,
            config.clock,
            self._exchange,
        )

    async def create(self, order: Order) -> Instructions:
        """See PaymentProvider."""
        body = {
            "number": order.number,
            "amount": order.amount,
            "currency": "CNY",
            "description": shortened(order.description, 127),
            "flow": order.flow,
            "expiresAt": to_text(order.expires_at),
            "notifyUrl": self._config.notify_url,
            "payer": order.payer_reference,
            "returnUrl": order.return_url,
        }
        return understood(read.instructions(order.flow), await self._ask("POST", "/orders", body))

    async def query(self, number: str, started_at: datetime) -> OrderState | None:
        """See PaymentProvider."""
        content = await self._ask_about("GET", f"/orders/{number}", "ORDER_NOT_FOUND")
        return None if content is None else understood(read.order_of(number), content)

    async def close(self, number: str, started_at: datetime, expires_at: datetime | None = None) -> OrderState:
        """See PaymentProvider."""
        content = await self._ask_about("POST", f"/orders/{number}/close", "ORDER_NOT_FOUND")
        return OrderState(number, State.CLOSED) if content is None else understood(read.order_of(number), content)

    async def refund(self, request: RefundRequest) -> RefundState:
        """See PaymentProvider."""
        body = {"number": request.number, "amount": request.amount, "reason": shortened(request.reason, 80)}
        content = await self._ask("POST", f"/orders/{request.order_number}/refunds", body)
        return understood(read.refund_of(request.number), content)

    async def query_refund(self, request: RefundRequest) -> RefundState | None:
        """See PaymentProvider."""
        path = f"/orders/{request.order_number}/refunds/{request.number}"
        content = await self._ask_about("GET", path, "REFUND_NOT_FOUND", "ORDER_NOT_FOUND")
        return None if content is None else understood(read.refund_of(request.number), content)

    async def statement(self, day: date) -> list[StatementLine] | None:
        """See PaymentProvider."""
        content = await self._ask_about("GET", f"/statements/{day.isoformat()}", "STATEMENT_NOT_READY")
        return None if content is None else await to_thread(told, read.statement, content)

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """See PaymentProvider."""
        self._wire.check_notification(headers, urlsplit(self._config.notify_url).path, body)
        return told(read.notification, body)

    def accepted(self) -> Reply:
        """See PaymentProvider."""
        return Reply(204, "text/plain", b"")

    def refused(self) -> Reply:
        """See PaymentProvider."""
        return Reply(500, "application/json", b'{"error":"NOT_KEPT"}')

    async def close_connections(self) -> None:
        """See PaymentProvider."""
        await self._exchange.close()

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        try:
            return await self._wire.ask(method, path, self._config.new_nonce(), body)
        except Refused as refused:
            raise Permanent(f"The bank refuses: {refused.error}.") from None

    async def _ask_about(self, method: str, path: str, *none: str) -> bytes | None:
        """None where the bank answers one of these errors."""
        try:
            return await self._wire.ask(method, path, self._config.new_nonce())
        except Refused as refused:
            if refused.error in none:
                return None
            raise Permanent(f"The bank refuses: {refused.error}.") from None
