"""What UnionPay's fields say. Everything here raises ValueError for what is not as documented."""

from collections.abc import Mapping
from datetime import datetime

from outside.payments import Notification, OrderState, RefundState, State
from outside.payments.exchange import code_of
from outside.payments.formats import from_fen, local_time, text_of

# A6 is a success whose details UnionPay settles by itself; the others say that it does not know yet.
_STATES = {
    "00": State.SUCCEEDED,
    "A6": State.SUCCEEDED,
    "03": State.PENDING,
    "04": State.PENDING,
    "05": State.PENDING,
}
PAYMENT, REFUND = "01", "04"


def state_of(code: str) -> State:
    """What a respCode about a payment or a refund says of it."""
    return _STATES.get(code, State.FAILED)


def order(fields: Mapping[str, str], code: str) -> OrderState:
    """An order; `code`: the respCode about it."""
    state = state_of(code)
    paid = state is State.SUCCEEDED
    return OrderState(
        number=text_of(fields, "orderId"),
        state=state,
        amount=from_fen(text_of(fields, "txnAmt")) if paid else None,
        provider_reference=text_of(fields, "queryId") if paid else None,
        paid_at=_at(fields) if paid else None,
        failure=code_of(code) if state is State.FAILED else None,
    )


def refund(fields: Mapping[str, str], code: str, order_number: str) -> RefundState:
    """A refund; `code`: the respCode about it."""
    state = state_of(code)
    done = state is State.SUCCEEDED
    return RefundState(
        number=text_of(fields, "orderId"),
        order_number=order_number,
        state=state,
        amount=from_fen(text_of(fields, "txnAmt")) if done else None,
        provider_reference=fields.get("queryId") or None,
        refunded_at=_at(fields) if done else None,
        failure=code_of(code) if state is State.FAILED else None,
    )


def notification(fields: Mapping[str, str]) -> Notification:
    """A notification whose signature was checked. The order of a refund is what we gave with it to be given back."""
    code = text_of(fields, "respCode")
    id = f"{text_of(fields, 'queryId')}:{code}"
    if len(id) > 128:
        raise ValueError("queryId")
    match fields.get("txnType"):
        case "01":
            return Notification(id, order(fields, code))
        case "04":
            return Notification(id, refund(fields, code, text_of(fields, "reqReserved")))
    raise ValueError("txnType")


def _at(fields: Mapping[str, str]) -> datetime:
    return yearless(text_of(fields, "traceTime"), local_time(text_of(fields, "txnTime"), "%Y%m%d%H%M%S"))


def yearless(text: str, near: datetime) -> datetime:
    """A time written as MMDDhhmmss → the one that is nearest. Raises ValueError."""
    if len(text) != 10:
        raise ValueError("time")
    found: list[datetime] = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found.append(local_time(f"{year}{text}", "%Y%m%d%H%M%S"))
        except ValueError:
            continue  # the 29th of February, in most years
    if not found:
        raise ValueError("time")
    return min(found, key=lambda moment: abs(moment - near))
