"""Printed codes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = "resident_id, id, card_id, handle, form, label, created_at, revoked_at"

INSERT = f"insert into printed_code ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)"
FIND = f"select {_COLUMNS} from printed_code where resident_id = $1 and id = $2"
REVOKE = "update printed_code set revoked_at = $3 where resident_id = $1 and id = $2 and revoked_at is null returning id"


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A row. `form`: a CodeForm."""

    resident_id: UUID
    id: UUID
    card_id: UUID
    handle: bytes
    form: str
    label: str | None
    created_at: datetime
    revoked_at: datetime | None = None


async def insert(connection: Connection, row: PrintedCode) -> None:
    """Adds it."""
    await connection.execute(
        INSERT, row.resident_id, row.id, row.card_id, row.handle, row.form, row.label, row.created_at, row.revoked_at
    )


async def find(connection: Connection, resident_id: UUID, id: UUID) -> PrintedCode | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else PrintedCode(**row)


async def revoke(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> bool:
    """Refuses it from now on; False when it was revoked before."""
    return await connection.fetchval(REVOKE, resident_id, id, now) is not None
