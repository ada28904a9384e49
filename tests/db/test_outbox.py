"""The life of an outbox row."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from db import outbox
from db.connection import Connection
from db.outbox import CHANNEL, LANES, Job, JobKind, lane_of
from db.pool import Pool
from domain.ids import new_id

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LEASE = NOW + timedelta(minutes=1)
AFTER_LEASE = LEASE + timedelta(seconds=1)
ARGS = {"resident_id": str(UUID(int=1)), "id": str(UUID(int=2))}


@pytest.fixture(autouse=True)
async def _no_other_rows(pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.execute("delete from outbox")


async def _put(pool: Pool, run_at: datetime | None = None) -> UUID:
    id = new_id(NOW, secrets.token_bytes)
    async with pool.transaction() as connection:
        await outbox.put(connection, JobKind.RENDER_FILE, ARGS, id, NOW, run_at)
    return id


async def _claim(pool: Pool, id: UUID, now: datetime = NOW, most: int = 100) -> list[UUID]:
    async with pool.transaction() as connection:
        return await outbox.claim(connection, lane_of(id), now, now + timedelta(minutes=1), most)


async def _started(pool: Pool, id: UUID) -> Job:
    async with pool.transaction() as connection:
        job = await outbox.start(connection, id, LEASE)
    assert job is not None
    return job


async def _state(pool: Pool, id: UUID) -> str:
    async with pool.connection() as connection:
        state: str = await connection.fetchval("select state from outbox where id = $1", id)
        return state


async def test_a_row_is_claimed_once_until_its_lease_ends(pool: Pool) -> None:
    id = await _put(pool)
    assert await _claim(pool, id) == [id]
    assert await _claim(pool, id) == []
    assert await _claim(pool, id, AFTER_LEASE) == [id]


async def test_a_row_is_claimed_when_it_is_due_and_not_before(pool: Pool) -> None:
    id = await _put(pool, run_at=NOW + timedelta(hours=1))
    assert await _claim(pool, id, NOW + timedelta(minutes=59)) == []
    assert await _claim(pool, id, NOW + timedelta(hours=1)) == [id]


async def test_the_longest_due_is_claimed_first(pool: Pool) -> None:
    same_lane = [UUID(int=(number << 64) + 5) for number in range(1, 4)]
    async with pool.transaction() as connection:
        for minutes, id in zip((3, 1, 2), same_lane, strict=True):
            await outbox.put(connection, JobKind.RENDER_FILE, ARGS, id, NOW, NOW - timedelta(minutes=minutes))
    assert await _claim(pool, same_lane[0], most=1) == [same_lane[0]]
    assert await _claim(pool, same_lane[0], most=1) == [same_lane[2]]


async def test_two_relays_at_once_never_claim_the_same_row(pool: Pool) -> None:
    ids = [await _put(pool) for _ in range(60)]

    async def all_lanes() -> list[UUID]:
        taken: list[UUID] = []
        for lane in LANES:
            async with pool.transaction() as connection:
                taken += await outbox.claim(connection, lane, NOW, LEASE, 2)
                await asyncio.sleep(0)
        return taken

    claims = await asyncio.gather(*(all_lanes() for _ in range(5)))
    taken = [id for claim in claims for id in claim]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(ids)
    assert len(taken) > 30


async def test_a_claim_passes_over_what_another_has_locked(pool: Pool) -> None:
    id = await _put(pool)
    async with pool.transaction() as other:
        assert await outbox.claim(other, lane_of(id), NOW, LEASE, 1) == [id]
        async with asyncio.timeout(5):
            assert await _claim(pool, id) == []


async def test_a_start_counts_the_try_and_gives_the_job(pool: Pool) -> None:
    id = await _put(pool)
    assert await _started(pool, id) == Job(id, JobKind.RENDER_FILE, ARGS, 1)
    assert (await _started(pool, id)).attempts == 2


async def test_a_done_job_neither_starts_nor_is_done_again(pool: Pool) -> None:
    job = await _started(pool, await _put(pool))
    async with pool.transaction() as connection:
        assert await outbox.finish(connection, job, NOW)
        assert not await outbox.finish(connection, job, NOW)
        assert await outbox.start(connection, job.id, LEASE) is None
    assert await _claim(pool, job.id, AFTER_LEASE) == []


async def test_of_two_tries_at_once_one_has_the_effect(pool: Pool) -> None:
    job = await _started(pool, await _put(pool))

    async def finish() -> bool:
        async with pool.transaction() as connection:
            finished = await outbox.finish(connection, job, NOW)
            await asyncio.sleep(0.01)
            return finished

    assert sorted(await asyncio.gather(*(finish() for _ in range(5)))) == [False] * 4 + [True]


async def test_a_rolled_back_effect_leaves_the_job_to_be_done(pool: Pool) -> None:
    job = await _started(pool, await _put(pool))

    async def finish_and_fail() -> None:
        async with pool.transaction() as connection:
            await outbox.finish(connection, job, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await finish_and_fail()
    assert await _state(pool, job.id) == "sent"


async def test_a_postponed_job_waits_for_its_time(pool: Pool) -> None:
    job = await _started(pool, await _put(pool))
    later = NOW + timedelta(hours=1)
    async with pool.transaction() as connection:
        assert await outbox.postpone(connection, job, later, "Transient")
    assert await _state(pool, job.id) == "waiting"
    assert await _claim(pool, job.id, NOW + timedelta(minutes=59)) == []
    assert await _claim(pool, job.id, later) == [job.id]


async def test_an_older_try_cannot_say_how_the_newer_one_goes(pool: Pool) -> None:
    id = await _put(pool)
    older, newer = await _started(pool, id), await _started(pool, id)
    async with pool.transaction() as connection:
        assert not await outbox.postpone(connection, older, NOW, "Transient")
        assert not await outbox.give_up(connection, older, NOW, "Permanent")
        assert await outbox.give_up(connection, newer, NOW, "Permanent")
    assert await _state(pool, id) == "failed"


async def test_a_failed_job_is_shown_and_can_be_retried_from_the_start(pool: Pool) -> None:
    job = await _started(pool, await _put(pool))
    async with pool.transaction() as connection:
        await outbox.give_up(connection, job, NOW, "Permanent")
        shown = await connection.fetchrow("select kind, attempts, last_error, failed_at from api.failed_job where key = $1", job.id)
    assert shown is not None
    assert dict(shown) == {"kind": "render_file", "attempts": 1, "last_error": "Permanent", "failed_at": NOW}
    assert await _claim(pool, job.id, AFTER_LEASE) == []
    async with pool.transaction() as connection:
        assert await outbox.retry(connection, job.id, NOW)
        assert not await outbox.retry(connection, job.id, NOW)
    assert await _claim(pool, job.id) == [job.id]
    assert (await _started(pool, job.id)).attempts == 1


async def test_listeners_hear_the_lane_when_the_change_commits_and_not_before(pool: Pool) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    def hear(connection: Connection, pid: int, channel: str, payload: str) -> None:
        heard.put_nowait(payload)

    async with pool.connection() as listening:
        await listening.add_listener(CHANNEL, hear)
        async with pool.transaction() as connection:
            id = new_id(NOW, secrets.token_bytes)
            await outbox.put(connection, JobKind.RENDER_FILE, ARGS, id, NOW)
            await listening.fetchval("select 1")
            assert heard.empty()
        async with asyncio.timeout(5):
            assert await heard.get() == str(lane_of(id))
        await listening.remove_listener(CHANNEL, hear)


async def test_the_backlog_counts_what_is_not_done(pool: Pool) -> None:
    done, failed, waiting = [await _put(pool) for _ in range(3)]
    async with pool.transaction() as connection:
        await outbox.finish(connection, await _started(pool, done), NOW)
        await outbox.give_up(connection, await _started(pool, failed), NOW, "Permanent")
    found = {(one.job, one.state): one.rows for one in await outbox.backlog(pool)}
    assert found == {("render_file", "waiting"): 1, ("render_file", "failed"): 1}
    assert await _state(pool, waiting) == "waiting"


def test_ids_are_spread_over_all_lanes() -> None:
    lanes = {lane_of(new_id(NOW, secrets.token_bytes)) for _ in range(1000)}
    assert lanes == set(LANES)
