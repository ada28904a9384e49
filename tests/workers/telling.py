"""Tells people, as the worker does: the job that words it, then those that bring it to them."""

from db import outbox
from db.outbox import Job, JobKind
from workers.deliveries import deliver_notification
from workers.notifications import send_notification
from workers.tools import Tools

WAITING = "select id from outbox where job = $1 and state = 'waiting' and run_at <= $2 order by run_at, id"


async def tell(tools: Tools, job: Job) -> None:
    """Does the job, and what follows from it now."""
    await send_notification(tools, job)
    await deliver(tools)


async def due(tools: Tools, kind: JobKind = JobKind.DELIVER_NOTIFICATION) -> list[Job]:
    """The jobs of this kind that are due, started."""
    now = tools.clock()
    async with tools.pool.transaction() as connection:
        jobs = [await outbox.start(connection, row["id"], now) for row in await connection.fetch(WAITING, kind, now)]
    return [job for job in jobs if job is not None]


async def deliver(tools: Tools) -> None:
    """Brings to people what is due."""
    for job in await due(tools):
        await deliver_notification(tools, job)
