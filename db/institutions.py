"""Institutions and their departments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = "id, code, name, district, level, address, accepts_outpatient, accepts_inpatient, care_steps, created_at, email"

INSERT = (
    f"insert into institution ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    " on conflict (code) do nothing returning id"
)
FIND = f"select {_COLUMNS} from institution where id = $1"
UPDATE = (
    "update institution set accepts_outpatient = coalesce($2, accepts_outpatient),"
    " accepts_inpatient = coalesce($3, accepts_inpatient), care_steps = coalesce($4, care_steps),"
    " email = nullif(coalesce($5, email), '')"
    " where id = $1 returning id"
)
LOCK = "select id from institution where id = $1 for no key update"
INSERT_DEPARTMENT = "insert into department (id, institution_id, code, name) values ($1, $2, $3, $4)"
OF_CODE = f"select {_COLUMNS} from institution where code = $1"
DEPARTMENT = "select id from department where institution_id = $1 and code = $2 and active"
OF_DEPARTMENT = "select institution_id from department where id = $1 and active"


@dataclass(frozen=True, slots=True)
class Institution:
    """A row. `care_steps`: at which the card is accepted; `email`: where it is written to of what waits for it."""

    id: UUID
    code: str
    name: str
    district: str
    level: str
    address: str
    accepts_outpatient: bool
    accepts_inpatient: bool
    care_steps: Sequence[str]
    created_at: datetime
    email: str | None = None


async def insert(connection: Connection, row: Institution) -> bool:
    """Adds it; False when there is one with its code."""
    values = (row.id, row.code, row.name, row.district, row.level, row.address)
    accepts = (row.accepts_outpatient, row.accepts_inpatient, row.care_steps)
    return await connection.fetchval(INSERT, *values, *accepts, row.created_at, row.email) is not None


async def find(connection: Connection, id: UUID) -> Institution | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, id)
    return None if row is None else Institution(**row)


async def of_code(connection: Connection, code: str) -> Institution | None:
    """The institution with the operator's code, or None."""
    row = await connection.fetchrow(OF_CODE, code)
    return None if row is None else Institution(**row)


async def insert_department(connection: Connection, id: UUID, institution_id: UUID, code: str, name: str) -> None:
    """Adds a department that is in use. `code`: the institution's own."""
    await connection.execute(INSERT_DEPARTMENT, id, institution_id, code, name)


async def update(
    connection: Connection,
    id: UUID,
    accepts_outpatient: bool | None,
    accepts_inpatient: bool | None,
    care_steps: Sequence[str] | None,
    email: str | None,
) -> bool:
    """Changes what is not None, and takes an empty `email` away; False when there is no such institution."""
    return await connection.fetchval(UPDATE, id, accepts_outpatient, accepts_inpatient, care_steps, email) is not None


async def lock(connection: Connection, id: UUID) -> None:
    """Waits for who else holds this lock until their transaction ends. Scans and visits do not wait for it."""
    await connection.execute(LOCK, id)


async def department(connection: Connection, institution_id: UUID, code: str) -> UUID | None:
    """The department in use with the institution's code, or None."""
    found: UUID | None = await connection.fetchval(DEPARTMENT, institution_id, code)
    return found


async def of_department(connection: Connection, id: UUID) -> UUID | None:
    """The institution of a department that is in use, or None."""
    found: UUID | None = await connection.fetchval(OF_DEPARTMENT, id)
    return found
