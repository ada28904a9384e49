"""What becomes of an outbox row when its job succeeds, fails, hangs, or dies."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db import outbox
from db.connection import Connection
from db.outbox import Job, JobKind
from outside.errors import Permanent, Transient
from tests.workers.city import fresh_id
from tests.workers.conftest import Clock
from workers.jobs import JOBS, Work
from workers.run import PAUSES, TRIES, Runner
from workers.tools import Tools

LEASE = timedelta(minutes=1)
KIND = JobKind.SWEEP


async def _put(tools: Tools, args: dict[str, str] | None = None) -> UUID:
    id = fresh_id()
    async with tools.pool.transaction() as connection:
        await outbox.put(connection, KIND, args or {}, id, tools.clock())
    return id


async def _row(tools: Tools, id: UUID) -> dict[str, Any]:
    async with tools.pool.connection() as connection:
        row = await connection.fetchrow("select state, attempts, run_at, last_error, finished_at from outbox where id = $1", id)
    assert row is not None
    return dict(row)


def _runner(tools: Tools, run: Callable[[Tools, Job], Awaitable[None]], seconds: float = 5, **hooks: Any) -> Runner:
    return Runner(tools, {KIND: Work(run, **hooks)}, seconds, LEASE)


async def _finish(tools: Tools, job: Job) -> None:
    async with tools.pool.transaction() as connection:
        await outbox.finish(connection, job, tools.clock())


def _failing(error: Exception) -> Callable[[Tools, Job], Awaitable[None]]:
    async def fail(tools: Tools, job: Job) -> None:
        raise error

    return fail


async def test_a_job_is_done(tools: Tools) -> None:
    id = await _put(tools)
    runner = _runner(tools, _finish)
    await runner.run(id)
    row = await _row(tools, id)
    assert (row["state"], row["attempts"], row["last_error"]) == ("done", 1, None)
    assert (runner.done, runner.failed) == (1, 0)


async def test_a_job_that_is_done_does_not_run_again(tools: Tools) -> None:
    ran: list[UUID] = []

    async def run(tools: Tools, job: Job) -> None:
        ran.append(job.id)
        await _finish(tools, job)

    id = await _put(tools)
    for _ in range(3):
        await _runner(tools, run).run(id)
    assert ran == [id]


async def test_a_failed_try_waits_longer_each_time_and_the_last_is_given_up(tools: Tools, clock: Clock) -> None:
    given_up: list[UUID] = []

    async def gave_up(connection: Connection, job: Job) -> None:
        given_up.append(job.id)

    id = await _put(tools)
    runner = _runner(tools, _failing(Transient("The answer was 503.")), gave_up=gave_up)
    for number, pause in enumerate(PAUSES, 1):
        await runner.run(id)
        row = await _row(tools, id)
        assert (row["state"], row["attempts"], row["run_at"]) == ("waiting", number, clock() + pause)
        clock.move(pause)
    assert given_up == []
    await runner.run(id)
    row = await _row(tools, id)
    assert (row["state"], row["attempts"], row["finished_at"]) == ("failed", TRIES, clock())
    assert row["last_error"] == "Transient: The answer was 503."
    assert given_up == [id]
    assert (runner.done, runner.failed) == (0, TRIES)


async def test_what_never_will_go_is_given_up_at_once(tools: Tools) -> None:
    id = await _put(tools)
    await _runner(tools, _failing(Permanent("The answer was 400."))).run(id)
    row = await _row(tools, id)
    assert (row["state"], row["attempts"], row["last_error"]) == ("failed", 1, "Permanent: The answer was 400.")


async def test_the_text_of_other_errors_is_kept_nowhere(tools: Tools, caplog: pytest.LogCaptureFixture) -> None:
    id = await _put(tools)
    with caplog.at_level(logging.INFO):
        await _runner(tools, _failing(ValueError("no such phone: 13800001111"))).run(id)
    assert (await _row(tools, id))["last_error"] == "ValueError"
    [record] = caplog.records
    assert "13800001111" not in record.getMessage()
    assert record.__dict__["outbox_id"] == str(id)


async def test_a_job_that_hangs_is_stopped_and_tried_again(tools: Tools) -> None:
    async def hang(tools: Tools, job: Job) -> None:
        await asyncio.Event().wait()

    id = await _put(tools)
    await _runner(tools, hang, seconds=0.05).run(id)
    row = await _row(tools, id)
    assert (row["state"], row["last_error"]) == ("waiting", "TimeoutError")


async def test_a_job_that_kills_its_worker_each_time_is_given_up(tools: Tools) -> None:
    id = await _put(tools)
    for _ in range(TRIES):
        async with tools.pool.transaction() as connection:
            assert await outbox.start(connection, id, tools.clock()) is not None
    await _runner(tools, _finish).run(id)
    row = await _row(tools, id)
    assert (row["state"], row["last_error"]) == ("failed", "Permanent: the worker died in each try")


async def test_a_job_that_only_a_newer_worker_knows_waits_for_one(tools: Tools) -> None:
    id = await _put(tools)
    await Runner(tools, {}, 5, LEASE).run(id)
    row = await _row(tools, id)
    assert (row["state"], row["last_error"]) == ("waiting", "UnknownJob")


async def test_giving_up_and_saying_so_are_one(tools: Tools) -> None:
    async def gave_up(connection: Connection, job: Job) -> None:
        raise ZeroDivisionError

    id = await _put(tools)
    await _runner(tools, _failing(Permanent("no")), gave_up=gave_up).run(id)
    # It goes out again when its lease ends, instead of being failed without anybody knowing what became of its file.
    assert (await _row(tools, id))["state"] == "sent"


async def test_a_cancelled_job_is_left_to_whoever_comes_next(tools: Tools) -> None:
    started = asyncio.Event()

    async def hang(tools: Tools, job: Job) -> None:
        started.set()
        await asyncio.Event().wait()

    id = await _put(tools)
    task = asyncio.create_task(_runner(tools, hang).run(id))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _runner(tools, _finish).run(id)
    assert (await _row(tools, id))["state"] == "done"


def test_every_kind_of_job_has_a_function() -> None:
    assert set(JOBS) == set(JobKind)
