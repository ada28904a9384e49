"""Every simulator: orders, payments, refunds and notifications, over its own wire."""

import httpx
import pytest

from tests.ecard.simulators.conftest import World
from tests.ecard.simulators.merchants import number
from tests.support.simulators import Simulators

OPEN = {"wechat-pay": "NOTPAY", "alipay": "ACQ.TRADE_NOT_EXIST", "unionpay": "34", "bank": "PENDING"}
PAID = {"wechat-pay": "SUCCESS", "alipay": "TRADE_SUCCESS", "unionpay": "00", "bank": "SUCCEEDED"}
OVER = {"wechat-pay": "CLOSED", "alipay": "ACQ.TRADE_NOT_EXIST", "unionpay": "34", "bank": "CLOSED"}
UNKNOWN = {"wechat-pay": "ORDER_NOT_EXIST", "alipay": "ACQ.TRADE_NOT_EXIST", "unionpay": "34", "bank": "ORDER_NOT_FOUND"}
TAKEN = {"wechat-pay": "OUT_TRADE_NO_USED", "alipay": "ACQ.CONTEXT_INCONSISTENT", "unionpay": "12", "bank": "NUMBER_TAKEN"}
REFUNDED = {"wechat-pay": "SUCCESS", "alipay": "REFUND_SUCCESS", "unionpay": "00", "bank": "SUCCEEDED"}
UNDER_WAY = {"wechat-pay": "PROCESSING", "alipay": "none", "unionpay": "05", "bank": "PENDING"}
FAILED = {"wechat-pay": "ABNORMAL", "unionpay": "01", "bank": "FAILED"}
TOO_MUCH = {
    "wechat-pay": "INVALID_REQUEST",
    "alipay": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "unionpay": "36",
    "bank": "REFUND_EXCEEDS_PAYMENT",
}
OTHER_REFUND = {
    "wechat-pay": "INVALID_REQUEST",
    "alipay": "ACQ.DISCORDANT_REPEAT_REQUEST",
    "unionpay": "12",
    "bank": "NUMBER_TAKEN",
}
NOT_PAID = {"wechat-pay": "INVALID_REQUEST", "alipay": "ACQ.TRADE_NOT_EXIST", "unionpay": "35", "bank": "ORDER_NOT_PAID"}


async def test_an_order_is_paid_once_and_told(world: World) -> None:
    code = await world.us.create(1, 12850)
    assert await world.us.state(1) == OPEN[world.name]
    paid = await world.pay(code)
    assert (paid["number"], paid["amount"]) == (number(1), 12850)
    assert await world.us.state(1) == PAID[world.name]
    with pytest.raises(httpx.HTTPStatusError, match="409"):
        await world.pay(code)
    [(_, told)] = await world.told()
    assert world.amount_of(told) == 12850
    assert await world.told() == []


async def test_a_repeat_gets_the_first_answer_and_other_content_none(world: World) -> None:
    code = await world.us.create(1, 500)
    assert await world.us.create(1, 500) == code
    assert await world.us.create(1, 501) == TAKEN[world.name]
    assert await world.us.create(2, 500) != code


async def test_what_is_unknown_is_unknown(world: World) -> None:
    await world.us.create(1, 500)
    assert await world.us.state(2) == UNKNOWN[world.name]
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        await world.pay("https://qr.example/nobody")


async def test_nobody_pays_what_has_expired_unless_the_money_is_late(world: World) -> None:
    code = await world.us.create(1, 500)
    world.wait(minutes=16)
    with pytest.raises(httpx.HTTPStatusError, match="409"):
        await world.pay(code)
    await world.simulators.behave(world.name, late=True)
    assert (await world.pay(code))["amount"] == 500


@pytest.mark.parametrize("world", ["wechat-pay", "alipay", "bank"], indirect=True)
async def test_nobody_pays_what_is_closed_unless_the_money_is_late(world: World) -> None:
    code = await world.us.create(1, 500)
    assert await world.us.close(1) in ("done", "CLOSED")
    assert await world.us.close(1) in ("done", "CLOSED")
    assert await world.us.state(1) == OVER[world.name]
    with pytest.raises(httpx.HTTPStatusError, match="409"):
        await world.pay(code)
    await world.simulators.behave(world.name, late=True)
    await world.pay(code)
    assert await world.us.state(1) == PAID[world.name]


async def test_a_refund_has_a_number_of_its_own(world: World) -> None:
    await world.pay(await world.us.create(1, 1000))
    await world.us.refund(11, 1, 400, 1000)
    await world.us.refund(12, 1, 400, 1000)
    await world.us.refund(12, 1, 400, 1000)  # the answer was lost
    assert await world.us.refund(12, 1, 200, 1000) == OTHER_REFUND[world.name]
    assert await world.us.refund(13, 1, 201, 1000) == TOO_MUCH[world.name]
    assert await world.us.refund_state(12, 1) == REFUNDED[world.name]
    books = await world.simulators.books(world.name)
    assert [(each["number"], each["amount"], each["orderNumber"]) for each in books["refunds"]] == [
        (number(11), 400, number(1)),
        (number(12), 400, number(1)),
    ]
    assert len(await world.told()) == 3


async def test_what_is_not_paid_is_not_refunded(world: World) -> None:
    await world.us.create(1, 1000)
    assert await world.us.refund(11, 1, 400, 1000) == NOT_PAID[world.name]


async def test_a_refund_may_end_later(world: World) -> None:
    await world.pay(await world.us.create(1, 1000))
    await world.told()
    await world.simulators.behave(world.name, refunds="later", refund_seconds=60)
    await world.us.refund(11, 1, 400, 1000)
    assert await world.us.refund_state(11, 1) == UNDER_WAY[world.name]
    assert await world.us.refund(12, 1, 601, 1000) == TOO_MUCH[world.name]
    assert await world.told() == []
    world.wait(seconds=60)
    assert await world.us.refund_state(11, 1) == REFUNDED[world.name]
    assert len(await world.told()) == 1


@pytest.mark.parametrize("world", ["wechat-pay", "unionpay", "bank"], indirect=True)
async def test_a_refund_may_come_to_nothing_and_the_money_can_go_back_again(world: World) -> None:
    await world.pay(await world.us.create(1, 1000))
    await world.simulators.behave(world.name, refunds="failing", refund_seconds=1)
    await world.us.refund(11, 1, 1000, 1000)
    world.wait(seconds=1)
    assert await world.us.refund_state(11, 1) == FAILED[world.name]
    await world.simulators.behave(world.name, reset=True)
    await world.us.refund(12, 1, 1000, 1000)
    assert await world.us.refund_state(12, 1) == REFUNDED[world.name]


@pytest.mark.parametrize("world", ["alipay"], indirect=True)
async def test_alipay_refuses_a_refund_at_once_or_never(world: World) -> None:
    await world.pay(await world.us.create(1, 1000))
    await world.simulators.behave(world.name, refunds="failing")
    assert await world.us.refund(11, 1, 1000, 1000) == "ACQ.TRADE_NOT_ALLOW_REFUND"


async def test_it_is_told_again_until_it_is_accepted_and_with_the_same_id(world: World) -> None:
    world.platform.refusals = 2
    await world.pay(await world.us.create(1, 1000))
    first = await world.told()
    assert await world.told() == []  # not at once
    world.wait(minutes=1)
    second = await world.told()
    world.wait(minutes=1)
    third = await world.told()
    world.wait(days=1)
    assert await world.told() == []
    assert [len(each) for each in (first, second, third)] == [1, 1, 1]
    assert first[0][0] == second[0][0] == third[0][0]


async def test_books_outlive_the_simulator(world: World) -> None:
    code = await world.us.create(1, 1000)
    paid = await world.pay(code)
    again = Simulators(world.folder, clock=lambda: world.now, random=bytes)
    assert (await again.books(world.name))["payments"][0]["reference"] == paid["reference"]
    assert await again.work() == 1  # what was not told yet
    with pytest.raises(httpx.HTTPStatusError, match="409"):
        await again.pay(world.name, code)
    await again.close()


async def test_books_are_of_a_day_in_shanghai(world: World) -> None:
    await world.pay(await world.us.create(1, 1000))
    world.wait(hours=8)  # midnight
    await world.us.refund(11, 1, 400, 1000)
    first, second = [await world.simulators.books(world.name, f"2026-11-{day}") for day in (24, 25)]
    assert [each["amount"] for each in first["payments"]] == [1000]
    assert first["refunds"] == second["payments"] == []
    assert [each["amount"] for each in second["refunds"]] == [400]


async def test_equal_refunds_with_lost_answers_are_as_many_as_were_asked_for(world: World) -> None:
    await world.pay(await world.us.create(1, 1000))
    asked = range(100, 120)
    await world.simulators.behave(world.name, silent=10)
    for index in (*asked, *asked):
        try:
            await world.us.refund(index, 1, 10, 1000)
        except httpx.ReadTimeout:
            continue
    books = await world.simulators.books(world.name)
    assert sorted(each["number"] for each in books["refunds"]) == [number(index) for index in asked]
