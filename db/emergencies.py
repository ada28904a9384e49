"""Visits whose glass was broken: for a while they read the whole record."""

from datetime import datetime
from uuid import UUID

from db.connection import Connection
from db.visits import Visit

BREAK = (
    "update visit set break_glass = true, break_glass_reason = $4, expires_at = greatest(expires_at, $5)"
    " where resident_id = $1 and id = $2 and institution_id = $3 and not break_glass returning id"
)
BROKEN = (
    "select id from visit where resident_id = $1 and institution_id = $2 and expires_at > $3 and break_glass"
    " order by id desc limit 1"
)


async def break_glass(connection: Connection, visit: Visit, reason: str, expires_at: datetime) -> bool:
    """The visit reads everything until then, at least; False when its glass was broken before."""
    key = (visit.resident_id, visit.id, visit.institution_id)
    return await connection.fetchval(BREAK, *key, reason, expires_at) is not None


async def broken(connection: Connection, resident_id: UUID, institution_id: UUID, now: datetime) -> UUID | None:
    """The institution's newest open visit of the resident that reads everything, or None."""
    found: UUID | None = await connection.fetchval(BROKEN, resident_id, institution_id, now)
    return found
