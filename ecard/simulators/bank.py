"""A bank from its own side: docs/reference/bank-interface.md."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ecard.simulators.books import Kind, Notice, Order, Refund, State
from ecard.simulators.control import cashier
from ecard.simulators.desk import AlreadyClosed, AlreadyPaid, Desk, NotPaid, NumberTaken, TooMuch
from ecard.simulators.provider import Outgoing
from ecard.simulators.writing import base, is_signed, local, shanghai, sign, target

NUMBER = r"[0-9a-f]{32}"
MOST_SKEW = 300  # seconds
ORDER_STATE = {State.OPEN: "PENDING", State.PAID: "SUCCEEDED", State.CLOSED: "CLOSED"}


@dataclass(frozen=True, slots=True)
class BankKeys:
    """merchant: ours; bank: theirs; each by its name."""

    merchant_id: str
    merchant: RSAPublicKey
    bank_id: str
    bank: RSAPrivateKey


class Problem(Exception):
    """An answer other than the one that was hoped for."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


def text_of(line: str, path: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What is signed; `line`: the method, or the status of an answer."""
    return f"{line}\n{path}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


class Bank:
    """The desk of a bank."""

    pauses = (0.5, 1, 2, 5, 10, 30, 60, 120)

    def __init__(self, desk: Desk, keys: BankKeys) -> None:
        self._desk = desk
        self._keys = keys

    @staticmethod
    def reference(kind: Kind, at: datetime, digits: Callable[[int], str]) -> str:
        """B… of a payment, R… of a refund."""
        return f"{'B' if kind is Kind.PAYMENT else 'R'}{local(at, '%Y%m%d')}{digits(12)}"

    def routes(self) -> list[Route]:
        """The interface."""
        return [
            Route("/orders", self._signed(self._create), methods=["POST"]),
            Route("/orders/{number}", self._signed(self._query), methods=["GET"]),
            Route("/orders/{number}/close", self._signed(self._close), methods=["POST"]),
            Route("/orders/{number}/refunds", self._signed(self._refund), methods=["POST"]),
            Route("/orders/{number}/refunds/{refund}", self._signed(self._query_refund), methods=["GET"]),
            Route("/statements/{day}", self._signed(self._statement), methods=["GET"]),
            Route("/cashier", self._cashier, methods=["GET"]),
        ]

    async def busy(self, request: Request) -> Response:
        """503."""
        return self._answer(request, 503, {"error": "UNAVAILABLE", "message": "ask again later"})

    def order_of(self, code: str) -> Order | None:
        """By the code's text, what the kit got, or the address of the page."""
        token = parse_qs(urlsplit(code).query).get("token", [code])[0]
        return self._desk.books.order_of_code(code) or self._desk.books.order_of_code(token)

    def notification(self, notice: Notice) -> Outgoing | None:
        """Signed as a request is."""
        more = 1 if notice.wrong == "amount" else 0
        told: dict[str, Any] = {"id": notice.id, "kind": notice.kind}
        if notice.kind is Kind.PAYMENT:
            order = self._order(self._found(notice.number), "")
            told["order"] = {**order, "paidAmount": order["paidAmount"] + more}
        else:
            refund = self._refund_told(self._desk.find_refund(notice.number))
            told["refund"] = {**refund, "amount": refund["amount"] + more}
        body = _json(told)
        address = urlsplit(notice.url)
        path = f"{address.path}?{address.query}" if address.query else address.path
        headers = self._signature("POST", path, self._desk.token(16), body + (b"?" if notice.wrong == "signature" else b""))
        return Outgoing({"Content-Type": "application/json", **headers}, body)

    def accepts(self, status: int, body: bytes) -> bool:
        """204."""
        return status == 204

    def _signed(self, endpoint: Callable[[Request, Any], Any]) -> Callable[..., Any]:
        async def answer(request: Request) -> Response:
            try:
                body = await request.body()
                self._authenticate(request, body)
                return self._answer(request, 200, endpoint(request, _read(body)))
            except Problem as problem:
                return self._answer(request, problem.status, {"error": problem.error, "message": "see the interface"})

        return answer

    def _authenticate(self, request: Request, body: bytes) -> None:
        key, timestamp, nonce, signature = (
            request.headers.get(f"ecard-{name}", "") for name in ("key-id", "timestamp", "nonce", "signature")
        )
        moment = int(timestamp) if timestamp.isdecimal() else 0
        known = key == self._keys.merchant_id and re.fullmatch(NUMBER, nonce)
        text = text_of(request.method, target(request), timestamp, nonce, body)
        fresh = abs(moment - self._desk.now().timestamp()) <= MOST_SKEW
        if not known or not fresh or not is_signed(self._keys.merchant, text, signature):
            raise Problem(401, "WRONG_SIGNATURE")

    def _answer(self, request: Request, status: int, content: Any) -> Response:
        body = content if isinstance(content, bytes) else _json(content)
        media_type = "application/x-ndjson" if isinstance(content, bytes) else "application/json"
        headers = self._signature(str(status), target(request), request.headers.get("ecard-nonce", ""), body)
        return Response(body, status, headers, media_type)

    def _signature(self, line: str, path: str, nonce: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._desk.now().timestamp()))
        signature = sign(self._keys.bank, text_of(line, path, timestamp, nonce, body))
        names = {"Ecard-Key-Id": self._keys.bank_id, "Ecard-Timestamp": timestamp}
        return {**names, "Ecard-Nonce": nonce, "Ecard-Signature": signature}

    def _create(self, request: Request, given: Any) -> dict[str, Any]:
        try:
            kept = self._desk.place(self._new_order(given))
        except NumberTaken:
            raise Problem(409, "NUMBER_TAKEN") from None
        except AlreadyClosed:
            raise Problem(409, "ORDER_CLOSED") from None
        except AlreadyPaid:
            kept = self._found(given["number"])
        return self._order(kept, base(request))

    def _new_order(self, given: Any) -> Order:
        now, token = self._desk.now(), self._desk.token(8)
        try:
            number, amount, expires_at = given["number"], given["amount"], datetime.fromisoformat(given["expiresAt"])
            good = re.fullmatch(NUMBER, number) and given["currency"] == "CNY" and amount > 0 and expires_at.tzinfo
            if not good or given["flow"] not in ("QR_CODE", "BROWSER", "APP", "MINI_PROGRAM"):
                raise ValueError
            code = f"https://pay.bank.example/q/{token}" if given["flow"] == "QR_CODE" else token
            about = {"returnUrl": given.get("returnUrl") or ""}
            return Order(number, code, amount, given["description"], given["flow"], given["notifyUrl"], now, expires_at, about)
        except (KeyError, TypeError, ValueError):
            raise Problem(400, "INVALID_REQUEST") from None

    def _query(self, request: Request, _: Any) -> dict[str, Any]:
        return self._order(self._found(request.path_params["number"]), base(request))

    def _close(self, request: Request, _: Any) -> dict[str, Any]:
        order = self._found(request.path_params["number"])
        if order.state is State.OPEN:
            self._desk.close(order)
        return self._order(self._found(order.number), base(request))

    def _refund(self, request: Request, given: Any) -> dict[str, Any]:
        order = self._found(request.path_params["number"])
        try:
            number, amount = given["number"], given["amount"]
            if amount <= 0 or not re.fullmatch(NUMBER, number):
                raise ValueError
            refund = self._desk.refund(order, number, amount, order.notify_url, {})
        except (KeyError, TypeError, ValueError):
            raise Problem(400, "INVALID_REQUEST") from None
        except NumberTaken:
            raise Problem(409, "NUMBER_TAKEN") from None
        except NotPaid:
            raise Problem(409, "ORDER_NOT_PAID") from None
        except TooMuch:
            raise Problem(409, "REFUND_EXCEEDS_PAYMENT") from None
        return self._refund_told(refund)

    def _query_refund(self, request: Request, _: Any) -> dict[str, Any]:
        refund = self._desk.find_refund(request.path_params["refund"])
        wrong = refund is not None and refund.order_number != request.path_params["number"]
        return self._refund_told(None if wrong else refund)

    def _statement(self, request: Request, _: Any) -> bytes:
        try:
            day = date.fromisoformat(request.path_params["day"])
        except ValueError:
            raise Problem(400, "INVALID_REQUEST") from None
        if not self._desk.has_statement(day):
            raise Problem(404, "STATEMENT_NOT_READY")
        books = self._desk.books
        lines = [_line("PAYMENT", each.number, each.reference, each.amount, each.paid_at) for each in books.payments(day)]
        back = [refund for refund in books.refunds(day) if refund.state is State.SUCCEEDED]
        lines += [_line("REFUND", each.number, each.reference, each.amount, each.settled_at) for each in back]
        return b"".join(lines)

    async def _cashier(self, request: Request) -> Response:
        order = self._desk.books.order_of_code(request.query_params.get("token", ""))
        return Response(status_code=404) if order is None else cashier(request, order, order.details["returnUrl"])

    def _found(self, number: str) -> Order:
        order = self._desk.order(number)
        if order is None:
            raise Problem(404, "ORDER_NOT_FOUND")
        return order

    def _order(self, order: Order, url: str) -> dict[str, Any]:
        paid = order.state is State.PAID
        page = f"{url}cashier?token={order.code}"
        return {
            "number": order.number,
            "state": ORDER_STATE[order.state],
            "amount": order.amount,
            "paidAmount": order.amount if paid else None,
            "reference": order.reference,
            "paidAt": shanghai(order.paid_at),
            "failure": None,
            "codeUrl": {"QR_CODE": order.code, "BROWSER": page}.get(order.flow),
            "parameters": {"token": order.code} if order.flow in ("APP", "MINI_PROGRAM") else None,
        }

    def _refund_told(self, refund: Refund | None) -> dict[str, Any]:
        if refund is None:
            raise Problem(404, "REFUND_NOT_FOUND")
        return {
            "number": refund.number,
            "orderNumber": refund.order_number,
            "state": refund.state,
            "amount": refund.amount,
            "reference": refund.reference,
            "refundedAt": shanghai(refund.settled_at) if refund.state is State.SUCCEEDED else None,
            "failure": "ACCOUNT_CLOSED" if refund.state is State.FAILED else None,
        }


def _line(kind: str, number: str, reference: str | None, amount: int, at: datetime | None) -> bytes:
    told = {"kind": kind, "reference": reference, "number": number, "amount": amount, "state": "SUCCEEDED", "at": shanghai(at)}
    return _json(told) + b"\n"


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Problem(400, "INVALID_REQUEST")
    return content
