"""Visits: what an accepted scan opens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = (
    "resident_id, id, card_id, institution_id, department_id, client_id, care_step, care_setting, terminal_id,"
    " terminal_kind, opened_at, expires_at, delegate_name, prescription_id"
)

INSERT = f"insert into visit ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
FIND = f"select {_COLUMNS} from visit where resident_id = $1 and id = $2 and institution_id = $3"
FIRST = "select institution_id from visit where resident_id = $1 order by id limit 1"


@dataclass(frozen=True, slots=True)
class Visit:
    """A row. `client_id`: whose credentials opened it; `delegate_name`: who came in the resident's place, for `prescription_id`
    alone."""

    resident_id: UUID
    id: UUID
    card_id: UUID
    institution_id: UUID
    department_id: UUID | None
    client_id: UUID
    care_step: str
    care_setting: str
    terminal_id: str
    terminal_kind: str
    opened_at: datetime
    expires_at: datetime
    delegate_name: str | None = None
    prescription_id: UUID | None = None


async def insert(connection: Connection, row: Visit) -> None:
    """Adds it."""
    values = (row.resident_id, row.id, row.card_id, row.institution_id, row.department_id, row.client_id)
    terminal, times = (row.terminal_id, row.terminal_kind), (row.opened_at, row.expires_at)
    delegate = (row.delegate_name, row.prescription_id)
    await connection.execute(INSERT, *values, row.care_step, row.care_setting, *terminal, *times, *delegate)


async def find(connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID) -> Visit | None:
    """The visit at that institution, or None: another institution's visit is as good as none."""
    row = await connection.fetchrow(FIND, resident_id, id, institution_id)
    return None if row is None else Visit(**row)


async def first_at(connection: Connection, resident_id: UUID) -> UUID | None:
    """The institution of the resident's first visit: of a temporary card, the one that issued it."""
    found: UUID | None = await connection.fetchval(FIRST, resident_id)
    return found
