"""Stays in hospital: a patient is admitted, moved and charged, and pays deposits. How a stay ends stands in `resolvers.discharges`.

Whatever changes a stay locks its resident first: payments and refunds of its bills do so too.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import admissions, bills, institutions, residents
from db.admissions import Admission
from db.bills import Bill
from domain.admissions import (
    MOST_CHARGES,
    Charge,
    charge_amounts,
    check_begins,
    check_charge,
    check_charged,
    check_is_there,
    deposit_content,
    is_low,
)
from domain.bills import own_number
from domain.enums import AdmissionStatus, BillKind, CareSetting
from domain.ids import Key
from domain.money import fen
from domain.notifications import NotificationEvent
from domain.refusals import Conflict, InvalidInput, NotAcceptedHere, NotFound
from resolvers.audit import record
from resolvers.encounters import attended
from resolvers.inputs import ADMISSION, read_owned_id, read_text
from resolvers.notifications import tell
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

LONGEST_PLACE = 100
LONGEST_CODE = 64
LONGEST_NAME = 200


async def admit_patient(tx: Transaction, *, visit_id: str, ward: str, bed: str, deposit: Decimal) -> Made:
    """A stay from now on, and the bill of a deposit where one is asked for; for who was there in the visit, also when it has
    expired lately. Raises Forbidden, NotFound, InvalidInput, VisitExpired, NotAcceptedHere where no card opens hospitalization, and
    WrongState for a delegate's visit and for who lies there already."""
    visit = await attended(tx, visit_id)
    check_begins(visit.expires_at, tx.now)
    place = read_text(ward, LONGEST_PLACE, "ward"), read_text(bed, LONGEST_PLACE, "bed")
    amount = fen(deposit, "deposit")
    institution = await institutions.find(tx.connection, visit.institution_id)
    if institution is None or not institution.accepts_inpatient:
        raise NotAcceptedHere
    await residents.lock(tx.connection, visit.resident_id)
    where = (visit.resident_id, tx.new_id(), visit.institution_id, visit.id, AdmissionStatus.ADMITTED)
    row = Admission(*where, *place, tx.now, 0, tx.tools.deposit_low_percent)
    await admissions.insert(tx.connection, row)
    await record(tx, "admission.admitted", row.resident_id, row.id)
    await tell(tx, NotificationEvent.ADMITTED, row.resident_id, row.id)
    if amount:
        await _ask_deposit(tx, row, amount)
    return made(row)


async def transfer_patient(tx: Transaction, *, admission_id: str, ward: str, bed: str) -> Made:
    """Another ward or bed; the same again changes nothing. Raises Forbidden, NotFound, InvalidInput, WrongState."""
    place = read_text(ward, LONGEST_PLACE, "ward"), read_text(bed, LONGEST_PLACE, "bed")
    row = await lock_admission(tx, admission_id)
    if await admissions.transfer(tx.connection, row, *place):
        await record(tx, "admission.transferred", row.resident_id, row.id, " ".join(place))
    return made(row)


async def request_deposit(tx: Transaction, *, admission_id: str, amount: Decimal) -> Made:
    """The bill of another deposit. Raises Forbidden, NotFound, InvalidInput, WrongState."""
    asked = fen(amount, "amount")
    if asked == 0:
        raise InvalidInput("amount")
    row = await lock_admission(tx, admission_id)
    return Made({"bill": Key(await _ask_deposit(tx, row, asked), row.resident_id)})


async def add_inpatient_charges(tx: Transaction, *, admission_id: str, charges: Sequence[Mapping[str, Any]]) -> Made:
    """Lines of the daily list, in their order; a quantity below nothing takes back what was charged. Warns once of deposits that
    run low, and once more after another one was paid. Raises Forbidden, NotFound, InvalidInput, WrongState."""
    if not 1 <= len(charges) <= MOST_CHARGES:
        raise InvalidInput("charges")
    lines = [_charge(charge, index) for index, charge in enumerate(charges)]
    row = await lock_admission(tx, admission_id)
    for index, line in enumerate(lines):
        check_charge(line, row.admitted_at, tx.now, "charges", str(index))
    amounts = charge_amounts(lines, await admissions.charged_before(tx.connection, row, lines))
    charged = row.charged + sum(amounts)
    check_charged(charged)
    ids = sorted(tx.new_id() for _ in lines)  # they keep the order of the lines
    if not await admissions.charge(tx.connection, row, lines, amounts, ids, tx.now):
        raise Conflict("admission_id")
    await record(tx, "admission.charged", row.resident_id, row.id)
    deposits = await admissions.deposits(tx.connection, row)
    if is_low(sum(each.held for each in deposits), charged, row.low_percent):
        occasion = str(deposits[-1].bill_id)
        await tell(tx, NotificationEvent.DEPOSIT_LOW, row.resident_id, row.id, occasion=occasion)
    return made(row)


async def lock_admission(tx: Transaction, public_id: str) -> Admission:
    """The stay at the institution that asks, and nobody else changes it until the transaction ends. Raises Forbidden, NotFound, and
    WrongState for who was discharged."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(public_id, ADMISSION, "admission_id")
    await residents.lock(tx.connection, resident_id)
    row = await admissions.find(tx.connection, resident_id, id, institution_id)
    if row is None:
        raise NotFound("admission_id")
    check_is_there(AdmissionStatus(row.status))
    return row


def made(row: Admission) -> Made:
    """The payload of whatever changes a stay."""
    return Made({"admission": Key(row.id, row.resident_id)})


async def _ask_deposit(tx: Transaction, row: Admission, amount: int) -> UUID:
    id = tx.new_id()
    about = (row.resident_id, id, own_number(id), BillKind.DEPOSIT, row.institution_id, row.visit_id, None)
    bill = Bill(*about, CareSetting.INPATIENT, deposit_content(amount), row.id)
    await bills.issue(tx.connection, bill, tx.now, tx.random)
    await record(tx, "deposit.requested", row.resident_id, id)
    await tell(tx, NotificationEvent.BILL_ISSUED, row.resident_id, id)
    return id


def _charge(given: Mapping[str, Any], index: int) -> Charge:
    """Raises InvalidInput with the path to what is wrong."""
    path = ("charges", str(index))
    day: date = given["charged_on"]
    return Charge(
        charged_on=day,
        code=read_text(given["code"], LONGEST_CODE, *path, "code"),
        name=read_text(given["name"], LONGEST_NAME, *path, "name"),
        quantity=given["quantity"],
        unit_price=fen(given["unit_price"], *path, "unit_price"),
    )
