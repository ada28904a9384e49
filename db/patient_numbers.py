"""The institutions' own numbers of their patients: one for a resident, and one resident for a number."""

from datetime import datetime
from uuid import UUID

from db.connection import Connection

CLAIM = (
    "insert into patient_number_index (institution_id, number, resident_id) values ($1, $2, $3)"
    " on conflict do nothing returning resident_id"
)
OWNER = "select resident_id from patient_number_index where institution_id = $1 and number = $2"
RELEASE = "delete from patient_number_index where institution_id = $1 and number = $2 and resident_id = $3"
FIND = "select number from patient_number where resident_id = $1 and institution_id = $2 for update"
LINK = (
    "insert into patient_number (resident_id, id, institution_id, number, linked_at) values ($1, $2, $3, $4, $5)"
    " on conflict (resident_id, institution_id) do update set number = excluded.number, linked_at = excluded.linked_at"
)


async def claim(connection: Connection, institution_id: UUID, number: str, resident_id: UUID) -> bool:
    """Whether the number is the resident's now; False when it is another's."""
    if await connection.fetchval(CLAIM, institution_id, number, resident_id) is not None:
        return True
    owner: UUID | None = await connection.fetchval(OWNER, institution_id, number)
    return owner == resident_id


async def release(connection: Connection, institution_id: UUID, number: str, resident_id: UUID) -> None:
    """The number is the resident's no longer."""
    await connection.execute(RELEASE, institution_id, number, resident_id)


async def find(connection: Connection, resident_id: UUID, institution_id: UUID) -> str | None:
    """The resident's number there, locked; or None."""
    number: str | None = await connection.fetchval(FIND, resident_id, institution_id)
    return number


async def link(connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID, number: str, now: datetime) -> None:
    """Sets the resident's number there, in the place of an earlier one."""
    await connection.execute(LINK, resident_id, id, institution_id, number, now)
