"""Cards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = "resident_id, id, number, handle, national_id, status, app_id, issued_at, status_changed_at, temporary"

INSERT = f"insert into card ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
FIND = f"select {_COLUMNS} from card where resident_id = $1 and id = $2"
NEWEST = f"select {_COLUMNS} from card where resident_id = $1 order by id desc limit 1"
HOLD = "select id from card where resident_id = $1 and id = $2 and status = $3 for share"
MOVE = (
    "update card set status = $4, status_changed_at = $5, status_reason = $6, replaced_by = $7"
    " where resident_id = $1 and id = $2 and status = $3 returning id"
)


@dataclass(frozen=True, slots=True)
class Card:
    """A row. `handle`: 16 bytes; `national_id`: 64 upper-case hexadecimal digits; `status`: a CardStatus; `temporary`: of a patient
    who is not known yet."""

    resident_id: UUID
    id: UUID
    number: str
    handle: bytes
    national_id: str
    status: str
    app_id: UUID
    issued_at: datetime
    status_changed_at: datetime
    temporary: bool = False


async def insert(connection: Connection, row: Card) -> None:
    """Adds it."""
    values = (row.resident_id, row.id, row.number, row.handle, row.national_id)
    await connection.execute(INSERT, *values, row.status, row.app_id, row.issued_at, row.status_changed_at, row.temporary)


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Card | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else Card(**row)


async def newest(connection: Connection, resident_id: UUID) -> Card | None:
    """The resident's card: the newest, whatever its status. None for who has never had one."""
    row = await connection.fetchrow(NEWEST, resident_id)
    return None if row is None else Card(**row)


async def hold(connection: Connection, card: Card) -> bool:
    """Keeps its status as it was read until the transaction ends: who moves it waits. False when somebody moved it since."""
    return await connection.fetchval(HOLD, card.resident_id, card.id, card.status) is not None


async def move(
    connection: Connection, card: Card, status: str, now: datetime, reason: str | None, replaced_by: UUID | None = None
) -> bool:
    """Moves it to another status; False when somebody else moved it since it was read."""
    values = (card.resident_id, card.id, card.status, status, now, reason, replaced_by)
    return await connection.fetchval(MOVE, *values) is not None
