"""Encounters: a doctor has seen the patient."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from db import departments, doctors, encounters, visits
from db.encounters import Encounter
from db.visits import Visit
from domain.health_record import Diagnosis, check_encounter, check_was_there
from domain.ids import Key
from domain.refusals import NotFound
from resolvers.audit import record
from resolvers.inputs import DEPARTMENT, DOCTOR, VISIT, read_id, read_owned_id, read_prose, read_text
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

LONGEST_CODE = 64
LONGEST_DISPLAY = 200
LONGEST_NOTE = 10_000


async def record_encounter(
    tx: Transaction,
    *,
    visit_id: str,
    department_id: str,
    doctor_id: str,
    diagnoses: Sequence[Mapping[str, Any]],
    note: str | None = None,
    occurred_at: datetime | None = None,
) -> Made:
    """What a doctor found in a visit, also after it has expired; when it was opened, where no time is given. Completes the
    appointment that was checked in with it. Raises Forbidden, NotFound, InvalidInput, and WrongState for a delegate's visit."""
    visit = await attended(tx, visit_id)
    where = (visit.resident_id, visit.id, visit.institution_id)
    department, doctor = await _place(tx, visit.institution_id, department_id, doctor_id)
    at = occurred_at or visit.opened_at
    check_encounter(len(diagnoses), at, visit.opened_at, tx.now)
    found = [_diagnosis(one, index) for index, one in enumerate(diagnoses)]
    text = read_prose(note, LONGEST_NOTE, "note")
    completed = await encounters.complete(tx.connection, *where, department, tx.now)
    row = Encounter(
        resident_id=visit.resident_id,
        id=tx.new_id(),
        visit_id=visit.id,
        institution_id=visit.institution_id,
        department_id=department,
        doctor_id=doctor,
        appointment_id=completed,
        care_setting=visit.care_setting,
        occurred_at=at,
        note=text,
        recorded_at=tx.now,
        diagnoses=found,
    )
    await encounters.insert(tx.connection, row)
    await record(tx, "encounter.recorded", row.resident_id, row.id)
    if completed is not None:
        await record(tx, "appointment.completed", row.resident_id, completed)
    return Made({"encounter": Key(row.id, row.resident_id)})


async def attended(tx: Transaction, visit_id: str) -> Visit:
    """The visit of the institution that asks, in which the resident was there. Raises Forbidden, NotFound, WrongState."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(visit_id, VISIT, "visit_id")
    visit = await visits.find(tx.connection, resident_id, id, institution_id)
    if visit is None:
        raise NotFound("visit_id")
    check_was_there(visit.delegate_name)
    return visit


async def _place(tx: Transaction, institution_id: UUID, department_id: str, doctor_id: str) -> tuple[UUID, UUID]:
    """Department and doctor of the institution. Raises NotFound."""
    department = read_id(department_id, DEPARTMENT, "department_id")
    if await departments.find(tx.connection, department, institution_id) is None:
        raise NotFound("department_id")
    doctor = read_id(doctor_id, DOCTOR, "doctor_id")
    if not await doctors.exists(tx.connection, doctor, institution_id):
        raise NotFound("doctor_id")
    return department, doctor


def _diagnosis(given: Mapping[str, Any], index: int) -> Diagnosis:
    path = ("diagnoses", str(index))
    code = read_text(given["code"], LONGEST_CODE, *path, "code")
    return Diagnosis(code, read_text(given["display"], LONGEST_DISPLAY, *path, "display"))
