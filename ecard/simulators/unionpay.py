"""UnionPay 5.1.0 from the provider's side: signed forms in, signed `name=value` out. An order cannot be closed; its time ends."""

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ecard.simulators.books import Kind, Notice, Order, Refund, State
from ecard.simulators.control import cashier
from ecard.simulators.desk import Desk, NotPaid, NumberTaken, Refused, TooMuch
from ecard.simulators.provider import Outgoing
from ecard.simulators.unionpay_file import archive
from ecard.simulators.writing import is_signed, local, read_local, sign, today

WORDS = {
    "00": "成功[0000000]",
    "01": "交易失败。详情请咨询95516",
    "05": "交易已受理，请稍后查询交易结果",
    "06": "系统繁忙，请稍后再试",
    "10": "报文格式错误",
    "11": "验证签名失败",
    "12": "重复交易",
    "34": "查无此交易",
    "35": "原交易不存在或状态不正确",
    "36": "与原交易信息不符",
    "98": "文件不存在",
}
MOMENT = "%Y%m%d%H%M%S"
QR_ORDER, CONSUME = ("01", "07"), ("01", "01")
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnionPayKeys:
    """merchant: ours, by its certificate's number; certificate: theirs, as PEM, of the key platform."""

    merchant_id: str
    merchant_serial: str
    merchant: RSAPublicKey
    certificate: str
    platform: RSAPrivateKey


class Problem(Exception):
    """An answer other than the one that was hoped for: its respCode."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnionPay:
    """The desk of UnionPay."""

    # 1, 2, 4 and 8 minutes.
    pauses = tuple(each / 60 for each in (60, 120, 240, 480))

    def __init__(self, desk: Desk, keys: UnionPayKeys) -> None:
        self._desk = desk
        self._keys = keys

    @staticmethod
    def reference(kind: Kind, at: datetime, digits: Callable[[int], str]) -> str:
        """The queryId, 21 digits."""
        return f"{local(at, '%y%m%d%H%M%S')}{digits(9)}"

    def routes(self) -> list[Route]:
        """The interface."""
        return [
            Route("/gateway/api/backTransReq.do", self._form(self._back), methods=["POST"]),
            Route("/gateway/api/appTransReq.do", self._form(self._app), methods=["POST"]),
            Route("/gateway/api/queryTrans.do", self._form(self._query), methods=["POST"]),
            Route("/gateway/api/frontTransReq.do", self._page, methods=["POST"]),
            Route("/files/", self._form(self._file), methods=["POST"]),
        ]

    async def busy(self, request: Request) -> Response:
        """respCode 06."""
        return self._answer({**await _read(request), "respCode": "06"})

    def order_of(self, code: str) -> Order | None:
        """By the code's text or the tn."""
        return self._desk.books.order_of_code(code)

    def notification(self, notice: Notice) -> Outgoing | None:
        """A form. Of a refund that came to nothing it tells nothing."""
        fields = self._payment_told(notice) if notice.kind is Kind.PAYMENT else self._refund_told(notice)
        if fields is None:
            return None
        if notice.wrong == "amount":
            fields["txnAmt"] = str(int(fields["txnAmt"]) + 1)
        body = urlencode(self._signed({**fields, "respCode": "00", "respMsg": "success"}, valid=notice.wrong != "signature"))
        return Outgoing({"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}, body.encode())

    def accepts(self, status: int, body: bytes) -> bool:
        """200, whatever the body."""
        return status == 200

    def _payment_told(self, notice: Notice) -> dict[str, str]:
        order = self._found(notice.number)
        return {**self._common(*QR_ORDER), **_traced(order.paid_at), **self._order_told(order)}

    def _refund_told(self, notice: Notice) -> dict[str, str] | None:
        refund = self._desk.books.refund(notice.number)
        if refund is None or refund.state is not State.SUCCEEDED:
            return None
        return {**self._common("04", "00"), **_traced(refund.settled_at), **self._back_told(refund)}

    def _form(self, endpoint: Callable[[Fields], dict[str, str]]) -> Callable[..., object]:
        async def answer(request: Request) -> Response:
            fields = await _read(request)
            try:
                self._authenticate(fields)
                told = endpoint(fields)
            except Problem as problem:
                told = {"respCode": problem.code}
            # What was asked stands in the answer too.
            return self._answer({**fields, **told})

        return answer

    def _authenticate(self, fields: Fields) -> None:
        known = fields.get("merId") == self._keys.merchant_id and fields.get("certId") == self._keys.merchant_serial
        if not known or not is_signed(self._keys.merchant, _digest(fields), fields.get("signature", "")):
            raise Problem("11")

    def _answer(self, fields: Fields) -> Response:
        told = {name: value for name, value in fields.items() if name not in ("certId", "backUrl", "frontUrl", "signature")}
        told["respMsg"] = WORDS[told["respCode"]]
        # As it is: UnionPay does not encode the values of an answer.
        text = "&".join(f"{name}={value}" for name, value in self._signed(told).items())
        return Response(text.encode(), media_type="text/html;charset=UTF-8")

    def _signed(self, fields: Fields, *, valid: bool = True) -> dict[str, str]:
        full = {name: value for name, value in fields.items() if value} | {"signPubKeyCert": self._keys.certificate}
        return full | {"signature": sign(self._keys.platform, _digest(full) if valid else b"?")}

    def _common(self, kind: str, subkind: str) -> dict[str, str]:
        fixed = {"version": "5.1.0", "encoding": "UTF-8", "signMethod": "01", "accessType": "0", "currencyCode": "156"}
        return {**fixed, "merId": self._keys.merchant_id, "bizType": "000000", "txnType": kind, "txnSubType": subkind}

    def _back(self, fields: Fields) -> dict[str, str]:
        kind = (fields.get("txnType", ""), fields.get("txnSubType", ""))
        if kind == QR_ORDER:
            return {"respCode": "00", "qrCode": self._place(fields, "qr").code}
        if kind == ("04", "00"):
            return self._refund(fields)
        raise Problem("10")

    def _app(self, fields: Fields) -> dict[str, str]:
        return {"respCode": "00", "tn": self._place(fields, "app").code}

    async def _page(self, request: Request) -> Response:
        fields = await _read(request)
        try:
            self._authenticate(fields)
            order = self._place(fields, "front")
        except Problem as problem:
            return Response(WORDS[problem.code], 400, media_type="text/html;charset=UTF-8")
        return cashier(request, order, fields.get("frontUrl", ""))

    def _place(self, fields: Fields, flow: str) -> Order:
        now = self._desk.now()
        try:
            kind = QR_ORDER if flow == "qr" else CONSUME
            amount, number, txn_time = int(fields["txnAmt"]), fields["orderId"], fields["txnTime"]
            fits = (fields["txnType"], fields["txnSubType"], fields["currencyCode"]) == (*kind, "156")
            if not fits or amount <= 0 or not re.fullmatch(r"[0-9A-Za-z]{8,40}", number):
                raise ValueError
            read_local(txn_time, MOMENT)
            expires_at = read_local(fields["payTimeout"], MOMENT)
            code = f"https://qr.95516.com/00010000/{self._desk.digits(26)}" if flow == "qr" else self._desk.digits(21)
            about = {"txnTime": txn_time, "reqReserved": fields.get("reqReserved", "")}
            order = Order(number, code, amount, fields.get("orderDesc", ""), flow, fields["backUrl"], now, expires_at, about)
        except (KeyError, ValueError):
            raise Problem("10") from None
        try:
            return self._desk.place(order)
        except Refused:
            raise Problem("12") from None

    def _refund(self, fields: Fields) -> dict[str, str]:
        order = self._desk.books.order_of_reference(fields.get("origQryId", ""))
        if order is None:
            raise Problem("35")
        details = {name: fields.get(name, "") for name in ("txnTime", "reqReserved")} | {"origQryId": order.reference or ""}
        try:
            number, amount = fields["orderId"], int(fields["txnAmt"])
            if amount <= 0:
                raise ValueError
            refund = self._desk.refund(order, number, amount, fields["backUrl"], details)
        except (KeyError, ValueError):
            raise Problem("10") from None
        except NumberTaken:
            raise Problem("12") from None
        except (NotPaid, TooMuch) as refusal:
            raise Problem("36" if isinstance(refusal, TooMuch) else "35") from None
        return {"respCode": "00", "queryId": refund.reference}

    def _query(self, fields: Fields) -> dict[str, str]:
        number = fields.get("orderId", "")
        order, refund = self._desk.order(number), self._desk.find_refund(number)
        found = order or refund
        # An order that nobody has paid is no transaction.
        if found is None or found.details["txnTime"] != fields.get("txnTime") or (order and order.state is not State.PAID):
            raise Problem("34")
        if refund is not None:
            code = {State.SUCCEEDED: "00", State.PENDING: "05"}.get(refund.state, "01")
            told = {**self._back_told(refund), **_traced(refund.settled_at)}
        else:
            code = "00"
            told = {**self._order_told(self._found(number)), **_traced(self._found(number).paid_at)}
        return {**told, "respCode": "00", "origRespCode": code, "origRespMsg": WORDS[code]}

    def _file(self, fields: Fields) -> dict[str, str]:
        last = today(self._desk.now())
        try:
            day = date.fromisoformat(f"{last.year}-{fields['settleDate'][:2]}-{fields['settleDate'][2:]}")
        except (KeyError, ValueError):
            raise Problem("10") from None
        if day > last:
            # It names no year: it is one that has been.
            day = day.replace(year=last.year - 1)
        if not self._desk.has_statement(day):
            raise Problem("98")
        content = base64.b64encode(zlib.compress(archive(self._desk.books, day, self._keys.merchant_id))).decode()
        return {"respCode": "00", "fileName": f"{self._keys.merchant_id}_{day:%Y%m%d}.zip", "fileContent": content}

    def _found(self, number: str) -> Order:
        order = self._desk.order(number)
        if order is None:
            raise Problem("34")
        return order

    def _order_told(self, order: Order) -> dict[str, str]:
        amount = str(order.amount)
        told = {"orderId": order.number, "txnTime": order.details["txnTime"], "txnAmt": amount, "settleAmt": amount}
        return {**told, "queryId": order.reference or "", "reqReserved": order.details["reqReserved"]}

    def _back_told(self, refund: Refund) -> dict[str, str]:
        told = {"orderId": refund.number, "txnAmt": str(refund.amount), "settleAmt": str(refund.amount)}
        return {**told, "queryId": refund.reference, **refund.details}


def _traced(at: datetime | None) -> dict[str, str]:
    if at is None:
        return {}
    return {"traceNo": local(at, "%H%M%S"), "traceTime": local(at, "%m%d%H%M%S"), "settleDate": local(at, "%m%d")}


def _digest(fields: Fields) -> bytes:
    """What is signed: the SHA-256 of the fields by name, in hexadecimal."""
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "signature" and fields[name])
    return hashlib.sha256(text.encode()).hexdigest().encode()


async def _read(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
