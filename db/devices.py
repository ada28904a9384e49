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
# Nobody is reached there any more. What is registered just now stays what it was.
CLEAR = (
    "delete from device d where d.resident_id = $1 and not (d.channel = $3 and d.token_digest = $4) and (d.gone_at is not null"
    " or not exists (select from session s where s.resident_id = $1 and s.id = d.session_id and s.ended_at is null"
    " and s.expires_at > $2))"
)
PUT = (
    "insert into device (resident_id, id, session_id, channel, token_digest, token_sealed, created_at)"
    " values ($1, $2, $3, $4, $5, $6, $7) on conflict on constraint device_is_unique"
    " do update set session_id = excluded.session_id, gone_at = null returning id"
)
MAKE_ROOM = (
    "delete from device d using (select x.id, row_number() over (order by x.id = $2 desc, x.id desc) as place from device x"
    " where x.resident_id = $1) n where d.resident_id = $1 and d.id = n.id and n.place > $3"
)
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


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What is registered. `token_sealed`: under `id`."""

    resident_id: UUID
    id: UUID
    session_id: UUID
    channel: str
    token_digest: bytes
    token_sealed: bytes
    created_at: datetime


async def register(connection: Connection, row: NewDevice, most: int) -> UUID:
    """Adds it, or moves the one that has this token into its session; the id that it has. Those of sessions that ended are
    forgotten, and the oldest where there are more than `most`."""
    await connection.execute(CLEAR, row.resident_id, row.created_at, row.channel, row.token_digest)
    values = (row.resident_id, row.id, row.session_id, row.channel, row.token_digest, row.token_sealed, row.created_at)
    id: UUID = await connection.fetchval(PUT, *values)
    await connection.execute(MAKE_ROOM, row.resident_id, id, most)
    return id
