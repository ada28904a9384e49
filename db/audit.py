"""What was done, by whom, to whom: one row for each change."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into audit (subject_id, id, at, actor_kind, actor_id, action, object_id, reason)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8)"
)

PLATFORM = "PLATFORM"
"""Who acts, when nobody asked for it just now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row. `subject_id`: the resident it is about, else the object itself."""

    subject_id: UUID
    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    object_id: UUID | None
    reason: str | None


async def insert(connection: Connection, row: Entry) -> None:
    """Adds it."""
    values = (row.subject_id, row.id, row.at, row.actor_kind, row.actor_id, row.action, row.object_id, row.reason)
    await connection.execute(INSERT, *values)
