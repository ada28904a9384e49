"""The city's doctors, and the slots that they have free: for as far ahead as one may book, from each start of the demo on."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random as Dice

from db import doctors, institutions, slots
from db.connection import Connection
from db.doctors import Doctor
from db.slots import Slot
from domain.booking import BookingRules
from domain.enums import Sex
from domain.slots import Session, cut, slot_id
from domain.times import SHANGHAI, shanghai_day
from ecard.demo.city_data import HOSPITALS, TOP, Hospital
from ecard.demo.clinic_data import AFTERNOON, FREE_RANK, MORNING, RANKS, SLOT_CAPACITY, SLOT_MINUTES, SPECIALITIES
from ecard.demo.founding import FoundedHospital
from ecard.demo.names import chinese_name
from resolvers.transaction import Transaction

WEEK = 7


async def hire(tx: Transaction, hospital: Hospital, founded: FoundedHospital) -> None:
    """A doctor of each rank for each department where one can book."""
    dice = Dice(hospital.code)  # noqa: S311  # nothing here is a secret
    staff = [
        Doctor(
            id=tx.new_id(),
            institution_id=founded.id,
            department_id=founded.departments[place],
            code=code,
            name=chinese_name(dice, dice.choice((Sex.FEMALE, Sex.MALE)))[1],
            title=RANKS[n].title,
            speciality=SPECIALITIES[place][n],
            active=True,
        )
        for place, n, code in positions(hospital)
    ]
    await doctors.put(tx.connection, founded.id, staff)


def positions(hospital: Hospital) -> Iterator[tuple[str, int, str]]:
    """(department, rank, doctor's code) of each that the demo gives the hospital."""
    for place in hospital.departments.split():
        for n in range(len(SPECIALITIES.get(place, ()))):
            yield place, n, f"{place}{n + 1:02}"


async def open_clinics(connection: Connection, rules: BookingRules, now: datetime) -> int:
    """Adds the slots that are missing from today on to the last day that can be booked: how many. What a hospital has published or
    withdrawn by itself stays as it is."""
    today, added = shanghai_day(now), 0
    days = [today + timedelta(days=n) for n in range(rules.days_ahead + 1)]
    for hospital in HOSPITALS:
        found = await institutions.of_code(connection, hospital.code)
        staff = {} if found is None else await doctors.of_institution(connection, found.id)
        for _, n, code in positions(hospital):
            doctor = staff.get(code)
            if doctor is not None and doctor.active:
                added += await _open(connection, doctor, n, fee(hospital, n), days, now)
    return added


def fee(hospital: Hospital, n: int) -> int:
    """What an appointment with the doctor of this rank costs, in fen."""
    return 0 if hospital.level != TOP and RANKS[n] is FREE_RANK else RANKS[n].fee


async def _open(connection: Connection, doctor: Doctor, n: int, fee: int, days: Sequence[date], now: datetime) -> int:
    sessions = [session for day in days if (session := _session(n, day, fee)) is not None]
    wanted = {slot_id(doctor.id, span.starts_at): span for session in sessions for span in cut(session) if span.starts_at > now}
    ends = datetime.combine(days[-1] + timedelta(days=1), MORNING.begin, SHANGHAI)
    known = await slots.of_doctor(connection, doctor.id, now, ends)
    others = [slot for slot in known if slot.id not in wanted]
    there = {slot.id for slot in known}
    rows = [
        Slot(
            id=id,
            institution_id=doctor.institution_id,
            department_id=doctor.department_id,
            doctor_id=doctor.id,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            day=shanghai_day(span.starts_at),
            capacity=SLOT_CAPACITY,
            taken=0,
            fee=fee,
            published_at=now,
        )
        for id, span in wanted.items()
        if id not in there and all(span.ends_at <= other.starts_at or other.ends_at <= span.starts_at for other in others)
    ]
    await slots.insert(connection, rows)
    return len(rows)


def _session(n: int, day: date, fee: int) -> Session | None:
    """Each day the morning or the afternoon, in turn; a day off a week, on which the others of the department are there."""
    number = day.toordinal()
    if number % WEEK == 2 * n:
        return None
    hours = MORNING if (number + n) % 2 == 0 else AFTERNOON
    begin, end = (datetime.combine(day, at, SHANGHAI).astimezone(UTC) for at in (hours.begin, hours.end))
    return Session(begin, end, SLOT_MINUTES, SLOT_CAPACITY, fee)
