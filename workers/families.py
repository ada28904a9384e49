"""What time does to families: who may care for somebody until a day may not from then on, and children become adults."""

from uuid import UUID

from db import audit, carers, outbox, residents
from db.audit import PLATFORM
from db.connection import Connection
from db.outbox import Job
from domain.families import of_age_at
from domain.ids import new_id
from domain.notifications import NotificationEvent
from workers.notifications import tell
from workers.tools import Tools


async def end_care(tools: Tools, job: Job) -> None:
    """Ends what has expired, each resident in a transaction of their own, so that a second run finds what is left."""
    while True:
        async with tools.pool.connection() as connection:
            page = await carers.expired(connection, tools.clock())
        if not page:
            break
        for resident_id in page:
            await _end(tools, resident_id)
    async with tools.pool.connection() as connection:
        await outbox.finish(connection, job, tools.clock())


async def _end(tools: Tools, resident_id: UUID) -> None:
    """Ends it, and tells whom it concerns. What ends with childhood is told once, with what the new adult can do now."""
    async with tools.pool.transaction() as connection:
        now, event = tools.clock(), NotificationEvent.CARER_ENDED
        person = await residents.lock(connection, resident_id)
        if person is None:
            return
        came_of_age = []
        for row in await carers.expire(connection, resident_id, now):
            await _record(tools, connection, "carer.expired", resident_id, row.id)
            if row.expires_at == of_age_at(person.birth_date):
                came_of_age.append(row.carer_id)
            else:
                await tell(connection, event, resident_id, row.id, now, tools.random, also=[row.carer_id])
        if came_of_age:
            event = NotificationEvent.CAME_OF_AGE
            await _record(tools, connection, "resident.came_of_age", resident_id, resident_id)
            await tell(connection, event, resident_id, resident_id, now, tools.random, also=came_of_age)


async def _record(tools: Tools, connection: Connection, action: str, resident_id: UUID, object_id: UUID) -> None:
    now = tools.clock()
    entry = audit.Entry(resident_id, new_id(now, tools.random), now, PLATFORM, None, action, object_id, None)
    await audit.insert(connection, entry)
