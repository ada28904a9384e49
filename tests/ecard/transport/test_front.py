"""What is not GraphQL, and which path leads where."""

from typing import Any

import pytest

from tests.ecard.transport.drivers import Closed, send, socket
from tests.ecard.transport.fakes import SECRET, world


async def answering(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-mine", b"1")]})
    await send({"type": "http.response.body", "body": b"there"})


async def breaking(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError(SECRET)


async def breaking_late(scope: Any, receive: Any, send: Any) -> None:
    """As Starlette does it."""
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"Internal Server Error"})
    raise RuntimeError(SECRET)


async def test_each_request_has_an_id_and_a_line() -> None:
    here = world(routes=answering)
    reply = await send(here.front, "GET", path="/files/secret-key", headers=[(b"x-request-id", b"abc")])
    assert (reply.status, reply.body) == (200, b"there")
    assert (reply.headers["x-request-id"], reply.headers["x-mine"]) == ("abc", "1")
    line = here.log()[0]
    assert (line["event"], line["request_id"], line["route"], line["status"]) == ("http", "abc", "/files", 200)
    assert b"secret-key" not in b"".join(here.written)
    assert 'ecard_request_seconds_count{kind="http",outcome="2xx"} 1.0' in here.metrics.exposition().decode()


async def test_a_path_that_leads_nowhere_is_not_logged() -> None:
    here = world()
    assert (await send(here.front, "GET", path="/13800138000")).status == 404
    assert here.log()[0]["route"] == "unknown"


@pytest.mark.parametrize("routes", [breaking, breaking_late])
async def test_routes_that_break_are_answered_for(routes: Any) -> None:
    reply = await send(world(routes=routes).front, "GET", path="/files/x")
    assert reply.status == 500
    assert SECRET.encode() not in reply.body
    if routes is breaking:
        assert reply.code == "INTERNAL_SERVER_ERROR"


async def test_the_lifespan_is_that_of_the_routes() -> None:
    async def routes(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        await send({"type": "lifespan.startup.complete"})

    sent: list[Any] = []

    async def take(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing to receive")

    await world(routes=routes).front({"type": "lifespan"}, receive, take)
    assert sent == [{"type": "lifespan.startup.complete"}]


async def test_graphql_is_at_one_path() -> None:
    assert (await send(world(routes=answering).front, path="/graphql/")).body == b"there"

    async def closing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.close", "code": 1000})

    here = world(routes=closing)
    with pytest.raises(Closed):
        async with socket(here.front, protocols=[], path="/elsewhere"):
            pytest.fail("it was accepted")


@pytest.mark.parametrize("path", ["/oauth/token", "/shared/x"])
async def test_asking_for_tokens_and_for_reports_counts_for_the_address_and_fetching_files_does_not(path: str) -> None:
    here = world(routes=answering, quota=2)
    replies = [await send(here.front, "POST", path=path) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[-1].code == "RATE_LIMITED"
    assert int(replies[-1].headers["retry-after"]) > 0
    assert [(await send(here.front, "GET", path="/files/x")).status for _ in range(3)] == [200, 200, 200]
