"""What a payment's moves do to its rows: the bills, the ledger, the books of the day, refunds of what was too much, who is told.

One way for all: whoever learns something, by a notification, a query or a close, comes through here. The resident's row is locked
first, so that of two payments of the same bills neither waits for the other.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from db import ledger, notifications, outbox, payments, refunds, residents, settlements, updates
from db.connection import Connection
from db.outbox import JobKind
from db.payments import Payment
from db.refunds import Wanted
from domain.enums import PaymentMethod, PaymentStatus
from domain.ids import Random, new_id
from domain.ledger import payment_succeeded
from domain.notifications import NotificationEvent
from domain.payments import NOTHING, Fact, Moves, Part, Paying, Refused, decide, given_up, must_cancel
from domain.refunds import RequestedBy
from domain.refusals import NotFound

SURPLUS = "已支付的账单无需再付，原路退回"


async def learn(connection: Connection, now: datetime, random: Random, resident_id: UUID, id: UUID, fact: Fact) -> Moves:
    """Carries out what the fact moves, all of it or nothing. A fact that is refused changes nothing, but leaves its reason on a
    payment that has not succeeded, for people to see."""
    await residents.lock(connection, resident_id)
    payment = await payments.lock(connection, resident_id, id)
    if payment is None:
        return NOTHING
    paying = await _paying(connection, payment)
    moves = decide(paying, fact)
    if moves.status is PaymentStatus.SUCCEEDED and not await payments.claim_reference(connection, payment, fact.reference):
        moves = Moves(refused=Refused.REFERENCE_TAKEN)
    if moves.refused is not None:
        await connection.execute(payments.DOUBT, resident_id, id, moves.refused)
        await updates.tell(connection, updates.PAYMENT, id, resident_id)
    elif moves.status is PaymentStatus.SUCCEEDED:
        await _succeed(connection, now, random, payment, paying.parts, moves, fact)
    elif moves.status is not None:
        await _end(connection, now, random, payment, moves, fact.failure)
    return moves


async def cancel(connection: Connection, now: datetime, random: Random, resident_id: UUID, id: UUID) -> bool:
    """Cancels it and frees its bills; the provider is told afterwards. False when it was cancelled before. Raises NotFound, and
    WrongState when it has ended otherwise."""
    await residents.lock(connection, resident_id)
    payment = await payments.lock(connection, resident_id, id)
    if payment is None:
        raise NotFound("payment_id")
    if not must_cancel(PaymentStatus(payment.status)):
        return False
    moves = given_up(await _paying(connection, payment), PaymentStatus.CANCELLED)
    await _end(connection, now, random, payment, moves, None)
    return True


async def put_job(
    connection: Connection,
    kind: JobKind,
    now: datetime,
    random: Random,
    payment: Payment,
    *,
    asked: int = 0,
    at: datetime | None = None,
) -> None:
    """Leaves something about the payment to the workers. `asked`: how often the provider was asked before."""
    args = {"resident_id": str(payment.resident_id), "id": str(payment.id), "asked": str(asked)}
    await outbox.put(connection, kind, args, new_id(now, random), now, at)


async def _paying(connection: Connection, payment: Payment) -> Paying:
    parts = await payments.parts(connection, payment.resident_id, payment.id)
    return Paying(payment.id, PaymentStatus(payment.status), payment.amount, payment.provider_reference, parts)


async def _succeed(
    connection: Connection, now: datetime, random: Random, payment: Payment, parts: Sequence[Part], moves: Moves, fact: Fact
) -> None:
    resident_id, id, paid_at = payment.resident_id, payment.id, fact.paid_at or now
    day = await settlements.book(connection, now, random, payment.method, payment.institution_id, paid_at)
    ended = (payment.status, fact.reference, paid_at, now, day)
    await connection.execute(payments.SUCCEED, resident_id, id, *ended)
    await connection.execute(payments.SETTLE_BILLS, resident_id, moves.settled, id, paid_at)
    paid = [(payment.bill(part.bill_id), part.amount) for part in parts]
    await ledger.post(connection, payment_succeeded(id, PaymentMethod(payment.method), paid), now, random)
    for bill_id in moves.surplus:
        wanted = Wanted(resident_id, id, bill_id, None, SURPLUS, RequestedBy.SURPLUS)
        await refunds.request(connection, now, random, wanted)
    for other_id in moves.overtaken:
        await cancel(connection, now, random, resident_id, other_id)
    if moves.settled:
        await notifications.put(connection, NotificationEvent.PAYMENT_SUCCEEDED, resident_id, id, new_id(now, random), now)
    await updates.tell(connection, updates.PAYMENT, id, resident_id)


async def _end(connection: Connection, now: datetime, random: Random, payment: Payment, moves: Moves, failure: str | None) -> None:
    resident_id, id = payment.resident_id, payment.id
    await connection.execute(payments.END, resident_id, id, payment.status, moves.status, failure, now)
    await connection.execute(payments.FREE_BILLS, resident_id, moves.freed, id)
    if moves.status is not PaymentStatus.EXPIRED:
        # The provider would still take money for it.
        await put_job(connection, JobKind.CLOSE_ORDER, now, random, payment)
    await updates.tell(connection, updates.PAYMENT, id, resident_id)
