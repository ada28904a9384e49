"""The city's doctors and their slots, and what its residents have done with them."""

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from db import doctors, institutions, slots
from db.connection import Connection, Record
from db.pool import Pool
from db.slots import Slot
from domain.booking import BookingRules
from domain.slots import slot_id
from domain.times import shanghai_day
from ecard.demo.city import CityFiles, load_city
from ecard.demo.city_data import HOSPITALS
from ecard.demo.clinics import fee, open_clinics, positions
from ecard.settings import Settings
from ecard.tools import resolver_tools

NOW = datetime.now(UTC)
RULES = BookingRules()


@pytest.fixture(scope="module")
async def loaded(pool: Pool, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Connection]:
    """The city, loaded once."""
    folder: Path = tmp_path_factory.mktemp("city")
    tools = resolver_tools(settings, lambda: NOW)
    async with pool.connection() as connection:
        files = CityFiles(folder / "registry.json", folder / "city.json")
        await load_city(connection, tools, files, NOW, os.urandom, lambda detail: None)
        yield connection


@pytest.fixture
async def connection(loaded: Connection) -> AsyncIterator[Connection]:
    """In a transaction that is rolled back."""
    transaction = loaded.transaction()
    await transaction.start()
    yield loaded
    await transaction.rollback()


async def _future(connection: Connection) -> list[Slot]:
    rows = await connection.fetch("select id from slot where starts_at > $1", NOW)
    return [slot for row in rows if (slot := await slots.find(connection, row["id"])) is not None]


async def test_every_clinical_department_has_a_doctor_free_on_each_day(connection: Connection) -> None:
    rows = await connection.fetch(
        "select s.department_id, array_agg(distinct s.day) as days from slot s where s.taken < s.capacity and s.starts_at > $1"
        " group by s.department_id",
        NOW,
    )
    bookable = {(hospital.code, place) for hospital in HOSPITALS for place, _, _ in positions(hospital)}
    assert len(rows) == len(bookable) >= len(HOSPITALS) * 3
    ahead = {shanghai_day(NOW) + timedelta(days=n) for n in range(1, RULES.days_ahead + 1)}
    for row in rows:
        assert set(row["days"]) >= ahead


async def test_ranks_cost_what_they_do_and_one_sees_patients_without_a_fee(connection: Connection) -> None:
    fees = await connection.fetch("select distinct d.title, s.fee from slot s join doctor d on d.id = s.doctor_id")
    assert {(row["title"], row["fee"]) for row in fees} == {
        *(("主任医师", 5_000), ("副主任医师", 3_000), ("主治医师", 1_500), ("主治医师", 0)),
    }
    assert [fee(hospital, 2) == 0 for hospital in HOSPITALS].count(True) == 1


async def test_no_doctor_is_in_two_places(connection: Connection) -> None:
    by_doctor: defaultdict[UUID, list[Slot]] = defaultdict(list)
    for slot in await _future(connection):
        by_doctor[slot.doctor_id].append(slot)
    assert by_doctor
    for of_doctor in by_doctor.values():
        of_doctor.sort(key=lambda slot: slot.starts_at)
        assert all(before.ends_at <= after.starts_at for before, after in pairwise(of_doctor))


async def test_opening_again_adds_nothing_and_the_next_day_adds_a_day(connection: Connection) -> None:
    assert await open_clinics(connection, RULES, NOW) == 0
    tomorrow = NOW + timedelta(days=1)
    assert await open_clinics(connection, RULES, tomorrow) > 0
    last = await connection.fetchval("select max(day) from slot")
    assert last == shanghai_day(tomorrow) + timedelta(days=RULES.days_ahead)
    assert await open_clinics(connection, RULES, tomorrow) == 0


async def test_what_a_hospital_publishes_by_itself_stands(connection: Connection) -> None:
    found = await institutions.of_code(connection, HOSPITALS[0].code)
    assert found is not None
    doctor = (await doctors.of_institution(connection, found.id))["NK01"]
    later = NOW + timedelta(days=40)
    begin = datetime.combine(shanghai_day(later), datetime.min.time(), UTC)  # eight in the morning
    own = Slot(
        id=slot_id(doctor.id, begin - timedelta(minutes=10)),
        institution_id=found.id,
        department_id=doctor.department_id,
        doctor_id=doctor.id,
        starts_at=begin - timedelta(minutes=10),
        ends_at=begin + timedelta(hours=12),
        day=shanghai_day(begin),
        capacity=1,
        taken=0,
        fee=0,
        published_at=NOW,
    )
    await slots.insert(connection, [own])
    await open_clinics(connection, RULES, begin - timedelta(days=1))
    found_there = await slots.of_doctor(connection, doctor.id, own.starts_at, own.ends_at)
    assert [slot.id for slot in found_there] == [own.id]


async def _count(connection: Connection, query: str) -> int:
    count: int = await connection.fetchval(f"select count(*) from {query}")
    return count


async def test_residents_kept_appointments_and_have_some_ahead(connection: Connection) -> None:
    kept = "appointment where status = 'COMPLETED' and starts_at < now() and visit_id is not null and checked_in_at <= completed_at"
    assert await _count(connection, kept) >= 10
    assert await _count(connection, "appointment where status = 'BOOKED' and starts_at > now()") >= 5
    assert await _count(connection, "appointment where status not in ('COMPLETED', 'BOOKED')") == 0


async def test_residents_have_paid_bills_and_open_ones(connection: Connection) -> None:
    for status in ("PAID", "UNPAID"):
        for kind in ("FEE", "VISIT"):
            assert await _count(connection, f"bill where status = '{status}' and kind = '{kind}'") >= 2
    assert await _count(connection, "bill where self_paid = 0 and status = 'PAID'") >= 2
    methods = await connection.fetch("select method from payment where status = 'SUCCEEDED' group by method")
    assert len(methods) == 4


async def test_the_ledger_says_what_the_bills_say(connection: Connection) -> None:
    rows: list[Record] = await connection.fetch(
        "select b.status, b.self_paid, coalesce(sum(case when l.debit = 'RESIDENT' then l.amount when l.credit = 'RESIDENT'"
        " then -l.amount end), 0) as owed from bill b join ledger_entry l on l.resident_id = b.resident_id and l.bill_id = b.id"
        " group by b.resident_id, b.id"
    )
    assert len(rows) >= 50
    for row in rows:
        assert row["owed"] == (row["self_paid"] if row["status"] == "UNPAID" else 0)


async def test_the_books_of_the_past_are_closed_and_agree(connection: Connection) -> None:
    open_days = f"settlement where status <> 'MATCHED' or settled_at is null or day >= '{shanghai_day(NOW)}'"
    assert await _count(connection, open_days) == 0
    assert await _count(connection, "statement_line") == await _count(connection, "payment")
    assert await _count(connection, "discrepancy") == 0


async def test_each_place_is_held_by_who_booked_it(connection: Connection) -> None:
    assert await _count(connection, "appointment") == await _count(
        connection,
        "slot_place p join appointment a on a.resident_id = p.resident_id and a.id = p.appointment_id"
        " and a.slot_id = p.slot_id and a.queue_number = p.number",
    )
    assert await _count(connection, "slot s where taken <> (select count(*) from slot_place p where p.slot_id = s.id)") == 0
