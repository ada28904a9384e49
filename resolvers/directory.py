"""What an institution publishes of itself: its departments and its doctors, matched by its own codes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from db import departments as stored_departments
from db import doctors as stored_doctors
from db import institutions
from db.departments import Department
from db.doctors import Doctor
from domain.ids import Key
from domain.refusals import InvalidInput, NotFound
from resolvers.audit import record
from resolvers.inputs import read_optional_text, read_text
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

MOST_DEPARTMENTS = 200
MOST_DOCTORS = 1_000
LONGEST_CODE = 32
LONGEST_NAME = 100
LONGEST_SPECIALITY = 500

Row = TypeVar("Row", Department, Doctor)


async def publish_directory(
    tx: Transaction, *, departments: Sequence[Mapping[str, Any]], doctors: Sequence[Mapping[str, Any]]
) -> Made:
    """The departments that are named, by themselves or by their doctors. What is left out stays as it is; what is not active is
    hidden, and its slots stay until they are withdrawn. Raises Forbidden, InvalidInput, and NotFound for a doctor's department."""
    institution_id = signed_in_institution(tx.viewer)
    _check(departments, MOST_DEPARTMENTS, "departments")
    _check(doctors, MOST_DOCTORS, "doctors")
    # Two who publish at the same time wait for each other, and find what the other has added.
    await institutions.lock(tx.connection, institution_id)
    places = await stored_departments.of_institution(tx.connection, institution_id)
    named = [_department(tx, institution_id, places, one, index) for index, one in enumerate(departments)]
    changed = _changed(places, named)
    if changed:
        await stored_departments.put(tx.connection, institution_id, changed)
    places.update((row.code, row) for row in named)
    people = await stored_doctors.of_institution(tx.connection, institution_id) if doctors else {}
    staff = [_doctor(tx, institution_id, places, people, one, index) for index, one in enumerate(doctors)]
    moved = _changed(people, staff)
    if moved:
        await stored_doctors.put(tx.connection, institution_id, moved)
    if changed or moved:
        await record(tx, "directory.published", institution_id)
    of_doctors = sorted({row.department_id for row in staff} - {row.id for row in named})
    return Made({"departments": [Key(row.id) for row in named] + [Key(id) for id in of_doctors]})


def _check(given: Sequence[Mapping[str, Any]], most: int, field: str) -> None:
    """Raises InvalidInput for too many, and for a code that is given twice."""
    if len(given) > most:
        raise InvalidInput(field)
    seen: set[str] = set()
    for index, one in enumerate(given):
        code = one["code"].strip()
        if code in seen:
            raise InvalidInput(field, str(index), "code")
        seen.add(code)


def _changed(before: Mapping[str, Row], now: Sequence[Row]) -> list[Row]:
    return [row for row in now if before.get(row.code) != row]


def _department(
    tx: Transaction, institution_id: UUID, known: Mapping[str, Department], given: Mapping[str, Any], index: int
) -> Department:
    path = ("departments", str(index))
    code = read_text(given["code"], LONGEST_CODE, *path, "code")
    id = known[code].id if code in known else tx.new_id()
    return Department(id, institution_id, code, read_text(given["name"], LONGEST_NAME, *path, "name"), _is_active(given))


def _doctor(
    tx: Transaction,
    institution_id: UUID,
    places: Mapping[str, Department],
    known: Mapping[str, Doctor],
    given: Mapping[str, Any],
    index: int,
) -> Doctor:
    path = ("doctors", str(index))
    code, place = read_text(given["code"], LONGEST_CODE, *path, "code"), places.get(given["department_code"].strip())
    if place is None:
        raise NotFound(*path, "department_code")
    before = known.get(code)
    speciality = before.speciality if before else None
    if "speciality" in given:
        speciality = read_optional_text(given["speciality"], LONGEST_SPECIALITY, *path, "speciality")
    return Doctor(
        id=before.id if before else tx.new_id(),
        institution_id=institution_id,
        department_id=place.id,
        code=code,
        name=read_text(given["name"], LONGEST_NAME, *path, "name"),
        title=read_text(given["title"], LONGEST_NAME, *path, "title"),
        speciality=speciality,
        active=_is_active(given),
    )


def _is_active(given: Mapping[str, Any]) -> bool:
    """Shown unless the input says otherwise."""
    return given.get("active") is not False
