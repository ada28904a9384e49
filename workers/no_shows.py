"""Who did not come is known when the doctor's day is over: whoever is late is still seen."""

from uuid import UUID

from db import appointments, no_shows, outbox
from db.connection import Record
from db.outbox import Job
from domain.appointments import counted_from, locked_until
from domain.notifications import NotificationEvent
from domain.times import to_text
from workers.notifications import tell
from workers.tools import Tools


async def judge_no_shows(tools: Tools, job: Job) -> None:
    """Marks what was booked and not kept, each in a transaction of its own, so that a second run finds what is left."""
    now, last = tools.clock(), None
    while True:
        async with tools.pool.connection() as connection:
            page = await no_shows.over(connection, now, last)
            busy = await no_shows.seeing(connection, [row["doctor_id"] for row in page], now)
        for row in page:
            if (row["doctor_id"], row["day"]) not in busy:
                await _miss(tools, row)
        if len(page) < no_shows.PAGE:
            break
        last = page[-1]
    async with tools.pool.connection() as connection:
        await outbox.finish(connection, job, tools.clock())


async def _miss(tools: Tools, row: Record) -> None:
    """Marks it, and tells who may book nothing for a while because of it."""
    resident_id: UUID = row["resident_id"]
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        # Booking asks under the same lock how often the resident did not come.
        missed = await appointments.lock_resident(connection, resident_id, counted_from(tools.booking, now))
        ended = await no_shows.miss(connection, resident_id, row["id"], now)
        if ended is None or missed is None:
            return
        until = locked_until([*missed, ended], tools.booking)
        if until is not None and now < until:
            event, told = NotificationEvent.BOOKING_LOCKED, to_text(until)
            await tell(connection, event, resident_id, row["id"], now, tools.random, until=told)
