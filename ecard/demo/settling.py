"""The city's people move in: a card each, and what they have done with it since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from db import carers, notifications, patient_numbers, residents, scans, visits
from db.cards import Card
from db.carers import Carer
from db.residents import Resident
from db.scans import Scan
from db.visits import Visit
from domain.enums import CareScope, CareSetting, CareStep, CodeForm, CodePurpose, ScanOutcome, TerminalKind
from domain.families import ends_at
from domain.identities import IdentityKind, document_digest, phone_digest
from domain.refusals import Conflict, PhoneInUse
from domain.times import SHANGHAI, shanghai_day
from ecard.demo.agreements import open_teams, sign_up
from ecard.demo.beyond_data import PASTS, STAYS, TEAMS
from ecard.demo.city_data import HOSPITALS
from ecard.demo.city_people import CityPeople
from ecard.demo.founding import Founded, FoundedHospital
from ecard.demo.histories import METHODS, Patient, book_ahead, close_books, treat
from ecard.demo.messages import choose
from ecard.demo.people import Person
from ecard.demo.records import prescribe_lately, write_up
from ecard.demo.stays import stay
from resolvers.audit import record
from resolvers.identities import claim, seal_document, seal_phone
from resolvers.issuing import issue, next_card_id, print_of
from resolvers.transaction import Transaction

LANGUAGE = "zh-CN"
CHANNELS = ("city", "wechat", "city", "alipay", "bank", "unionpay")
LABELS = ("冰箱上", "钱包里", "给外婆")
OLDEST_CARD, NEXT_CARD = timedelta(days=420), timedelta(days=17)
FIRST_SCAN, NEXT_SCAN = timedelta(days=9, hours=2), timedelta(days=23, minutes=37)
VISIT_LENGTH = timedelta(minutes=30)
LATELY = timedelta(days=1)  # ago, what was prescribed is waited for still
TURNS, TURN = 7, timedelta(minutes=30)
# One of so many has an appointment ahead, after so many days.
BOOKED_AHEAD, FIRST_AHEAD, DAYS_AHEAD = 2, 2, 9
DEPARTMENT = "NK"  # which every hospital of the city has
PAST = (
    (CareStep.REGISTER, CodePurpose.IDENTIFY, ScanOutcome.ACCEPTED),
    (CareStep.DIAGNOSE, CodePurpose.RECORDS, ScanOutcome.ACCEPTED),
    (CareStep.PAY, CodePurpose.PAY, ScanOutcome.ACCEPTED),
    (CareStep.REGISTER, CodePurpose.IDENTIFY, ScanOutcome.EXPIRED_CODE),
    (CareStep.EXAMINE, CodePurpose.IDENTIFY, ScanOutcome.ACCEPTED),
)


async def settle(tx: Transaction, people: CityPeople, founded: Founded) -> list[Card]:
    """Everybody with a card, in their order: their cards. `tx`: of today."""
    cards = []
    for index, person in enumerate(people.residents):
        then = replace(tx, now=tx.now - OLDEST_CARD + NEXT_CARD * index)
        app_id = founded.apps[CHANNELS[index % len(CHANNELS)]]
        cards.append(await _move_in(then, person, app_id))
    for carer, member, relationship in people.cared_for:
        name, born = people.residents[carer].full_name, people.residents[member].birth_date
        ids = (cards[member].resident_id, tx.new_id(), cards[carer].resident_id)
        row = Carer(*ids, name, relationship, list(CareScope), tx.now, ends_at(None, born, tx.now))
        await carers.insert(tx.connection, row)
    for index, card in enumerate(cards):
        if index % 3 == 0:
            await print_of(tx, card, CodeForm.PLATFORM, LABELS[index % len(LABELS)])
        await choose(tx, index, card.resident_id)
        patient = _patient(cards, index)
        await _past(tx, index, card, patient, founded.hospitals)
        if index % BOOKED_AHEAD == 0:
            hospital = founded.hospitals[index % len(founded.hospitals)]
            await book_ahead(tx, patient, hospital, hospital.departments[DEPARTMENT], FIRST_AHEAD + index % DAYS_AHEAD)
    await _beyond_the_visit(tx, cards, founded)
    await close_books(tx)
    return cards


async def _beyond_the_visit(tx: Transaction, cards: Sequence[Card], founded: Founded) -> None:
    """Family doctors, and stays in hospital."""
    hospitals = {hospital.code: place for hospital, place in zip(HOSPITALS, founded.hospitals, strict=True)}
    teams = await open_teams(tx, hospitals)
    for index, past in PASTS.items():
        number = index % len(teams)
        await sign_up(tx, _patient(cards, index), teams[number], hospitals[TEAMS[number].hospital], past)
    for index, told in STAYS.items():
        beds = [hospitals[hospital.code] for hospital in HOSPITALS if hospital.inpatients]
        await stay(tx, _patient(cards, index), cards[index], beds[index % len(beds)], told)


def _patient(cards: Sequence[Card], index: int) -> Patient:
    return Patient(cards[index].resident_id, cards[index].app_id, METHODS[index % len(METHODS)])


async def _move_in(tx: Transaction, person: Person, app_id: UUID) -> Card:
    id, lookup = tx.new_id(), tx.tools.lookup
    digest = document_digest(lookup, person.document)
    await claim(tx, IdentityKind.DOCUMENT, digest, id, Conflict("document"))
    phone = None
    if person.phone is not None:
        await claim(tx, IdentityKind.PHONE, phone_digest(lookup, person.phone), id, PhoneInUse("phone"))
        phone = seal_phone(tx, id, person.phone)
    document = seal_document(tx, id, person.document)
    row = Resident(
        resident_id=id,
        full_name=person.full_name,
        sex=person.sex,
        birth_date=person.birth_date,
        document_type=person.document.type,
        document_sealed=document.sealed,
        document_masked=document.masked,
        social_security_sealed=None,
        social_security_masked=None,
        phone_sealed=None if phone is None else phone.sealed,
        phone_masked=None if phone is None else phone.masked,
        language=LANGUAGE,
        created_at=tx.now,
    )
    await residents.insert(tx.connection, row)
    card = await issue(tx, id, next_card_id(tx, None), app_id)
    await record(tx, "card.issued", id, card.id)
    return card


async def _past(tx: Transaction, index: int, card: Card, patient: Patient, hospitals: Sequence[FoundedHospital]) -> None:
    """Up to five scans, the last some days ago, each at another hospital; where one was accepted, a visit with what came of it. All
    messages but the last have been read."""
    for number, (step, purpose, outcome) in reversed(list(enumerate(PAST[: (index + 3) % (len(PAST) + 1)]))):
        then = replace(tx, now=_in_opening_hours(tx.now - FIRST_SCAN - NEXT_SCAN * number, index))
        if then.now < card.issued_at:
            continue
        await notifications.mark_read(tx.connection, card.resident_id, None, then.now)
        hospital = hospitals[(index + number) % len(hospitals)]
        visit = await _visit(then, card, hospital, step) if outcome is ScanOutcome.ACCEPTED else None
        where = (step, CareSetting.OUTPATIENT, purpose, outcome, f"window-{number + 1}", TerminalKind.WINDOW)
        visit_id = None if visit is None else visit.id
        scan = Scan(card.resident_id, then.new_id(), card.id, hospital.id, visit_id, *where, then.now, False)
        await scans.insert(tx.connection, scan)
        if visit is not None:
            await treat(then, patient, visit, index + number)
            await write_up(then, patient, visit, index + number)
            if number == 0:
                await prescribe_lately(replace(tx, now=_in_opening_hours(tx.now - LATELY, index)), patient, visit, index)


def _in_opening_hours(moment: datetime, index: int) -> datetime:
    """That day in the morning, one after the other."""
    return datetime.combine(shanghai_day(moment), time(8, 10), SHANGHAI).astimezone(UTC) + index % TURNS * TURN


async def _visit(tx: Transaction, card: Card, hospital: FoundedHospital, step: CareStep) -> Visit:
    id, resident_id = tx.new_id(), card.resident_id
    where = (hospital.id, hospital.departments[DEPARTMENT], hospital.client_id, step, CareSetting.OUTPATIENT)
    row = Visit(resident_id, id, card.id, *where, "window-1", TerminalKind.WINDOW, tx.now, tx.now + VISIT_LENGTH)
    await visits.insert(tx.connection, row)
    number = f"P{card.number[-8:]}"
    if await patient_numbers.claim(tx.connection, hospital.id, number, resident_id):
        await patient_numbers.link(tx.connection, resident_id, tx.new_id(), hospital.id, number, tx.now)
    return row
