"""What happens at once with a discharge: it counts, is refused, or goes back."""

import asyncio
from typing import Any

import pytest

from db.pool import Pool
from domain.enums import PaymentMethod
from domain.refusals import BillNotPayable, WrongState
from resolvers import payments
from tests.resolvers.stay import Stay, new_stay
from tests.resolvers.world import public


@pytest.fixture
async def stay(pool: Pool) -> Stay:
    return await new_stay(pool)


async def test_of_two_discharges_at_once_one_is_made(stay: Stay) -> None:
    await stay.deposit("500")
    await stay.charge()
    done = await asyncio.gather(*(stay.discharge() for _ in range(6)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", *["WrongState"] * 5]
    assert await stay.back() == [(40_000, "PENDING")]
    assert (await stay.final())["total"] == 10_000
    await stay.check()


async def test_charges_at_once_with_the_discharge_are_in_the_bill_or_refused(stay: Stay) -> None:
    await stay.charge()
    acts = [*(stay.charge() for _ in range(4)), stay.discharge(), *(stay.charge() for _ in range(4))]
    done = await asyncio.gather(*acts, return_exceptions=True)
    assert {type(one) for one in done} <= {type(None), WrongState}
    charged = sum(one is None for one in done)  # the one before, and all of these but the discharge
    row = await stay.one("admission", stay.admission.id)
    assert (row["status"], row["charged"], (await stay.final())["total"]) == ("DISCHARGED", charged * 10_000, charged * 10_000)
    await stay.check()


async def test_paying_a_deposit_at_once_with_the_discharge_loses_nothing(stay: Stay) -> None:
    bill = await stay.ask("500")
    payment = await stay.start(bill)
    await stay.charge()
    await asyncio.gather(stay.learn(payment), stay.discharge())
    status = await stay.status(bill)
    back = [amount for amount, _ in await stay.back()]
    assert (status, back, (await stay.final())["payable"]) in (("PAID", [40_000], 0), ("CANCELLED", [50_000], 10_000))
    await stay.end_refunds()
    await stay.check()


async def test_starting_to_pay_at_once_with_the_discharge_is_refused_or_given_up(stay: Stay) -> None:
    bill = await stay.ask("500")
    given: dict[str, Any] = {"bill_ids": [public("G", bill.id, bill.resident_id)], "method": PaymentMethod.WECHAT_PAY}
    starting = stay.world.change(payments.start_payment, stay.resident, **given)
    started, _ = await asyncio.gather(starting, stay.discharge(), return_exceptions=True)
    assert await stay.status(bill) == "CANCELLED"
    if not isinstance(started, BillNotPayable):
        assert not isinstance(started, BaseException)
        assert (await stay.one("payment", started.fields["payment"].id))["status"] == "CANCELLED"
    await stay.check()
