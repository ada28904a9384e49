"""The city's family doctors: teams with free places, and residents who have asked them, are served by them, and have left them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from db import agreements, doctors, family_doctors
from domain.enums import AgreementStatus
from domain.ids import Key, PublicId
from domain.viewer import Viewer, ViewerKind
from ecard.demo.beyond_data import BASIC, ELDERLY, MOVED, TEAMS, Past, Team
from ecard.demo.founding import FoundedHospital
from ecard.demo.histories import PAID_AFTER, Patient, pay
from resolvers.agreements import (
    decide_family_doctor_agreement,
    end_family_doctor_agreement,
    record_family_doctor_service,
    renew_family_doctor_agreement,
    sign_up_with_family_doctor,
)
from resolvers.family_doctors import publish_family_doctor_team
from resolvers.inputs import AGREEMENT, DOCTOR, FAMILY_DOCTOR_PACKAGE, FAMILY_DOCTOR_TEAM
from resolvers.transaction import Transaction

DECIDED_AFTER, SERVED_EVERY = timedelta(hours=5), timedelta(days=30)
FOUNDED = timedelta(days=430)


async def open_teams(tx: Transaction, hospitals: Mapping[str, FoundedHospital]) -> list[Key]:
    """The teams' keys. `hospitals`: by code; `tx`: of today."""
    return [await _open(replace(tx, now=tx.now - FOUNDED), team, hospitals[team.hospital]) for team in TEAMS]


async def _open(tx: Transaction, team: Team, hospital: FoundedHospital) -> Key:
    leader = (await doctors.of_institution(tx.connection, hospital.id))[team.leader]
    made = await publish_family_doctor_team(
        _as(tx, hospital),
        code=team.code,
        name=team.name,
        leader_id=PublicId(DOCTOR, leader.id).encode(),
        capacity=team.capacity,
        packages=[BASIC, ELDERLY],
    )
    key: Key = made.fields["team"]
    return key


async def sign_up(tx: Transaction, patient: Patient, team: Key, hospital: FoundedHospital, past: Past) -> None:
    """An agreement, as it went. `hospital`: the team's; `tx`: of today."""
    asked = patient.at(tx, tx.now - timedelta(days=past.ago))
    packages = {one.code: one.id for one in await family_doctors.offered(tx.connection, team.id)}
    wanted = PublicId(FAMILY_DOCTOR_PACKAGE, packages[past.package]).encode()
    made = await sign_up_with_family_doctor(asked, team_id=PublicId(FAMILY_DOCTOR_TEAM, team.id).encode(), package_ids=[wanted])
    key: Key = made.fields["agreement"]
    if past.status is AgreementStatus.REQUESTED:
        return
    id = PublicId(AGREEMENT, key.id, patient.resident_id).encode()
    decided = _as(replace(asked, now=asked.now + DECIDED_AFTER), hospital)
    await decide_family_doctor_agreement(decided, agreement_id=id, accept=True)
    await _pay(patient.at(tx, decided.now + PAID_AFTER), patient, key)
    for number, service in enumerate(past.delivered, start=1):
        served = replace(decided, now=decided.now + number * SERVED_EVERY)
        await record_family_doctor_service(served, agreement_id=id, service=service)
    today = patient.at(tx, tx.now - DECIDED_AFTER)
    if past.is_renewed:
        await renew_family_doctor_agreement(today, agreement_id=id)
    elif past.status is AgreementStatus.ENDED:
        await end_family_doctor_agreement(today, agreement_id=id, reason=MOVED)


async def _pay(tx: Transaction, patient: Patient, key: Key) -> None:
    """The bills of its years."""
    row = await agreements.find(tx.connection, patient.resident_id, key.id)
    for term in [] if row is None else await agreements.terms(tx.connection, row):
        if term.bill_id is not None:
            await pay(tx, patient, term.bill_id)


def _as(tx: Transaction, hospital: FoundedHospital) -> Transaction:
    return replace(tx, viewer=Viewer(ViewerKind.INSTITUTION, institution_id=hospital.id, client_id=hospital.client_id))
