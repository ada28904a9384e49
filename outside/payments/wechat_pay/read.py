"""What WeChat Pay's JSON says. Everything here raises ValueError for what is not as documented."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.times import from_text
from outside.payments import OrderState, RefundState, State
from outside.payments.exchange import json_object
from outside.payments.formats import same, text_of, whole

# REFUND: it was paid, and something of it was paid back since.
ORDERS = {
    "SUCCESS": State.SUCCEEDED,
    "REFUND": State.SUCCEEDED,
    "NOTPAY": State.PENDING,
    "USERPAYING": State.PENDING,
    "CLOSED": State.CLOSED,
    "REVOKED": State.CLOSED,
    "PAYERROR": State.FAILED,
}
# ABNORMAL: the payer's account takes nothing any more; somebody must settle it at WeChat Pay by hand.
REFUNDS = {
    "SUCCESS": State.SUCCEEDED,
    "PROCESSING": State.PENDING,
    "CLOSED": State.FAILED,
    "ABNORMAL": State.FAILED,
}


def member(name: str) -> Callable[[bytes], str]:
    """One member of an answer, which is text."""

    def read(content: bytes) -> str:
        return text_of(json_object(content), name)

    return read


def order_of(number: str) -> Callable[[bytes], OrderState]:
    """The order with this number, and no other."""

    def read(content: bytes) -> OrderState:
        return same(order(json_object(content)), number)

    return read


def refund_of(number: str) -> Callable[[bytes], RefundState]:
    """The refund with this number, and no other."""

    def read(content: bytes) -> RefundState:
        found = json_object(content)
        return same(refund(found, text_of(found, "status")), number)

    return read


def order(found: Mapping[str, Any]) -> OrderState:
    """An order; its amount is what it was over, whatever the payer's vouchers made of it."""
    told = text_of(found, "trade_state")
    state = _state(ORDERS, told)
    paid = state is State.SUCCEEDED
    return OrderState(
        number=text_of(found, "out_trade_no"),
        state=state,
        amount=whole(found["amount"]["total"]) if paid else None,
        provider_reference=text_of(found, "transaction_id") if paid else None,
        paid_at=from_text(text_of(found, "success_time")) if paid else None,
        failure=told if state is State.FAILED else None,
    )


def refund(found: Mapping[str, Any], told: str) -> RefundState:
    """A refund; `told`: its status, whose name differs between an answer and a notification."""
    state = _state(REFUNDS, told)
    return RefundState(
        number=text_of(found, "out_refund_no"),
        order_number=text_of(found, "out_trade_no"),
        state=state,
        amount=whole(found["amount"]["refund"]),
        provider_reference=text_of(found, "refund_id"),
        refunded_at=from_text(text_of(found, "success_time")) if state is State.SUCCEEDED else None,
        failure=told if state is State.FAILED else None,
    )


def _state(table: Mapping[str, State], told: str) -> State:
    if told not in table:
        raise ValueError("state")
    return table[told]
