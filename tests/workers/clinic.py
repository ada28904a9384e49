"""A hospital with a doctor, residents with and without phones, and their appointments and bills."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from db import carers, residents, slots
from db.carers import Carer
from db.connection import Connection
from db.residents import Resident, Sealed
from db.slots import Slot
from domain.sealing import Sealer
from domain.slots import slot_id
from domain.times import shanghai_day
from tests.workers.city import fresh_id

HOSPITAL = "市第九人民医院"


@dataclass(frozen=True, slots=True)
class Clinic:
    """Where the appointments are."""

    institution_id: UUID
    department_id: UUID
    doctor_id: UUID


async def add_clinic(connection: Connection, at: datetime) -> Clinic:
    """A hospital with one department and its doctor."""
    clinic = Clinic(fresh_id(), fresh_id(), fresh_id())
    await connection.execute(
        "insert into institution (id, code, name, district, level, address, accepts_outpatient, accepts_inpatient, care_steps,"
        " created_at) values ($1, $2, $3, '福田区', '三级甲等', '莲花路1120号', true, false, '{REGISTER}', $4)",
        *(clinic.institution_id, secrets.token_hex(4), HOSPITAL, at),
    )
    insert = "insert into department (id, institution_id, code, name) values ($1, $2, 'PF', '皮肤科')"
    await connection.execute(insert, clinic.department_id, clinic.institution_id)
    insert = (
        "insert into doctor (id, institution_id, department_id, code, name, title) values ($1, $2, $3, 'D1', '许慧', '主任医师')"
    )
    await connection.execute(insert, clinic.doctor_id, clinic.institution_id, clinic.department_id)
    return clinic


async def add_resident(
    connection: Connection, sealer: Sealer, at: datetime, phone: str | None, language: str = "zh-CN", name: str = "王小明"
) -> UUID:
    """Somebody whom nobody else is."""
    id = fresh_id()
    sealed = Sealed(b"sealed", "masked")
    phone_sealed = None if phone is None else sealer.seal(phone, "resident", "phone_sealed", id)
    document = ("RESIDENT_ID", sealed.sealed, sealed.masked, None, None)
    await residents.insert(
        connection, Resident(id, name, "FEMALE", date(1990, 1, 1), *document, phone_sealed, "masked", language, at)
    )
    return id


async def care_for(connection: Connection, resident_id: UUID, carer_id: UUID, at: datetime, *scopes: str) -> None:
    """Makes one the carer of the other."""
    await carers.insert(connection, Carer(resident_id, fresh_id(), carer_id, "王芳", "CHILD", scopes, at))


async def add_slot(connection: Connection, clinic: Clinic, starts_at: datetime, minutes: int = 30) -> UUID:
    """A slot of the clinic's doctor."""
    id = slot_id(clinic.doctor_id, starts_at)
    where = (clinic.institution_id, clinic.department_id, clinic.doctor_id)
    ends_at = starts_at + timedelta(minutes=minutes)
    await slots.insert(connection, [Slot(id, *where, starts_at, ends_at, shanghai_day(starts_at), 10, 0, 0, starts_at)])
    return id


async def add_appointment(
    connection: Connection, clinic: Clinic, resident_id: UUID, starts_at: datetime, status: str = "BOOKED"
) -> UUID:
    """An appointment of half an hour, without a slot row."""
    id, day = fresh_id(), shanghai_day(starts_at)
    await connection.execute(
        "insert into appointment (resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at,"
        " cancellable_until, queue_number, fee, status, booked_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, 1, 0, $10, $8)",
        *(resident_id, id, slot_id(clinic.doctor_id, starts_at)),
        *(clinic.institution_id, clinic.department_id, clinic.doctor_id),
        *(day, starts_at, starts_at + timedelta(minutes=30), status),
    )
    return id


async def add_bill(connection: Connection, clinic: Clinic, resident_id: UUID, at: datetime, status: str = "UNPAID") -> UUID:
    """A bill over 12.50, of which 2.50 are insured."""
    id = fresh_id()
    await connection.execute(
        "insert into bill (resident_id, id, number, kind, institution_id, care_setting, status, total, insured, self_paid,"
        " content_digest, issued_at) values ($1, $2, $3, 'VISIT', $4, 'OUTPATIENT', $5, 1500, 250, 1250, '', $6)",
        *(resident_id, id, secrets.token_hex(4), clinic.institution_id, status, at),
    )
    return id
