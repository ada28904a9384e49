"""Orders at the provider: made, asked about while nobody tells, closed when their time is over. What the provider answers moves the
payment as a notification would.

A provider that does not answer is asked again later, by another job: it is no failure that people must look at before long.
"""

import logging
from datetime import datetime
from uuid import UUID

from db import outbox, payment_moves, payments, updates
from db.connection import Connection
from db.outbox import Job, JobKind
from db.payments import Payment
from domain.enums import PaymentFlow, PaymentMethod, PaymentStatus
from domain.payments import PATIENCE, Fact, Moves, Told, pause_before
from outside.errors import Permanent, Transient
from outside.payments import Instructions, Order, OrderState, PaymentProvider, State, WrongSignature
from workers.tools import Tools

log = logging.getLogger(__name__)
LONGEST_FAILURE = 200
# Of these the provider may still have an order that can be paid.
UNSETTLED = (PaymentStatus.PENDING, PaymentStatus.CANCELLED, PaymentStatus.FAILED)


async def create_order(tools: Tools, job: Job) -> None:
    """Makes the order of the payment `resident_id`, `id` and keeps how it is paid. What the provider refuses for good fails."""
    payment = await _payment(tools, job)
    made: Instructions | Fact | None = None
    if payment.status == PaymentStatus.PENDING and tools.clock() < payment.expires_at:
        made = await _create(_provider(tools, payment), _order(payment, tools.city))
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        if not await outbox.finish(connection, job, now) or made is None:
            return
        if isinstance(made, Fact):
            await payment_moves.learn(connection, now, tools.random, payment.resident_id, payment.id, made)
        elif await payments.instruct(connection, payment.resident_id, payment.id, made.code_url, made.parameters):
            await updates.tell(connection, updates.PAYMENT, payment.id, payment.resident_id)
        else:
            # It was given up while the order was made.
            await payment_moves.put_job(connection, JobKind.CLOSE_ORDER, now, tools.random, payment)


async def query_payment(tools: Tools, job: Job) -> None:
    """Asks how far the order has come, in the place of a notification that does not come; later again while it can be paid."""
    payment, asked = await _payment(tools, job), int(job.args["asked"])
    if payment.status != PaymentStatus.PENDING or tools.clock() >= payment.expires_at:
        await _finish(tools, job)
        return
    try:
        state = await _provider(tools, payment).query(payment.number, payment.started_at)
    except Transient as error:
        _log(job, error)
        state = None
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        if not await outbox.finish(connection, job, now):
            return
        if state is not None:
            await _learn(connection, now, tools, payment, state)
        at = now + pause_before(asked + 1)
        if at < payment.expires_at and (state is None or state.state is State.PENDING):
            await payment_moves.put_job(connection, JobKind(job.kind), now, tools.random, payment, asked=asked + 1, at=at)


async def close_order(tools: Tools, job: Job) -> None:
    """Closes the order of a payment whose time is over, or that was given up. What was paid in the meantime counts. The job of a
    payment whose facts are refused fails, so that people see it."""
    payment, asked = await _payment(tools, job), int(job.args["asked"])
    if payment.status not in UNSETTLED:
        await _finish(tools, job)
        return
    try:
        state = await _provider(tools, payment).close(payment.number, payment.started_at, payment.expires_at)
    except Transient as error:
        if tools.clock() > payment.expires_at + PATIENCE:
            raise
        _log(job, error)
        state = OrderState(payment.number, State.PENDING)
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        moves = await _learn(connection, now, tools, payment, state)
        if moves.refused is None and await outbox.finish(connection, job, now) and state.state is State.PENDING:
            at = now + pause_before(asked)
            await payment_moves.put_job(connection, JobKind(job.kind), now, tools.random, payment, asked=asked + 1, at=at)
    if moves.refused is not None:
        raise Permanent(f"The payment {payment.number} cannot be decided: {moves.refused}")


def fact_of(state: OrderState) -> Fact:
    """An order at the provider, as the domain knows it."""
    failure = state.failure[:LONGEST_FAILURE] if state.failure else None
    return Fact(Told(state.state), state.amount, state.provider_reference, state.paid_at, failure)


async def _create(provider: PaymentProvider, order: Order) -> Instructions | Fact:
    try:
        return await provider.create(order)
    except WrongSignature:
        raise
    except Permanent as error:
        return Fact(Told.FAILED, failure=str(error)[:LONGEST_FAILURE])


async def _learn(connection: Connection, now: datetime, tools: Tools, payment: Payment, state: OrderState) -> Moves:
    return await payment_moves.learn(connection, now, tools.random, payment.resident_id, payment.id, fact_of(state))


def _order(payment: Payment, city: str) -> Order:
    """Nothing in it tells what the money is for."""
    return Order(
        number=payment.number,
        amount=payment.amount,
        description=f"{city}健康卡缴费",
        flow=PaymentFlow(payment.flow),
        started_at=payment.started_at,
        expires_at=payment.expires_at,
        payer_reference=payment.payer_reference,
        return_url=payment.return_url,
        payer_address=payment.payer_address,
    )


async def _payment(tools: Tools, job: Job) -> Payment:
    async with tools.pool.connection() as connection:
        payment = await payments.find(connection, UUID(job.args["resident_id"]), UUID(job.args["id"]))
    if payment is None:
        raise Permanent("There is no such payment.")
    return payment


def _provider(tools: Tools, payment: Payment) -> PaymentProvider:
    provider = tools.providers.get(PaymentMethod(payment.method))
    if provider is None:
        raise Transient(f"{payment.method} is off.")
    return provider


async def _finish(tools: Tools, job: Job) -> None:
    async with tools.pool.transaction() as connection:
        await outbox.finish(connection, job, tools.clock())


def _log(job: Job, error: Transient) -> None:
    log.warning("A provider did not answer", exc_info=error, extra={"job": job.kind, "outbox_id": str(job.id)})
