"""Money goes back: asked for by the institution that was paid, or by the payment app that carried it."""

from uuid import UUID

from db import refunds
from db.refunds import Wanted
from domain.ids import Key
from domain.refunds import RequestedBy
from resolvers.audit import record
from resolvers.transaction import Transaction


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
