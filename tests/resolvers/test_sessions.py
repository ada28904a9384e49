"""Sessions: how they start, are renewed, and end."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from domain.refusals import Forbidden, NotFound
from domain.scopes import OF_RESIDENTS
from domain.sessions import subject_of_token
from domain.viewer import ANONYMOUS, Viewer
from ecard.change import Asking
from resolvers import sessions
from resolvers.clients import authenticate, grant
from resolvers.sessions import Tokens
from resolvers.transaction import Made
from tests.resolvers.world import World, public, somebody


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
