"""WeChat Pay, API v3, from the provider's side: JSON over signed requests, answers and notifications signed as well."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ecard.simulators import wechat_wire as wire
from ecard.simulators.books import Kind, Notice, Order, Refund
from ecard.simulators.control import cashier
from ecard.simulators.desk import AlreadyClosed, AlreadyPaid, Desk, NotPaid, NumberTaken, TooMuch
from ecard.simulators.provider import Outgoing
from ecard.simulators.wechat_bill import bill
from ecard.simulators.wechat_wire import Problem, WechatPayKeys
from ecard.simulators.writing import base, local, shanghai

# What it asks for in an order, besides what every flow has.
FLOWS = {"native": None, "jsapi": "payer", "app": None, "h5": "scene_info"}


Endpoint = Callable[[Request, Any], Awaitable[tuple[int, Any]]]


class WechatPay:
    """The desk of WeChat Pay."""

    # 15 s, 15 s, 30 s, 3 min, 10 min, 20 min, 30 min thrice, 60 min, 3 h thrice, 6 h twice.
    pauses = tuple(each / 60 for each in (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600))

    def __init__(self, desk: Desk, keys: WechatPayKeys) -> None:
        self._desk = desk
        self._keys = keys

    @staticmethod
    def reference(kind: Kind, at: datetime, digits: Callable[[int], str]) -> str:
        """28 digits of a payment, 29 of a refund."""
        if kind is Kind.PAYMENT:
            return f"42000{local(at, '%Y%m%d')}{digits(15)}"
        return f"50000{local(at, '%Y%m%d')}{digits(16)}"

    def routes(self) -> list[Route]:
        """The interface."""
        order = "/v3/pay/transactions/out-trade-no/{number}"
        return [
            Route("/v3/pay/transactions/{flow}", self._signed(self._create), methods=["POST"]),
            Route(order, self._signed(self._query), methods=["GET"]),
            Route("/v3/pay/transactions/id/{reference}", self._signed(self._query), methods=["GET"]),
            Route(f"{order}/close", self._signed(self._close), methods=["POST"]),
            Route("/v3/refund/domestic/refunds", self._signed(self._refund), methods=["POST"]),
            Route("/v3/refund/domestic/refunds/{number}", self._signed(self._query_refund), methods=["GET"]),
            Route("/v3/bill/tradebill", self._signed(self._bill), methods=["GET"]),
            Route("/v3/billdownload/file", self._download, methods=["GET"]),
            Route("/cashier", self._cashier, methods=["GET"]),
        ]

    async def busy(self, request: Request) -> Response:
        """SYSTEM_ERROR."""
        return self._answer(500, {"code": "SYSTEM_ERROR", "message": "系统异常，请稍后重试"})

    def order_of(self, code: str) -> Order | None:
        """By the code's text, the prepay_id, or the address of the page."""
        prepay_id = parse_qs(urlsplit(code).query).get("prepay_id", [code])[0]
        return self._desk.books.order_of_code(prepay_id) or self._desk.books.order_of_code(code)

    def notification(self, notice: Notice) -> Outgoing:
        """Signed; its resource is encrypted."""
        about = "transaction" if notice.kind is Kind.PAYMENT else "refund"
        event, content = self._payment_told(notice) if notice.kind is Kind.PAYMENT else self._refund_told(notice)
        body = wire.to_json(
            {
                "id": notice.id,
                "create_time": shanghai(self._desk.now()),
                "resource_type": "encrypt-resource",
                "event_type": event,
                "summary": "支付成功" if notice.kind is Kind.PAYMENT else "退款结果",
                "resource": wire.resource(self._keys, self._desk, about, content),
            }
        )
        headers = wire.signature_headers(self._keys, self._desk, body, valid=notice.wrong != "signature")
        return Outgoing({"Content-Type": "application/json", **headers}, body)

    def accepts(self, status: int, body: bytes) -> bool:
        """200 or 204."""
        return status in (200, 204)

    def _payment_told(self, notice: Notice) -> tuple[str, dict[str, Any]]:
        told = wire.transaction(self._keys, self._found({"number": notice.number}), refunded=False)
        told["amount"]["total"] += notice.wrong == "amount"
        return "TRANSACTION.SUCCESS", told

    def _refund_told(self, notice: Notice) -> tuple[str, dict[str, Any]]:
        order, refund = self._refund_of(notice.number)
        told = wire.refund_told(order, refund)
        told["amount"]["refund"] += notice.wrong == "amount"
        status = told.pop("status")
        return f"REFUND.{status}", {**told, "mchid": self._keys.merchant_id, "refund_status": status}

    def _signed(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                body = await request.body()
                wire.authenticate(self._keys, request, body, self._desk.now().timestamp())
                status, content = await endpoint(request, wire.read_json(body))
            except Problem as problem:
                status, content = problem.status, {"code": problem.code, "message": problem.message}
            return self._answer(status, content)

        return answer

    def _answer(self, status: int, content: Any) -> Response:
        body = b"" if content is None else wire.to_json(content)
        headers = {"Request-ID": self._desk.token(16), **wire.signature_headers(self._keys, self._desk, body)}
        return Response(body, status, headers, "application/json")

    async def _create(self, request: Request, given: Any) -> tuple[int, Any]:
        order = self._new_order(request.path_params["flow"], given)
        try:
            kept = self._desk.place(order)
        except NumberTaken:
            raise Problem(403, "OUT_TRADE_NO_USED", "商户订单号重复") from None
        except AlreadyPaid:
            raise Problem(400, "ORDERPAID", "该订单已支付") from None
        except AlreadyClosed:
            raise Problem(400, "ORDER_CLOSED", "该订单已关闭") from None
        if kept.flow == "native":
            return 200, {"code_url": kept.code}
        if kept.flow == "h5":
            return 200, {"h5_url": f"{base(request)}cashier?prepay_id={kept.code}&package={self._desk.digits(10)}"}
        return 200, {"prepay_id": kept.code}

    def _new_order(self, flow: str, given: Any) -> Order:
        now = self._desk.now()
        if flow not in FLOWS:
            raise Problem(404, "RESOURCE_NOT_EXISTS", "没有这个接口")
        try:
            if (given["appid"], given["mchid"]) != (self._keys.app_id, self._keys.merchant_id):
                raise Problem(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
            expires_at = datetime.fromisoformat(given["time_expire"])
            details = {"payer": given["payer"]["openid"] if flow == "jsapi" else f"o{self._desk.token(13)}"}
            needed, total, number = FLOWS[flow], given["amount"]["total"], given["out_trade_no"]
            good = total > 0 and given["amount"]["currency"] == "CNY" and re.fullmatch(r"[\w|*-]{6,32}", number)
            if not good or expires_at.tzinfo is None or (needed and not given[needed]):
                raise ValueError
            code = f"wx{local(now, '%d%H%M%S')}{self._desk.token(14)}"
            code = f"weixin://wxpay/bizpayurl?pr={self._desk.token(5)}zz" if flow == "native" else code
            return Order(number, code, total, given["description"], flow, given["notify_url"], now, expires_at, details)
        except (KeyError, TypeError, ValueError):
            raise Problem(400, "PARAM_ERROR", "参数错误") from None

    async def _query(self, request: Request, _: Any) -> tuple[int, Any]:
        if request.query_params.get("mchid") != self._keys.merchant_id:
            raise Problem(400, "PARAM_ERROR", "商户号错误")
        order = self._found(request.path_params)
        return 200, wire.transaction(self._keys, order, refunded=self._desk.refunded(order) > 0)

    async def _close(self, request: Request, given: Any) -> tuple[int, Any]:
        if given.get("mchid") != self._keys.merchant_id:
            raise Problem(400, "PARAM_ERROR", "商户号错误")
        try:
            self._desk.close(self._found(request.path_params))
        except AlreadyPaid:
            raise Problem(400, "ORDERPAID", "该订单已支付") from None
        return 204, None

    async def _refund(self, request: Request, given: Any) -> tuple[int, Any]:
        try:
            by = {"reference": given["transaction_id"]} if "transaction_id" in given else {"number": given["out_trade_no"]}
            amount, number = given["amount"], given["out_refund_no"]
            if amount["refund"] <= 0 or amount["currency"] != "CNY":
                raise ValueError
            order = self._found(by)
            if amount["total"] != order.amount:
                raise Problem(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
            refund = self._desk.refund(order, number, amount["refund"], given.get("notify_url", ""), {})
        except (KeyError, TypeError, ValueError):
            raise Problem(400, "PARAM_ERROR", "参数错误") from None
        except NumberTaken:
            raise Problem(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试") from None
        except NotPaid:
            raise Problem(400, "INVALID_REQUEST", "订单未支付") from None
        except TooMuch:
            raise Problem(400, "INVALID_REQUEST", "退款金额大于可退余额") from None
        return 200, wire.refund_told(order, refund)

    async def _query_refund(self, request: Request, _: Any) -> tuple[int, Any]:
        return 200, wire.refund_told(*self._refund_of(request.path_params["number"]))

    async def _bill(self, request: Request, _: Any) -> tuple[int, Any]:
        try:
            day = date.fromisoformat(request.query_params["bill_date"])
        except (KeyError, ValueError):
            raise Problem(400, "PARAM_ERROR", "账单日期错误") from None
        data = self._bill_of(day)
        address = f"{base(request)}v3/billdownload/file?token={day.isoformat()}"
        return 200, {"hash_type": "SHA1", "hash_value": hashlib.sha1(data).hexdigest(), "download_url": address}  # noqa: S324 - so it is

    async def _download(self, request: Request) -> Response:
        try:
            wire.authenticate(self._keys, request, b"", self._desk.now().timestamp())
            return Response(self._bill_of(date.fromisoformat(request.query_params["token"])), media_type="text/plain")
        except (Problem, KeyError, ValueError):
            return self._answer(401, {"code": "SIGN_ERROR", "message": "错误的签名，验签失败"})

    def _bill_of(self, day: date) -> bytes:
        """Raises Problem where there is none."""
        if not self._desk.has_statement(day):
            raise Problem(400, "STATEMENT_CREATING", "账单生成中")
        data = bill(self._desk.books, day, self._keys)
        if data is None:
            raise Problem(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        return data

    async def _cashier(self, request: Request) -> Response:
        order = self.order_of(request.query_params.get("prepay_id", ""))
        if order is None:
            return Response(status_code=404)
        return cashier(request, order, request.query_params.get("redirect_url", ""))

    def _found(self, by: Mapping[str, str]) -> Order:
        desk = self._desk
        order = desk.order(by["number"]) if "number" in by else desk.books.order_of_reference(by["reference"])
        if order is None:
            raise Problem(404, "ORDER_NOT_EXIST", "订单不存在")
        return order

    def _refund_of(self, number: str) -> tuple[Order, Refund]:
        refund = self._desk.find_refund(number)
        if refund is None:
            raise Problem(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return self._found({"number": refund.order_number}), refund
