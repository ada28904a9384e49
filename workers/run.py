"""Runs one job: starts it, lets its function do it, and writes down how a failed try went.

The function knows nothing of this, nor of what brought the job here.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from db import outbox
from db.outbox import Job
from outside.errors import Permanent, Transient
from workers.jobs import Work
from workers.tools import Tools

log = logging.getLogger(__name__)

# Pauses before the second try and those after it; there is none after the last.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 1800))
TRIES = len(PAUSES) + 1


class UnknownJob(Exception):
    """This worker is older than the process that asked for the job. It is tried again, by then perhaps by a newer one."""


class Runner:
    """Runs jobs. `seconds`: what one may take; `lease`: when it counts as lost, longer than that."""

    def __init__(self, tools: Tools, jobs: Mapping[str, Work], seconds: float, lease: timedelta) -> None:
        self._tools = tools
        self._jobs = jobs
        self._seconds = seconds
        self._lease = lease
        self.done = 0
        self.failed = 0

    async def run(self, id: UUID) -> None:
        """Runs the job of this outbox row, if there is still something to do. What goes wrong with the database is logged and left
        to the lease: the row goes out again."""
        try:
            async with self._tools.pool.connection() as connection:
                job = await outbox.start(connection, id, self._tools.clock() + self._lease)
            if job is not None:
                await self._try(job)
        except Exception as error:
            log.warning("A job will be sent again", exc_info=error, extra={"outbox_id": str(id)})

    async def _try(self, job: Job) -> None:
        work = self._jobs.get(job.kind)
        try:
            if work is None:
                raise UnknownJob
            if job.attempts > TRIES:
                raise Permanent("the worker died in each try")
            async with asyncio.timeout(self._seconds):
                await work.run(self._tools, job)
            self.done += 1
        except Exception as error:
            self.failed += 1
            extra = {"job": job.kind, "outbox_id": str(job.id), "attempts": job.attempts}
            log.warning("A job failed", exc_info=error, extra=extra)
            await self._failed(job, work, error)

    async def _failed(self, job: Job, work: Work | None, error: Exception) -> None:
        now = self._tools.clock()
        async with self._tools.pool.transaction() as connection:
            if isinstance(error, Permanent) or job.attempts >= TRIES:
                given_up = await outbox.give_up(connection, job, now, _described(error))
                if given_up and work is not None and work.gave_up is not None:
                    await work.gave_up(connection, job)
            else:
                await outbox.postpone(connection, job, now + PAUSES[job.attempts - 1], _described(error))


def _described(error: Exception) -> str:
    """For people. The text of most exceptions quotes what they fell over; adapters keep theirs free of anything personal."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, Permanent | Transient) else name
