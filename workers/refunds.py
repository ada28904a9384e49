"""Refunds at the provider: told by the refund's own number, and asked about for as long as nobody knows how it ended."""

from datetime import datetime
from uuid import UUID

from db import outbox, refunds, settlements
from db.connection import Connection
from db.outbox import Job
from db.refunds import Refund
from domain.enums import PaymentMethod, RefundStatus
from domain.ids import Random
from domain.notifications import NotificationEvent
from domain.refunds import PATIENCE, pause_before
from outside.errors import Permanent, Transient
from outside.payments import PaymentProvider, RefundRequest, RefundState, State, WrongSignature
from workers.notifications import tell
from workers.tools import Tools


async def refund(tools: Tools, job: Job) -> None:
    """Tells the provider to pay back what the refund (`resident_id`, `id`) says, or asks how far it has come; while that is open,
    a later job asks again. The job of a refund that fails does so too, so that people see it."""
    asked = int(job.args["asked"])
    async with tools.pool.connection() as connection:
        found = await refunds.find(connection, UUID(job.args["resident_id"]), UUID(job.args["id"]))
    if found is None:
        raise Permanent("There is no such refund.")
    state = None
    if found.status == RefundStatus.PENDING:
        state = await _ask(_provider(tools, found), _request(found), again=asked > 0 or job.attempts > 1)
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        status = (
            RefundStatus(found.status)
            if state is None
            else await apply(connection, now, tools.random, found.resident_id, found.id, state)
        )
        if status is not RefundStatus.FAILED and await outbox.finish(connection, job, now) and status is RefundStatus.PENDING:
            await _ask_later(connection, now, tools.random, found, asked + 1)
    if status is RefundStatus.FAILED:
        raise Permanent("The provider does not pay it back.")


async def apply(
    connection: Connection, now: datetime, random: Random, resident_id: UUID, id: UUID, state: RefundState
) -> RefundStatus:
    """What the provider tells of the refund is so: its status after that. Telling it again changes nothing. Raises Permanent, with
    nothing done, for what cannot be so: another amount or order, or another end than the provider told before."""
    refund = await refunds.lock(connection, resident_id, id)
    if refund is None:
        raise Permanent("There is no such refund.")
    if state.order_number != refund.order_number or state.amount not in (None, refund.amount):
        raise Permanent("It is not the refund that was asked for.")
    if state.state is State.PENDING:
        return RefundStatus(refund.status)
    wanted = RefundStatus.SUCCEEDED if state.state is State.SUCCEEDED else RefundStatus.FAILED
    if refund.status != RefundStatus.PENDING:
        if refund.status != wanted:
            raise Permanent(f"It is {refund.status} here.")
    elif wanted is RefundStatus.FAILED:
        await refunds.fail(connection, now, random, refund, state.provider_reference, state.failure or state.state)
    elif not await refunds.claim_reference(connection, refund, state.provider_reference):
        raise Permanent("Its reference is another refund's.")
    else:
        at = state.refunded_at or now
        day = await settlements.book(connection, now, random, refund.method, refund.institution_id, at)
        await refunds.succeed(connection, now, random, refund, state.provider_reference, at, day)
        await tell(connection, NotificationEvent.REFUND_SUCCEEDED, resident_id, id, now, random)
    return wanted


def _provider(tools: Tools, refund: Refund) -> PaymentProvider:
    provider = tools.providers.get(PaymentMethod(refund.method))
    if provider is None:
        raise Transient(f"{refund.method} is off.")
    return provider


def _request(refund: Refund) -> RefundRequest:
    return RefundRequest(
        number=refund.number,
        order_number=refund.order_number,
        provider_reference=refund.order_reference or "",
        amount=refund.amount,
        total=refund.total,
        reason=refund.reason,
        requested_at=refund.requested_at,
    )


async def _ask(provider: PaymentProvider, request: RefundRequest, *, again: bool) -> RefundState:
    """How the refund stands at the provider. An answer may have been lost: who asks `again` looks first, and what was refused is
    looked for before it counts as refused."""
    known = await provider.query_refund(request) if again else None
    if known is not None:
        return known
    try:
        return await provider.refund(request)
    except WrongSignature:
        raise
    except Permanent as refused:
        known = await provider.query_refund(request)
        return known or RefundState(request.number, request.order_number, State.FAILED, failure=str(refused))


async def _ask_later(connection: Connection, now: datetime, random: Random, refund: Refund, asked: int) -> None:
    if now - refund.requested_at > PATIENCE:
        raise Permanent("The provider does not tell how it ended.")
    at = now + pause_before(asked)
    await refunds.put_job(connection, now, random, refund.resident_id, refund.id, asked, at)
