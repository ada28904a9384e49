"""What time does to agreements with family doctors: teams are reminded, then their institutions; what nobody decides, and what is
over, ends."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from db import agreements, agreements_due, audit, family_doctors, outbox, residents
from db.agreements import Agreement
from db.agreements_due import Due
from db.audit import PLATFORM
from db.connection import Connection
from db.outbox import Job
from domain.enums import AgreementStatus
from domain.ids import new_id
from domain.mails import MailEvent
from domain.notifications import NotificationEvent
from domain.times import shanghai_day
from workers.mail import mail
from workers.notifications import tell
from workers.tools import Tools


async def watch_agreements(tools: Tools, job: Job) -> None:
    """Does what it is time for, each agreement in a transaction of its own, so that a second run finds what is left."""
    for due, act in ACTS.items():
        last = None
        while True:
            async with tools.pool.connection() as connection:
                page = await agreements_due.page(connection, due, tools.clock(), last)
            for row in page:
                await act(tools, row["resident_id"], row["id"])
            if len(page) < agreements_due.PAGE:
                break
            last = page[-1]
    async with tools.pool.connection() as connection:
        await outbox.finish(connection, job, tools.clock())


async def _give_up(tools: Tools, resident_id: UUID, id: UUID) -> None:
    """Ends a request that was never decided."""
    async with tools.pool.transaction() as connection:
        row = await _locked(connection, resident_id, id)
        if row is not None and row.state is AgreementStatus.REQUESTED and await _expire(tools, connection, row):
            await tell(connection, NotificationEvent.AGREEMENT_EXPIRED, resident_id, id, tools.clock(), tools.random)


async def _end(tools: Tools, resident_id: UUID, id: UUID) -> None:
    """Ends an agreement whose year is over, unless it was renewed meanwhile."""
    async with tools.pool.transaction() as connection:
        row = await _locked(connection, resident_id, id)
        if row is None or row.state is not AgreementStatus.ACTIVE:
            return
        last = (await agreements.terms(connection, row))[-1].ends_on
        if last is not None and last < shanghai_day(tools.clock()):
            await _expire(tools, connection, row)


async def _escalate(tools: Tools, resident_id: UUID, id: UUID) -> None:
    """Tells the institution, the operator and the resident that a decision is late."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        team_id = await agreements_due.mark(connection, Due.ESCALATION, resident_id, id, now)
        if team_id is not None:
            who = await family_doctors.addresses(connection, team_id)
            recipients = (who.institution, tools.operator_email)
            await mail(connection, MailEvent.AGREEMENT_OVERDUE, who.institution_id, resident_id, id, recipients, now, tools.random)
            await tell(connection, NotificationEvent.AGREEMENT_LATE, resident_id, id, now, tools.random)


async def _remind(tools: Tools, resident_id: UUID, id: UUID) -> None:
    """Reminds the team, by way of its institution where it has no address of its own."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        team_id = await agreements_due.mark(connection, Due.REMINDER, resident_id, id, now)
        if team_id is not None:
            who = await family_doctors.addresses(connection, team_id)
            recipients = (who.team or who.institution,)
            await mail(connection, MailEvent.AGREEMENT_DUE, who.institution_id, resident_id, id, recipients, now, tools.random)


async def _give_notice(tools: Tools, resident_id: UUID, id: UUID) -> None:
    """Tells the resident that the year is nearly over; a renewal would have moved its end."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        if await agreements_due.mark(connection, Due.NOTICE, resident_id, id, now) is not None:
            day = shanghai_day(now).isoformat()  # it is told again a year after a renewal
            await tell(connection, NotificationEvent.AGREEMENT_ENDING, resident_id, id, now, tools.random, occasion=day)


ACTS: Mapping[Due, Callable[[Tools, UUID, UUID], Awaitable[None]]] = MappingProxyType(
    {
        Due.GIVING_UP: _give_up,
        Due.END: _end,
        Due.ESCALATION: _escalate,
        Due.REMINDER: _remind,
        Due.NOTICE: _give_notice,
    }
)


async def _locked(connection: Connection, resident_id: UUID, id: UUID) -> Agreement | None:
    await residents.lock(connection, resident_id)
    return await agreements.find(connection, resident_id, id)


async def _expire(tools: Tools, connection: Connection, row: Agreement) -> bool:
    """Ends it, with its bills as they are, and gives its place back."""
    now = tools.clock()
    if not await agreements.end(connection, row, AgreementStatus.EXPIRED, PLATFORM, None, now, shanghai_day(now)):
        return False
    done = (PLATFORM, None, "agreement.expired", row.id, None)
    await audit.insert(connection, audit.Entry(row.resident_id, new_id(now, tools.random), now, *done))
    return True
