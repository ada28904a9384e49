"""Consents: which institution may read which part of whose record, until when."""

from datetime import datetime
from uuid import UUID

from db.connection import Connection
from domain.consents import Opened

# Nothing is put in for an institution that there is not, or beside a consent that opens the same.
GRANT = (
    "with same as materialized (select id from consent where resident_id = $1 and institution_id = $3 and kinds = $4::text[]"
    " and from_day is not distinct from $5 and to_day is not distinct from $6 and expires_at = $7 and revoked_at is null limit 1),"
    " new as (insert into consent (resident_id, id, institution_id, kinds, from_day, to_day, expires_at, granted_at)"
    " select $1, $2, i.id, $4::text[], $5::date, $6::date, $7::timestamptz, $8::timestamptz from institution i"
    " where i.id = $3 and not exists (select from same) returning id)"
    " select id from same union all select id from new"
)
LOCK = "select from resident where resident_id = $1 for update"
REVOKE = "update consent set revoked_at = $3 where resident_id = $1 and id = $2 and revoked_at is null returning id"
EXISTS = "select true from consent where resident_id = $1 and id = $2"


async def grant(
    connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID, opened: Opened, now: datetime
) -> UUID | None:
    """The consent: a new one with this `id`, or the one that stands and opens the same. None when there is no such institution."""
    await connection.execute(LOCK, resident_id)
    what = (opened.kinds, opened.from_day, opened.to_day, opened.expires_at)
    found: UUID | None = await connection.fetchval(GRANT, resident_id, id, institution_id, *what, now)
    return found


async def revoke(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> bool:
    """Takes it back; False when it was before, or there is none."""
    return await connection.fetchval(REVOKE, resident_id, id, now) is not None


async def exists(connection: Connection, resident_id: UUID, id: UUID) -> bool:
    """Whether there is one."""
    return await connection.fetchval(EXISTS, resident_id, id) is not None
