"""The appointments, bills and payments of a large city, small: they are what the program itself would have left."""

from collections import defaultdict
from uuid import UUID

import pytest

from db import ledger, slots
from db.connection import Connection
from db.pool import Pool
from domain.enums import BillStatus
from domain.ledger import Account, balance, bill_books, payment_books
from domain.slots import slot_id
from ecard.demo.scale import load_scale

RESIDENTS = 200


@pytest.fixture(scope="module", autouse=True)
async def loaded(pool: Pool) -> None:
    """Once for all tests."""
    async with pool.connection() as connection:
        await load_scale(connection, RESIDENTS, lambda said: None)


async def _count(connection: Connection, query: str) -> int:
    count: int = await connection.fetchval(f"select count(*) from {query}")
    return count


async def test_each_resident_has_eight_appointments_and_six_bills_with_items(pool: Pool) -> None:
    async with pool.connection() as connection:
        assert await _count(connection, "appointment") == 8 * RESIDENTS
        assert await _count(connection, "bill where kind in ('FEE', 'VISIT')") == 6 * RESIDENTS
        alone = "bill b where not exists (select from bill_item i where i.resident_id = b.resident_id and i.bill_id = b.id)"
        assert await _count(connection, alone) == 0
        statuses = await connection.fetch("select status from appointment group by status")
        assert {row["status"] for row in statuses} == {"BOOKED", "COMPLETED", "CANCELLED", "NO_SHOW"}


async def test_slots_are_those_of_their_appointments(pool: Pool) -> None:
    async with pool.connection() as connection:
        wrong = "slot s where taken <> (select count(*) from slot_place p where p.slot_id = s.id)"
        assert await _count(connection, wrong) == 0
        lost = (
            "appointment a where not exists (select from slot s where s.id = a.slot_id and s.starts_at = a.starts_at"
            " and s.ends_at = a.ends_at and s.day = a.day and s.doctor_id = a.doctor_id and s.department_id = a.department_id"
            " and s.institution_id = a.institution_id)"
        )
        assert await _count(connection, lost) == 0
        placeless = (
            "appointment a where status <> 'CANCELLED' and not exists (select from slot_place p where p.slot_id = a.slot_id"
            " and p.number = a.queue_number and p.resident_id = a.resident_id and p.appointment_id = a.id)"
        )
        assert await _count(connection, placeless) == 0
        for row in await connection.fetch("select id from slot order by sha256(uuid_send(id)) limit 500"):
            slot = await slots.find(connection, row["id"])
            assert slot is not None
            assert slot.id == slot_id(slot.doctor_id, slot.starts_at)


async def test_a_hospital_has_a_long_day_ahead_and_free_slots_behind_it(pool: Pool) -> None:
    async with pool.connection() as connection:
        longest = await connection.fetchval(
            "select max(c) from (select count(*) c from appointment group by institution_id, day) x"
        )
        assert longest == RESIDENTS / 2
        free = "slot where taken = 0 and starts_at > now() + interval '3 days' and extract(hour from starts_at) between 8 and 15"
        assert await _count(connection, free) > 40 * 12 * 6 * 10


async def test_bills_and_payments_are_what_the_ledger_says(pool: Pool) -> None:
    async with pool.connection() as connection:
        bills = await connection.fetch(
            "select b.*, (select sum(i.amount) from bill_item i where i.resident_id = b.resident_id and i.bill_id = b.id) as items"
            " from bill b"
        )
        by_payment: defaultdict[UUID, int] = defaultdict(int)
        for bill in bills:
            entries = await ledger.of_bill(connection, bill["resident_id"], bill["id"])
            books = bill_books(entries)
            assert (books.self_paid, books.insured, books.deposited) == (bill["self_paid"], bill["insured"], bill["deposited"])
            assert BillStatus(bill["status"]) in books.statuses
            assert bill["items"] == bill["total"]
            assert (bill["payment_id"] is not None or bill["payable"] == 0) == (bill["status"] == "PAID")
            if bill["payment_id"]:
                by_payment[bill["payment_id"]] += payment_books(entries).paid
                assert balance(entries, Account.PROVIDER) == bill["self_paid"]
        paid = await connection.fetch(
            "select id, amount from payment where status = 'SUCCEEDED' and provider_reference is not null"
        )
        assert {row["id"]: row["amount"] for row in paid} == by_payment


async def test_what_was_paid_is_settled(pool: Pool) -> None:
    async with pool.connection() as connection:
        open_ones = (
            "payment p where (select count(*) from settlement s where s.method = p.method and s.day = p.book_day"
            " and (s.institution_id is null or s.institution_id = p.institution_id) and s.status = 'MATCHED') <> 2"
        )
        assert await _count(connection, "payment") > RESIDENTS
        assert await _count(connection, open_ones) == 0
