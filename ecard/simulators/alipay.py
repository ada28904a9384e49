"""Alipay's gateway from the provider's side: a form signed with RSA2 in, JSON whose inner text is signed out."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ecard.simulators.alipay_bill import bill
from ecard.simulators.alipay_wire import AlipayKeys, Problem, answer, authenticate, read_content, read_form, signed_text
from ecard.simulators.books import Kind, Notice, Order, Refund, State
from ecard.simulators.control import cashier
from ecard.simulators.desk import AlreadyPaid, Desk, NotPaid, NumberTaken, Refused, TooMuch
from ecard.simulators.provider import Outgoing
from ecard.simulators.writing import base, fen, local, read_local, sign, yuan

# Trades that begin in Alipay's app or on its page: our client hands them over there, signed.
HANDED_OVER = ("alipay.trade.app.pay", "alipay.trade.wap.pay", "alipay.trade.page.pay")
LONGEST = timedelta(days=15)  # that an order can be paid, where it does not say
BUYER = {"buyer_user_id": "2088102122524333", "buyer_logon_id": "159****5620"}


class Alipay:
    """The desk of Alipay."""

    # 4 min, 10 min twice, 1 h, 2 h, 6 h, 15 h.
    pauses = tuple(each / 60 for each in (240, 600, 600, 3600, 7200, 21600, 54000))

    def __init__(self, desk: Desk, keys: AlipayKeys) -> None:
        self._desk = desk
        self._keys = keys
        self._methods: Mapping[str, Callable[[Request, Mapping[str, str], Any], dict[str, Any]]] = {
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.create": self._create,
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.cancel": self._cancel,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._query_refund,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill,
        }

    @staticmethod
    def reference(kind: Kind, at: datetime, digits: Callable[[int], str]) -> str:
        """28 digits. A refund has none of its own."""
        return f"{local(at, '%Y%m%d')}22001{digits(15)}"

    def routes(self) -> list[Route]:
        """The interface."""
        return [
            Route("/gateway.do", self._gateway, methods=["GET", "POST"]),
            Route("/bills", self._download, methods=["GET"]),
        ]

    async def busy(self, request: Request) -> Response:
        """20000 isp.unknow-error."""
        fields = await read_form(request)
        return answer(self._keys, fields.get("method", "error"), Problem("20000", "isp.unknow-error", "系统繁忙").content)

    def order_of(self, code: str) -> Order | None:
        """By the code's text, the trade_no, or what our client signed for Alipay's app or page."""
        found = self._desk.books.order_of_code(code)
        if found is not None or "method=alipay.trade." not in code:
            return found
        try:
            return self._handed_over(dict(parse_qsl(urlsplit(code).query or code)))
        except (Problem, Refused):
            return None

    def notification(self, notice: Notice) -> Outgoing | None:
        """A form; a refund's is one about its trade."""
        refund = self._desk.books.refund(notice.number) if notice.kind is Kind.REFUND else None
        order = self._found({"out_trade_no": refund.order_number if refund else notice.number})
        more = 1 if notice.wrong == "amount" else 0
        fields = {
            "notify_time": local(self._desk.now()),
            "notify_type": "trade_status_sync",
            "notify_id": notice.id,
            "app_id": self._keys.app_id,
            "charset": "utf-8",
            "version": "1.0",
            "sign_type": "RSA2",
            "trade_no": order.reference or "",
            "out_trade_no": order.number,
            "seller_id": self._keys.seller_id,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": yuan(order.amount + (0 if refund else more)),
            "subject": order.description,
            "gmt_create": local(order.created_at),
            "gmt_payment": local(order.paid_at or order.created_at),
            **(self._of_refund(order, refund, more) if refund else {}),
        }
        text = signed_text(fields, "sign_type") + (b"?" if notice.wrong == "signature" else b"")
        body = urlencode({**fields, "sign": sign(self._keys.platform, text)}).encode()
        return Outgoing({"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, body)

    def accepts(self, status: int, body: bytes) -> bool:
        """The word `success`, whatever the status."""
        return body.strip() == b"success"

    def _of_refund(self, order: Order, refund: Refund, more: int) -> dict[str, str]:
        until = refund.settled_at or self._desk.now()
        earlier = [each for each in self._desk.books.refunds_of(order.number) if each.settled_at and each.settled_at <= until]
        total = sum(each.amount for each in earlier if each.state is State.SUCCEEDED)
        return {
            "out_biz_no": refund.number,
            "refund_fee": yuan(total + more),
            "gmt_refund": local(until, "%Y-%m-%d %H:%M:%S.%f")[:-3],
            "trade_status": "TRADE_CLOSED" if total == order.amount else "TRADE_SUCCESS",
        }

    async def _gateway(self, request: Request) -> Response:
        fields = await read_form(request)
        method = fields.get("method", "error")
        if method in HANDED_OVER:
            return self._page(request, fields)
        try:
            authenticate(self._keys, fields)
            call = self._methods.get(method)
            if call is None:
                raise Problem("40002", "isv.invalid-method", "不存在的方法名")
            content = {"code": "10000", "msg": "Success", **call(request, fields, read_content(fields))}
        except Problem as problem:
            content = problem.content
        return answer(self._keys, method, content)

    def _page(self, request: Request, fields: Mapping[str, str]) -> Response:
        """What a browser sees that our client sent here."""
        try:
            order = self._handed_over(fields)
        except (Problem, Refused):
            return Response("无法支付", 400, media_type="text/html;charset=utf-8")
        return cashier(request, order, fields.get("return_url", ""))

    def _handed_over(self, fields: Mapping[str, str]) -> Order:
        """The order in what our client signed. Raises Problem, Refused."""
        authenticate(self._keys, fields)
        if fields.get("method") not in HANDED_OVER:
            raise Problem("40002", "isv.invalid-method", "不存在的方法名")
        order = self._new_order(fields, read_content(fields))
        found = self._desk.order(order.number)
        if found is not None and found.state is not State.OPEN:
            return found
        return self._desk.place(order)

    def _new_order(self, fields: Mapping[str, str], content: Any) -> Order:
        now = self._desk.now()
        trade_no = self._desk.reference(Kind.PAYMENT)
        code = f"https://qr.alipay.com/bax{self._desk.token(12)}" if fields["method"].endswith("precreate") else trade_no
        try:
            expires_at = read_local(content["time_expire"]) if "time_expire" in content else now + LONGEST
            number, amount = content["out_trade_no"], fen(content["total_amount"])
            if not re.fullmatch(r"\w{1,64}", number):
                raise ValueError
            url, details = fields.get("notify_url", ""), {"reference": trade_no}
            return Order(number, code, amount, content["subject"], fields["method"], url, now, expires_at, details)
        except (KeyError, TypeError, ValueError):
            raise Problem("40004", "ACQ.INVALID_PARAMETER", "参数无效") from None

    def _place(self, fields: Mapping[str, str], content: Any) -> Order:
        try:
            return self._desk.place(self._new_order(fields, content))
        except AlreadyPaid:
            raise Problem("40004", "ACQ.TRADE_HAS_SUCCESS", "交易已被支付") from None
        except NumberTaken:
            raise Problem("40004", "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改") from None
        except Refused:
            raise Problem("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭") from None

    def _precreate(self, _: Request, fields: Mapping[str, str], content: Any) -> dict[str, Any]:
        order = self._place(fields, content)
        return {"out_trade_no": order.number, "qr_code": order.code}

    def _create(self, _: Request, fields: Mapping[str, str], content: Any) -> dict[str, Any]:
        if not content.get("buyer_id") and not content.get("buyer_open_id"):
            raise Problem("40004", "ACQ.INVALID_PARAMETER", "买家不能为空")
        return _names(self._place(fields, content))

    def _query(self, _: Request, __: Mapping[str, str], content: Any) -> dict[str, Any]:
        order = self._trade(content)
        told = {**_names(order), **BUYER, "total_amount": yuan(order.amount), "trade_status": self._status(order)}
        if order.state is not State.PAID:
            return told
        return {**told, "send_pay_date": local(order.paid_at or order.created_at), "receipt_amount": yuan(order.amount)}

    def _close(self, _: Request, __: Mapping[str, str], content: Any) -> dict[str, Any]:
        order = self._trade(content)
        if order.state is not State.OPEN:
            raise Problem("40004", "ACQ.REASON_TRADE_STATUS_INVALID", "交易状态异常")
        self._desk.close(order)
        return _names(order)

    def _cancel(self, _: Request, __: Mapping[str, str], content: Any) -> dict[str, Any]:
        """Closes what is not paid, also a code that nobody has scanned yet, and pays back what is."""
        order = self._found(content)
        if order.state is not State.PAID:
            self._desk.close(order)
            return {**_names(order), "retry_flag": "N", "action": "close"}
        rest = order.amount - self._desk.refunded(order, (State.SUCCEEDED, State.PENDING))
        if rest:
            number = f"cancel{order.number}"
            self._desk.refund(order, number, rest, "", {"reference": f"{order.reference}:{number}"})
        return {**_names(order), "retry_flag": "N", "action": "refund"}

    def _refund(self, _: Request, __: Mapping[str, str], content: Any) -> dict[str, Any]:
        order = self._trade(content)
        try:
            amount, number = fen(content["refund_amount"]), content.get("out_request_no") or order.number
        except (KeyError, ValueError):
            raise Problem("40004", "ACQ.INVALID_PARAMETER", "参数无效") from None
        known = self._desk.find_refund(number)
        # What fails here fails at once: Alipay has no refund that ends badly later.
        if known is None and self._desk.behaviour.refunds == "failing":
            raise Problem("40004", "ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款")
        try:
            refund = self._desk.refund(order, number, amount, order.notify_url, {"reference": f"{order.reference}:{number}"})
        except NumberTaken:
            raise Problem("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", "不一致的请求") from None
        except NotPaid:
            raise Problem("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法") from None
        except TooMuch:
            raise Problem("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限") from None
        changed = known is None and refund.state is State.SUCCEEDED
        told = {**_names(order), **BUYER, "fund_change": "Y" if changed else "N"}
        return {**told, "refund_fee": yuan(self._desk.refunded(order)), "send_back_fee": yuan(refund.amount if changed else 0)}

    def _query_refund(self, _: Request, __: Mapping[str, str], content: Any) -> dict[str, Any]:
        order = self._trade(content)
        refund = self._desk.find_refund(content.get("out_request_no", ""))
        if refund is None or refund.order_number != order.number or refund.state is not State.SUCCEEDED:
            return {}
        told = {**_names(order), "out_request_no": refund.number, "total_amount": yuan(order.amount)}
        ended = {"refund_status": "REFUND_SUCCESS", "gmt_refund_pay": local(refund.settled_at or refund.requested_at)}
        return {**told, "refund_amount": yuan(refund.amount), **ended}

    def _bill(self, request: Request, _: Mapping[str, str], content: Any) -> dict[str, Any]:
        try:
            day = date.fromisoformat(content["bill_date"])
        except (KeyError, TypeError, ValueError):
            raise Problem("40004", "isp.bill_date_invalid", "账单日期错误") from None
        if self._bill_of(day) is None:
            raise Problem("40004", "isp.bill_not_exist", "账单不存在")
        # The address needs no key: it cannot be guessed, and here nobody else is.
        return {"bill_download_url": f"{base(request)}bills?bill_date={day.isoformat()}"}

    async def _download(self, request: Request) -> Response:
        try:
            data = self._bill_of(date.fromisoformat(request.query_params["bill_date"]))
        except (KeyError, ValueError):
            data = None
        return Response(status_code=404) if data is None else Response(data, media_type="application/zip")

    def _bill_of(self, day: date) -> bytes | None:
        if not self._desk.has_statement(day):
            return None
        return bill(self._desk.books, day, self._keys.seller_id, self._desk.now())

    def _trade(self, content: Any) -> Order:
        """A trade begins when a payer scans its code; before that there is none. Raises Problem."""
        order = self._found(content)
        if order.flow.endswith("precreate") and order.state is not State.PAID:
            raise Problem("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
        return order

    def _found(self, content: Any) -> Order:
        desk = self._desk
        number, reference = content.get("out_trade_no", ""), content.get("trade_no", "")
        order = desk.order(number) if number else desk.as_it_stands(desk.books.order_of_reference(reference))
        if order is None:
            raise Problem("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
        return order

    def _status(self, order: Order) -> str:
        if order.state is State.PAID:
            return "TRADE_CLOSED" if self._desk.refunded(order) == order.amount else "TRADE_SUCCESS"
        return "WAIT_BUYER_PAY" if order.state is State.OPEN else "TRADE_CLOSED"


def _names(order: Order) -> dict[str, Any]:
    return {"trade_no": order.details["reference"], "out_trade_no": order.number}
