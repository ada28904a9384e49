"""What the bank's JSON says. Everything here raises ValueError for what is not as documented."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.enums import PaymentFlow, StatementLineKind
from domain.times import from_text
from outside.payments import Instructions, Notification, OrderState, RefundState, State, StatementLine
from outside.payments.exchange import code_of, json_object
from outside.payments.formats import same, text_of, whole


def instructions(flow: PaymentFlow) -> Callable[[bytes], Instructions]:
    """How the payer pays, as the answer to a new order says it."""

    def read(content: bytes) -> Instructions:
        found = json_object(content)
        if flow in (PaymentFlow.QR_CODE, PaymentFlow.BROWSER):
            return Instructions(code_url=text_of(found, "codeUrl"))
        return Instructions(parameters=_member(found, "parameters"))

    return read


def order_of(number: str) -> Callable[[bytes], OrderState]:
    """The order with this number, and no other."""

    def read(content: bytes) -> OrderState:
        return same(_order(json_object(content)), number)

    return read


def refund_of(number: str) -> Callable[[bytes], RefundState]:
    """The refund with this number, and no other."""

    def read(content: bytes) -> RefundState:
        return same(_refund(json_object(content)), number)

    return read


def _order(found: Mapping[str, Any]) -> OrderState:
    state = State(text_of(found, "state"))
    paid = state is State.SUCCEEDED
    return OrderState(
        number=text_of(found, "number"),
        state=state,
        amount=whole(found.get("paidAmount")) if paid else None,
        provider_reference=text_of(found, "reference") if paid else None,
        paid_at=from_text(text_of(found, "paidAt")) if paid else None,
        failure=_failure(found, state),
    )


def _refund(found: Mapping[str, Any]) -> RefundState:
    state = State(text_of(found, "state"))
    if state is State.CLOSED:
        raise ValueError("state")
    done = state is State.SUCCEEDED
    return RefundState(
        number=text_of(found, "number"),
        order_number=text_of(found, "orderNumber"),
        state=state,
        amount=whole(found.get("amount")),
        provider_reference=text_of(found, "reference") if done or found.get("reference") else None,
        refunded_at=from_text(text_of(found, "refundedAt")) if done else None,
        failure=_failure(found, state),
    )


def _failure(found: Mapping[str, Any], state: State) -> str | None:
    return code_of(found.get("failure")) if state is State.FAILED else None


def notification(body: bytes) -> Notification:
    """What the bank tells by itself."""
    found = json_object(body)
    id = text_of(found, "id")
    if len(id) > 64:
        raise ValueError("id")
    match found.get("kind"):
        case "PAYMENT":
            return Notification(id, _order(_member(found, "order")))
        case "REFUND":
            return Notification(id, _refund(_member(found, "refund")))
    raise ValueError("kind")


def _member(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    if not isinstance(value, dict):
        raise ValueError(name)
    return value


def statement(body: bytes) -> list[StatementLine]:
    """A JSON object a line."""
    return [_line(json_object(line)) for line in body.split(b"\n") if line.strip()]


def _line(found: Mapping[str, Any]) -> StatementLine:
    return StatementLine(
        kind=StatementLineKind(text_of(found, "kind")),
        provider_reference=text_of(found, "reference"),
        number=text_of(found, "number") if found.get("number") is not None else None,
        amount=whole(found.get("amount")),
        state=State(text_of(found, "state")),
        at=from_text(text_of(found, "at")),
    )
