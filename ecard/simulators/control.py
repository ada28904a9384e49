"""What no provider has: paying by a request, telling the simulator how to behave, looking into its books."""

import html
import json
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ecard.simulators.behaviour import BadBehaviour, changed
from ecard.simulators.books import Order, Refund
from ecard.simulators.desk import AlreadyClosed, AlreadyPaid, Desk
from ecard.simulators.provider import Provider
from ecard.simulators.writing import base, shanghai, yuan

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>模拟支付</title><body style="font-family:sans-serif;max-width:24rem;margin:3rem auto"><h1>模拟支付</h1>
<p>{description}</p><p><strong>¥ {yuan}</strong></p><form method="post" action="{action}">
<input type="hidden" name="codeUrl" value="{code}"><input type="hidden" name="returnUrl" value="{back}">
<button style="font-size:1.2rem">付款</button></form></body></html>
"""


def cashier(request: Request, order: Order, back: str) -> Response:
    """The page on which a payer pays in a browser. back: where it goes afterwards; empty for nowhere."""
    shown = {"description": order.description, "yuan": yuan(order.amount), "code": order.code, "back": back}
    action = f"{base(request)}pay"
    return HTMLResponse(PAGE.format(action=action, **{name: html.escape(text) for name, text in shown.items()}))


def control_routes(desk: Desk, provider: Provider) -> list[Route]:
    """The routes beside the provider's own."""
    control = Control(desk, provider)
    return [
        Route("/pay", control.pay, methods=["POST"]),
        Route("/behaviour", control.behave, methods=["GET", "POST"]),
        Route("/release", control.release, methods=["POST"]),
        Route("/books", control.books, methods=["GET"]),
    ]


class Control:
    """What these routes do; docs/how-to/simulate-providers.md."""

    def __init__(self, desk: Desk, provider: Provider) -> None:
        self._desk = desk
        self._provider = provider

    async def pay(self, request: Request) -> Response:
        """Pays as a payer would, from a program or from the page."""
        given = await _read(request)
        if given is None:
            return JSONResponse({"error": "NO_OBJECT"}, 400)
        order = self._provider.order_of(str(given.get("codeUrl", "")))
        if order is None:
            return JSONResponse({"error": "UNKNOWN_CODE"}, 404)
        try:
            paid = self._desk.pay(order)
        except (AlreadyPaid, AlreadyClosed) as refusal:
            return JSONResponse({"error": "ALREADY_PAID" if isinstance(refusal, AlreadyPaid) else "CLOSED"}, 409)
        back = str(given.get("returnUrl") or "")
        if back.startswith(("https://", "http://")):
            return RedirectResponse(back, 303)
        told = {"number": paid.number, "amount": paid.amount, "reference": paid.reference, "paidAt": shanghai(paid.paid_at)}
        return JSONResponse(told)

    async def behave(self, request: Request) -> Response:
        """Tells the behaviour, once it is as it should be."""
        if request.method == "POST":
            given = await _read(request)
            if given is None:
                return JSONResponse({"error": "NO_OBJECT"}, 400)
            try:
                self._desk.behaviour = changed(self._desk.behaviour, given)
            except BadBehaviour as error:
                return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(self._desk.behaviour.model_dump())

    async def release(self, _: Request) -> Response:
        """Lets held notifications go."""
        return JSONResponse({"released": self._desk.release()})

    async def books(self, request: Request) -> Response:
        """The books of a day, or all of them."""
        try:
            day = date.fromisoformat(request.query_params["day"]) if "day" in request.query_params else None
        except ValueError:
            return JSONResponse({"error": "day is not a date"}, 400)
        self._desk.settle_due()
        payments = [_payment(each) for each in self._desk.books.payments(day)]
        return JSONResponse({"payments": payments, "refunds": [_refund(each) for each in self._desk.books.refunds(day)]})


async def _read(request: Request) -> dict[str, Any] | None:
    """A JSON object, or the form of the page; None for anything else."""
    body = await request.body()
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(body.decode("utf-8", "replace")))
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _payment(order: Order) -> dict[str, Any]:
    at = shanghai(order.paid_at)
    return {"number": order.number, "reference": order.reference, "amount": order.amount, "state": "SUCCEEDED", "at": at}


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "number": refund.number,
        "orderNumber": refund.order_number,
        "reference": refund.reference,
        "amount": refund.amount,
        "state": refund.state,
        "at": shanghai(refund.settled_at or refund.requested_at),
    }
