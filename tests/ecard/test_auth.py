"""Access tokens: whom they stand for, and how soon they stand for nobody."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from db import revocations
from db.pool import Pool
from db.revocations import Revocation
from domain.keys import KeySet, SigningKey
from domain.scopes import OF_INSTITUTIONS
from domain.tokens import ACCESS_LIFE, AccessToken, AccessTokens
from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.auth import TokenAuthenticator
from ecard.change import Asking
from ecard.errors import Unauthenticated
from resolvers import sessions
from resolvers.clients import authenticate, grant
from tests.domain.samples import noise
from tests.ecard.listening import Listening, WatchedPool, bearer, signed_in, until
from tests.resolvers.world import World, new_world, public


@pytest.fixture
async def world(pool: Pool) -> World:
    return await new_world(pool)


@pytest.fixture
async def listening(world: World) -> AsyncIterator[Listening]:
    async with Listening(world) as one:
        yield one


async def of_client(world: World, client_id: UUID, scopes: list[str] | None = None) -> bytes:
    secret = await world.secret_of(client_id)
    async with world.changes.own(Asking(ANONYMOUS, "", "")) as tx:
        client = await authenticate(tx, public("L", client_id), secret)
        assert client is not None
        granted = grant(tx, client, scopes)
    assert granted is not None
    return bearer(granted.access_token)


async def test_without_a_token_somebody_is_anonymous(listening: Listening) -> None:
    assert await listening.authenticator.viewer(None) is ANONYMOUS


async def test_a_token_stands_for_a_resident_or_a_client(world: World, listening: Listening) -> None:
    viewer, token = await signed_in(world)
    institution = await world.institution()
    assert institution.client_id is not None
    for scheme in (b"Bearer ", b"bearer ", b"BEARER  "):
        assert await listening.authenticator.viewer(scheme + token.split()[1]) == viewer
    assert await listening.authenticator.viewer(await of_client(world, institution.client_id)) == institution
    narrow = await listening.authenticator.viewer(await of_client(world, institution.client_id, ["visit:read"]))
    assert narrow.scopes == {"visit:read"} < OF_INSTITUTIONS
    app = await listening.authenticator.viewer(await of_client(world, world.client_id))
    assert (app.kind, app.app_id, app.client_id, app.name) == (ViewerKind.APP, world.app_id, world.client_id, "城市健康")


async def test_a_token_that_is_known_asks_no_database(world: World, listening: Listening) -> None:
    viewer, token = await signed_in(world)
    seen = [await listening.authenticator.viewer(token) for _ in range(5)]
    assert seen == [viewer] * 5
    assert listening.pool.taken == 1


async def test_who_does_not_listen_remembers_nothing(world: World) -> None:
    pool = WatchedPool(world.pool)
    deaf = TokenAuthenticator(pool, world.tools.keys, world.tools.issuer, lambda: world.now)
    viewer, token = await signed_in(world)
    assert [await deaf.viewer(token) for _ in range(3)] == [viewer] * 3
    assert (pool.taken, deaf.remembered) == (3, 0)
    await pool.close()


async def test_what_is_no_token_of_ours_is_refused(world: World, listening: Listening) -> None:
    viewer, token = await signed_in(world)
    text = token.split()[1].decode()
    resident = viewer.resident_id
    assert resident is not None

    def forged(keys: KeySet, issuer: str, session_id: UUID | None) -> bytes:
        access = AccessToken(
            ViewerKind.RESIDENT, resident, world.app_id, session_id, viewer.scopes, world.now, world.now + ACCESS_LIFE
        )
        return bearer(AccessTokens(keys, issuer).issue(access))

    keys, issuer = world.tools.keys, world.tools.issuer
    for wrong in (
        b"",
        b"Bearer",
        b"Bearer ",
        b"Basic " + token.split()[1],
        bearer(text[:-4] + "AAAA"),
        "Bearer 令牌".encode(),
        bearer(text + "." + text),
        forged(KeySet([SigningKey.new(noise("stranger"))]), issuer, viewer.session_id),
        forged(keys, "https://elsewhere.example", viewer.session_id),
        forged(keys, issuer, None),
        forged(keys, issuer, UUID(int=4)),
    ):
        with pytest.raises(Unauthenticated):
            await listening.authenticator.viewer(wrong)
    assert await listening.authenticator.viewer(forged(keys, issuer, viewer.session_id)) == viewer


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_token_ends_after_a_quarter_of_an_hour(world: World, listening: Listening, is_known: bool) -> None:
    _, token = await signed_in(world)
    if is_known:
        assert await listening.knows(token)
    world.later(minutes=15)
    assert not await listening.knows(token)


async def test_signing_out_is_heard(world: World, listening: Listening) -> None:
    viewer, token = await signed_in(world)
    stranger, other = await signed_in(world)
    assert await listening.authenticator.viewer(token) == viewer
    assert await listening.authenticator.viewer(other) == stranger
    await world.change(sessions.sign_out, viewer)
    await until(lambda: listening.forgets(token))
    assert await listening.authenticator.viewer(other) == stranger


async def test_a_notification_that_was_lost_is_made_up_for(world: World, listening: Listening) -> None:
    viewer, token = await signed_in(world)
    assert await listening.knows(token)
    assert viewer.session_id is not None
    async with world.pool.transaction() as connection:
        await connection.execute(revocations.INSERT, viewer.session_id, world.now, world.now + ACCESS_LIFE)
    await until(lambda: listening.forgets(token))


async def test_what_was_revoked_while_nobody_could_hear_is_refused(world: World, listening: Listening) -> None:
    viewer, token = await signed_in(world)
    _, other = await signed_in(world)
    assert await listening.knows(token)
    async with world.pool.connection() as connection:
        ended = await connection.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and query = $2",
            *(listening.pool.options.name, revocations.SINCE),
        )
    assert len(ended) == 1

    async def has_noticed() -> bool:
        return listening.authenticator.remembered == 0

    await until(has_noticed)
    await world.change(sessions.sign_out, viewer)
    assert not await listening.knows(token)

    async def hears_again() -> bool:
        return await listening.knows(other) and listening.authenticator.remembered > 0

    await until(hears_again)
    assert not await listening.knows(token)


async def test_an_app_that_is_suspended_takes_its_tokens_and_sessions_with_it(world: World, listening: Listening) -> None:
    _, session = await signed_in(world)
    app, institution = await of_client(world, world.client_id), await world.institution()
    assert institution.client_id is not None
    hospital = await of_client(world, institution.client_id)
    assert [await listening.knows(one) for one in (session, app, hospital)] == [True] * 3
    async with world.pool.transaction() as connection:
        await connection.execute("update app set suspended_at = $2 where id = $1", world.app_id, world.now)
        await revocations.insert(connection, Revocation(world.app_id, world.now, world.now + ACCESS_LIFE))
    await until(lambda: listening.forgets(session))
    await until(lambda: listening.forgets(app))
    assert await listening.knows(hospital)


async def test_one_token_of_a_client_is_revoked_by_itself(world: World, listening: Listening) -> None:
    institution = await world.institution()
    assert institution.client_id is not None
    first = await of_client(world, institution.client_id)
    world.later(seconds=1)
    second = await of_client(world, institution.client_id)
    assert [await listening.knows(one) for one in (first, second)] == [True, True]
    async with world.changes.own(Asking(ANONYMOUS, "", "")) as tx:
        await sessions.revoke(tx, first.split()[1].decode())
    await until(lambda: listening.forgets(first))
    assert await listening.knows(second)


async def test_what_is_revoked_while_the_database_is_asked_is_not_remembered(world: World, listening: Listening) -> None:
    """The database said yes, then the session ended, and only then would the token be remembered."""
    viewer, token = await signed_in(world)
    before = listening.authenticator.remembered

    async def sign_out() -> None:
        listening.pool.meanwhile = None
        await world.change(sessions.sign_out, viewer)
        _, witness = await signed_in(world)
        assert await listening.knows(witness)
        await until(lambda: heard(listening, viewer))

    listening.pool.meanwhile = sign_out
    await listening.authenticator.viewer(token)
    assert listening.authenticator.remembered == before + 1  # the witness alone
    assert not await listening.knows(token)


async def heard(listening: Listening, viewer: Viewer) -> bool:
    return viewer.session_id in listening.authenticator._heard


async def test_only_so_many_tokens_are_remembered(world: World) -> None:
    async with Listening(world, most=4) as listening:
        tokens = [(await signed_in(world))[1] for _ in range(8)]
        for token in tokens:
            assert await listening.knows(token)
        assert listening.authenticator.remembered == 4
        listening.pool.taken = 0
        for token in tokens[4:]:
            assert await listening.knows(token)
        assert listening.pool.taken == 0


async def test_tokens_that_have_ended_are_forgotten(world: World, listening: Listening) -> None:
    _, token = await signed_in(world)
    assert await listening.knows(token)
    world.now += timedelta(minutes=16)

    async def forgotten() -> bool:
        return listening.authenticator.remembered == 0

    await until(forgotten)
