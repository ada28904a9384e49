"""The real worker process, against real servers that are killed, restarted and wiped under it."""

import asyncio
import os
import pickle
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from db import outbox
from db.connection import Connection
from db.migrate import migrate
from db.pool import Pool, PoolOptions
from domain.enums import ImageFormat
from domain.national import static_text
from ecard.embedded import EmbeddedServers
from tests.acceptance.worker import WorkerProcess
from tests.support.waiting import until_found
from tests.workers.city import HeldCard, add_cards, ask_for_image, now
from workers.qr import card_image
from workers.relay import FUNCTION, QUEUE, connect, to_bytes
from workers.run import TRIES

# `make proof` sets a thousand.
CARDS = int(os.environ.get("PROOF_CARDS", "60"))
PATIENCE = 60 + CARDS / 5  # seconds, for a machine that is busy with other things

# What becomes of each file is written down by the database itself, so that an effect that happens twice is seen.
WITNESS = """
create table effect (file_id uuid not null);
create function witness() returns trigger language plpgsql as
    'begin insert into effect values (new.id); return new; end';
create trigger witness after update on file for each row when (new.status = 'READY') execute function witness();
"""


@pytest.fixture
async def pool(own_servers: EmbeddedServers) -> AsyncIterator[Pool]:
    made = Pool(PoolOptions(own_servers.database_url, 2, "http://localhost"))
    async with made.connection() as connection:
        await migrate(connection)
        await connection.execute(WITNESS)
    yield made
    await made.close()


@pytest.fixture
def worker(own_servers: EmbeddedServers, tmp_path: Path) -> WorkerProcess:
    return WorkerProcess(own_servers, tmp_path)


async def _issue(pool: Pool, count: int) -> list[HeldCard]:
    async with pool.transaction() as connection:
        cards = await add_cards(connection, count)
        for card in cards:
            await ask_for_image(connection, card, ImageFormat.PNG)
    return cards


async def _until(pool: Pool, worker: WorkerProcess, what: Callable[[Connection], Awaitable[bool]]) -> None:
    """Looks until it is so; fails when the worker has ended, or takes too long."""
    async with pool.connection() as connection:

        async def so() -> bool:
            return await what(connection) or worker.has_ended

        with suppress(TimeoutError):
            await until_found(so, PATIENCE)
        assert await what(connection), f"The worker did not get there. Its log ends:\n{worker.last_words()}"


def _made(count: int) -> Callable[[Connection], Awaitable[bool]]:
    async def reached(connection: Connection) -> bool:
        made: int = await connection.fetchval("select count(*) from effect")
        return made >= count

    return reached


async def _alive(connection: Connection) -> bool:
    alive: bool = await connection.fetchval("select exists (select from worker_heartbeat)")
    return alive


async def test_every_card_is_drawn_once_whatever_dies_meanwhile(
    own_servers: EmbeddedServers, pool: Pool, worker: WorkerProcess
) -> None:
    cards = await _issue(pool, CARDS)
    with worker.running() as first:
        await _until(pool, worker, _made(CARDS // 4))
        first.kill()
        first.wait()
    with worker.running() as second:
        await _until(pool, worker, _made(CARDS // 2))
        await asyncio.to_thread(own_servers.redis.restart)
        await _until(pool, worker, _made(CARDS * 3 // 4))
        await asyncio.to_thread(own_servers.redis.wipe)
        await _until(pool, worker, _made(CARDS))
        assert second.poll() is None
    async with pool.connection() as connection:
        drawn = await connection.fetch("select resident_id, content from file where status = 'READY'")
        effects = await connection.fetch("select file_id from effect")
        states = await connection.fetch("select state, count(*) from outbox where job = 'render_file' group by state")
    expected = {card.resident_id: card_image(static_text(bytes.fromhex(card.national_id)), ImageFormat.PNG) for card in cards}
    assert {row["resident_id"]: row["content"] for row in drawn} == expected
    assert len(effects) == len({row["file_id"] for row in effects}) == CARDS
    assert [(row["state"], row["count"]) for row in states] == [("done", CARDS)]


async def test_it_waits_for_servers_that_are_not_there_yet(own_servers: EmbeddedServers, pool: Pool, worker: WorkerProcess) -> None:
    await asyncio.to_thread(own_servers.redis.stop)
    await _issue(pool, 1)
    with worker.running() as process:
        await _until(pool, worker, _alive)
        await asyncio.sleep(1)
        assert process.poll() is None
        await asyncio.to_thread(own_servers.redis.start)
        await _until(pool, worker, _made(1))


async def test_it_outlives_a_restart_of_the_database(own_servers: EmbeddedServers, pool: Pool, worker: WorkerProcess) -> None:
    with worker.running() as process:
        await _until(pool, worker, _alive)
        await asyncio.to_thread(own_servers.postgres.restart)
        await _issue(pool, 3)
        await _until(pool, worker, _made(3))
        assert process.poll() is None


async def test_it_stops_in_good_order(pool: Pool, worker: WorkerProcess) -> None:
    with worker.running() as process:
        await _until(pool, worker, _alive)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, PATIENCE) == 0
    async with pool.connection() as connection:
        assert not await _alive(connection)


async def test_what_the_clock_missed_is_made_up(pool: Pool, worker: WorkerProcess) -> None:
    async def swept(connection: Connection) -> bool:
        done: bool = await connection.fetchval("select exists (select from outbox where job = 'sweep' and state = 'done')")
        return done

    async with pool.connection() as connection:
        await connection.execute("insert into cron_run (name, last_run_at) values ('sweep', now() - interval '1 day')")
    with worker.running():
        await _until(pool, worker, swept)


async def test_a_failed_job_is_seen_and_retried(pool: Pool, worker: WorkerProcess) -> None:
    async def given_up(connection: Connection) -> bool:
        status: str = await connection.fetchval("select status from file")
        return status == "FAILED"

    await _issue(pool, 1)
    async with pool.transaction() as connection:
        await connection.execute("update file set format = 'GIF'")
        await connection.execute("update outbox set attempts = $1", TRIES - 1)
    with worker.running():
        await _until(pool, worker, given_up)
        async with pool.transaction() as connection:
            failed = await connection.fetchrow("select key, kind, attempts, last_error from api.failed_job")
            assert failed is not None
            assert tuple(failed)[1:] == ("render_file", TRIES, "ValueError")
            await connection.execute("update file set format = 'PNG'")
            await outbox.retry(connection, failed["key"], now())
        await _until(pool, worker, _made(1))


async def test_what_arq_left_in_redis_stops_nothing(own_servers: EmbeddedServers, pool: Pool, worker: WorkerProcess) -> None:
    await _issue(pool, 3)
    async with pool.connection() as connection:
        expired, aborted, _ = [str(row["id"]) for row in await connection.fetch("select id from outbox")]
    redis = connect(own_servers.redis_url)
    # Two workers with a hundred and more jobs that run for ever, at the head of the queue.
    running = {f"running-{number}": number for number in range(1, 151)}
    await redis.zadd(QUEUE, {**running, expired: 200, "pickled": 201, "not-an-id": 202})
    for name in running:
        await redis.set(f"arq:in-progress:{name}", b"1")
    await redis.set("arq:job:pickled", pickle.dumps({"f": FUNCTION}))
    await redis.set("arq:job:not-an-id", to_bytes({"t": None, "f": FUNCTION, "a": (), "k": {}, "et": 0}))
    await redis.zadd("arq:abort", {aborted: 1})
    await redis.aclose(close_connection_pool=True)
    with worker.running():
        await _until(pool, worker, _made(3))
