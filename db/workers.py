"""Worker processes, as they report themselves. One that was killed is known by a `last_seen_at` that stands still."""

from dataclasses import dataclass
from datetime import datetime

from db.connection import Connection

BEAT = (
    "insert into worker_heartbeat (name, started_at, last_seen_at, jobs_done, jobs_failed) values ($1, $2, $3, $4, $5)"
    " on conflict (name) do update set last_seen_at = excluded.last_seen_at, jobs_done = excluded.jobs_done,"
    " jobs_failed = excluded.jobs_failed"
)
LEAVE = "delete from worker_heartbeat where name = $1"


@dataclass(frozen=True, slots=True)
class Worker:
    """A row. `jobs_failed`: tries that failed."""

    name: str
    started_at: datetime
    last_seen_at: datetime
    jobs_done: int
    jobs_failed: int


async def beat(connection: Connection, row: Worker) -> None:
    """Says that the worker is there."""
    await connection.execute(BEAT, row.name, row.started_at, row.last_seen_at, row.jobs_done, row.jobs_failed)


async def leave(connection: Connection, name: str) -> None:
    """Says that it has stopped in good order."""
    await connection.execute(LEAVE, name)
