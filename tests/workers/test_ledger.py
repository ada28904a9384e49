"""Once a day somebody looks whether all is as the ledger says, and fails where it is not."""

from datetime import timedelta

import pytest

import workers.ledger
from db import outbox
from db.connection import Connection
from db.outbox import JobKind
from tests.support.money import Place, add_institution, add_paid
from tests.workers.city import fresh_id
from workers.jobs import JOBS
from workers.run import Runner
from workers.tools import Tools
from workers.upkeep import SCHEDULE


async def place(connection: Connection, tools: Tools) -> Place:
    return Place(await add_institution(connection, tools.clock()))


async def verify(tools: Tools) -> list[tuple[str, str | None]]:
    """State and error of each job that it took."""
    runner = Runner(tools, JOBS, 30, timedelta(minutes=1))
    async with tools.pool.transaction() as connection:
        await outbox.put(connection, JobKind.VERIFY_LEDGER, {}, fresh_id(), tools.clock())
    while True:
        async with tools.pool.connection() as connection:
            ids = await connection.fetch("select id from outbox where job = 'verify_ledger' and state = 'waiting'")
            if not ids:
                rows = await connection.fetch("select state, last_error from outbox where job = 'verify_ledger' order by id")
                return [tuple(row) for row in rows]
        for row in ids:
            await runner.run(row["id"])


async def test_it_is_done_every_day() -> None:
    assert SCHEDULE[JobKind.VERIFY_LEDGER] == timedelta(days=1)


async def test_all_residents_are_looked_at_and_a_difference_is_seen(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.ledger, "RESIDENTS", 3)
    async with tools.pool.transaction() as connection:
        where = await place(connection, tools)
        paid = [await add_paid(connection, tools.clock(), where, 500, 300) for _ in range(7)]
    # Other tests leave rows behind that are not as any change makes them, so it is these that are counted.
    before = await verify(tools)
    assert len(before) >= 3
    async with tools.pool.transaction() as connection:
        await connection.execute("delete from outbox")
        bad = paid[3]
        await connection.execute(
            "update payment set reserved = 1 where resident_id = $1 and id = $2", bad.resident_id, bad.payment_id
        )
    after = await verify(tools)
    assert len(after) == len(before)
    assert failures(after) == failures(before) + 1
    async with tools.pool.transaction() as connection:
        await connection.execute(
            "update payment set reserved = 0 where resident_id = $1 and id = $2", bad.resident_id, bad.payment_id
        )


def failures(jobs: list[tuple[str, str | None]]) -> int:
    """How many rows differ."""
    told = [error for state, error in jobs if state == "failed"]
    assert {state for state, _ in jobs} <= {"done", "failed"}
    return sum(int((error or "").split()[1]) for error in told)
