"""What is done by the clock. Each turn is an outbox row, so it is tried again, seen and counted as every other job; one that was
missed while no worker ran is made up at once."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from db import outbox, upkeep
from db.outbox import Job, JobKind
from domain.ids import new_id
from workers.tools import Tools

SCHEDULE: Mapping[JobKind, timedelta] = MappingProxyType(
    {
        JobKind.END_CARE: timedelta(minutes=5),
        JobKind.EXPIRE_PRESCRIPTIONS: timedelta(minutes=5),
        JobKind.JUDGE_NO_SHOWS: timedelta(minutes=5),
        JobKind.SETTLE_DUE: timedelta(hours=1),
        JobKind.SWEEP: timedelta(minutes=5),
        JobKind.TURN_DAY: timedelta(minutes=5),
        JobKind.VERIFY_LEDGER: timedelta(days=1),
        JobKind.WATCH_AGREEMENTS: timedelta(minutes=5),
    }
)


async def put_due(tools: Tools) -> None:
    """Leaves to the workers what it is time for. Every worker asks; one of them gets each turn."""
    for kind, every in SCHEDULE.items():
        async with tools.pool.transaction() as connection:
            now = tools.clock()
            if await upkeep.take_turn(connection, kind, now, every):
                await outbox.put(connection, kind, {}, new_id(now, tools.random), now)


async def sweep(tools: Tools, job: Job) -> None:
    """Throws away what is kept no longer: used and expired codes, counts, jobs that were done."""
    now = tools.clock()
    async with tools.pool.connection() as connection:
        await upkeep.sweep(connection, now)
        await outbox.finish(connection, job, now)
