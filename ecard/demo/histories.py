"""What residents have done with their cards: appointments kept, bills paid and open; and the next appointment of some."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from db import appointments, check_ins, doctors, payment_moves, payments, settlements, slots, statements
from db.doctors import Doctor
from db.payments import Payment
from db.slots import Slot
from db.statements import Row
from db.visits import Visit
from domain.enums import BillStatus, CareStep, PaymentFlow, PaymentMethod, PaymentStatus
from domain.ids import Key, PublicId
from domain.payments import LIFE, Fact, Told
from domain.slots import slot_id
from domain.times import SHANGHAI, shanghai_day
from domain.viewer import Viewer, ViewerKind
from ecard.demo.clinic_data import BILLS, RANKS, SLOT_CAPACITY, SLOT_MINUTES
from ecard.demo.founding import FoundedHospital
from resolvers.appointments import book_appointment
from resolvers.bills import issue_bill
from resolvers.inputs import SLOT, VISIT
from resolvers.transaction import Transaction

METHODS = tuple(PaymentMethod)
BOOKED_BEFORE, BOOKED_AGO, PAID_AFTER = timedelta(days=2), timedelta(days=4), timedelta(minutes=10)
SLOT_LENGTH = timedelta(minutes=SLOT_MINUTES)
WITH_APPOINTMENT = (CareStep.REGISTER, CareStep.DIAGNOSE)
# Of so many who were treated lately, one has not paid.
IN_ARREARS = 3


@dataclass(frozen=True, slots=True)
class Patient:
    """Whose history it is. `app_id`: through which they book; `method`: how they pay."""

    resident_id: UUID
    app_id: UUID
    method: PaymentMethod

    def at(self, tx: Transaction, moment: datetime) -> Transaction:
        """The transaction as theirs, at that time."""
        return replace(tx, viewer=Viewer(ViewerKind.RESIDENT, resident_id=self.resident_id, app_id=self.app_id), now=moment)


async def treat(tx: Transaction, patient: Patient, visit: Visit, number: int) -> None:
    """What came of a visit: the appointment that it was for, and a bill. `tx`: of that time; `number`: which doctor, which bill."""
    if visit.care_step in WITH_APPOINTMENT:
        await _keep_appointment(tx, patient, visit, number)
    bill_id = await _bill(tx, visit, number)
    if visit.care_step != CareStep.REGISTER or number % IN_ARREARS:
        await pay(patient.at(tx, tx.now + PAID_AFTER), patient, bill_id)


async def book_ahead(tx: Transaction, patient: Patient, hospital: FoundedHospital, department_id: UUID, days: int) -> None:
    """Some days ago they booked a free slot about so many `days` from now, and paid the fee if that is even. `tx`: of today."""
    begin, booked = tx.now + timedelta(days=days), patient.at(tx, tx.now - BOOKED_AGO)
    for doctor in await of_department(tx, hospital.id, department_id):
        slot = next(filter(_is_free, await slots.of_doctor(tx.connection, doctor.id, begin, begin + timedelta(days=1))), None)
        if slot is not None:
            made = await book_appointment(booked, slot_id=PublicId(SLOT, slot.id).encode())
            await _pay_fee(booked, patient, made.fields["appointment"], days % 2 == 0)
            return


async def close_books(tx: Transaction) -> None:
    """Gives the days that are past the statements that agree with our books: the demo's simulators know nothing of them."""
    for method in PaymentMethod:
        for day in await settlements.due(tx.connection, method, shanghai_day(tx.now)):
            noon = datetime.combine(day, time(12), SHANGHAI)
            rows = [
                Row(item.kind, item.reference or item.number, item.number, item.amount, PaymentStatus.SUCCEEDED, noon)
                for item in await statements.items(tx.connection, method, day, [])
            ]
            if rows:
                await settlements.settle(tx.connection, tx.now, tx.random, method, day, rows)


def _is_free(slot: Slot) -> bool:
    return slot.withdrawn_at is None and slot.taken < slot.capacity


async def _keep_appointment(tx: Transaction, patient: Patient, visit: Visit, number: int) -> None:
    staff = await of_department(tx, visit.institution_id, visit.department_id)
    rank = number % len(staff)
    slot = await _past_slot(tx, staff[rank], RANKS[rank].fee)
    earlier = patient.at(tx, slot.starts_at - BOOKED_BEFORE)
    made = await book_appointment(earlier, slot_id=PublicId(SLOT, slot.id).encode())
    key = made.fields["appointment"]
    await check_ins.check_in(tx.connection, patient.resident_id, key.id, slot.id, visit.id, tx.now)
    await appointments.complete(tx.connection, patient.resident_id, key.id, slot.ends_at)
    await _pay_fee(earlier, patient, key, True)


async def of_department(tx: Transaction, institution_id: UUID, department_id: UUID | None) -> list[Doctor]:
    """Who works there, in the order of their ranks."""
    staff = await doctors.of_institution(tx.connection, institution_id)
    return [staff[code] for code in sorted(staff) if staff[code].department_id == department_id]


async def _past_slot(tx: Transaction, doctor: Doctor, fee: int) -> Slot:
    """The slot in which the doctor saw people at that time."""
    starts_at = tx.now - timedelta(minutes=tx.now.minute % SLOT_MINUTES)
    id = slot_id(doctor.id, starts_at)
    found = await slots.find(tx.connection, id)
    if found is not None:
        return found
    where = (doctor.institution_id, doctor.department_id, doctor.id)
    when = (starts_at, starts_at + SLOT_LENGTH, shanghai_day(starts_at))
    slot = Slot(id, *where, *when, SLOT_CAPACITY, 0, fee, starts_at - 2 * BOOKED_BEFORE)
    await slots.insert(tx.connection, [slot])
    return slot


async def _bill(tx: Transaction, visit: Visit, number: int) -> UUID:
    hospital = Viewer(ViewerKind.INSTITUTION, institution_id=visit.institution_id, client_id=visit.client_id)
    charges = BILLS[number % len(BILLS)]
    items = [
        {"code": line.code, "name": line.name, "quantity": line.quantity, "unit": line.unit, "unit_price": line.unit_price}
        for line in charges.lines
    ]
    visit_id = PublicId(VISIT, visit.id, visit.resident_id).encode()
    bill_number = f"MZ{visit.opened_at:%Y%m%d}{visit.id.hex[-6:].upper()}"
    made = await issue_bill(
        replace(tx, viewer=hospital), visit_id=visit_id, number=bill_number, items=items, insured=charges.insured
    )
    key: Key = made.fields["bill"]
    return key.id


async def _pay_fee(tx: Transaction, patient: Patient, key: Key, is_wanted: bool) -> None:
    row = await appointments.find(tx.connection, patient.resident_id, key.id)
    if row is not None and row.bill_id is not None and is_wanted:
        await pay(tx, patient, row.bill_id)


async def pay(tx: Transaction, patient: Patient, bill_id: UUID) -> None:
    """A payment that the provider told us of at once. Nothing when there is nothing to pay."""
    [bill] = await payments.bills(tx.connection, patient.resident_id, [bill_id])
    if bill.status != BillStatus.UNPAID:
        return
    id = tx.new_id()
    payment = Payment(
        resident_id=patient.resident_id,
        id=id,
        number=id.hex,
        institution_id=bill.institution_id,
        app_id=patient.app_id,
        client_id=None,
        method=patient.method,
        flow=PaymentFlow.QR_CODE,
        status=PaymentStatus.PENDING,
        amount=bill.payable,
        payer_reference=None,
        payer_address=None,
        return_url=None,
        provider_reference=None,
        started_at=tx.now,
        expires_at=tx.now + LIFE,
    )
    await payments.insert(tx.connection, payment, {bill.id: bill.payable})
    await payments.take_bills(tx.connection, patient.resident_id, [bill.id], id)
    fact = Fact(Told.SUCCEEDED, bill.payable, f"{id.int % 10**28:028}", tx.now)
    await payment_moves.learn(tx.connection, tx.now, tx.random, patient.resident_id, id, fact)
