"""Who cares for whom. The truth is with the person cared for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into carer (resident_id, id, carer_id, carer_name, relationship, scopes, created_at, place)"
    " select $1, $2, $3, $4, $5, $6, $7, coalesce(max(c.place), 0) + 1 from carer c where c.resident_id = $1"
)
INSERT_MEMBER = (
    "insert into family_member (resident_id, id, member_id, relationship, scopes, created_at) values ($1, $2, $3, $4, $5, $6)"
)
SCOPES = "select scopes from carer where resident_id = $1 and carer_id = $2 and (expires_at is null or expires_at > $3)"
WITH_SCOPE = (
    "select carer_id from carer where resident_id = $1 and $2 = any(scopes) and (expires_at is null or expires_at > $3) order by id"
)


@dataclass(frozen=True, slots=True)
class Carer:
    """A row. `resident_id`: the person cared for; `relationship`: what that person is to the carer."""

    resident_id: UUID
    id: UUID
    carer_id: UUID
    carer_name: str
    relationship: str
    scopes: Collection[str]
    created_at: datetime


async def insert(connection: Connection, row: Carer) -> None:
    """Adds it on both sides."""
    granted = (row.relationship, list(row.scopes), row.created_at)
    await connection.execute(INSERT, row.resident_id, row.id, row.carer_id, row.carer_name, *granted)
    await connection.execute(INSERT_MEMBER, row.carer_id, row.id, row.resident_id, *granted)


async def scopes(connection: Connection, resident_id: UUID, carer_id: UUID, now: datetime) -> frozenset[str] | None:
    """What the carer may see and do for the resident; None for who does not care for them."""
    found = await connection.fetchval(SCOPES, resident_id, carer_id, now)
    return None if found is None else frozenset(found)


async def with_scope(connection: Connection, resident_id: UUID, scope: str, now: datetime) -> list[UUID]:
    """Who cares for the resident and may see and do this, in the order in which they came."""
    return [row["carer_id"] for row in await connection.fetch(WITH_SCOPE, resident_id, scope, now)]
