"""What `ecard doctor` looks at."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

SERVER = "select current_setting('server_version_num')::int, current_setting('server_version'), clock_timestamp()"
LAST_SIGN = "select max(last_seen_at) from worker_heartbeat"
NEWEST_RESIDENT = "select resident_id, document_sealed from resident order by resident_id desc limit 1"


@dataclass(frozen=True, slots=True)
class Server:
    """The server. `number`: 160004 for 16.4; `now`: its clock."""

    number: int
    version: str
    now: datetime


async def server(connection: Connection) -> Server:
    """What answers."""
    return Server(*await connection.fetchrow(SERVER))


async def last_sign_of_a_worker(connection: Connection) -> datetime | None:
    """When a worker was heard of last, or None."""
    seen: datetime | None = await connection.fetchval(LAST_SIGN)
    return seen


async def newest_document(connection: Connection) -> tuple[UUID, bytes] | None:
    """Somebody's sealed document number, to see whether our keys open it; None before there is a resident."""
    row = await connection.fetchrow(NEWEST_RESIDENT)
    return None if row is None else (row["resident_id"], row["document_sealed"])
