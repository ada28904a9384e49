"""Money goes back: asked for by the institution that was paid, or by the payment app that carried it."""

from decimal import Decimal
from uuid import UUID

from db import apps, refunds
from db.refunds import Carried, Wanted
from domain.ids import Key
from domain.money import fen
from domain.payment_apps import METHOD_OF
from domain.refunds import RequestedBy
from domain.refusals import Forbidden, InvalidInput, NotFound, RefundExceedsPayment
from domain.viewer import ViewerKind
from resolvers.audit import record
from resolvers.inputs import BILL, PAYMENT, read_owned_id, read_text
from resolvers.transaction import Made, Transaction

LONGEST_REASON = 200


async def refund_bill(tx: Transaction, *, bill_id: str, reason: str, amount: Decimal | None = None) -> Made:
    """The institution gives back of its own bill so much, or all that is left of the self-paid part. Raises NotFound, WrongState,
    InvalidInput, RefundExceedsPayment, Forbidden."""
    institution_id = tx.viewer.institution_id
    if tx.viewer.kind is not ViewerKind.INSTITUTION or institution_id is None:
        raise Forbidden
    resident_id, id = read_owned_id(bill_id, BILL, "bill_id")
    wanted, why = None if amount is None else fen(amount, "amount"), read_text(reason, LONGEST_REASON, "reason")
    payment_id = await refunds.payment_of(tx.connection, resident_id, id, institution_id)
    if payment_id is None:
        raise RefundExceedsPayment("amount")
    return Made({"refund": await request(tx, resident_id, payment_id, id, wanted, why, RequestedBy.INSTITUTION)})


async def refund_payment(tx: Transaction, *, payment_id: str, amount: Decimal, reason: str, bill_id: str | None = None) -> Made:
    """The payment app gives back of a payment that it carries; of which bill, where there are several. Raises NotFound, WrongState,
    InvalidInput, RefundExceedsPayment, Forbidden."""
    resident_id, id = read_owned_id(payment_id, PAYMENT, "payment_id")
    wanted, why = fen(amount, "amount"), read_text(reason, LONGEST_REASON, "reason")
    payment = await _carried(tx, resident_id, id)
    if bill_id is not None:
        of_bill = read_owned_id(bill_id, BILL, "bill_id")
    elif len(payment.bill_ids) == 1:
        of_bill = (resident_id, payment.bill_ids[0])
    else:
        raise InvalidInput("bill_id")
    if of_bill[0] != resident_id:
        raise NotFound("bill_id")
    return Made({"refund": await request(tx, resident_id, id, of_bill[1], wanted, why, RequestedBy.APP)})


async def _carried(tx: Transaction, resident_id: UUID, payment_id: UUID) -> Carried:
    """The payment, if the app carries it. Raises NotFound when it does not, and Forbidden for who is no app."""
    viewer = tx.viewer
    app = None if viewer.client_id is None else await apps.of_client(tx.connection, viewer.client_id)
    if viewer.kind is not ViewerKind.APP or app is None:
        raise Forbidden
    found = await refunds.carried(tx.connection, resident_id, payment_id)
    if found is None or (found.app_id != app.id and found.method != METHOD_OF.get(app.kind)):
        raise NotFound("payment_id")
    return found


async def request(
    tx: Transaction,
    resident_id: UUID,
    payment_id: UUID,
    bill_id: UUID,
    amount: int | None,
    reason: str,
    requested_by: RequestedBy,
) -> Key:
    """The refund of so much (fen; None: of all that is left) of what the payment paid of the bill. The workers do the rest. Raises
    NotFound, WrongState, InvalidInput, RefundExceedsPayment."""
    wanted = Wanted(resident_id, payment_id, bill_id, amount, reason, requested_by)
    id = await refunds.request(tx.connection, tx.now, tx.random, wanted)
    await record(tx, "refund.requested", resident_id, id, reason)
    return Key(id, resident_id)
