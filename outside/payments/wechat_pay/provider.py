"""WeChat Pay as a PaymentProvider."""

from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha1
from typing import Any
from urllib.parse import quote

import httpx

from domain.enums import PaymentFlow, PaymentMethod
from domain.times import to_text
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
from outside.payments.exchange import Clock, Exchange, json_object, told, understood
from outside.payments.formats import books_are_closed, shortened, text_of
from outside.payments.keys import PrivateKey, PublicKeys
from outside.payments.wechat_pay import read
from outside.payments.wechat_pay.bill import read_bill
from outside.payments.wechat_pay.wire import Refused, Wire

PATHS = {
    PaymentFlow.QR_CODE: "native",
    PaymentFlow.MINI_PROGRAM: "jsapi",
    PaymentFlow.APP: "app",
    PaymentFlow.BROWSER: "h5",
}


@dataclass(frozen=True, slots=True)
class WeChatPayConfig:
    """Who we are at WeChat Pay. `api_key`: the APIv3 key, 32 bytes; `new_nonce`: 32 random characters each time."""

    url: str
    app_id: str
    merchant_id: str
    key_serial: str
    private_key: PrivateKey = field(repr=False)
    api_key: bytes = field(repr=False)
    provider_key_serial: str
    provider_key: PublicKeys = field(repr=False)
    notify_url: str
    clock: Clock
    new_nonce: Callable[[], str]
    transport: httpx.AsyncBaseTransport | None = None


class WeChatPay:
    """See PaymentProvider."""

    method = PaymentMethod.WECHAT_PAY
    flows = frozenset(PATHS)

    def __init__(self, config: WeChatPayConfig) -> None:
        self._config = config
        self._exchange = Exchange(config.transport)
        self._wire = Wire(
            config.url,
            config.merchant_id,
            config.key_serial,
            config.private_key,
            config.provider_key_serial,
            config.provider_key,
            config.api_key,
            config.clock,
            config.new_nonce,
            self._exchange,
        )

    async def create(self, order: Order) -> Instructions:
        """See PaymentProvider."""
        config = self._config
        body: dict[str, Any] = {
            "appid": config.app_id,
            "mchid": config.merchant_id,
            "description": shortened(order.description, 127),
            "out_trade_no": order.number,
            "time_expire": to_text(order.expires_at.replace(microsecond=0)),
            "notify_url": config.notify_url,
            "amount": {"total": order.amount, "currency": "CNY"},
        }
        if order.flow is PaymentFlow.MINI_PROGRAM:
            body["payer"] = {"openid": order.payer_reference}
        if order.flow is PaymentFlow.BROWSER:
            # WeChat Pay compares this with the address of the browser that opens the link.
            body["scene_info"] = {"payer_client_ip": order.payer_address or "127.0.0.1", "h5_info": {"type": "Wap"}}
        content = await self._ask("POST", f"/v3/pay/transactions/{PATHS[order.flow]}", body)
        return self._instructions(order, content)

    def _instructions(self, order: Order, content: bytes) -> Instructions:
        if order.flow is PaymentFlow.QR_CODE:
            return Instructions(code_url=understood(read.member("code_url"), content))
        if order.flow is PaymentFlow.BROWSER:
            link = understood(read.member("h5_url"), content)
            back = f"&redirect_url={quote(order.return_url, safe='')}" if order.return_url else ""
            return Instructions(code_url=link + back)
        app_id, prepaid = self._config.app_id, understood(read.member("prepay_id"), content)
        timestamp, nonce = str(int(self._config.clock().timestamp())), self._config.new_nonce()
        if order.flow is PaymentFlow.APP:
            return Instructions(
                parameters={
                    "appid": app_id,
                    "partnerid": self._config.merchant_id,
                    "prepayid": prepaid,
                    "package": "Sign=WXPay",
                    "noncestr": nonce,
                    "timestamp": timestamp,
                    "sign": self._wire.signed_for_payer(app_id, timestamp, nonce, prepaid),
                }
            )
        package = f"prepay_id={prepaid}"
        return Instructions(
            parameters={
                "appId": app_id,
                "timeStamp": timestamp,
                "nonceStr": nonce,
                "package": package,
                "signType": "RSA",
                "paySign": self._wire.signed_for_payer(app_id, timestamp, nonce, package),
            }
        )

    async def query(self, number: str, started_at: datetime) -> OrderState | None:
        """See PaymentProvider."""
        path = f"/v3/pay/transactions/out-trade-no/{number}?mchid={self._config.merchant_id}"
        content = await self._ask_about("GET", path, "ORDER_NOT_EXIST", "ORDERNOTEXIST")
        return None if content is None else understood(read.order_of(number), content)

    async def close(self, number: str, started_at: datetime, expires_at: datetime | None = None) -> OrderState:
        """See PaymentProvider."""
        path = f"/v3/pay/transactions/out-trade-no/{number}/close"
        paid_or_closed = ("ORDERPAID", "ORDER_PAID", "ORDER_CLOSED", "ORDERCLOSED", "ORDER_NOT_EXIST", "ORDERNOTEXIST")
        if await self._ask_about("POST", path, *paid_or_closed, body={"mchid": self._config.merchant_id}) is None:
            return await self.query(number, started_at) or OrderState(number, State.CLOSED)
        return OrderState(number, State.CLOSED)

    async def refund(self, request: RefundRequest) -> RefundState:
        """See PaymentProvider."""
        body = {
            "transaction_id": request.provider_reference,
            "out_refund_no": request.number,
            "reason": shortened(request.reason, 80),
            "notify_url": self._config.notify_url,
            "amount": {"refund": request.amount, "total": request.total, "currency": "CNY"},
        }
        content = await self._ask("POST", "/v3/refund/domestic/refunds", body)
        return understood(read.refund_of(request.number), content)

    async def query_refund(self, request: RefundRequest) -> RefundState | None:
        """See PaymentProvider."""
        content = await self._ask_about("GET", f"/v3/refund/domestic/refunds/{request.number}", "RESOURCE_NOT_EXISTS")
        return None if content is None else understood(read.refund_of(request.number), content)

    async def statement(self, day: date) -> list[StatementLine] | None:
        """See PaymentProvider."""
        try:
            content = await self._wire.ask("GET", f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL")
        except Refused as refused:
            if refused.code == "STATEMENT_CREATING":
                return None
            if refused.code == "NO_STATEMENT_EXIST":  # said of a day without a payment too
                return [] if books_are_closed(day, self._config.clock()) else None
            raise _permanent(refused) from None
        bill = await self._wire.download(understood(read.member("download_url"), content))
        if sha1(bill, usedforsecurity=False).hexdigest() != understood(read.member("hash_value"), content).lower():
            raise Transient("The bill did not arrive whole.")
        return await to_thread(told, read_bill, bill)

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """See PaymentProvider."""
        self._wire.check_notification(headers, body)
        return told(self._notification, body)

    def _notification(self, body: bytes) -> Notification:
        envelope = json_object(body)
        id, resource = text_of(envelope, "id"), envelope["resource"]
        found = json_object(self._wire.opened(resource))
        if found.get("mchid") != self._config.merchant_id:
            raise ValueError("merchant")
        match resource.get("original_type"):
            case "transaction":
                return Notification(id, read.order(found))
            case "refund":
                return Notification(id, read.refund(found, text_of(found, "refund_status")))
        raise ValueError("original_type")

    def accepted(self) -> Reply:
        """See PaymentProvider."""
        return Reply(204, "text/plain", b"")

    def refused(self) -> Reply:
        """See PaymentProvider."""
        return Reply(500, "application/json", b'{"code":"FAIL","message":"FAIL"}')

    async def close_connections(self) -> None:
        """See PaymentProvider."""
        await self._exchange.close()

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        try:
            return await self._wire.ask(method, path, body)
        except Refused as refused:
            raise _permanent(refused) from None

    async def _ask_about(self, method: str, path: str, *none: str, body: Mapping[str, Any] | None = None) -> bytes | None:
        """None where WeChat Pay answers one of these codes."""
        try:
            return await self._wire.ask(method, path, body)
        except Refused as refused:
            if refused.code in none:
                return None
            raise _permanent(refused) from None


def _permanent(refused: Refused) -> Permanent:
    return Permanent(f"WeChat Pay refuses: {refused.code}.")
