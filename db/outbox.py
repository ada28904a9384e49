"""What is to be done after a change has been made. The row is the truth: Redis only carries its id to a worker.

waiting → sent → done, or back to waiting after a failure, or failed after the last one. A row that was sent and is not done when
its lease ends is sent again, so a job may run twice; it has its effect once: the row is marked done in the same transaction.
A lane is a part of the key: each statement names it, and a claim over all of them could not skip what others have locked.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from db.connection import Connection, Record
from db.pool import Pool

LANES = range(16)
CHANNEL = "outbox"

INSERT = "insert into outbox (lane, id, job, args, run_at, created_at) values ($1, $2, $3, $4::jsonb, $5, $6)"
INSERT_FOR_LATER = (
    "insert into outbox (lane, id, job, args, run_at, created_at)"
    " select x.lane, x.id, $1, x.args, x.run_at, $2 from unnest($3::smallint[], $4::uuid[], $5::jsonb[], $6::timestamptz[])"
    " x (lane, id, args, run_at)"
)
NOTIFY = "select pg_notify($1, $2)"
CLAIM = (
    "with due as materialized (select id from outbox where lane = $1 and state in ('waiting', 'sent') and run_at <= $2"
    " and (lease_until is null or lease_until <= $2) order by run_at limit $4 for update skip locked)"
    " update outbox o set state = 'sent', lease_until = $3 from due where o.lane = $1 and o.id = due.id returning o.id"
)
START = (
    "update outbox set state = 'sent', lease_until = $3, attempts = attempts + 1"
    " where lane = $1 and id = $2 and state in ('waiting', 'sent') returning job, args, attempts"
)
FINISH = (
    "update outbox set state = 'done', finished_at = $3, lease_until = null, last_error = null"
    " where lane = $1 and id = $2 and state <> 'done' returning id"
)
# Only the newest try may tell how it went: an older one may still be under way when the lease was too short for it.
POSTPONE = (
    "update outbox set state = 'waiting', run_at = $4, lease_until = null, last_error = $5"
    " where lane = $1 and id = $2 and state = 'sent' and attempts = $3 returning id"
)
GIVE_UP = (
    "update outbox set state = 'failed', finished_at = $4, lease_until = null, last_error = $5"
    " where lane = $1 and id = $2 and state = 'sent' and attempts = $3 returning id"
)
RETRY = (
    "update outbox set state = 'waiting', attempts = 0, run_at = $3, finished_at = null"
    " where lane = $1 and id = $2 and state = 'failed' returning job, args, attempts, last_error"
)
UNFINISHED = "select args from outbox where job = $1 and state <> 'done'"
_COUNTED = "select job, state, count(*) as rows, greatest(0, extract(epoch from now() - min(run_at)))::float8 as age from outbox"
BACKLOG = (
    f"{_COUNTED} where state in ('waiting', 'sent') group by job, state"
    f" union all {_COUNTED} where state = 'failed' group by job, state"
)


class JobKind(StrEnum):
    """What can be left to the workers; each stands for a function of theirs."""

    APPLY_NOTIFICATION = "apply_notification"
    CLOSE_ORDER = "close_order"
    CREATE_ORDER = "create_order"
    DELIVER_NOTIFICATION = "deliver_notification"
    END_CARE = "end_care"
    EXPIRE_PRESCRIPTIONS = "expire_prescriptions"
    JUDGE_NO_SHOWS = "judge_no_shows"
    QUERY_PAYMENT = "query_payment"
    REFUND = "refund"
    RENDER_FILE = "render_file"
    RETURN_PLACE = "return_place"
    SEND_MAIL = "send_mail"
    SEND_NOTIFICATION = "send_notification"
    SEND_VERIFICATION_CODE = "send_verification_code"
    SETTLE_DAY = "settle_day"
    SETTLE_DUE = "settle_due"
    SWEEP = "sweep"
    TURN_DAY = "turn_day"
    VERIFY_LEDGER = "verify_ledger"
    WATCH_AGREEMENTS = "watch_agreements"


@dataclass(frozen=True, slots=True)
class Job:
    """A row as its worker sees it. `args`: names and ids as text, nothing personal; `attempts`: this one included."""

    id: UUID
    kind: str
    args: Mapping[str, str]
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """The rows of one job in one state, and for how many seconds the oldest of them has been due."""

    job: str
    state: str
    rows: int
    age: float


def lane_of(id: UUID) -> int:
    """The lane of a row: the last bits of its id, which are random."""
    return id.int % len(LANES)


async def put(
    connection: Connection, kind: JobKind, args: Mapping[str, str], id: UUID, now: datetime, run_at: datetime | None = None
) -> None:
    """Leaves a job to the workers: at once, or at `run_at`. Nothing happens unless the transaction commits."""
    lane = lane_of(id)
    await connection.execute(INSERT, lane, id, kind, json.dumps(dict(args)), run_at or now, now)
    await connection.execute(NOTIFY, CHANNEL, str(lane))


async def put_for_later(
    connection: Connection, kind: JobKind, rows: Sequence[tuple[UUID, Mapping[str, str], datetime]], now: datetime
) -> None:
    """Leaves jobs (id, args, run_at) to the workers in one statement. Their times are ahead, so no relay is woken."""
    if rows:
        lanes, ids = [lane_of(id) for id, _, _ in rows], [id for id, _, _ in rows]
        args, times = [json.dumps(dict(args)) for _, args, _ in rows], [run_at for _, _, run_at in rows]
        await connection.execute(INSERT_FOR_LATER, kind, now, lanes, ids, args, times)


async def claim(connection: Connection, lane: int, now: datetime, lease_until: datetime, most: int) -> list[UUID]:
    """Takes due rows of a lane that nobody else is taking, the longest due first, and marks them sent until the lease ends."""
    return [row["id"] for row in await connection.fetch(CLAIM, lane, now, lease_until, most)]


async def start(connection: Connection, id: UUID, lease_until: datetime) -> Job | None:
    """Counts a try and renews the lease. None when there is nothing to do: it was done or given up, or never was."""
    row = await connection.fetchrow(START, lane_of(id), id, lease_until)
    return None if row is None else Job(id, row["job"], json.loads(row["args"]), row["attempts"])


async def finish(connection: Connection, job: Job, now: datetime) -> bool:
    """Marks it done; False when it was done before, and then the effect must not happen again."""
    return await connection.fetchval(FINISH, lane_of(job.id), job.id, now) is not None


async def postpone(connection: Connection, job: Job, run_at: datetime, error: str) -> bool:
    """A try failed, and there will be another at `run_at`. `error`: nothing personal. False when this try counts no longer."""
    return await connection.fetchval(POSTPONE, lane_of(job.id), job.id, job.attempts, run_at, error) is not None


async def give_up(connection: Connection, job: Job, now: datetime, error: str) -> bool:
    """The last try failed: people must look at it. False when this try counts no longer."""
    return await connection.fetchval(GIVE_UP, lane_of(job.id), job.id, job.attempts, now, error) is not None


async def retry(connection: Connection, id: UUID, now: datetime) -> Record | None:
    """Lets a failed job be tried again, as often as a new one: its job, args, attempts and last_error as they are now. None when it
    is not a failed one."""
    lane = lane_of(id)
    waiting: Record | None = await connection.fetchrow(RETRY, lane, id, now)
    if waiting is not None:
        await connection.execute(NOTIFY, CHANNEL, str(lane))
    return waiting


async def unfinished(connection: Connection, kind: JobKind) -> list[str]:
    """The arguments, as JSON, of the jobs that wait, are under way or failed."""
    return [row["args"] for row in await connection.fetch(UNFINISHED, kind)]


async def backlog(pool: Pool) -> list[Backlog]:
    """What waits, is under way or failed, by job and state."""
    async with pool.connection() as connection:
        return [Backlog(**row) for row in await connection.fetch(BACKLOG)]
