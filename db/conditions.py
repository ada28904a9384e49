"""What lasts: conditions, allergies, immunizations and the blood type."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection

_WRITTEN = "resident_id, id, institution_id, visit_id, recorded_at"

INSERT_CONDITION = (
    f"insert into condition ({_WRITTEN}, code, display, status, since, resolved_on)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
INSERT_ALLERGY = (
    f"insert into allergy ({_WRITTEN}, code, substance, reaction, severity) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
INSERT_IMMUNIZATION = (
    f"insert into immunization ({_WRITTEN}, code, vaccine, dose, lot_number, given_on)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
RESOLVE = (
    "update condition set status = 'RESOLVED', resolved_on = $4"
    " where resident_id = $1 and id = $2 and institution_id = $3 and status = 'ACTIVE' returning id"
)
COURSE = "select status, since from condition where resident_id = $1 and id = $2 and institution_id = $3"
PUT_BLOOD_TYPE = (
    "insert into blood_type (resident_id, blood_type, institution_id, visit_id, recorded_at) values ($1, $2, $3, $4, $5)"
    " on conflict (resident_id) do update set blood_type = excluded.blood_type, institution_id = excluded.institution_id,"
    " visit_id = excluded.visit_id, recorded_at = excluded.recorded_at where blood_type.blood_type <> excluded.blood_type"
    " returning resident_id"
)


@dataclass(frozen=True, slots=True)
class Written:
    """What every one of them has: whose it is, who wrote it, in which visit."""

    resident_id: UUID
    id: UUID
    institution_id: UUID
    visit_id: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """A row."""

    written: Written
    code: str
    display: str
    status: str
    since: date | None
    resolved_on: date | None


@dataclass(frozen=True, slots=True)
class Allergy:
    """A row."""

    written: Written
    code: str | None
    substance: str
    reaction: str | None
    severity: str


@dataclass(frozen=True, slots=True)
class Immunization:
    """A row."""

    written: Written
    code: str | None
    vaccine: str
    dose: str | None
    lot_number: str | None
    given_on: date


async def insert_condition(connection: Connection, row: Condition) -> None:
    """Adds it."""
    what = (row.code, row.display, row.status, row.since, row.resolved_on)
    await connection.execute(INSERT_CONDITION, *_written(row.written), *what)


async def insert_allergy(connection: Connection, row: Allergy) -> None:
    """Adds it."""
    await connection.execute(INSERT_ALLERGY, *_written(row.written), row.code, row.substance, row.reaction, row.severity)


async def insert_immunization(connection: Connection, row: Immunization) -> None:
    """Adds it."""
    what = (row.code, row.vaccine, row.dose, row.lot_number, row.given_on)
    await connection.execute(INSERT_IMMUNIZATION, *_written(row.written), *what)


async def resolve(connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID, on: date) -> bool:
    """The condition is over; False when it was before."""
    return await connection.fetchval(RESOLVE, resident_id, id, institution_id, on) is not None


async def course(connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID) -> tuple[str, date | None] | None:
    """(status, since) of a condition that the institution wrote, or None."""
    row = await connection.fetchrow(COURSE, resident_id, id, institution_id)
    return None if row is None else (row["status"], row["since"])


async def put_blood_type(connection: Connection, written: Written, blood_type: str) -> bool:
    """It is the resident's from now on, whatever it was before; False when it was this. `written.id` stands for nothing."""
    about = (written.institution_id, written.visit_id, written.recorded_at)
    return await connection.fetchval(PUT_BLOOD_TYPE, written.resident_id, blood_type, *about) is not None


def _written(row: Written) -> tuple[object, ...]:
    return (row.resident_id, row.id, row.institution_id, row.visit_id, row.recorded_at)
