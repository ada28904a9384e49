"""Prescriptions: a doctor prescribes, the resident pays, the pharmacy makes ready and hands out.

Whatever moves one locks its resident first: refunds and payments of its bill do so too. See `db.prescriptions`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import bills, doctors, fees, institutions, prescriptions, residents, visits
from db.bills import Bill
from db.prescriptions import NewPrescription, Prescription
from domain.bills import check_content, check_quantity, own_number
from domain.enums import BillKind, BillStatus, CareSetting, CareStep, PrescriptionStatus
from domain.ids import Key
from domain.money import fen
from domain.notifications import NotificationEvent
from domain.prescriptions import (
    Item,
    bill_content,
    check_can_be_dispensed,
    check_days,
    must_cancel,
    must_make_ready,
    status_after,
    to_hand_out,
)
from domain.refunds import RequestedBy
from domain.refusals import Conflict, InvalidInput, NotAcceptedHere, NotFound, VisitExpired
from resolvers.audit import record
from resolvers.inputs import (
    DOCTOR,
    INSTITUTION,
    PRESCRIPTION,
    PRESCRIPTION_ITEM,
    VISIT,
    read_id,
    read_optional_text,
    read_owned_id,
    read_text,
)
from resolvers.notifications import tell
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

CANCELLED = "处方已取消，药费退还"
LONGEST_CODE = 64
LONGEST_MEDICINE = 200
LONGEST_DIRECTION = 100
LONGEST_UNIT = 20
LONGEST_REASON = 200


async def issue_prescription(
    tx: Transaction,
    *,
    visit_id: str,
    doctor_id: str,
    items: Sequence[Mapping[str, Any]],
    insured: Decimal,
    pharmacy_id: str | None = None,
) -> Made:
    """A prescription, and a bill where it costs something, also after the visit has expired. Raises Forbidden, NotFound,
    InvalidInput, AmountMismatch, and NotAcceptedHere for a pharmacy where no card opens the collecting of medicine."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(visit_id, VISIT, "visit_id")
    visit = await visits.find(tx.connection, resident_id, id, institution_id)
    if visit is None:
        raise NotFound("visit_id")
    doctor = read_id(doctor_id, DOCTOR, "doctor_id")
    if not await doctors.exists(tx.connection, doctor, institution_id):
        raise NotFound("doctor_id")
    pharmacy = await _pharmacy(tx, institution_id, pharmacy_id)
    read = [_item(item, index) for index, item in enumerate(items)]
    content = bill_content(read, fen(insured, "insured"))
    check_content(content)
    key, bill_id = tx.new_id(), tx.new_id() if content.total else None
    if bill_id is not None:
        kind, setting = BillKind.PRESCRIPTION, CareSetting(visit.care_setting)
        bill = Bill(resident_id, bill_id, own_number(bill_id), kind, institution_id, id, None, setting, content)
        await bills.issue(tx.connection, bill, tx.now, tx.random)
        if content.status is BillStatus.UNPAID:
            await tell(tx, NotificationEvent.BILL_ISSUED, resident_id, bill_id)
    about = (resident_id, key, institution_id, pharmacy, id, doctor, bill_id)
    row = NewPrescription(*about, tx.now, tx.now + tx.tools.prescription_life)
    await prescriptions.insert(tx.connection, row, read, [tx.new_id() for _ in read])
    await record(tx, "prescription.issued", resident_id, key)
    return Made({"prescription": Key(key, resident_id)})


async def cancel_prescription(tx: Transaction, *, prescription_id: str, reason: str) -> Made:
    """Takes it back while nothing of it was handed out, with its bill and what was paid; doing it again changes nothing. Raises
    Forbidden, NotFound, InvalidInput, AlreadyDispensed, WrongState."""
    institution_id = signed_in_institution(tx.viewer)
    why = read_text(reason, LONGEST_REASON, "reason")
    row = await lock_prescription(tx, prescription_id)
    if row.institution_id != institution_id:
        raise NotFound("prescription_id")
    if must_cancel(PrescriptionStatus(row.status)):
        await _move(tx, row, PrescriptionStatus.CANCELLED, why)
        if row.bill is not None:
            await fees.release_bill(tx.connection, row.bill, CANCELLED, RequestedBy.INSTITUTION, tx.now, tx.random)
        await tell(tx, NotificationEvent.PRESCRIPTION_CANCELLED, row.resident_id, row.id)
    return _made(row)


async def mark_prescription_ready(tx: Transaction, *, prescription_id: str) -> Made:
    """The pharmacy has it ready, once it is paid; doing it again changes nothing. Raises Forbidden, NotFound, BillUnpaid,
    AlreadyDispensed, WrongState."""
    institution_id = signed_in_institution(tx.viewer)
    row = await _of_pharmacy(tx, prescription_id, institution_id)
    if must_make_ready(row.stage, tx.now):
        await _move(tx, row, PrescriptionStatus.READY)
        await tell(tx, NotificationEvent.PRESCRIPTION_READY, row.resident_id, row.id)
    return _made(row)


async def dispense_prescription(
    tx: Transaction, *, prescription_id: str, visit_id: str, items: Sequence[Mapping[str, Any]] | None = None
) -> Made:
    """Hands out what is asked for, or all that is left, to whoever the visit is of. Raises Forbidden, NotFound, InvalidInput (also
    for a visit that is not for this), VisitExpired, NotReady, BillUnpaid, AlreadyDispensed, WrongState."""
    institution_id = signed_in_institution(tx.viewer)
    row = await _of_pharmacy(tx, prescription_id, institution_id)
    visitor_id, id = read_owned_id(visit_id, VISIT, "visit_id")
    visit = await visits.find(tx.connection, visitor_id, id, institution_id)
    if visit is None:
        raise NotFound("visit_id")
    is_for = visit.care_step == CareStep.COLLECT_MEDICINE and visit.prescription_id in (None, row.id)
    if visitor_id != row.resident_id or not is_for:
        raise InvalidInput("visit_id")
    if visit.expires_at <= tx.now:
        raise VisitExpired("visit_id")
    check_can_be_dispensed(row.stage, tx.now)
    stock = await prescriptions.stock(tx.connection, row.resident_id, row.id)
    handed_out = to_hand_out(stock, None if items is None else _asked(items, row.resident_id))
    await prescriptions.dispense(tx.connection, row, id, handed_out, [tx.new_id() for _ in handed_out], tx.now)
    await _move(tx, row, status_after(stock, handed_out), action="prescription.dispensed")
    if visit.delegate_name is not None:
        await tell(tx, NotificationEvent.PRESCRIPTION_COLLECTED, row.resident_id, row.id)
    return _made(row)


async def lock_prescription(tx: Transaction, public_id: str) -> Prescription:
    """The prescription as it stays until the transaction ends. Raises NotFound."""
    resident_id, id = read_owned_id(public_id, PRESCRIPTION, "prescription_id")
    await residents.lock(tx.connection, resident_id)
    row = await prescriptions.find(tx.connection, resident_id, id)
    if row is None:
        raise NotFound("prescription_id")
    return row


async def _of_pharmacy(tx: Transaction, public_id: str, institution_id: UUID) -> Prescription:
    row = await lock_prescription(tx, public_id)
    if row.pharmacy_id != institution_id:
        raise NotFound("prescription_id")
    return row


async def _pharmacy(tx: Transaction, institution_id: UUID, public_id: str | None) -> UUID:
    id = institution_id if public_id is None else read_id(public_id, INSTITUTION, "pharmacy_id")
    found = await institutions.find(tx.connection, id)
    if found is None:
        raise NotFound("pharmacy_id")
    if CareStep.COLLECT_MEDICINE not in found.care_steps:
        raise NotAcceptedHere("pharmacy_id")
    return id


async def _move(
    tx: Transaction, row: Prescription, to: PrescriptionStatus, reason: str | None = None, action: str | None = None
) -> None:
    """Moves it. Raises Conflict, which the lock of the resident leaves no room for."""
    if not await prescriptions.move(tx.connection, row, to, tx.now, reason):
        raise Conflict("prescription_id")
    await record(tx, action or f"prescription.{to.lower()}", row.resident_id, row.id, reason)


def _item(given: Mapping[str, Any], index: int) -> Item:
    """Raises InvalidInput with the path to what is wrong."""
    path = ("items", str(index))
    check_days(given["days"], *path, "days")
    check_quantity(given["quantity"], *path, "quantity")
    return Item(
        code=read_optional_text(given.get("code"), LONGEST_CODE, *path, "code"),
        medicine=read_text(given["medicine"], LONGEST_MEDICINE, *path, "medicine"),
        dose=read_text(given["dose"], LONGEST_DIRECTION, *path, "dose"),
        route=read_text(given["route"], LONGEST_DIRECTION, *path, "route"),
        frequency=read_text(given["frequency"], LONGEST_DIRECTION, *path, "frequency"),
        days=given["days"],
        quantity=given["quantity"],
        unit=read_text(given["unit"], LONGEST_UNIT, *path, "unit"),
        unit_price=fen(given["unit_price"], *path, "unit_price"),
    )


def _asked(items: Sequence[Mapping[str, Any]], resident_id: UUID) -> list[tuple[UUID, Decimal]]:
    """The items that are named, and how much of each. Raises NotFound with the path."""
    asked = []
    for index, item in enumerate(items):
        try:
            owner, id = read_owned_id(item["item_id"], PRESCRIPTION_ITEM, "item_id")
        except NotFound:
            owner = None
        if owner != resident_id:
            raise NotFound("items", str(index), "item_id")
        asked.append((id, item["quantity"]))
    return asked


def _made(row: Prescription) -> Made:
    return Made({"prescription": Key(row.id, row.resident_id)})
