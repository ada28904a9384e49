"""Of a stay in hospital people are told without a word of it being one, and of low deposits only while they are low."""

from dataclasses import replace

import pytest

from db import outbox
from db.pool import Pool
from domain.enums import PaymentFlow
from tests.resolvers.stay import METHOD, Stay, admit
from tests.resolvers.world import new_world, somebody
from tests.workers import telling
from tests.workers.conftest import RecordingSms
from workers.tools import Tools

JOBS = (
    "select id from outbox where job = 'send_notification' and state = 'waiting' and args ->> 'subject_id' = $1"
    " and args ->> 'event' = $2 order by id"
)


@pytest.fixture
async def stay(pool: Pool, tools: Tools) -> Stay:
    """After `tools`, which empties the outbox. It is half past nine in the morning."""
    world = await new_world(pool, sealer=tools.sealer, payment_flows={METHOD: frozenset(PaymentFlow)})
    return await admit(world, await world.institution(), await world.resident(somebody(phone="13800001234")))


async def send(stay: Stay, tools: Tools, event: str) -> None:
    """Does what is left to do of the event."""
    for row in await stay.world.rows(JOBS, str(stay.admission.id), event):
        tools = replace(tools, clock=lambda: stay.world.now)
        async with tools.pool.transaction() as connection:
            job = await outbox.start(connection, row["id"], stay.world.now)
        assert job is not None
        await telling.tell(tools, job)


def texts(sms: RecordingSms) -> list[str]:
    return [text for _, text, _, _ in sms.sent]


async def test_admission_and_discharge_are_told_without_saying_so(stay: Stay, tools: Tools, sms: RecordingSms) -> None:
    await send(stay, tools, "ADMITTED")
    await stay.discharge()
    await send(stay, tools, "DISCHARGED")
    assert texts(sms) == [
        "【深圳市健康卡】您在市第九人民医院的手续已办理，请在健康卡中查看。",
        "【深圳市健康卡】您在市第九人民医院的费用已结算，如有剩余预付款将原路退回。",
    ]
    assert not any("住院" in text for text in texts(sms))


async def test_low_deposits_are_told_once_for_each_deposit(stay: Stay, tools: Tools, sms: RecordingSms) -> None:
    await stay.deposit("500")
    await stay.charge(stay.line("4.5"))
    await stay.charge(stay.line("0.1"))
    await send(stay, tools, "DEPOSIT_LOW")
    told = "【深圳市健康卡】您在市第九人民医院的预付余额为40.00元，请及时补交。"
    assert texts(sms) == [told]
    await stay.charge(stay.line("0.1"))
    await send(stay, tools, "DEPOSIT_LOW")
    assert texts(sms) == [told]
    await stay.deposit("100")
    await stay.charge(stay.line("1"))
    await send(stay, tools, "DEPOSIT_LOW")
    assert texts(sms) == [told, told.replace("40.00", "30.00")]


async def test_who_has_paid_another_deposit_by_then_is_not_warned(stay: Stay, tools: Tools, sms: RecordingSms) -> None:
    await stay.deposit("500")
    await stay.charge(stay.line("4.5"))
    await stay.deposit("1000")
    await send(stay, tools, "DEPOSIT_LOW")
    assert texts(sms) == []


async def test_what_is_to_be_paid_of_the_final_bill_is_told(stay: Stay, tools: Tools, sms: RecordingSms) -> None:
    await stay.deposit("100")
    await stay.charge(stay.line("2.5"))
    await stay.discharge()
    bill = stay.admission._replace(id=(await stay.final())["id"])
    await send(replace(stay, admission=bill), tools, "BILL_ISSUED")
    assert texts(sms) == ["【深圳市健康卡】市第九人民医院向您开出账单，自付150.00元，请在健康卡中支付。"]
