"""UnionPay as a PaymentProvider."""

from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TypeVar

import httpx

from domain.enums import PaymentFlow, PaymentMethod
from domain.times import SHANGHAI
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
from outside.payments.exchange import Clock, Exchange, code_of, told, understood
from outside.payments.formats import local_text, same, text_of
from outside.payments.keys import PrivateKey, PublicKeys
from outside.payments.unionpay import read
from outside.payments.unionpay.statement import read_statement
from outside.payments.unionpay.wire import Wire

T = TypeVar("T")
DONE, BUSY, REPEATED, NONE, NO_FILE = "00", "06", "12", "34", "98"
UNKNOWN = frozenset({"03", "04", "05"})  # it may have been done: ask for its state
SECONDS = "%Y%m%d%H%M%S"
# The products: a code that the payer scans, and an order for UnionPay's kit or page.
CODE = {"txnType": read.PAYMENT, "txnSubType": "07", "bizType": "000000", "channelType": "08"}
KIT = {"txnType": read.PAYMENT, "txnSubType": "01", "bizType": "000201", "channelType": "08"}
PAGE = {**KIT, "channelType": "07"}
BACK = {"txnType": read.REFUND, "txnSubType": "00", "bizType": "000000", "channelType": "08"}
QUERY = {"txnType": "00", "txnSubType": "00", "bizType": "000000"}
FILE = {"txnType": "76", "txnSubType": "01", "bizType": "000000", "fileType": "00"}


@dataclass(frozen=True, slots=True)
class UnionPayConfig:
    """Who we are at UnionPay. `key_serial`: the serial number of our certificate, decimal; `file_url`: where statements are."""

    url: str
    file_url: str
    merchant_id: str
    key_serial: str
    private_key: PrivateKey = field(repr=False)
    provider_key: PublicKeys = field(repr=False)
    notify_url: str
    clock: Clock
    transport: httpx.AsyncBaseTransport | None = None


class UnionPay:
    """See PaymentProvider."""

    method = PaymentMethod.UNIONPAY
    flows = frozenset(PaymentFlow)

    def __init__(self, config: UnionPayConfig) -> None:
        self._config = config
        self._exchange = Exchange(config.transport)
        self._wire = Wire(config.key_serial, config.private_key, config.provider_key, self._exchange)

    async def create(self, order: Order) -> Instructions:
        """See PaymentProvider. In a browser: `parameters` has the form that the browser posts, as `action`, `method`, `fields`."""
        fields = {
            **self._about(order.number, order.started_at),
            "txnAmt": str(order.amount),
            "currencyCode": "156",
            "backUrl": self._config.notify_url,
            "payTimeout": local_text(order.expires_at, SECONDS),
        }
        match order.flow:
            case PaymentFlow.QR_CODE:
                found = await self._done("backTransReq.do", {**CODE, **fields})
                return Instructions(code_url=understood(lambda found: text_of(found, "qrCode"), found))
            case PaymentFlow.APP | PaymentFlow.MINI_PROGRAM:
                found = await self._done("appTransReq.do", {**KIT, **fields})
                return Instructions(parameters={"tn": understood(lambda found: text_of(found, "tn"), found)})
            case PaymentFlow.BROWSER:
                form = self._wire.signed({**PAGE, **fields, "frontUrl": order.return_url})
                return Instructions(parameters={"action": self._url("frontTransReq.do"), "method": "POST", "fields": form})

    async def query(self, number: str, started_at: datetime) -> OrderState | None:
        """See PaymentProvider. None also for an order that nobody tried to pay yet."""
        return await self._state(number, started_at, lambda fields, code: same(read.order(fields, code), number))

    async def close(self, number: str, started_at: datetime, expires_at: datetime | None = None) -> OrderState:
        """See PaymentProvider. UnionPay has no closing: an order ends at its `payTimeout` by itself."""
        found = await self.query(number, started_at)
        if found is not None and found.state is not State.PENDING:
            return found
        over = found is None and expires_at is not None and self._config.clock() >= expires_at
        return OrderState(number, State.CLOSED if over else State.PENDING)

    async def refund(self, request: RefundRequest) -> RefundState:
        """See PaymentProvider."""
        fields = {
            **BACK,
            **self._about(request.number, request.requested_at),
            "origQryId": request.provider_reference,
            "txnAmt": str(request.amount),
            "backUrl": self._config.notify_url,
            "reqReserved": request.order_number,
        }
        found = await self._ask(self._url("backTransReq.do"), fields)
        pending = RefundState(request.number, request.order_number, State.PENDING)
        if found["respCode"] in UNKNOWN:
            return pending
        if found["respCode"] == REPEATED:
            return await self.query_refund(request) or pending
        return replace(pending, provider_reference=_good(found).get("queryId") or None)

    async def query_refund(self, request: RefundRequest) -> RefundState | None:
        """See PaymentProvider."""

        def refund(fields: Mapping[str, str], code: str) -> RefundState:
            return same(read.refund(fields, code, request.order_number), request.number)

        return await self._state(request.number, request.requested_at, refund)

    async def statement(self, day: date) -> list[StatementLine] | None:
        """See PaymentProvider. UnionPay's day of settlement ends at 23:00: what comes later is in the next one's."""
        noon = datetime.combine(day, time(12), SHANGHAI)
        fields = {
            **FILE,
            "accessType": "0",
            "merId": self._config.merchant_id,
            "txnTime": local_text(self._config.clock(), SECONDS),
            "settleDate": day.strftime("%m%d"),
        }
        found = await self._ask(f"{self._config.file_url}/", fields)
        if found["respCode"] == NO_FILE:
            return None
        content = _good(found).get("fileContent", "")
        return await to_thread(told, lambda content: read_statement(content, noon), content)

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """See PaymentProvider."""
        fields = self._wire.read_notification(body)
        if fields.get("merId") != self._config.merchant_id:
            raise Permanent("The notification is for another merchant.")
        return told(read.notification, fields)

    def accepted(self) -> Reply:
        """See PaymentProvider."""
        return Reply(200, "text/plain", b"ok")

    def refused(self) -> Reply:
        """See PaymentProvider."""
        return Reply(500, "text/plain", b"not kept")

    async def close_connections(self) -> None:
        """See PaymentProvider."""
        await self._exchange.close()

    async def _state(self, number: str, started_at: datetime, read_state: Callable[[Mapping[str, str], str], T]) -> T | None:
        """What UnionPay knows of an order or a refund, by the number and the time that we gave it."""
        found = await self._ask(self._url("queryTrans.do"), {**QUERY, **self._about(number, started_at)})
        if found["respCode"] == NONE:
            return None
        return understood(lambda fields: read_state(fields, text_of(fields, "origRespCode")), _good(found))

    async def _done(self, path: str, fields: Mapping[str, str | None]) -> dict[str, str]:
        return _good(await self._ask(self._url(path), fields))

    async def _ask(self, url: str, fields: Mapping[str, str | None]) -> dict[str, str]:
        found = await self._wire.ask(url, fields)
        return {**found, "respCode": understood(lambda found: text_of(found, "respCode"), found)}

    def _about(self, number: str, at: datetime) -> dict[str, str]:
        merchant = {"accessType": "0", "merId": self._config.merchant_id}
        return {**merchant, "orderId": number, "txnTime": local_text(at, SECONDS)}

    def _url(self, path: str) -> str:
        return f"{self._config.url}/gateway/api/{path}"


def _good(found: dict[str, str]) -> dict[str, str]:
    """The answer, if it is one. Raises Transient, Permanent."""
    code = found["respCode"]
    if code in UNKNOWN or code == BUSY:
        raise Transient(f"UnionPay says {code}.")
    if code != DONE:
        raise Permanent(f"UnionPay refuses: {code_of(code)}.")
    return found
