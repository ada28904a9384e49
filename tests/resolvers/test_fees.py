"""What becomes of a fee when its appointment is given up, however far paying it has come."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from db import payment_moves, refunds
from db.pool import Pool
from db.refunds import Wanted
from domain.enums import PaymentFlow, PaymentMethod
from domain.ids import Key
from domain.payments import Fact, Told
from domain.refunds import RequestedBy
from domain.viewer import Viewer
from resolvers import payments
from tests.resolvers.clinic import DAY, Clinic, busy_clinic
from tests.resolvers.world import World, new_world, public

FEE = 2_500


@pytest.fixture
async def world(pool: Pool) -> World:
    """Where one can pay."""
    return await new_world(pool, payment_flows={PaymentMethod.ALIPAY: frozenset({PaymentFlow.QR_CODE})})


@pytest.fixture
async def clinic(world: World) -> Clinic:
    return await busy_clinic(world)


async def start(world: World, resident: Viewer, bill_id: Any) -> Key:
    """A payment of the bill is under way."""
    ids = [public("G", bill_id, resident.resident_id)]
    made = await world.change(payments.start_payment, resident, bill_ids=ids, method=PaymentMethod.ALIPAY)
    key: Key = made.fields["payment"]
    return key


async def pay(world: World, payment: Key) -> None:
    """The provider has the money."""
    fact = Fact(Told.SUCCEEDED, FEE, payment.id.hex, world.now)
    assert payment.resident_id is not None
    async with world.pool.transaction() as connection:
        await payment_moves.learn(connection, world.now, os.urandom, payment.resident_id, payment.id, fact)


async def bill(world: World, resident: Viewer, id: Any) -> Mapping[str, Any]:
    (row,) = await world.rows("select * from bill where resident_id = $1 and id = $2", resident.resident_id, id)
    return row


async def test_payment_under_way_is_cancelled_with_the_bill(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    key = await clinic.book(resident, await clinic.slot(fee=FEE))
    bill_id = (await clinic.row(key))["bill_id"]
    payment = await start(world, resident, bill_id)
    assert (await bill(world, resident, bill_id))["status"] == "PAYING"
    await clinic.cancel(resident, key)
    assert (await bill(world, resident, bill_id))["status"] == "CANCELLED"
    assert await world.value("select status from payment where id = $1", payment.id) == "CANCELLED"
    # Money that is on its way already goes back.
    await pay(world, payment)
    refund = await world.rows("select amount, requested_by, status from refund where payment_id = $1", payment.id)
    assert [tuple(row.values()) for row in refund] == [(FEE, "SURPLUS", "PENDING")]


@pytest.mark.parametrize("moves", [False, True])
async def test_what_was_paid_is_asked_back(world: World, clinic: Clinic, moves: bool) -> None:
    resident = await world.resident()
    key = await clinic.book(resident, await clinic.slot(fee=FEE))
    bill_id = (await clinic.row(key))["bill_id"]
    payment = await start(world, resident, bill_id)
    await pay(world, payment)
    if moves:
        await clinic.move(resident, key, await clinic.slot(3 * DAY, fee=FEE + 1))
        assert (await bill(world, resident, (await clinic.row(key))["bill_id"]))["self_paid"] == FEE + 1
    else:
        await clinic.cancel(resident, key)
    refund = await world.rows("select bill_id, amount, requested_by from refund where payment_id = $1", payment.id)
    assert [tuple(row.values()) for row in refund] == [(bill_id, FEE, "RESIDENT")]


async def test_paid_bill_stays_paid_where_fee_and_institution_stay(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    key = await clinic.book(resident, await clinic.slot(fee=FEE))
    bill_id = (await clinic.row(key))["bill_id"]
    await pay(world, await start(world, resident, bill_id))
    await clinic.move(resident, key, await clinic.slot(2 * DAY + timedelta(minutes=10), fee=FEE))
    assert (await clinic.row(key))["bill_id"] == bill_id
    assert (await bill(world, resident, bill_id))["status"] == "PAID"


async def test_what_the_institution_gave_back_already_is_not_asked_back_again(world: World, clinic: Clinic) -> None:
    resident = await world.resident()
    assert resident.resident_id is not None
    key = await clinic.book(resident, await clinic.slot(fee=FEE))
    bill_id = (await clinic.row(key))["bill_id"]
    payment = await start(world, resident, bill_id)
    await pay(world, payment)
    wanted = Wanted(resident.resident_id, payment.id, bill_id, FEE, "停诊", RequestedBy.INSTITUTION)
    async with world.pool.transaction() as connection:
        await refunds.request(connection, world.now, os.urandom, wanted)
    await clinic.cancel(resident, key)
    assert (await clinic.row(key))["status"] == "CANCELLED"
    assert await world.value("select count(*) from refund where payment_id = $1", payment.id) == 1
