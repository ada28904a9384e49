"""Who cares for whom. The truth is with the person cared for; the carer's own list of the same rows is written with it, here alone.

Whoever adds or takes away holds the lock of the person's row, so that places are given out one after the other.

What a carer was told of the person is in their list for as long as they care, with the scope that it takes.

Rows without a place are derived from others (`db.derived_carers`), and follow them in the same transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db import derived_carers, notifications
from db.connection import Connection
from domain.families import PLACES

PAGE = 500

_COLUMNS = "resident_id, id, carer_id, carer_name, relationship, scopes, created_at, expires_at"

# The first place that is free; nothing when all are taken.
INSERT = (
    f"insert into carer ({_COLUMNS}, place) select $1, $2, $3, $4, $5, $6, $7, $8, p.place"
    f" from generate_series(1, {PLACES}) p (place)"
    " where not exists (select from carer c where c.resident_id = $1 and c.place = p.place) order by p.place limit 1"
    " returning place"
)
INSERT_MEMBER = (
    "insert into family_member (resident_id, id, member_id, relationship, scopes, created_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
)
REPLACE = (
    "update carer set carer_name = $3, relationship = $4, scopes = $5, expires_at = $6"
    " where resident_id = $1 and carer_id = $2 and place is not null returning id"
)
REPLACE_MEMBER = "update family_member set relationship = $3, scopes = $4, expires_at = $5 where resident_id = $1 and id = $2"
FIND = (
    f"select {_COLUMNS} from carer where resident_id = $1 and id = $2 and place is not null"
    " and (expires_at is null or expires_at > $3)"
)
MEMBER = "select member_id from family_member where resident_id = $1 and id = $2"
REMOVE = f"delete from carer where resident_id = $1 and id = $2 and place is not null returning {_COLUMNS}"
EXPIRE = f"delete from carer where resident_id = $1 and expires_at <= $2 and place is not null returning {_COLUMNS}"
REMOVE_MEMBER = "delete from family_member where resident_id = $1 and id = $2"
# Over all residents, the longest expired first.
EXPIRED = (
    "select distinct resident_id from (select resident_id from carer where expires_at <= $1 and place is not null"
    " order by expires_at limit $2) e"
)
MEMBERS = "select member_id from family_member where resident_id = $1 order by member_id"
RENAME = "update carer set carer_name = $3 where resident_id = $1 and carer_id = $2"
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
    expires_at: datetime | None = None


async def insert(connection: Connection, row: Carer) -> bool:
    """Adds it on both sides; False when all places are taken."""
    granted = (row.relationship, list(row.scopes), row.created_at, row.expires_at)
    if await connection.fetchval(INSERT, row.resident_id, row.id, row.carer_id, row.carer_name, *granted) is None:
        return False
    await connection.execute(INSERT_MEMBER, row.carer_id, row.id, row.resident_id, *granted)
    await derived_carers.follow(connection, row.resident_id)
    return True


async def replace(connection: Connection, row: Carer) -> UUID | None:
    """Gives who cares already what the row says, on both sides: the id, which stays. None for who does not care yet."""
    granted = (row.relationship, list(row.scopes), row.expires_at)
    id: UUID | None = await connection.fetchval(REPLACE, row.resident_id, row.carer_id, row.carer_name, *granted)
    if id is not None:
        await connection.execute(REPLACE_MEMBER, row.carer_id, id, *granted)
        await notifications.hide(connection, row.carer_id, row.resident_id, row.scopes)
        await derived_carers.follow(connection, row.resident_id)
    return id


async def find(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> Carer | None:
    """The row, unless it has expired."""
    row = await connection.fetchrow(FIND, resident_id, id, now)
    return None if row is None else Carer(**row)


async def member(connection: Connection, carer_id: UUID, id: UUID) -> UUID | None:
    """Whom the carer cares for by this row of their own list."""
    found: UUID | None = await connection.fetchval(MEMBER, carer_id, id)
    return found


async def remove(connection: Connection, resident_id: UUID, id: UUID) -> Carer | None:
    """Takes it away on both sides: what it was. None when there is none."""
    row = await connection.fetchrow(REMOVE, resident_id, id)
    if row is None:
        return None
    removed = Carer(**row)
    await connection.execute(REMOVE_MEMBER, removed.carer_id, id)
    await notifications.hide(connection, removed.carer_id, resident_id, ())
    await derived_carers.follow(connection, resident_id)
    return removed


async def expire(connection: Connection, resident_id: UUID, now: datetime) -> list[Carer]:
    """Takes away on both sides what has expired: what it was."""
    ended = [Carer(**row) for row in await connection.fetch(EXPIRE, resident_id, now)]
    for row in ended:
        await connection.execute(REMOVE_MEMBER, row.carer_id, row.id)
        await notifications.hide(connection, row.carer_id, resident_id, ())
    if ended:
        await derived_carers.follow(connection, resident_id)
    return ended


async def expired(connection: Connection, now: datetime) -> list[UUID]:
    """People of whom a carer has expired: of the next page of such carers."""
    return [row["resident_id"] for row in await connection.fetch(EXPIRED, now, PAGE)]


async def rename(connection: Connection, carer_id: UUID, name: str) -> None:
    """The people cared for see the carer's new name."""
    for row in await connection.fetch(MEMBERS, carer_id):
        await connection.execute(RENAME, row["member_id"], carer_id, name)


async def scopes(connection: Connection, resident_id: UUID, carer_id: UUID, now: datetime) -> frozenset[str] | None:
    """What the carer may see and do for the resident; None for who does not care for them."""
    found = await connection.fetchval(SCOPES, resident_id, carer_id, now)
    return None if found is None else frozenset(found)


async def with_scope(connection: Connection, resident_id: UUID, scope: str, now: datetime) -> list[UUID]:
    """Who cares for the resident and may see and do this, in the order in which they came."""
    return [row["carer_id"] for row in await connection.fetch(WITH_SCOPE, resident_id, scope, now)]
