"""Codes by SMS: sent, tried, limited."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from db.pool import Pool
from domain.enums import VerificationPurpose
from domain.identities import phone_digest
from domain.limits import Limit
from domain.refusals import InvalidInput, RateLimited, Refusal, VerificationCodeExpired, WrongVerificationCode
from domain.verification import SmsLimits
from resolvers import sessions
from resolvers.transaction import Made
from tests.resolvers.test_sessions import sign_in
from tests.resolvers.world import World, new_world, somebody


async def test_a_code_is_stored_hashed_and_left_to_the_worker(world: World) -> None:
    phone = str(somebody().phone)
    made = await world.change(sessions.request_verification_code, phone=f"+86 {phone}", purpose=None)
    assert made.fields["sent_to"] == f"138****{phone[-4:]}"
    assert made.fields["expires_at"] == world.now + timedelta(minutes=5)
    digest = phone_digest(world.tools.lookup, phone)
    (row,) = await world.rows("select * from verification_code where phone_digest = $1", digest)
    code = world.tools.sealer.open(row["code_sealed"], "verification_code", "code_sealed", row["id"])
    assert (len(code), code.isdigit(), row["purpose"]) == (6, True, "SIGN_IN")
    assert code not in repr(
        {**row, "id": None, "code_sealed": None, "phone_digest": None, "code_digest": None, "phone_sealed": None}
    )
    (job,) = await world.rows("select args from outbox where args->>'id' = $1", str(row["id"]))
    assert phone not in job["args"]


async def test_a_message_is_in_the_language_of_the_request_else_of_its_owner(world: World) -> None:
    person = somebody()
    viewer = await world.resident(person)
    async with world.pool.transaction() as connection:
        await connection.execute("update resident set language = 'en' where resident_id = $1", viewer.resident_id)
    languages = []
    for asked, phone in (("", person.phone), ("", somebody().phone), ("zh-CN", person.phone)):
        world.language = asked
        await world.code_for(str(phone))
        digest = phone_digest(world.tools.lookup, str(phone))
        languages.append(
            await world.value("select language from verification_code where phone_digest = $1 order by id desc limit 1", digest)
        )
        world.later(seconds=1)
    assert languages == ["en", "zh-CN", "zh-CN"]


@pytest.mark.parametrize("limited", ["phone", "address"])
async def test_messages_are_limited_by_phone_and_by_address(pool: Pool, limited: str) -> None:
    few, many = (Limit(timedelta(minutes=1), 3),), (Limit(timedelta(minutes=1), 1000), Limit(timedelta(hours=1), 1000))
    world = await new_world(pool, sms_limits=SmsLimits(few, many) if limited == "phone" else SmsLimits(many, few))
    # Making that world took one message.
    phones = [str(somebody().phone)] * 5 if limited == "phone" else [str(somebody().phone) for _ in range(5)]
    sent = await asyncio.gather(*(world.code_for(phone) for phone in phones), return_exceptions=True)
    refused = [one for one in sent if isinstance(one, RateLimited)]
    assert len(refused) == (2 if limited == "phone" else 3)
    assert refused[0].retry_at is not None
    world.now = refused[0].retry_at
    assert await world.code_for(phones[0])


async def test_who_changes_the_address_within_a_network_is_limited_all_the_same(pool: Pool) -> None:
    few, many = (Limit(timedelta(minutes=1), 2),), (Limit(timedelta(minutes=1), 1000),)
    world = await new_world(pool, sms_limits=SmsLimits(many, few))
    for last in range(2):
        world.address = f"2001:db8:1:2::{last}"
        await world.code_for(str(somebody().phone))
    world.address = "2001:db8:1:2:ffff::1"
    with pytest.raises(RateLimited):
        await world.code_for(str(somebody().phone))
    world.address = "2001:db8:1:3::1"
    assert await world.code_for(str(somebody().phone))


async def test_a_phone_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        await world.change(sessions.request_verification_code, phone="12345", purpose=None)
    assert refused.value.field == ("phone",)


async def test_a_code_works_once(world: World) -> None:
    person = somebody()
    await world.resident(person)
    code = await world.code_for(str(person.phone))
    tried = await asyncio.gather(*(sign_in(world, str(person.phone), code) for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in tried if not isinstance(one, Made)] == [VerificationCodeExpired] * 3
    with pytest.raises(VerificationCodeExpired):
        await sign_in(world, str(person.phone), code)


async def test_a_code_works_for_its_purpose_its_phone_and_five_minutes(world: World) -> None:
    person = somebody()
    await world.resident(person)
    phone = str(person.phone)
    code = await world.code_for(phone)
    other = await world.code_for(phone, VerificationPurpose.CHANGE_PHONE)
    with pytest.raises(WrongVerificationCode):
        await sign_in(world, phone, other)
    with pytest.raises(WrongVerificationCode):
        await sign_in(world, str(somebody().phone), code)
    world.later(minutes=5)
    with pytest.raises(VerificationCodeExpired):
        await sign_in(world, phone, code)


async def test_a_newer_code_takes_the_place_of_an_older_one(world: World) -> None:
    person = somebody()
    await world.resident(person)
    old = await world.code_for(str(person.phone))
    world.later(seconds=1)
    new = await world.code_for(str(person.phone))
    if old != new:
        with pytest.raises(WrongVerificationCode):
            await sign_in(world, str(person.phone), old)
    assert (await sign_in(world, str(person.phone), new)).fields["session"]


@pytest.mark.parametrize("in_parallel", [False, True])
async def test_wrong_tries_count_although_they_are_refused(world: World, in_parallel: bool) -> None:
    person = somebody()
    await world.resident(person)
    phone = str(person.phone)
    code = await world.code_for(phone)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    if in_parallel:
        tried = await asyncio.gather(*(sign_in(world, phone, wrong) for _ in range(8)), return_exceptions=True)
    else:
        tried = [await refused(sign_in(world, phone, wrong)) for _ in range(8)]
    assert sorted(type(one).__name__ for one in tried) == ["VerificationCodeExpired"] * 3 + ["WrongVerificationCode"] * 5
    with pytest.raises(VerificationCodeExpired):
        await sign_in(world, phone, code)


async def refused(changing: Awaitable[Made]) -> Refusal:
    with pytest.raises(Refusal) as raised:
        await changing
    return raised.value
