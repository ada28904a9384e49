"""How simulators misbehave when they are told to."""

import asyncio

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.ecard.simulators.conftest import World
from tests.ecard.simulators.merchants import number

BUSY = {"wechat-pay": "SYSTEM_ERROR", "alipay": "isp.unknow-error", "unionpay": "06", "bank": "UNAVAILABLE"}


async def test_a_busy_one_does_nothing(world: World) -> None:
    await world.simulators.behave(world.name, fail=2)
    assert await world.us.create(1, 500) == BUSY[world.name]
    assert await world.us.create(1, 500) == BUSY[world.name]
    assert world.simulators[world.name].desk.books.order(number(1)) is None
    await world.us.create(1, 500)
    assert world.simulators[world.name].desk.books.order(number(1)) is not None


async def test_a_silent_one_does_it_and_does_not_answer(world: World) -> None:
    await world.simulators.behave(world.name, silent=1)
    with pytest.raises(httpx.ReadTimeout):
        await world.us.create(1, 500)
    order = world.simulators[world.name].desk.books.order(number(1))
    assert order is not None
    assert await world.us.create(1, 500) == order.code


async def test_a_slow_one_takes_its_time(world: World) -> None:
    await world.simulators.behave(world.name, slow=60)
    task = asyncio.create_task(world.us.create(1, 500))
    done, _ = await asyncio.wait([task], timeout=0.05)
    assert not done
    task.cancel()


@pytest.mark.parametrize("times", [0, 2, 10])
async def test_it_tells_as_often_as_it_should(world: World, times: int) -> None:
    await world.simulators.behave(world.name, notifications=times)
    await world.pay(await world.us.create(1, 500))
    told = await world.told()
    assert len(told) == times
    assert len({id for id, _ in told}) == min(times, 1)


async def test_what_is_held_comes_in_another_order(world: World) -> None:
    await world.simulators.behave(world.name, held=True, notifications=2)
    for index in range(1, 6):
        await world.pay(await world.us.create(index, 500))
    assert await world.told() == []
    assert await world.simulators.release(world.name) == 10
    told = [id for id, _ in await world.told()]
    assert len(told) == 10
    # Neither one after the other nor each twice in a row.
    assert told[::2] != told[1::2]
    assert len(set(told)) == 5


async def test_a_wrong_amount_is_signed_rightly(world: World) -> None:
    await world.simulators.behave(world.name, wrong="amount")
    await world.pay(await world.us.create(1, 500))
    [(_, told)] = await world.told()
    assert world.amount_of(told) == 501
    assert (await world.simulators.books(world.name))["payments"][0]["amount"] == 500


async def test_a_wrong_signature_is_wrong(world: World) -> None:
    await world.simulators.behave(world.name, wrong="signature")
    await world.pay(await world.us.create(1, 500))
    with pytest.raises(InvalidSignature):
        await world.told()


async def test_what_is_no_behaviour_is_refused(world: World) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        await world.simulators.behave(world.name, slow=-1)
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        await world.simulators.behave(world.name, kind=True)
    assert (await world.simulators.http.get(f"/{world.name}/behaviour")).json()["slow"] == 0


async def test_a_request_that_we_did_not_sign_is_refused(world: World) -> None:
    world.us.key = generate_private_key(65537, 2048)
    refusals = {"wechat-pay": "SIGN_ERROR", "alipay": "isv.invalid-signature", "unionpay": "11", "bank": "WRONG_SIGNATURE"}
    assert await world.us.create(1, 500) == refusals[world.name]
    assert world.simulators[world.name].desk.books.order(number(1)) is None
