"""Files, for whoever has their key."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from db import files as stored
from db.pool import Pool
from domain.viewer import Viewer
from ecard import files
from resolvers import cards
from tests.resolvers.test_cards import printed
from tests.resolvers.world import World, new_world

CONTENT = {"SVG": b"<svg/>", "PNG": b"\x89PNG", "PDF": b"%PDF-1.7"}


@pytest.fixture
async def world(pool: Pool) -> World:
    return await new_world(pool)


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[files.route(world.pool, lambda: world.now)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://card.example") as client:
        yield client


async def made(world: World, viewer: Viewer, format: str) -> str:
    """The path of a file of the resident that a worker has made."""
    (row,) = await world.rows("select id, key from file where resident_id = $1 and format = $2", viewer.resident_id, format)
    assert viewer.resident_id is not None
    async with world.pool.transaction() as connection:
        file = await stored.unmade(connection, viewer.resident_id, row["id"])
        assert file is not None
        await stored.store(connection, file, io.BytesIO(CONTENT[format]), world.now)
    return f"/files/{row['key']}"


@pytest.mark.parametrize(
    ("format", "media_type", "name"),
    [("SVG", "image/svg+xml", "svg"), ("PNG", "image/png", "png"), ("PDF", "application/pdf", "pdf")],
)
async def test_a_file_comes_as_what_it_is(world: World, client: httpx.AsyncClient, format: str, media_type: str, name: str) -> None:
    viewer = await world.resident()
    await printed(world, viewer)
    response = await client.get(await made(world, viewer, format))
    assert (response.status_code, response.content) == (200, CONTENT[format])
    headers = response.headers
    assert headers["content-type"] == media_type
    assert headers["content-disposition"] == f'inline; filename="health-card.{name}"'
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "private, no-cache")
    assert ("sandbox" in headers.get("content-security-policy", "")) == (format == "SVG")


async def test_who_has_the_file_is_told_that_it_still_stands(world: World, client: httpx.AsyncClient) -> None:
    viewer = await world.resident()
    path = await made(world, viewer, "PNG")
    tag = (await client.get(path)).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        response = await client.get(path, headers={"if-none-match": known})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
    assert (await client.get(path, headers={"if-none-match": '"other"'})).status_code == 200
    assert (await client.get(await made(world, viewer, "SVG"), headers={"if-none-match": tag})).status_code == 200


async def test_unknown_pending_revoked_and_expired_look_alike(world: World, client: httpx.AsyncClient) -> None:
    viewer, other = await world.resident(), await world.resident()
    pending = f"/files/{await world.value('select key from file where resident_id = $1 limit 1', other.resident_id)}"
    paths = ["/files/" + "x" * 43, "/files/short", "/files/%00", "/files/" + "x" * 500, pending]
    expired, revoked = await made(world, viewer, "PNG"), await made(world, viewer, "SVG")
    assert [(await client.get(path)).status_code for path in (expired, revoked)] == [200, 200]
    async with world.pool.transaction() as connection:
        at = world.now + timedelta(hours=1)
        await connection.execute(
            "update file set expires_at = $2 where resident_id = $1 and format = 'PNG'", viewer.resident_id, at
        )
    world.later(hours=1)
    await world.change(cards.replace_card, viewer, reason="丢失")
    answers = [await client.get(path) for path in (*paths, expired, revoked)]
    assert {(answer.status_code, answer.content, answer.headers["cache-control"]) for answer in answers} == {
        (404, b"Not found", "no-store")
    }
