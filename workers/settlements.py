"""Settlement by the clock: the provider's statement of each day that is over is fetched and compared, once it is there."""

import json
from collections.abc import Callable
from datetime import date, datetime

from db import outbox, settlements
from db.outbox import Job, JobKind
from db.pool import Pool
from db.statements import Row
from domain.enums import PaymentMethod
from domain.ids import Random, new_id
from domain.times import shanghai_day
from outside.errors import Transient
from outside.payments import PaymentProvider, StatementLine
from workers.tools import Tools


async def settle_due(tools: Tools, job: Job) -> None:
    """Leaves every day that is over and not closed to a job of its own, for each provider that is on: also days that were missed. A
    day whose job waits, or failed and waits for people, gets no second one."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        pending = [json.loads(args) for args in await outbox.unfinished(connection, JobKind.SETTLE_DAY)]
        for method in tools.providers:
            for day in await settlements.due(connection, method, shanghai_day(now)):
                args = {"method": method, "day": day.isoformat()}
                if args not in pending:
                    await outbox.put(connection, JobKind.SETTLE_DAY, args, new_id(now, tools.random), now)
        await outbox.finish(connection, job, now)


async def settle_day(tools: Tools, job: Job) -> None:
    """Settles the `day` of the `method`; where the statement is not ready, `settle_due` asks again."""
    provider = tools.providers.get(PaymentMethod(job.args["method"]))
    if provider is None:
        raise Transient(f"{job.args['method']} is off.")
    await settle(tools.pool, provider, tools.clock, tools.random, date.fromisoformat(job.args["day"]))
    async with tools.pool.transaction() as connection:
        await outbox.finish(connection, job, tools.clock())


async def settle(pool: Pool, provider: PaymentProvider, clock: Callable[[], datetime], random: Random, day: date) -> bool:
    """Fetches the provider's statement of the day and compares it with our books, in the place of an earlier one. False when the
    statement is not ready. Raises Transient, Permanent."""
    lines = await provider.statement(day)
    if lines is None:
        return False
    async with pool.transaction() as connection:
        await settlements.settle(connection, clock(), random, provider.method, day, [_row(line) for line in lines])
    return True


def _row(line: StatementLine) -> Row:
    return Row(line.kind, line.provider_reference, line.number, line.amount, line.state, line.at)
