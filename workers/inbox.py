"""What providers told, carried out: each message once, and what cannot be so is refused with its reason."""

from datetime import datetime

from db import inbox, outbox, payment_moves, payments, refunds
from db.connection import Connection
from db.inbox import About, Message
from db.outbox import Job
from domain.payments import Fact, Told
from outside.errors import Permanent
from outside.payments import RefundState, State
from workers.refunds import apply
from workers.tools import Tools

UNKNOWN_NUMBER = "UNKNOWN_NUMBER"
"""Also of another provider's payment: who can sign for one of them says nothing of another."""


async def apply_notification(tools: Tools, job: Job) -> None:
    """Carries out the message `method`, `id`, unless that was done."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        message = await inbox.find(connection, job.args["method"], job.args["id"])
        if message is not None:
            refused = await _carry_out(connection, now, tools, message)
            await inbox.handled(connection, message, now, refused)
        await outbox.finish(connection, job, now)


async def _carry_out(connection: Connection, now: datetime, tools: Tools, message: Message) -> str | None:
    """Why it is refused, or None."""
    number = await payments.by_number(connection, message.number)
    if number is None or number.kind != message.kind:
        return UNKNOWN_NUMBER
    of = (connection, number.resident_id, number.id)
    row = await (payments.find(*of) if message.kind is About.PAYMENT else refunds.find(*of))
    if row is None or row.method != message.method:
        return UNKNOWN_NUMBER
    if message.kind is About.PAYMENT:
        fact = Fact(Told(message.provider_state), message.amount, message.provider_reference, message.at, message.failure)
        moves = await payment_moves.learn(connection, now, tools.random, number.resident_id, number.id, fact)
        return moves.refused
    try:
        await apply(connection, now, tools.random, number.resident_id, number.id, _refund_state(message))
    except Permanent as error:
        return str(error)
    return None


def _refund_state(message: Message) -> RefundState:
    state = State(message.provider_state)
    what = (message.amount, message.provider_reference, message.at, message.failure)
    return RefundState(message.number, message.order_number, state, *what)
