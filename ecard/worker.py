"""The worker process: the relay, arq, and what is done by the clock. arq is kept at arm's length, and its traps are covered here:

- It ends at the first error of Redis, or of a hook: it is made anew until we are told to stop, and has no hooks.
- It retries nothing but its own `Retry`, logs arguments and pickles: a job is one function without arguments, whose failures the
  outbox knows, and what it stores is JSON.
- It refuses an id that has a result: none is kept. It cancels the next job by a stale `abort`: aborting is off.
- It reads so many ids and passes over those that run, which may be all of them: it reads more than the relay lets wait.
- A worker that was killed blocks its jobs for `in_progress_timeout_s`: it is as long as our lease.
- It fails what was interrupted five times, and drops what waited for a day: the outbox sends it again.
- Its cron jobs are not made up when they were missed: `workers.upkeep` has its own.
"""

import asyncio
import json
import os
import signal
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import uvloop
from arq.connections import ArqRedis
from arq.worker import Worker, func

from db.pool import Pool
from domain.sealing import Lookup
from ecard.channels import mailer, messengers, sms
from ecard.payment_providers import payment_providers
from ecard.settings import Settings
from ecard.tools import booking_rules, pool_options, sealer
from workers.jobs import JOBS
from workers.loops import Outage, repeat
from workers.presence import Presence
from workers.relay import FUNCTION, QUEUE, QUEUE_LIMIT, Relay, connect, to_bytes
from workers.run import Runner
from workers.tools import Tools
from workers.upkeep import put_due

BEAT, CLOCK = 5.0, 15.0  # seconds between two signs of life, and between two looks at the clock
POLL = 0.1  # seconds between two looks into Redis
RECONNECT = 0.5  # seconds
NO_LIMIT = 1_000_000_000


def run_worker(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT; what is under way is finished first, within the time that a job may take."""
    uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    pool = Pool(pool_options(settings, "ecard-worker"))
    redis = connect(settings.redis_url.get_secret_value())
    tools = _tools(settings, pool)
    lease = timedelta(seconds=2 * settings.worker_seconds)
    runner = Runner(tools, JOBS, settings.worker_seconds, lease)
    presence = Presence(f"{socket.gethostname()}:{os.getpid()}", tools, runner)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    background = [
        asyncio.create_task(Relay(pool, redis, tools.clock, lease).run()),
        asyncio.create_task(repeat("The sign of life", presence.beat, BEAT)),
        asyncio.create_task(repeat("The clock", lambda: put_due(tools), CLOCK)),
    ]
    try:
        await _carry(runner, redis, settings, lease, stop)
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await presence.leave()
        for provider in tools.providers.values():
            await provider.close_connections()
        await redis.aclose(close_connection_pool=True)
        await pool.close()


async def _carry(runner: Runner, redis: ArqRedis, settings: Settings, lease: timedelta, stop: asyncio.Event) -> None:
    """Lets arq bring jobs, through outages of Redis, until we are told to stop."""
    outage = Outage("Redis")
    while not stop.is_set():
        try:
            await redis.ping()
            outage.works()
            await _until_stopped(_arq_worker(runner, redis, settings, lease), stop, settings.worker_seconds)
        except Exception as error:
            outage.failed(error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RECONNECT)


async def _until_stopped(worker: Worker, stop: asyncio.Event, seconds: float) -> None:
    """Runs until we are told to stop, or raises what ended it. In both cases the jobs under way get their time."""
    carrying, stopping = asyncio.create_task(worker.async_run()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({carrying, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # No more jobs; the ids that it is just going through are passed over.
        worker.allow_pick_jobs, worker.max_jobs = False, 0
        await asyncio.sleep(POLL)
        if worker.tasks:
            await asyncio.wait(worker.tasks.values(), timeout=seconds)
        if carrying.done():
            carrying.result()
    finally:
        rest = [carrying, stopping, *worker.tasks.values()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


def _arq_worker(runner: Runner, redis: ArqRedis, settings: Settings, lease: timedelta) -> Worker:
    async def deliver(ctx: dict[Any, Any], *_: object, **__: object) -> None:
        await runner.run(UUID(ctx["job_id"]))

    worker = Worker(
        [func(deliver, name=FUNCTION, max_tries=NO_LIMIT)],
        queue_name=QUEUE,
        redis_pool=redis,
        handle_signals=False,
        max_jobs=settings.worker_jobs,
        job_timeout=lease,
        keep_result=0,
        poll_delay=POLL,
        queue_read_limit=2 * QUEUE_LIMIT,
        job_serializer=to_bytes,
        job_deserializer=json.loads,
        log_results=False,
    )
    worker.in_progress_timeout_s = lease.total_seconds()
    return worker


def _tools(settings: Settings, pool: Pool) -> Tools:
    return Tools(
        pool=pool,
        clock=_utc_now,
        random=os.urandom,
        sealer=sealer(settings),
        lookup=Lookup(settings.lookup_key.get_secret_value()),
        sms=sms(settings, _utc_now),
        city=settings.city,
        booking=booking_rules(settings),
        providers=payment_providers(settings, _utc_now),
        messengers=messengers(settings, _utc_now),
        mailer=mailer(settings, _utc_now),
        operator_email=settings.operator_email,
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)
