"""OAuth over HTTP: tokens, their revocation, the public keys."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette

from db.pool import Pool, PoolOptions
from domain.viewer import Viewer
from ecard import oauth
from tests.resolvers.world import World, new_world, public, somebody


@pytest.fixture
async def world(pool: Pool) -> World:
    return await new_world(pool)


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=oauth.routes(world.pool, world.tools, lambda: world.now))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://card.example") as client:
        yield client


async def credentials(world: World) -> tuple[Viewer, httpx.BasicAuth]:
    institution = await world.institution()
    assert institution.client_id is not None
    return institution, httpx.BasicAuth(public("L", institution.client_id), await world.secret_of(institution.client_id))


def must_not_be_stored(response: httpx.Response) -> None:
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["pragma"] == "no-cache"


async def test_client_credentials_give_a_token_that_the_public_keys_verify(world: World, client: httpx.AsyncClient) -> None:
    institution, auth = await credentials(world)
    response = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=auth)
    body = response.json()
    assert (response.status_code, body["token_type"]) == (200, "Bearer")
    assert 890 <= body["expires_in"] <= 900
    assert set(body["scope"].split()) == institution.scopes
    assert "refresh_token" not in body
    must_not_be_stored(response)
    keys = KeySet.import_key_set((await client.get("/.well-known/jwks.json")).json())
    claims = jwt.decode(body["access_token"], keys, algorithms=["ES256"]).claims
    assert claims["sub"] == str(institution.institution_id)


async def test_fewer_scopes_may_be_asked_for_and_never_others(world: World, client: httpx.AsyncClient) -> None:
    _, auth = await credentials(world)
    form = {"grant_type": "client_credentials", "scope": "visit:read"}
    assert (await client.post("/oauth/token", data=form, auth=auth)).json()["scope"] == "visit:read"
    refused = await client.post("/oauth/token", data={**form, "scope": "visit:read platform:write"}, auth=auth)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


async def test_wrong_credentials_are_asked_for_again(world: World, client: httpx.AsyncClient) -> None:
    _, auth = await credentials(world)
    right = auth._auth_header.split()[1]
    name = base64.b64decode(right).partition(b":")[0]
    headers: list[dict[str, str]] = [
        {},
        {"authorization": "Basic"},
        {"authorization": "Basic ***"},
        {"authorization": f"Bearer {right}"},
        {"authorization": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()},
        {"authorization": "Basic " + base64.b64encode(name + b":wrong").decode()},
    ]
    for wrong in headers:
        response = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=wrong)
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
        assert response.headers["www-authenticate"].startswith("Basic ")
        must_not_be_stored(response)
    form = {"grant_type": "client_credentials"}
    assert (await client.post("/oauth/token", data=form, headers={"authorization": f"basic {right}"})).status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "nonsense"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "ecr_" + "A" * 108}, "invalid_grant"),
    ],
)
async def test_a_wrong_request_is_told_as_the_protocol_has_it(client: httpx.AsyncClient, form: dict[str, str], error: str) -> None:
    response = await client.post("/oauth/token", data=form, headers={"content-type": oauth.FORM})
    assert (response.status_code, response.json()["error"]) == (400, error)
    must_not_be_stored(response)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"grant_type=refresh_token&grant_type=client_credentials", 400),
        (b"grant_type=%FF%FE", 400),
        (b"\xff\x00", 400),
        (b"&".join(b"f%d=1" % n for n in range(50)), 400),
        (b"a" * 20_000, 413),
    ],
)
async def test_a_body_that_is_no_form_is_refused(client: httpx.AsyncClient, content: bytes, status: int) -> None:
    response = await client.post("/oauth/token", content=content, headers={"content-type": oauth.FORM})
    assert (response.status_code, response.json()["error"]) == (status, "invalid_request")
    other = await client.post("/oauth/token", json={"grant_type": "client_credentials"})
    assert other.json()["error"] == "invalid_request"
    assert (await client.get("/oauth/token")).status_code == 405


async def session(world: World) -> tuple[Viewer, dict[str, Any]]:
    made = await world.apply(somebody())
    assert made.read_as is not None
    return made.read_as, made.fields["session"]


async def renew(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/oauth/token", data={"grant_type": "refresh_token", "refresh_token": token})


async def test_a_session_is_renewed_without_a_client_secret(world: World, client: httpx.AsyncClient) -> None:
    viewer, tokens = await session(world)
    response = await renew(client, tokens["refresh_token"])
    body = response.json()
    assert (response.status_code, body["token_type"]) == (200, "Bearer")
    assert set(body["scope"].split()) == viewer.scopes
    assert body["refresh_token"] != tokens["refresh_token"]
    assert world.tools.access_tokens.read(body["access_token"], world.now).session_id == viewer.session_id
    must_not_be_stored(response)
    assert (await renew(client, body["refresh_token"])).status_code == 200


async def test_a_refresh_token_used_again_ends_the_session_although_it_is_refused(world: World, client: httpx.AsyncClient) -> None:
    viewer, tokens = await session(world)
    owners = (await renew(client, tokens["refresh_token"])).json()["refresh_token"]
    for token in (tokens["refresh_token"], owners):
        response = await renew(client, token)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert await world.value("select ended_at is not null from session where id = $1", viewer.session_id)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_revoking_a_token_ends_its_session(world: World, client: httpx.AsyncClient, kind: str) -> None:
    viewer, tokens = await session(world)
    response = await client.post("/oauth/revoke", data={"token": tokens[kind], "token_type_hint": kind})
    assert (response.status_code, response.content) == (200, b"")
    assert await world.value("select ended_at is not null from session where id = $1", viewer.session_id)
    # As RFC 7009 has it, a token that is none is no error.
    assert (await client.post("/oauth/revoke", data={"token": "nonsense"})).status_code == 200
    missing = await client.post("/oauth/revoke", data={"token_type_hint": kind})
    assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")


async def test_a_client_that_revokes_says_rightly_who_it_is(world: World, client: httpx.AsyncClient) -> None:
    _, auth = await credentials(world)
    token = (await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=auth)).json()["access_token"]
    wrong = await client.post("/oauth/revoke", data={"token": token}, auth=("nobody", "secret"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert (await client.post("/oauth/revoke", data={"token": token}, auth=auth)).status_code == 200


async def test_anyone_may_read_the_public_keys_and_only_these(world: World, client: httpx.AsyncClient) -> None:
    response = await client.get("/.well-known/jwks.json")
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "public, max-age=300"
    keys = response.json()["keys"]
    current = world.tools.keys.current
    assert [key["kid"] for key in keys] == [current.id, current.thumbprint]
    assert all("d" not in key for key in keys)
    again = await client.get("/.well-known/jwks.json", headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_without_a_database_it_says_so(world: World) -> None:
    nowhere = Pool(PoolOptions("postgresql://ecard@127.0.0.1:1/ecard", 1, "https://card.example"))
    app = Starlette(routes=oauth.routes(nowhere, world.tools, lambda: world.now))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://card.example") as client:
        response = await renew(client, "nonsense")
    assert (response.status_code, response.json()["error"]) == (503, "temporarily_unavailable")
