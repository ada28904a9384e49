"""Bills: issued once, and cancelled while nobody pays; other people's are always there."""

import asyncio
import os
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from db import ledger
from domain.enums import BillStatus, CareSetting
from domain.ids import Key, new_id
from domain.ledger import bill_books
from domain.refusals import AmountMismatch, Conflict, Forbidden, InvalidInput, NotFound, Refusal, WrongState
from tests.resolvers.cashier import ITEMS, Cashier, payment_app
from tests.resolvers.clinic import open_clinic
from tests.resolvers.world import public


async def test_a_bill_is_what_its_lines_come_to(cashier: Cashier) -> None:
    row = await cashier.row(await cashier.issue())
    assert (row["total"], row["insured"], row["self_paid"], row["status"]) == (3000, 1000, 2000, "UNPAID")
    assert (row["number"], row["kind"], row["care_setting"], row["visit_id"]) == ("N-1", "VISIT", "OUTPATIENT", cashier.visit.id)
    assert (row["institution_id"], row["issued_at"], row["paid_at"]) == (cashier.hospital.institution_id, cashier.world.now, None)
    lines = await cashier.world.rows("select * from bill_item where bill_id = $1 order by position", row["id"])
    assert [(line["code"], line["quantity"], line["unit"], line["unit_price"], line["amount"]) for line in lines] == [
        ("A1", Decimal("1.5"), "盒", 333, 500),
        ("B2", Decimal(1), None, 2500, 2500),
    ]
    assert await cashier.done("bill.issued") == 2


async def test_it_is_posted_and_told(cashier: Cashier) -> None:
    bill = await cashier.issue()
    async with cashier.world.pool.connection() as connection:
        books = bill_books(await ledger.of_bill(connection, cashier.patient_id, bill.id))
    assert (books.self_paid, books.insured) == (2000, 1000)
    assert BillStatus.UNPAID in books.statuses
    told = "select count(*) from outbox where job = 'send_notification' and args ->> 'subject_id' = $1"
    assert await cashier.world.value(told, str(bill.id)) == 1


async def test_a_bill_that_is_insured_whole_is_paid_at_once(cashier: Cashier) -> None:
    row = await cashier.row(await cashier.issue(insured=Decimal("30")))
    assert (row["status"], row["self_paid"], row["paid_at"]) == ("PAID", 0, row["issued_at"])


async def test_what_was_done_in_a_visit_can_be_billed_after_it_has_expired(cashier: Cashier) -> None:
    cashier.world.later(days=3)
    await cashier.issue()


async def test_the_setting_is_the_visits(cashier: Cashier) -> None:
    world = cashier.world
    code = await world.present(cashier.resident)
    cashier.visit = await world.verify(cashier.hospital, code, care_setting=CareSetting.INPATIENT)
    assert (await cashier.row(await cashier.issue()))["care_setting"] == "INPATIENT"


async def test_the_same_number_with_the_same_content_is_the_same_bill(cashier: Cashier) -> None:
    first = await cashier.issue()
    before = [await cashier.count(table) for table in ("bill", "bill_item", "ledger_entry")]
    again = await cashier.issue(items=[{**ITEMS[0], "quantity": Decimal("1.50")}, {**ITEMS[1], "unit": None}], number=" N-1 ")
    assert again == first
    assert [await cashier.count(table) for table in ("bill", "bill_item", "ledger_entry")] == before
    assert await cashier.done("bill.issued") == 2


async def test_the_same_number_is_given_again_as_it_is_now(cashier: Cashier) -> None:
    first = await cashier.issue()
    await cashier.cancel(first)
    assert await cashier.issue() == first
    assert (await cashier.row(first))["status"] == "CANCELLED"


async def test_the_same_number_with_other_content_is_refused(cashier: Cashier) -> None:
    await cashier.issue()
    other = await cashier.world.verify(cashier.hospital, await cashier.world.present(await cashier.world.resident()))
    for changes in ({"insured": Decimal("9.99")}, {"items": ITEMS[1:]}, {"visit_id": public("V", other.id, other.resident_id)}):
        with pytest.raises(Conflict) as refused:
            await cashier.issue(**changes)
        assert refused.value.field == ("number",)
    assert await cashier.count("bill") == 2


async def test_one_number_at_once_is_one_bill(cashier: Cashier) -> None:
    issued = await asyncio.gather(*(cashier.issue() for _ in range(8)))
    assert len(set(issued)) == 1
    others = (cashier.issue(number="N-2", insured=Decimal(n)) for n in range(6))
    outcomes = Counter(type(made) for made in await asyncio.gather(*others, return_exceptions=True))
    assert outcomes == {Key: 1, Conflict: 5}
    assert (await cashier.count("bill"), await cashier.done("bill.issued")) == (3, 3)


BAD = [
    ({"items": []}, InvalidInput, ("items",)),
    ({"items": ITEMS * 101}, InvalidInput, ("items",)),
    ({"items": [ITEMS[0], {**ITEMS[1], "quantity": Decimal(0)}]}, InvalidInput, ("items", "1", "quantity")),
    ({"items": [{**ITEMS[1], "quantity": Decimal("-1")}]}, InvalidInput, ("items", "0", "quantity")),
    ({"items": [{**ITEMS[1], "unit_price": Decimal("0.001")}]}, InvalidInput, ("items", "0", "unit_price")),
    ({"items": [{**ITEMS[1], "unit_price": Decimal("-1")}]}, InvalidInput, ("items", "0", "unit_price")),
    ({"items": [{**ITEMS[1], "code": " "}]}, InvalidInput, ("items", "0", "code")),
    ({"items": [{**ITEMS[1], "name": "药" * 201}]}, InvalidInput, ("items", "0", "name")),
    ({"items": [{**ITEMS[1], "unit": "个" * 21}]}, InvalidInput, ("items", "0", "unit")),
    ({"insured": Decimal("30.01")}, AmountMismatch, ("insured",)),
    ({"insured": Decimal("-1")}, InvalidInput, ("insured",)),
    ({"number": ""}, InvalidInput, ("number",)),
    ({"number": "1" * 65}, InvalidInput, ("number",)),
    ({"number": "F" + "0" * 32}, InvalidInput, ("number",)),
    ({"visit_id": "x"}, NotFound, ("visit_id",)),
]


@pytest.mark.parametrize(("changes", "refusal", "field"), BAD)
async def test_what_does_not_add_up_is_refused(
    cashier: Cashier, changes: dict[str, Any], refusal: type[Refusal], field: tuple[str, ...]
) -> None:
    with pytest.raises(refusal) as refused:
        await cashier.issue(**changes)
    assert refused.value.field == field
    assert await cashier.count("bill") == 1


async def test_only_the_institution_of_the_visit_bills_it(cashier: Cashier) -> None:
    with pytest.raises(NotFound):
        await cashier.issue(await cashier.world.institution())
    for viewer in (cashier.resident, payment_app(cashier.world)):
        with pytest.raises(Forbidden):
            await cashier.issue(viewer)


async def test_an_unpaid_bill_is_cancelled_and_again_changes_nothing(cashier: Cashier) -> None:
    bill, kept = await cashier.issue(), await cashier.issue(number="N-2")
    await cashier.cancel(bill)
    at = cashier.world.now
    await cashier.cancel(bill, reason="另一个原因")
    row = await cashier.row(bill)
    assert (row["status"], row["cancelled_at"], row["cancel_reason"]) == ("CANCELLED", at, "重复开单")
    assert (await cashier.row(kept))["status"] == "UNPAID"
    assert await cashier.done("bill.cancelled") == 1
    async with cashier.world.pool.connection() as connection:
        books = bill_books(await ledger.of_bill(connection, cashier.patient_id, bill.id))
    assert books.statuses == {BillStatus.CANCELLED}


async def test_a_bill_that_is_insured_whole_is_cancelled_as_nobody_paid_it(cashier: Cashier) -> None:
    bill = await cashier.issue(insured=Decimal("30"))
    await cashier.cancel(bill)
    row = await cashier.row(bill)
    assert (row["status"], row["refunded"]) == ("CANCELLED", 0)
    async with cashier.world.pool.connection() as connection:
        books = bill_books(await ledger.of_bill(connection, cashier.patient_id, bill.id))
    assert books.statuses == {BillStatus.CANCELLED}
    assert books.insured == 3000


@pytest.mark.parametrize("status", ["PAYING", "PAID", "PARTLY_REFUNDED", "REFUNDED"])
async def test_a_bill_that_somebody_pays_or_has_paid_is_not_cancelled(cashier: Cashier, status: str) -> None:
    bill = await cashier.issue()
    await cashier.world.rows("update bill set status = $2 where id = $1 returning id", bill.id, status)
    with pytest.raises(WrongState):
        await cashier.cancel(bill)
    assert (await cashier.row(bill))["status"] == status


async def test_only_who_issued_it_cancels_it(cashier: Cashier) -> None:
    bill = await cashier.issue()
    with pytest.raises(NotFound):
        await cashier.cancel(bill, await cashier.world.institution())
    with pytest.raises(Forbidden):
        await cashier.cancel(bill, cashier.resident)
    with pytest.raises(NotFound):
        await cashier.cancel(Key(new_id(cashier.world.now, os.urandom), bill.resident_id))
    with pytest.raises(InvalidInput):
        await cashier.cancel(bill, reason=" ")
    assert (await cashier.row(bill))["status"] == "UNPAID"


async def test_cancelled_at_once_it_is_posted_once(cashier: Cashier) -> None:
    bill = await cashier.issue()
    before = await cashier.count("ledger_entry")
    await asyncio.gather(*(cashier.cancel(bill) for _ in range(5)))
    assert await cashier.count("ledger_entry") == before + 2
    assert await cashier.done("bill.cancelled") == 1


async def test_a_fee_is_billed_by_the_platform(cashier: Cashier) -> None:
    clinic = await open_clinic(cashier.world)
    appointment = await clinic.book(cashier.resident, await clinic.slot(fee=1250))
    (row,) = await cashier.world.rows("select * from bill where resident_id = $1 and appointment_id = $2", *reversed(appointment))
    assert (row["kind"], row["self_paid"], row["insured"], row["number"]) == ("FEE", 1250, 0, f"F{row['id'].hex.upper()}")
