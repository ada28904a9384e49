"""Devices: registered, moved, forgotten with their session, and never more than ten."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from db import devices
from domain.enums import NotificationChannel
from domain.refusals import Forbidden, InvalidInput
from domain.viewer import ANONYMOUS, Viewer
from resolvers import sessions
from resolvers.devices import MOST, register_device
from tests.resolvers.world import Person, World, public, somebody
from tests.support.push import Browser

PUSH, WECHAT = NotificationChannel.PUSH, NotificationChannel.WECHAT
OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


async def register(world: World, viewer: Viewer, channel: NotificationChannel, token: str) -> UUID:
    made = await world.change(register_device, viewer, channel=channel, token=token)
    id: UUID = made.fields["device"].id
    assert made.fields["device"].resident_id == viewer.resident_id
    return id


async def sign_in(world: World, person: Person) -> Viewer:
    code = await world.code_for(person.phone or "")
    given: dict[str, Any] = {"phone": person.phone, "verification_code": code, "client_id": public("L", world.client_id)}
    made = await world.change(sessions.sign_in, before=sessions.before_sign_in, **given)
    assert made.read_as is not None
    return made.read_as


async def standing(world: World, viewer: Viewer) -> list[UUID]:
    """Where messages to the resident go."""
    assert viewer.resident_id is not None
    async with world.pool.connection() as connection:
        return [device.id for device in await devices.standing(connection, viewer.resident_id, world.now)]


async def stored(world: World, viewer: Viewer) -> int:
    found: int = await world.value("select count(*) from device where resident_id = $1", viewer.resident_id)
    return found


@pytest.fixture
async def other(world: World) -> tuple[Viewer, UUID]:
    """Somebody else, who shares an account and a browser with whoever a test has."""
    viewer = await world.resident()
    return viewer, await register(world, viewer, WECHAT, OPENID)


async def test_the_token_is_kept_sealed_and_opens_again(world: World, other: tuple[Viewer, UUID]) -> None:
    resident = await world.resident()
    id = await register(world, resident, WECHAT, OPENID)
    [row] = await world.rows("select * from device where resident_id = $1", resident.resident_id)
    assert (row["id"], row["session_id"], row["channel"]) == (id, resident.session_id, "WECHAT")
    assert OPENID.encode() not in row["token_sealed"]
    assert world.tools.sealer.open(row["token_sealed"], "device", "token_sealed", id) == OPENID
    assert await world.value("select count(*) from audit where action = 'device.registered' and object_id = $1", id) == 1
    assert await standing(world, other[0]) == [other[1]]


async def test_a_subscription_is_kept_without_what_else_it_says(world: World) -> None:
    resident, browser = await world.resident(), Browser()
    id = await register(world, resident, PUSH, browser.subscription(expirationTime=None))
    assert await register(world, resident, PUSH, browser.subscription(expirationTime=1, other="x")) == id
    sealed = await world.value("select token_sealed from device where id = $1", id)
    token = world.tools.sealer.open(sealed, "device", "token_sealed", id)
    assert token == f'{{"endpoint":"https://fcm.googleapis.com/fcm/send/abc",{token.split(",", 1)[1]}'
    assert "expirationTime" not in token


async def test_the_same_token_is_the_same_device_in_the_session_that_has_it_now(world: World, other: tuple[Viewer, UUID]) -> None:
    person = somebody()
    first = await world.resident(person)
    id = await register(world, first, WECHAT, OPENID)
    second = await sign_in(world, person)
    assert await register(world, second, WECHAT, OPENID) == id
    await world.change(sessions.sign_out, first)
    assert await standing(world, second) == [id]
    await world.change(sessions.sign_out, second)
    assert await stored(world, second) == 0
    assert await standing(world, other[0]) == [other[1]]


async def test_of_two_sessions_each_ends_with_its_own_device(world: World) -> None:
    person = somebody()
    first = await world.resident(person)
    one = await register(world, first, WECHAT, OPENID)
    second = await sign_in(world, person)
    two = await register(world, second, PUSH, Browser().subscription())
    assert await standing(world, first) == [one, two]
    await world.change(sessions.sign_out, first)
    assert await standing(world, second) == [two]
    await world.change(sessions.sign_out, second, everywhere=True)
    assert await stored(world, second) == 0


async def test_what_is_gone_comes_back_when_it_registers_again(world: World) -> None:
    resident = await world.resident()
    assert resident.resident_id is not None
    id = await register(world, resident, WECHAT, OPENID)
    async with world.pool.connection() as connection:
        await devices.gone(connection, resident.resident_id, id, world.now)
    assert await standing(world, resident) == []
    assert await register(world, resident, WECHAT, OPENID) == id
    assert await standing(world, resident) == [id]


async def test_what_ended_is_forgotten_at_the_next_registration(world: World) -> None:
    person = somebody()
    first = await world.resident(person)
    await register(world, first, WECHAT, OPENID)
    second = await sign_in(world, person)
    await world.rows("update session set expires_at = $2 where id = $1 returning id", first.session_id, world.now)
    id = await register(world, second, PUSH, Browser().subscription())
    assert await standing(world, second) == [id]
    assert await stored(world, second) == 1


async def test_the_oldest_gives_way_but_never_what_has_just_registered(world: World, other: tuple[Viewer, UUID]) -> None:
    resident = await world.resident()
    ids = [await register(world, resident, WECHAT, f"{OPENID}{n}") for n in range(MOST)]
    assert await register(world, resident, WECHAT, f"{OPENID}0") == ids[0]
    newest = await register(world, resident, WECHAT, f"{OPENID}{MOST}")
    assert await standing(world, resident) == [*ids[1:], newest]
    assert await standing(world, other[0]) == [other[1]]


async def test_many_at_once_leave_no_more_than_there_may_be(world: World) -> None:
    resident = await world.resident()
    await asyncio.gather(*(register(world, resident, WECHAT, f"{OPENID}{n}") for n in range(MOST + 5)))
    assert await stored(world, resident) == MOST


@pytest.mark.parametrize("channel", [NotificationChannel.SMS, NotificationChannel.IN_APP])
async def test_other_channels_have_no_devices(world: World, channel: NotificationChannel) -> None:
    with pytest.raises(InvalidInput) as refused:
        await register(world, await world.resident(), channel, OPENID)
    assert refused.value.field == ("channel",)


@pytest.mark.parametrize(
    ("channel", "token"),
    [
        (PUSH, "no json"),
        (PUSH, OPENID),
        (PUSH, Browser().subscription("https://evil.example/")),
        (PUSH, Browser().subscription("http://fcm.googleapis.com/")),
        (WECHAT, ""),
        (WECHAT, "short"),
        (WECHAT, f"{OPENID}\n"),
        (WECHAT, "o" * 129),
        (WECHAT, Browser().subscription()),
    ],
)
async def test_a_token_that_leads_nowhere(world: World, channel: NotificationChannel, token: str) -> None:
    resident = await world.resident()
    with pytest.raises(InvalidInput) as refused:
        await register(world, resident, channel, token)
    assert refused.value.field == ("token",)
    assert await stored(world, resident) == 0


async def test_nobody_else_has_devices(world: World) -> None:
    for viewer in (ANONYMOUS, await world.institution()):
        with pytest.raises(Forbidden):
            await register(world, viewer, WECHAT, OPENID)
