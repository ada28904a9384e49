"""Residents' sessions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into session (resident_id, id, app_id, device, refresh_digest, started_at, last_seen_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6, $6, $7)"
)
FIND = (
    "select s.resident_id, s.id, s.app_id, s.refresh_digest, r.full_name, a.scopes as app_scopes,"
    " a.suspended_at is not null as suspended"
    " from session s join resident r on r.resident_id = s.resident_id join app a on a.id = s.app_id"
    " where s.resident_id = $1 and r.resident_id = $1 and s.id = $2 and s.ended_at is null and s.expires_at > $3"
)
RENEW = (
    "update session set refresh_digest = $4, last_seen_at = $5, expires_at = $6"
    " where resident_id = $1 and id = $2 and refresh_digest = $3 and ended_at is null returning id"
)
# Messages go to its devices no longer, and nobody keeps where that was.
END = (
    "with ended as (update session set ended_at = $3 where resident_id = $1 and id = $2 and ended_at is null returning id),"
    " forgotten as (delete from device d using ended e where d.resident_id = $1 and d.session_id = e.id)"
    " select id from ended"
)
END_ALL = (
    "with ended as (update session set ended_at = $2 where resident_id = $1 and ended_at is null and expires_at > $2 returning id),"
    " forgotten as (delete from device where resident_id = $1)"
    " select id from ended"
)
STANDS = "select exists (select from session where resident_id = $1 and ended_at is null and expires_at > $2)"
EXISTS = "select id from session where resident_id = $1 and id = $2"


@dataclass(frozen=True, slots=True)
class Session:
    """A session that has not ended, with what a viewer of it is made of. `suspended`: its app is."""

    resident_id: UUID
    id: UUID
    app_id: UUID
    refresh_digest: bytes
    full_name: str
    app_scopes: Collection[str]
    suspended: bool


async def insert(
    connection: Connection,
    resident_id: UUID,
    id: UUID,
    app_id: UUID,
    device: str | None,
    refresh_digest: bytes,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Starts one."""
    await connection.execute(INSERT, resident_id, id, app_id, device, refresh_digest, now, expires_at)


async def find(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> Session | None:
    """The session, unless it has ended or expired."""
    row = await connection.fetchrow(FIND, resident_id, id, now)
    return None if row is None else Session(**row)


async def exists(connection: Connection, resident_id: UUID, id: UUID) -> bool:
    """Whether there is such a session, ended or not."""
    return await connection.fetchval(EXISTS, resident_id, id) is not None


async def stands(connection: Connection, resident_id: UUID, now: datetime) -> bool:
    """Whether the resident is signed in anywhere."""
    return bool(await connection.fetchval(STANDS, resident_id, now))


async def renew(connection: Connection, session: Session, digest: bytes, now: datetime, expires_at: datetime) -> bool:
    """Puts the digest of the next refresh token in the place of the one that was read; False when that is gone."""
    values = (session.resident_id, session.id, session.refresh_digest, digest, now, expires_at)
    return await connection.fetchval(RENEW, *values) is not None


async def end(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> bool:
    """Ends one; False when it had ended before."""
    return await connection.fetchval(END, resident_id, id, now) is not None


async def end_all(connection: Connection, resident_id: UUID, now: datetime) -> list[UUID]:
    """Ends all of the resident's, and says which."""
    return [row["id"] for row in await connection.fetch(END_ALL, resident_id, now)]
