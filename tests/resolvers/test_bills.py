"""Bills: issued once, cancelled while nobody pays, and opened by a PAY code; other people's are always there."""

import asyncio
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from db import ledger
from domain.enums import BillStatus, CareSetting, CareStep, CodePurpose
from domain.ids import Key, new_id
from domain.ledger import bill_books
from domain.refusals import (
    AlreadyUsed,
    AmountMismatch,
    CardSuspended,
    Conflict,
    ExpiredCode,
    Forbidden,
    InvalidCode,
    InvalidInput,
    NotFound,
    Refusal,
    Revoked,
    WrongPurpose,
    WrongState,
)
from domain.viewer import Viewer, ViewerKind
from resolvers import bills, cards
from tests.resolvers.clinic import open_clinic
from tests.resolvers.test_cards import printed
from tests.resolvers.world import World, public

ITEMS = [
    {"code": "A1", "name": "阿莫西林", "quantity": Decimal("1.5"), "unit": "盒", "unit_price": Decimal("3.33")},
    {"code": "B2", "name": "诊查费", "quantity": Decimal("1"), "unit_price": Decimal("25")},
]


class Cashier:
    """An institution with a patient, and another one that has billed the same person and somebody else under the same number."""

    def __init__(self, world: World, hospital: Viewer, resident: Viewer, visit: Key) -> None:
        self.world, self.hospital, self.resident, self.visit = world, hospital, resident, visit

    async def issue(self, by: Viewer | None = None, **changes: Any) -> Key:
        visit_id = public("V", self.visit.id, self.visit.resident_id)
        given: Any = {"visit_id": visit_id, "number": "N-1", "items": ITEMS, "insured": Decimal("10"), **changes}
        key: Key = (await self.world.change(bills.issue_bill, by or self.hospital, **given)).fields["bill"]
        return key

    async def cancel(self, bill: Key, by: Viewer | None = None, reason: str = "重复开单") -> None:
        made = await self.world.change(bills.cancel_bill, by or self.hospital, bill_id=public_id(bill), reason=reason)
        assert made.fields == {"bill": bill}

    async def row(self, bill: Key) -> Mapping[str, Any]:
        (row,) = await self.world.rows("select * from bill where resident_id = $1 and id = $2", bill.resident_id, bill.id)
        return row

    async def count(self, table: str) -> int:
        count: int = await self.world.value(f"select count(*) from {table} where resident_id = $1", self.resident.resident_id)
        return count

    async def done(self, action: str) -> int:
        sql = "select count(*) from audit where subject_id = $1 and action = $2"
        count: int = await self.world.value(sql, self.resident.resident_id, action)
        return count


def public_id(bill: Key) -> str:
    return public("G", bill.id, bill.resident_id)


@pytest.fixture
async def cashier(world: World) -> Cashier:
    resident, hospital, elsewhere = await world.resident(), await world.institution(), await world.institution()
    for patient in (resident, await world.resident()):
        visit = await world.verify(elsewhere, await world.present(patient))
        await Cashier(world, elsewhere, patient, visit).issue(number=f"N-{'1' if patient is resident else '2'}")
    return Cashier(world, hospital, resident, await world.verify(hospital, await world.present(resident)))


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
        books = bill_books(await ledger.of_bill(connection, cashier.visit.resident_id, bill.id))  # type: ignore[arg-type]
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
    for viewer in (cashier.resident, await payment_app(cashier.world)):
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
        books = bill_books(await ledger.of_bill(connection, cashier.visit.resident_id, bill.id))  # type: ignore[arg-type]
    assert books.statuses == {BillStatus.CANCELLED}


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


# ---------------------------------------------------------------- a PAY code


async def payment_app(world: World) -> Viewer:
    """The credentials of an app of this world."""
    scopes = frozenset({"payment:read", "payment:write"})
    return Viewer(ViewerKind.APP, client_id=world.client_id, app_id=world.app_id, scopes=scopes, name="某支付")


async def opened(world: World, app: Viewer, code: str) -> Mapping[str, Any]:
    return (await world.change(bills.open_bills_for_code, app, code=code)).fields


async def test_a_pay_code_opens_what_can_be_paid(cashier: Cashier) -> None:
    world, app = cashier.world, await payment_app(cashier.world)
    first, paying, second, cancelled = [await cashier.issue(number=f"N-{n}") for n in (1, 2, 3, 4)]
    await cashier.cancel(cancelled)
    await world.rows("update bill set status = 'PAYING' where id = $1 returning id", paying.id)
    fields = await opened(world, app, await world.present(cashier.resident, CodePurpose.PAY))
    assert fields["payer"] == Key(cashier.visit.resident_id, cashier.visit.resident_id)  # type: ignore[arg-type]
    assert fields["bills"][:2] == [second, first]
    assert len(fields["bills"]) == 3  # the last one is another institution's
    assert fields["expires_at"] == world.now + bills.PERMITTED
    (permission,) = await world.rows("select * from pay_permission where resident_id = $1", cashier.resident.resident_id)
    assert (permission["app_id"], permission["granted_at"], permission["expires_at"]) == (
        app.app_id,
        world.now,
        fields["expires_at"],
    )
    assert await cashier.done("bills.opened") == 1


async def refused(world: World, app: Viewer, code: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        await opened(world, app, code)


async def test_a_code_that_opens_nothing_says_why(cashier: Cashier) -> None:
    world, app, resident = cashier.world, await payment_app(cashier.world), cashier.resident
    await refused(world, app, "EC1:NONSENSE", InvalidCode)
    for purpose in (CodePurpose.IDENTIFY, CodePurpose.RECORDS, CodePurpose.COLLECT):
        await refused(world, app, await world.present(resident, purpose), WrongPurpose)
    _, text = await printed(world, resident)
    await refused(world, app, text, WrongPurpose)
    code = await world.present(resident, CodePurpose.PAY)
    world.later(seconds=61)
    await refused(world, app, code, ExpiredCode)
    code = await world.present(resident, CodePurpose.PAY)
    await opened(world, app, code)
    await refused(world, app, code, AlreadyUsed)
    code = await world.present(resident, CodePurpose.PAY)
    await world.change(cards.suspend_card, resident)
    await refused(world, app, code, CardSuspended)
    await world.change(cards.replace_card, resident, reason="遗失")
    await refused(world, app, code, Revoked)
    assert await cashier.count("pay_permission") == 1
    reasons = "select reason from audit where subject_id = $1 and action = 'bills.refused' order by id"
    assert [row["reason"] for row in await world.rows(reasons, resident.resident_id)] == [
        *["WRONG_PURPOSE"] * 4,
        "EXPIRED_CODE",
        "ALREADY_USED",
        "CARD_SUSPENDED",
        "REVOKED",
    ]


async def test_a_code_is_used_once_by_apps_and_institutions_together(cashier: Cashier) -> None:
    world, app = cashier.world, await payment_app(cashier.world)
    code = await world.present(cashier.resident, CodePurpose.PAY)
    at_once = [opened(world, app, code) for _ in range(4)]
    at_once += [world.verify(cashier.hospital, code, CareStep.PAY) for _ in range(4)]  # type: ignore[misc]
    outcomes = Counter(type(made) is AlreadyUsed for made in await asyncio.gather(*at_once, return_exceptions=True))
    assert outcomes == {True: 7, False: 1}


async def test_only_an_app_opens_bills(cashier: Cashier) -> None:
    code = await cashier.world.present(cashier.resident, CodePurpose.PAY)
    app = await payment_app(cashier.world)
    for viewer in (cashier.hospital, cashier.resident, replace(app, app_id=None)):
        await refused(cashier.world, viewer, code, Forbidden)
    await opened(cashier.world, app, code)
