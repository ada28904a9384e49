"""What hospitals wrote into the health records of the city's residents, through the platform's own functions."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from db import fees, prescriptions, visits
from db.doctors import Doctor
from db.prescriptions import Prescription
from db.visits import Visit
from domain.enums import CareStep, PrescriptionStatus
from domain.ids import Key, PublicId
from domain.notifications import NotificationEvent
from domain.refunds import RequestedBy
from domain.times import shanghai_day
from domain.viewer import Viewer, ViewerKind
from ecard.demo.histories import PAID_AFTER, Patient, of_department, pay
from ecard.demo.messages import told
from ecard.demo.record_data import (
    ALLERGIES,
    BIOCHEMISTRY,
    BLOOD_TYPES,
    DIAGNOSES,
    LASTING,
    MEASURES,
    NOTES,
    PRESCRIPTIONS,
    VACCINES,
    X_RAY,
)
from resolvers.audit import record
from resolvers.conditions import record_allergy, record_blood_type, record_condition, record_immunization
from resolvers.encounters import record_encounter
from resolvers.inputs import DEPARTMENT, DOCTOR, PRESCRIPTION, PRESCRIPTION_ITEM, VISIT
from resolvers.prescriptions import (
    cancel_prescription,
    dispense_prescription,
    issue_prescription,
    lock_prescription,
    mark_prescription_ready,
)
from resolvers.reports import publish_report
from resolvers.transaction import Transaction

STATUS = PrescriptionStatus
# What became of what was prescribed: long ago, and yesterday.
PAST = (STATUS.DISPENSED, STATUS.EXPIRED, STATUS.DISPENSED, STATUS.CANCELLED)
LATELY = (STATUS.READY, STATUS.ISSUED, STATUS.PARTLY_DISPENSED)
RESULTS_AFTER, READY_AFTER, COLLECTED_AFTER = timedelta(hours=3), timedelta(hours=1), timedelta(hours=2)
OVERDUE = "处方已过期"
LAST_YEARS = timedelta(days=1200)


async def write_up(tx: Transaction, patient: Patient, visit: Visit, number: int) -> None:
    """What a visit has come to: who saw the patient, what was found and prescribed. `tx`: of the visit's time."""
    tx = _as_hospital(tx, visit)
    doctor = await _doctor(tx, visit, number)
    if visit.care_step in (CareStep.REGISTER, CareStep.DIAGNOSE):
        await _see(tx, visit, doctor, number)
    if visit.care_step == CareStep.DIAGNOSE:
        await _prescribe(tx, patient, visit, doctor, number, PAST[number % len(PAST)])
    if visit.care_step in (CareStep.DIAGNOSE, CareStep.EXAMINE):
        await _note_what_lasts(tx, visit, number)
    await _report(replace(tx, now=tx.now + RESULTS_AFTER), visit, doctor, number)


async def prescribe_lately(tx: Transaction, patient: Patient, visit: Visit, number: int) -> None:
    """What was prescribed on a visit, a while after it, and is not done with. `tx`: of that time."""
    tx = _as_hospital(tx, visit)
    await _prescribe(tx, patient, visit, await _doctor(tx, visit, number), number, LATELY[number % len(LATELY)])


def _as_hospital(tx: Transaction, visit: Visit) -> Transaction:
    return replace(tx, viewer=Viewer(ViewerKind.INSTITUTION, institution_id=visit.institution_id, client_id=visit.client_id))


async def _doctor(tx: Transaction, visit: Visit, number: int) -> Doctor:
    staff = await of_department(tx, visit.institution_id, visit.department_id)
    return staff[number % len(staff)]


def _visit_id(visit: Visit) -> str:
    return PublicId(VISIT, visit.id, visit.resident_id).encode()


async def _see(tx: Transaction, visit: Visit, doctor: Doctor, number: int) -> None:
    code, display = DIAGNOSES[number % len(DIAGNOSES)]
    await record_encounter(
        tx,
        visit_id=_visit_id(visit),
        department_id=PublicId(DEPARTMENT, doctor.department_id).encode(),
        doctor_id=PublicId(DOCTOR, doctor.id).encode(),
        diagnoses=[{"code": code, "display": display}],
        note=NOTES[number % len(NOTES)],
    )
    if code in LASTING:
        since = shanghai_day(tx.now - LAST_YEARS)
        await record_condition(tx, visit_id=_visit_id(visit), code=code, display=display, since=since)


async def _note_what_lasts(tx: Transaction, visit: Visit, number: int) -> None:
    visit_id = _visit_id(visit)
    if number % 2 == 0:
        substance, reaction, severity = ALLERGIES[number % len(ALLERGIES)]
        await record_allergy(tx, visit_id=visit_id, substance=substance, reaction=reaction, severity=severity)
    vaccine, dose = VACCINES[number % len(VACCINES)]
    await record_immunization(tx, visit_id=visit_id, vaccine=vaccine, dose=dose, given_on=shanghai_day(tx.now))
    await record_blood_type(tx, visit_id=visit_id, blood_type=BLOOD_TYPES[number % len(BLOOD_TYPES)])


async def _report(tx: Transaction, visit: Visit, doctor: Doctor, number: int) -> None:
    about: dict[str, Any] = {
        "visit_id": _visit_id(visit),
        "number": f"BG{visit.opened_at:%Y%m%d}{visit.id.hex[-6:].upper()}",
        "author_id": PublicId(DOCTOR, doctor.id).encode(),
        "observed_at": visit.opened_at,
    }
    if visit.care_step == CareStep.EXAMINE:
        made = await publish_report(tx, **X_RAY, **about)
    else:
        made = await publish_report(tx, **BIOCHEMISTRY, observations=[one.observed(number) for one in MEASURES], **about)
    key: Key = made.fields["report"]
    await told(tx, NotificationEvent.REPORT_PUBLISHED, visit.resident_id, key.id)


async def _prescribe(
    tx: Transaction, patient: Patient, visit: Visit, doctor: Doctor, number: int, outcome: PrescriptionStatus
) -> None:
    items, insured = PRESCRIPTIONS[number % len(PRESCRIPTIONS)]
    made = await issue_prescription(
        tx, visit_id=_visit_id(visit), doctor_id=PublicId(DOCTOR, doctor.id).encode(), items=items, insured=insured
    )
    key: Key = made.fields["prescription"]
    id = PublicId(PRESCRIPTION, key.id, key.resident_id).encode()
    if outcome is STATUS.EXPIRED:
        await _expire(tx, id)
    elif outcome is STATUS.CANCELLED:
        await cancel_prescription(replace(tx, now=tx.now + READY_AFTER), prescription_id=id, reason="更换用药")
    elif outcome is not STATUS.ISSUED:
        row = await lock_prescription(tx, id)
        if row.bill_id is not None:
            await pay(patient.at(tx, tx.now + PAID_AFTER), patient, row.bill_id)
        await mark_prescription_ready(replace(tx, now=tx.now + READY_AFTER), prescription_id=id)
        if outcome is not STATUS.READY:
            await _hand_out(replace(tx, now=tx.now + COLLECTED_AFTER), visit, row, outcome)


async def _hand_out(tx: Transaction, visit: Visit, row: Prescription, outcome: PrescriptionStatus) -> None:
    """All of it, or one of the first thing."""
    length = visit.expires_at - visit.opened_at
    collecting = replace(visit, id=tx.new_id(), care_step=CareStep.COLLECT_MEDICINE, opened_at=tx.now, expires_at=tx.now + length)
    await visits.insert(tx.connection, collecting)
    stock = await prescriptions.stock(tx.connection, row.resident_id, row.id)
    first = PublicId(PRESCRIPTION_ITEM, stock[0].id, row.resident_id).encode()
    some = [{"item_id": first, "quantity": Decimal(1)}] if outcome is STATUS.PARTLY_DISPENSED else None
    id = PublicId(PRESCRIPTION, row.id, row.resident_id).encode()
    await dispense_prescription(tx, prescription_id=id, visit_id=_visit_id(collecting), items=some)


async def _expire(tx: Transaction, id: str) -> None:
    """As the worker does when nobody has paid or come."""
    row = await lock_prescription(tx, id)
    then = row.expires_at
    await prescriptions.move(tx.connection, row, STATUS.EXPIRED, then)
    if row.bill is not None:
        await fees.release_bill(tx.connection, row.bill, OVERDUE, RequestedBy.PLATFORM, then, tx.random)
    await record(replace(tx, now=then), "prescription.expired", row.resident_id, row.id)
