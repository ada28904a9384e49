"""Medicine is handed out once, and to nobody who has not come for it."""

import asyncio
import os
from collections import Counter
from decimal import Decimal

import pytest

from db import refunds
from db.pool import Pool
from db.refunds import Wanted
from domain.ids import Key, new_id
from domain.refunds import RequestedBy
from domain.refusals import AlreadyDispensed, BillUnpaid, Forbidden, InvalidInput, NotFound, NotReady, VisitExpired, WrongState
from tests.resolvers.pharmacy import Pharmacy, open_pharmacy, paying_world
from tests.resolvers.world import World, public

AT_ONCE = int(os.environ.get("PROOF_DISPENSINGS", "12"))
ALL, NOTHING = [Decimal(2), Decimal("1.5")], [Decimal(0), Decimal(0)]


@pytest.fixture
async def world(pool: Pool) -> World:
    return await paying_world(pool)


@pytest.fixture
async def pharmacy(world: World) -> Pharmacy:
    return await open_pharmacy(world)


async def test_what_is_not_ready_or_not_paid_is_not_handed_out(pharmacy: Pharmacy) -> None:
    visit, unpaid = await pharmacy.collecting(), await pharmacy.issue()
    with pytest.raises(BillUnpaid):
        await pharmacy.dispense(unpaid, visit)
    with pytest.raises(NotReady):
        await pharmacy.dispense(await pharmacy.paid(), visit)
    assert await pharmacy.dispensed(unpaid) == NOTHING


async def test_money_that_is_on_its_way_back_pays_for_nothing(pharmacy: Pharmacy) -> None:
    key = await pharmacy.issue()
    payment = await pharmacy.pay(key)
    await pharmacy.ready(key)
    visit, bill = await pharmacy.collecting(), await pharmacy.bill(key)
    assert key.resident_id is not None
    for amount, is_paid in ((500, True), (None, False)):
        async with pharmacy.world.pool.transaction() as connection:
            wanted = Wanted(key.resident_id, payment.id, bill["id"], amount, "缺货", RequestedBy.INSTITUTION)
            await refunds.request(connection, pharmacy.world.now, os.urandom, wanted)
        if is_paid:
            await pharmacy.dispense(key, visit, (0, "1"))
        else:
            with pytest.raises(BillUnpaid):
                await pharmacy.dispense(key, visit)
    assert await pharmacy.dispensed(key) == [1, 0]


async def test_all_of_it_is_handed_out_once(pharmacy: Pharmacy) -> None:
    key, other = await pharmacy.waiting(), await pharmacy.waiting()
    visit = await pharmacy.collecting()
    await pharmacy.dispense(key, visit)
    row = await pharmacy.row(key)
    assert (row["status"], row["ended_at"]) == ("DISPENSED", pharmacy.world.now)
    assert await pharmacy.dispensed(key) == ALL
    written = await pharmacy.world.rows("select visit_id, dispensed_at from dispensing where prescription_id = $1", key.id)
    assert [tuple(each.values()) for each in written] == [(visit.id, row["ended_at"])] * 2
    for again in (pharmacy.dispense(key, visit), pharmacy.ready(key), pharmacy.cancel(key), pharmacy.delegate(key)):
        with pytest.raises(AlreadyDispensed):
            await again
    assert (await pharmacy.row(other))["status"] == "READY"
    assert (await pharmacy.dispensed(other), await pharmacy.done("prescription.dispensed")) == (NOTHING, 1)
    assert await pharmacy.told(key.id) == ["PRESCRIPTION_READY"]  # they were there themselves


async def test_it_is_handed_out_in_parts(pharmacy: Pharmacy) -> None:
    key, visit = await pharmacy.waiting(), await pharmacy.collecting()
    await pharmacy.dispense(key, visit, (0, "0.5"))
    row = await pharmacy.row(key)
    assert (row["status"], row["ended_at"], await pharmacy.dispensed(key)) == ("PARTLY_DISPENSED", None, [Decimal("0.5"), 0])
    await pharmacy.ready(key)  # which it is already
    with pytest.raises(AlreadyDispensed) as refused:
        await pharmacy.dispense(key, visit, (1, "1"), (0, "2"))
    assert refused.value.field == ("items", "1", "quantity")
    await pharmacy.dispense(key, visit, (1, "1.5"), (0, "1"))
    assert (await pharmacy.row(key))["status"] == "PARTLY_DISPENSED"
    await pharmacy.dispense(key, visit)
    assert ((await pharmacy.row(key))["status"], await pharmacy.dispensed(key)) == ("DISPENSED", ALL)
    assert await pharmacy.world.value("select count(*) from dispensing where prescription_id = $1", key.id) == 4
    assert (await pharmacy.row(key))["ready_at"] is not None


async def test_what_is_asked_for_must_be_of_the_prescription(pharmacy: Pharmacy) -> None:
    key, visit, other = await pharmacy.waiting(), await pharmacy.collecting(), await pharmacy.waiting()
    bad: list[tuple[list[tuple[int, str]], tuple[str, ...]]] = [
        ([(0, "0")], ("items", "0", "quantity")),
        ([(1, "1"), (0, "2.0001")], ("items", "1", "quantity")),
        ([(0, "1"), (0, "1")], ("items",)),
    ]
    for items, field in bad:
        with pytest.raises(InvalidInput) as refused:
            await pharmacy.dispense(key, visit, *items)
        assert refused.value.field == field
    stranger = public("i", (await pharmacy.items(key))[0]["id"], new_id(pharmacy.world.now, os.urandom))
    named = [public("i", (await pharmacy.items(other))[0]["id"], key.resident_id), stranger, "x"]
    for item in named:
        with pytest.raises(NotFound) as missing:
            await pharmacy.hand_out(key, visit, items=[{"item_id": item, "quantity": Decimal(1)}])
        assert missing.value.field == ("items", "0", "item_id")
    with pytest.raises(InvalidInput):
        await pharmacy.hand_out(key, visit, items=[])
    assert (await pharmacy.dispensed(key), await pharmacy.dispensed(other)) == (NOTHING, NOTHING)


async def test_only_to_who_is_there_to_collect_it(pharmacy: Pharmacy) -> None:
    world, key = pharmacy.world, await pharmacy.waiting()
    at_counter = await world.verify(pharmacy.pharmacy, await world.present(pharmacy.resident))
    stranger = await Pharmacy(
        world, pharmacy.hospital, pharmacy.pharmacy, await world.resident(), pharmacy.visit, pharmacy.doctor
    ).collecting()
    for visit in (at_counter, stranger):
        with pytest.raises(InvalidInput) as refused:
            await pharmacy.dispense(key, visit)
        assert refused.value.field == ("visit_id",)
    elsewhere = await pharmacy.collecting(at=await world.institution())
    with pytest.raises(NotFound):
        await pharmacy.dispense(key, elsewhere)
    visit = await pharmacy.collecting()
    for viewer, refusal in ((pharmacy.hospital, NotFound), (pharmacy.resident, Forbidden)):
        with pytest.raises(refusal):
            await pharmacy.dispense(key, visit, by=viewer)
    world.later(minutes=30)
    with pytest.raises(VisitExpired):
        await pharmacy.dispense(key, visit)
    assert await pharmacy.dispensed(key) == NOTHING


async def test_at_once_it_is_handed_out_once(pharmacy: Pharmacy) -> None:
    key, visit = await pharmacy.waiting(), await pharmacy.collecting()
    outcomes = await asyncio.gather(*(pharmacy.dispense(key, visit) for _ in range(AT_ONCE)), return_exceptions=True)
    assert Counter(map(type, outcomes)) == {Key: 1, AlreadyDispensed: AT_ONCE - 1}
    assert await pharmacy.dispensed(key) == ALL
    assert await pharmacy.world.value("select count(*) from dispensing where prescription_id = $1", key.id) == 2


async def test_parts_at_once_come_to_what_was_prescribed(pharmacy: Pharmacy) -> None:
    key, visit = await pharmacy.waiting(), await pharmacy.collecting()
    parts = (pharmacy.dispense(key, visit, (0, "0.25")) for _ in range(AT_ONCE))
    outcomes = Counter(map(type, await asyncio.gather(*parts, return_exceptions=True)))
    assert outcomes == {Key: 8, AlreadyDispensed: AT_ONCE - 8}
    assert await pharmacy.dispensed(key) == [2, 0]


async def test_handing_out_and_taking_back_at_once_is_one_of_them(pharmacy: Pharmacy) -> None:
    keys, visit = [await pharmacy.waiting() for _ in range(4)], await pharmacy.collecting()
    changes = [change for key in keys for change in (pharmacy.cancel(key), pharmacy.dispense(key, visit))]
    outcomes = Counter(map(type, await asyncio.gather(*changes, return_exceptions=True)))
    assert (outcomes[Key], outcomes[WrongState] + outcomes[AlreadyDispensed]) == (4, 4)
    for key in keys:
        is_out = await pharmacy.dispensed(key) == ALL
        assert (await pharmacy.row(key))["status"] == ("DISPENSED" if is_out else "CANCELLED")
        refunded = "select count(*) from refund where bill_id = $1"
        assert await pharmacy.world.value(refunded, (await pharmacy.row(key))["bill_id"]) == (0 if is_out else 1)


async def test_what_is_overdue_has_expired_before_any_worker_says_so(pharmacy: Pharmacy) -> None:
    key = await pharmacy.waiting()
    pharmacy.world.later(days=3)
    visit = await pharmacy.collecting()
    for refused in (pharmacy.dispense(key, visit), pharmacy.ready(key), pharmacy.delegate(key)):
        with pytest.raises(WrongState):
            await refused
    assert await pharmacy.dispensed(key) == NOTHING
