"""Encounters with their diagnoses, and the appointment that each completes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection
from domain.health_record import Diagnosis

INSERT = (
    "with e as (insert into encounter (resident_id, id, visit_id, institution_id, department_id, doctor_id, appointment_id,"
    " care_setting, occurred_at, note, recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))"
    " insert into diagnosis (resident_id, encounter_id, position, code, display)"
    " select $1::uuid, $2::uuid, n, c, d from unnest($12::text[], $13::text[]) with ordinality x(c, d, n)"
)
# Of several that were checked in with the visit, first the one of the department.
COMPLETE = (
    "update appointment set status = 'COMPLETED', completed_at = $5 where resident_id = $1 and status = 'CHECKED_IN' and id ="
    " (select a.id from appointment a where a.resident_id = $1 and a.visit_id = $2 and a.institution_id = $3"
    " and a.status = 'CHECKED_IN' order by a.department_id = $4 desc, a.starts_at, a.id limit 1) returning id"
)


@dataclass(frozen=True, slots=True)
class Encounter:
    """A row with its diagnoses, the main one first. `appointment_id`: what it completed."""

    resident_id: UUID
    id: UUID
    visit_id: UUID
    institution_id: UUID
    department_id: UUID
    doctor_id: UUID
    appointment_id: UUID | None
    care_setting: str
    occurred_at: datetime
    note: str | None
    recorded_at: datetime
    diagnoses: Sequence[Diagnosis]


async def insert(connection: Connection, row: Encounter) -> None:
    """Adds it."""
    what = (row.resident_id, row.id, row.visit_id, row.institution_id, row.department_id, row.doctor_id, row.appointment_id)
    codes, displays = [one.code for one in row.diagnoses], [one.display for one in row.diagnoses]
    await connection.execute(INSERT, *what, row.care_setting, row.occurred_at, row.note, row.recorded_at, codes, displays)


async def complete(
    connection: Connection, resident_id: UUID, visit_id: UUID, institution_id: UUID, department_id: UUID, now: datetime
) -> UUID | None:
    """Completes the appointment that was checked in with the visit: its id, or None where there is none."""
    completed: UUID | None = await connection.fetchval(COMPLETE, resident_id, visit_id, institution_id, department_id, now)
    return completed
