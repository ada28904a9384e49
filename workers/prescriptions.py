"""What was not collected in time can be collected no longer, and is paid back."""

from uuid import UUID

from db import audit, fees, outbox, prescriptions, residents
from db.audit import PLATFORM
from db.outbox import Job
from domain.enums import PrescriptionStatus
from domain.ids import new_id
from domain.notifications import NotificationEvent
from domain.prescriptions import WAITING
from domain.refunds import RequestedBy
from workers.notifications import tell
from workers.tools import Tools

EXPIRED = "处方已过期，药费退还"


async def expire_prescriptions(tools: Tools, job: Job) -> None:
    """Ends what is overdue, each in a transaction of its own, so that a second run finds what is left."""
    now, last = tools.clock(), None
    while True:
        async with tools.pool.connection() as connection:
            page = await prescriptions.overdue(connection, now, last)
        for row in page:
            await _expire(tools, row["resident_id"], row["id"])
        if len(page) < prescriptions.PAGE:
            break
        last = page[-1]
    async with tools.pool.connection() as connection:
        await outbox.finish(connection, job, tools.clock())


async def _expire(tools: Tools, resident_id: UUID, id: UUID) -> None:
    """Ends it, unless it has ended meanwhile. Of one that was handed out in part the bill stays: what was not is for the
    institution to give back."""
    async with tools.pool.transaction() as connection:
        now, random = tools.clock(), tools.random
        await residents.lock(connection, resident_id)
        row = await prescriptions.find(connection, resident_id, id)
        if (
            row is None
            or row.status not in WAITING
            or not await prescriptions.move(connection, row, PrescriptionStatus.EXPIRED, now)
        ):
            return
        if row.bill is not None and row.status != PrescriptionStatus.PARTLY_DISPENSED:
            await fees.release_bill(connection, row.bill, EXPIRED, RequestedBy.PLATFORM, now, random)
        done = (PLATFORM, None, "prescription.expired", id, None)
        await audit.insert(connection, audit.Entry(resident_id, new_id(now, random), now, *done))
        await tell(connection, NotificationEvent.PRESCRIPTION_EXPIRED, resident_id, id, now, random)
