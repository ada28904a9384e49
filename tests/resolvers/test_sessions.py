"""Codes by SMS, sessions, and their end."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db.pool import Pool
from domain.enums import VerificationPurpose
from domain.identities import phone_digest
from domain.refusals import Forbidden, InvalidInput, NotFound, RateLimited, Refusal, VerificationCodeExpired, WrongVerificationCode
from domain.scopes import OF_RESIDENTS
from domain.sessions import subject_of_token
from domain.verification import Limit, SmsLimits
from domain.viewer import ANONYMOUS, Viewer
from ecard.change import Asking
from resolvers import sessions
from resolvers.clients import authenticate, grant
from resolvers.sessions import Tokens
from resolvers.transaction import Made
from tests.resolvers.world import World, new_world, public, somebody


async def sign_in(world: World, phone: str, code: str, **given: Any) -> Made:
    client_id = public("L", world.client_id)
    given = {"phone": phone, "verification_code": code, "client_id": client_id, **given}
    return await world.change(sessions.sign_in, before=sessions.before_sign_in, **given)


async def signed_in(world: World, **given: Any) -> tuple[Viewer, Made]:
    """A resident, and their second sign-in."""
    person = somebody()
    viewer = await world.resident(person)
    return viewer, await sign_in(world, str(person.phone), await world.code_for(str(person.phone)), **given)


async def refresh(world: World, token: str) -> Tokens | None:
    async with world.changes.own(Asking(ANONYMOUS, "", "")) as tx:
        return await sessions.refresh(tx, token)


async def revoke(world: World, token: str) -> None:
    async with world.changes.own(Asking(ANONYMOUS, "", "")) as tx:
        await sessions.revoke(tx, token)


async def ended(world: World, viewer: Viewer) -> bool:
    at = await world.value("select ended_at from session where resident_id = $1 and id = $2", viewer.resident_id, viewer.session_id)
    revoked = await world.value("select count(*) from revocation where subject = $1", viewer.session_id)
    assert (at is not None) == (revoked > 0)
    return at is not None


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


async def test_a_phone_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        await world.change(sessions.request_verification_code, phone="12345", purpose=None)
    assert refused.value.field == ("phone",)


async def test_signing_in_starts_a_session_in_the_app(world: World) -> None:
    viewer, made = await signed_in(world, device=" 手机 ")
    assert made.read_as is not None
    assert (made.read_as.resident_id, made.read_as.app_id) == (viewer.resident_id, world.app_id)
    (row,) = await world.rows("select * from session where id = $1", made.read_as.session_id)
    assert (row["device"], row["app_id"], row["ended_at"]) == ("手机", world.app_id, None)
    token = world.tools.access_tokens.read(made.fields["session"]["access_token"], world.now)
    assert (token.subject, token.session_id, token.scopes) == (viewer.resident_id, made.read_as.session_id, OF_RESIDENTS)
    assert token.expires == made.fields["session"]["expires_at"]


async def test_a_phone_of_nobody_signs_in_nobody_and_its_code_still_serves_an_application(world: World) -> None:
    person = somebody()
    code = await world.code_for(str(person.phone))
    with pytest.raises(NotFound):
        await sign_in(world, str(person.phone), code)
    assert (await world.apply(person, verification_code=code)).fields["card"]


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


async def test_a_refresh_token_works_once_and_the_next_one_after_it(world: World) -> None:
    viewer, made = await signed_in(world)
    world.later(days=29)
    first = await refresh(world, made.fields["session"]["refresh_token"])
    assert first is not None
    world.later(days=29)
    second = await refresh(world, first.refresh_token)
    assert second is not None
    assert (second.viewer.resident_id, second.viewer.name) == (viewer.resident_id, viewer.name)
    world.later(days=31)
    assert await refresh(world, second.refresh_token) is None


async def test_a_refresh_token_that_was_used_before_ends_its_session_alone(world: World) -> None:
    viewer, made = await signed_in(world)
    stolen = made.fields["session"]["refresh_token"]
    owners = await refresh(world, stolen)
    assert owners is not None
    assert await refresh(world, stolen) is None
    assert await refresh(world, owners.refresh_token) is None
    assert await ended(world, owners.viewer)
    assert not await ended(world, viewer)


async def test_of_refreshes_at_the_same_time_one_wins_and_the_session_ends(world: World) -> None:
    _, made = await signed_in(world)
    token = made.fields["session"]["refresh_token"]
    got = await asyncio.gather(*(refresh(world, token) for _ in range(4)))
    assert len([one for one in got if one is not None]) == 1
    assert made.read_as is not None
    assert await ended(world, made.read_as)


async def test_who_only_knows_a_session_cannot_end_it(world: World) -> None:
    _, made = await signed_in(world)
    token = made.fields["session"]["refresh_token"]
    forged = token[:60] + ("A" if token[60] != "A" else "B") + token[61:]
    assert await refresh(world, forged) is None
    assert await refresh(world, token) is not None


async def test_an_app_that_is_suspended_renews_nothing(world: World) -> None:
    _, made = await signed_in(world)
    async with world.pool.transaction() as connection:
        await connection.execute("update app set suspended_at = now() where id = $1", world.app_id)
    assert await refresh(world, made.fields["session"]["refresh_token"]) is None
    with pytest.raises(Forbidden):
        await signed_in(world)


async def test_signing_out_ends_this_session_and_no_other(world: World) -> None:
    first, made = await signed_in(world)
    second = made.read_as
    assert second is not None
    out = await world.change(sessions.sign_out, second)
    assert second.session_id is not None
    assert second.resident_id is not None
    assert out.fields["ended_session_ids"] == [public("S", second.session_id, second.resident_id)]
    assert await ended(world, second)
    assert not await ended(world, first)
    assert await refresh(world, made.fields["session"]["refresh_token"]) is None


async def test_another_session_is_ended_by_its_id_and_again_is_no_refusal(world: World) -> None:
    first, made = await signed_in(world)
    second = made.read_as
    assert second is not None
    id = public("S", *(one for one in (second.session_id, second.resident_id) if one is not None))
    assert (await world.change(sessions.sign_out, first, session_id=id)).fields["ended_session_ids"] == [id]
    assert (await world.change(sessions.sign_out, first, session_id=id)).fields["ended_session_ids"] == []
    assert not await ended(world, first)


async def test_everywhere_ends_all_of_the_residents_and_nobody_elses(world: World) -> None:
    first, made = await signed_in(world)
    stranger = await world.resident()
    out = await world.change(sessions.sign_out, first, everywhere=True)
    assert len(out.fields["ended_session_ids"]) == 2
    assert made.read_as is not None
    assert [await ended(world, one) for one in (first, made.read_as, stranger)] == [True, True, False]


async def test_a_session_of_somebody_else_is_not_found(world: World) -> None:
    viewer, other = await world.resident(), await world.resident()
    assert other.session_id is not None
    assert other.resident_id is not None
    assert viewer.resident_id is not None
    ids = (
        public("S", other.session_id, other.resident_id),
        public("S", other.session_id, viewer.resident_id),
        public("S", UUID(int=7), viewer.resident_id),
        "nonsense",
    )
    for id in ids:
        with pytest.raises(NotFound):
            await world.change(sessions.sign_out, viewer, session_id=id)
    assert not await ended(world, other)
    with pytest.raises(Forbidden):
        await world.change(sessions.sign_out, await world.institution())


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
async def test_a_token_that_is_revoked_takes_its_session_with_it(world: World, kind: str) -> None:
    viewer, made = await signed_in(world)
    await revoke(world, "nonsense")
    await revoke(world, made.fields["session"][kind])
    assert made.read_as is not None
    assert await ended(world, made.read_as)
    assert not await ended(world, viewer)


async def test_an_access_token_of_a_client_is_revoked_by_itself(world: World) -> None:
    institution = await world.institution()
    assert institution.client_id is not None
    secret = await world.secret_of(institution.client_id)
    async with world.changes.own(Asking(ANONYMOUS, "", "")) as tx:
        client = await authenticate(tx, public("L", institution.client_id), secret)
        assert client is not None
        granted = grant(tx, client, None)
        assert granted is not None
    await revoke(world, granted.access_token)
    subject = subject_of_token(granted.access_token)
    assert await world.value("select count(*) from revocation where subject = $1", subject) == 1
