"""Alipay as a PaymentProvider."""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import httpx

from domain.enums import PaymentFlow, PaymentMethod
from domain.money import yuan
from outside.errors import Permanent, Transient
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
from outside.payments.alipay import read
from outside.payments.alipay.bill import read_bill
from outside.payments.alipay.wire import Refused, Wire
from outside.payments.exchange import Clock, Exchange, told, understood
from outside.payments.formats import books_are_closed, local_text, same, shortened, text_of
from outside.payments.keys import PrivateKey, PublicKeys

NONE = "ACQ.TRADE_NOT_EXIST"
NOT_AS_NEEDED = frozenset({"ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.TRADE_STATUS_ERROR", "ACQ.TRADE_HAS_SUCCESS"})
NO_BILL = frozenset({"isp.bill_not_exist", "isv.bill_not_exist", "isp.bill-not-exist"})


@dataclass(frozen=True, slots=True)
class AlipayConfig:
    """Who we are at Alipay. `url`: the gateway's address."""

    url: str
    app_id: str
    private_key: PrivateKey = field(repr=False)
    provider_key: PublicKeys = field(repr=False)
    notify_url: str
    clock: Clock
    transport: httpx.AsyncBaseTransport | None = None


class Alipay:
    """See PaymentProvider."""

    method = PaymentMethod.ALIPAY
    flows = frozenset(PaymentFlow)

    def __init__(self, config: AlipayConfig) -> None:
        self._config = config
        self._exchange = Exchange(config.transport)
        self._wire = Wire(
            config.url,
            config.app_id,
            config.private_key,
            config.provider_key,
            config.clock,
            self._exchange,
        )

    async def create(self, order: Order) -> Instructions:
        """See PaymentProvider."""
        content: dict[str, Any] = {
            "out_trade_no": order.number,
            "total_amount": yuan(order.amount),
            "subject": shortened(order.description, 256),
            "time_expire": local_text(order.expires_at),
        }
        notify = self._config.notify_url
        match order.flow:
            case PaymentFlow.QR_CODE:
                found = await self._ask("alipay.trade.precreate", content, notify_url=notify)
                return Instructions(code_url=understood(lambda found: text_of(found, "qr_code"), found))
            case PaymentFlow.MINI_PROGRAM:
                content |= {"product_code": "JSAPI_PAY", "op_app_id": self._config.app_id} | _buyer(order.payer_reference)
                found = await self._ask("alipay.trade.create", content, notify_url=notify)
                return Instructions(parameters={"tradeNO": understood(lambda found: text_of(found, "trade_no"), found)})
            case PaymentFlow.APP:
                content["product_code"] = "QUICK_MSECURITY_PAY"
                form = self._wire.signed_form("alipay.trade.app.pay", content, notify_url=notify)
                return Instructions(parameters={"orderString": form})
            case PaymentFlow.BROWSER:
                content |= {"product_code": "QUICK_WAP_WAY", "quit_url": order.return_url}
                back = order.return_url
                form = self._wire.signed_form("alipay.trade.wap.pay", content, notify_url=notify, return_url=back)
                return Instructions(code_url=self._wire.link(form))

    async def query(self, number: str, started_at: datetime) -> OrderState | None:
        """See PaymentProvider."""
        found = await self._ask("alipay.trade.query", {"out_trade_no": number}, NONE)
        return None if found is None else understood(lambda found: same(read.order(found, "send_pay_date"), number), found)

    async def close(self, number: str, started_at: datetime, expires_at: datetime | None = None) -> OrderState:
        """See PaymentProvider."""
        try:
            await self._wire.ask("alipay.trade.close", {"out_trade_no": number})
        except Refused as refused:
            if refused.code == NONE:
                return await self._cancel(number)
            if refused.code in NOT_AS_NEEDED:
                return await self.query(number, started_at) or OrderState(number, State.CLOSED)
            raise _permanent(refused) from None
        return OrderState(number, State.CLOSED)

    async def _cancel(self, number: str) -> OrderState:
        """A code that nobody scanned yet is no trade that could be closed, but can be scanned still: cancelling prevents it. If
        somebody pays in the blink between the two, cancelling gives the money back, and the order is closed all the same."""
        found = await self._ask("alipay.trade.cancel", {"out_trade_no": number}, NONE)
        if found is not None and found.get("retry_flag") == "Y":
            raise Transient("Alipay asks to cancel again.")
        return OrderState(number, State.CLOSED)

    async def refund(self, request: RefundRequest) -> RefundState:
        """See PaymentProvider."""
        content = {
            "trade_no": request.provider_reference,
            "out_trade_no": request.order_number,
            "out_request_no": request.number,
            "refund_amount": yuan(request.amount),
            "refund_reason": shortened(request.reason, 256),
        }
        await self._ask("alipay.trade.refund", content)
        # The answer tells the sum of the order's refunds; and of a repeated request not whether the first one went through.
        pending = RefundState(request.number, request.order_number, State.PENDING)
        return await self.query_refund(request) or pending

    async def query_refund(self, request: RefundRequest) -> RefundState | None:
        """See PaymentProvider."""
        content = {
            "trade_no": request.provider_reference,
            "out_trade_no": request.order_number,
            "out_request_no": request.number,
            "query_options": ["gmt_refund_pay"],
        }
        found = await self._ask("alipay.trade.fastpay.refund.query", content, NONE)
        return None if found is None else understood(lambda found: read.refund(found, request), found)

    async def statement(self, day: date) -> list[StatementLine] | None:
        """See PaymentProvider."""
        content = {"bill_type": "trade", "bill_date": day.isoformat()}
        found = await self._ask("alipay.data.dataservice.bill.downloadurl.query", content, *NO_BILL)
        if found is None:  # said of a day without a payment too
            return [] if books_are_closed(day, self._config.clock()) else None
        bill = await self._wire.download(understood(lambda found: text_of(found, "bill_download_url"), found))
        return await to_thread(told, read_bill, bill)

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """See PaymentProvider."""
        fields = self._wire.read_notification(body)
        if fields.get("app_id") != self._config.app_id:
            raise Permanent("The notification is for another app.")
        return told(read.notification, fields)

    def accepted(self) -> Reply:
        """See PaymentProvider."""
        return Reply(200, "text/plain", b"success")

    def refused(self) -> Reply:
        """See PaymentProvider."""
        return Reply(500, "text/plain", b"failure")

    async def close_connections(self) -> None:
        """See PaymentProvider."""
        await self._exchange.close()

    async def _ask(self, method: str, content: Mapping[str, Any], *none: str, **more: str | None) -> Any:
        """The answer; None where Alipay answers one of these codes."""
        try:
            return await self._wire.ask(method, content, **more)
        except Refused as refused:
            if refused.code in none:
                return None
            raise _permanent(refused) from None


def _permanent(refused: Refused) -> Permanent:
    return Permanent(f"Alipay refuses: {refused.code}.")


def _buyer(reference: str | None) -> dict[str, str | None]:
    old = reference is not None and len(reference) == 16 and reference.startswith("2088")
    return {"buyer_id" if old else "buyer_open_id": reference}
