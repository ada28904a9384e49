"""Stays in the city's hospitals: with a deposit, the daily list, and for one who has gone home the final bill."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from db import admissions, visits
from db.admissions import Admission
from db.cards import Card
from db.visits import Visit
from domain.enums import CareSetting, CareStep, TerminalKind
from domain.ids import Key, PublicId
from domain.times import shanghai_day
from domain.viewer import Viewer, ViewerKind
from ecard.demo.beyond_data import DAILY, OPERATION, SUMMARY, Stay
from ecard.demo.founding import FoundedHospital
from ecard.demo.histories import PAID_AFTER, Patient, pay
from resolvers.admissions import add_inpatient_charges, admit_patient, request_deposit
from resolvers.discharges import discharge_patient
from resolvers.inputs import ADMISSION, VISIT
from resolvers.transaction import Transaction

DAY, CHARGED_AFTER = timedelta(days=1), timedelta(hours=2)
ARRIVAL = timedelta(minutes=30)


async def stay(tx: Transaction, patient: Patient, card: Card, hospital: FoundedHospital, told: Stay) -> None:
    """A stay, as it went. `tx`: of today."""
    viewer = Viewer(ViewerKind.INSTITUTION, institution_id=hospital.id, client_id=hospital.client_id)
    tx = replace(tx, viewer=viewer, now=tx.now - timedelta(days=told.ago) - CHARGED_AFTER - ARRIVAL)
    visit_id = await _arrive(tx, card, hospital)
    first, *others = (Decimal(amount) for amount in told.deposits)
    made = await admit_patient(tx, visit_id=visit_id, ward=told.ward, bed=told.bed, deposit=first)
    key: Key = made.fields["admission"]
    id = PublicId(ADMISSION, key.id, patient.resident_id).encode()
    row = await admissions.find(tx.connection, patient.resident_id, key.id, hospital.id)
    if row is None:
        return
    await _pay_deposits(patient.at(tx, tx.now + PAID_AFTER), patient, row)
    for day in range(told.days):
        charging = replace(tx, now=tx.now + day * DAY + CHARGED_AFTER)
        lines = DAILY if day else (*OPERATION, *DAILY)
        await add_inpatient_charges(charging, admission_id=id, charges=_charges(charging, lines))
        while others:
            await request_deposit(charging, admission_id=id, amount=others.pop(0))
            await _pay_deposits(patient.at(charging, charging.now + PAID_AFTER), patient, row)
    if told.insured is not None:
        leaving = replace(tx, now=tx.now + told.days * DAY)
        await discharge_patient(leaving, admission_id=id, insured=Decimal(told.insured), summary=SUMMARY)


async def _arrive(tx: Transaction, card: Card, hospital: FoundedHospital) -> str:
    """The visit of the scan at the ward."""
    id = tx.new_id()
    where = (hospital.id, hospital.departments["WK"], hospital.client_id, CareStep.SURGERY, CareSetting.INPATIENT)
    terminal = ("ward-1", TerminalKind.WINDOW)
    await visits.insert(tx.connection, Visit(card.resident_id, id, card.id, *where, *terminal, tx.now, tx.now + ARRIVAL))
    return PublicId(VISIT, id, card.resident_id).encode()


async def _pay_deposits(tx: Transaction, patient: Patient, row: Admission) -> None:
    for bill in await admissions.unpaid_deposits(tx.connection, row):
        await pay(tx, patient, bill.bill_id)


def _charges(tx: Transaction, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**line, "charged_on": shanghai_day(tx.now)} for line in lines]
