"""What Alipay's answers and notifications say. Everything here raises ValueError for what is not as documented."""

from collections.abc import Mapping
from typing import Any

from outside.payments import Notification, OrderState, RefundRequest, RefundState, State
from outside.payments.formats import from_yuan, local_time, text_of

_STATES = {
    "WAIT_BUYER_PAY": State.PENDING,
    "TRADE_SUCCESS": State.SUCCEEDED,
    "TRADE_FINISHED": State.SUCCEEDED,
    "TRADE_CLOSED": State.CLOSED,
}


def order(found: Mapping[str, Any], paid_at: str) -> OrderState:
    """An order; `paid_at`: the member that has the time of payment, which an answer and a notification name differently."""
    state = _STATES.get(text_of(found, "trade_status"))
    if state is None:
        raise ValueError("trade_status")
    if state is State.CLOSED and found.get(paid_at):
        state = State.SUCCEEDED  # all of it was paid back since
    paid = state is State.SUCCEEDED
    return OrderState(
        number=text_of(found, "out_trade_no"),
        state=state,
        amount=from_yuan(text_of(found, "total_amount")) if paid else None,
        provider_reference=text_of(found, "trade_no") if paid else None,
        paid_at=local_time(text_of(found, paid_at)) if paid else None,
    )


def refund_reference(trade: str, number: str) -> str:
    """Alipay gives refunds no number of its own: the trade's and ours together are one."""
    return f"{trade}:{number}"


def refund(found: Mapping[str, Any], request: RefundRequest) -> RefundState | None:
    """A refund that was asked about. Alipay tells the state of a finished one alone."""
    if found.get("refund_status") != "REFUND_SUCCESS":
        return None
    if text_of(found, "out_request_no") != request.number:
        raise ValueError("out_request_no")
    at = found.get("gmt_refund_pay")
    return RefundState(
        number=request.number,
        order_number=text_of(found, "out_trade_no"),
        state=State.SUCCEEDED,
        amount=from_yuan(text_of(found, "refund_amount")),
        provider_reference=refund_reference(text_of(found, "trade_no"), request.number),
        refunded_at=local_time(at) if at else None,
    )


def notification(fields: Mapping[str, str]) -> Notification:
    """A notification whose signature was checked. One about a refund tells the sum of the order's refunds so far, not its own."""
    id = text_of(fields, "notify_id")
    if len(id) > 128:
        raise ValueError("notify_id")
    if not fields.get("out_biz_no"):
        return Notification(id, order(fields, "gmt_payment"))
    number = fields["out_biz_no"]
    return Notification(
        id,
        RefundState(
            number=number,
            order_number=text_of(fields, "out_trade_no"),
            state=State.SUCCEEDED,
            provider_reference=refund_reference(text_of(fields, "trade_no"), number),
            refunded_at=local_time(text_of(fields, "gmt_refund")[:19]),
        ),
    )
