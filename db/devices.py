"""Where WECHAT and PUSH go to, for as long as the session lasts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

_STANDING = (
    "select d.id, d.channel, d.token_sealed from device d join session s on s.resident_id = d.resident_id and s.id = d.session_id"
    " where d.resident_id = $1 and s.resident_id = $1 and d.gone_at is null and s.ended_at is null and s.expires_at > $2"
)
STANDING = f"{_STANDING} order by d.id"
FIND = f"{_STANDING} and d.id = $3"
GONE = "update device set gone_at = $3 where resident_id = $1 and id = $2 and gone_at is null"


@dataclass(frozen=True, slots=True)
class Device:
    """A row. `channel`: WECHAT or PUSH; `token_sealed`: what reaches it there."""

    id: UUID
    channel: str
    token_sealed: bytes


async def standing(connection: Connection, resident_id: UUID, now: datetime) -> list[Device]:
    """The resident's, in the order in which they came."""
    return [Device(**row) for row in await connection.fetch(STANDING, resident_id, now)]


async def find(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> Device | None:
    """One of them, unless it is gone or its session has ended."""
    row = await connection.fetchrow(FIND, resident_id, now, id)
    return None if row is None else Device(**row)


async def gone(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> None:
    """Nobody is reached there any more."""
    await connection.execute(GONE, resident_id, id, now)
