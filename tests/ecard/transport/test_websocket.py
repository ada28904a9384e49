"""graphql-transport-ws: operations of every kind, side by side, none of which ends another."""

from hashlib import sha256

import pytest

from ecard.transport.operations import SocketLimits
from tests.ecard.transport.drivers import socket
from tests.ecard.transport.fakes import SECRET, world
from tests.support.waiting import until

BEARER = "Bearer resident"


async def test_a_query_a_mutation_and_a_subscription() -> None:
    async with socket(world().front, protocols=["soap", "graphql-transport-ws"]) as client:
        await client.initialise(authorization=BEARER)
        client.subscribe("q", "query ($name: String) { hello(name: $name) viewer }", variables={"name": "李"})
        assert await client.hear() == {"id": "q", "type": "next", "payload": {"data": {"hello": "hello 李", "viewer": "RESIDENT"}}}
        assert await client.hear() == {"id": "q", "type": "complete"}
        client.subscribe("m", "mutation A { add(by: 2) } query B { hello }", operationName="A")
        assert await client.hear() == {"id": "m", "type": "next", "payload": {"data": {"add": 2}}}
        assert await client.hear() == {"id": "m", "type": "complete"}
        client.subscribe("s", "subscription { count(to: 2) }")
        heard = [await client.hear() for _ in range(3)]
        assert [message.get("payload") for message in heard] == [{"data": {"count": 0}}, {"data": {"count": 1}}, None]
        assert heard[2] == {"id": "s", "type": "complete"}


async def test_without_credentials_one_is_nobody() -> None:
    async with socket(world().front) as client:
        client.say({"type": "connection_init"})
        assert await client.hear() == {"type": "connection_ack"}
        client.subscribe("1", "{ viewer }")
        assert (await client.hear())["payload"] == {"data": {"viewer": "ANONYMOUS"}}


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ me }", "query ($a: Int!) { hello }"])
async def test_what_is_wrong_with_one_operation_ends_that_one(query: str) -> None:
    here = world()
    async with socket(here.front) as client:
        await client.initialise()
        client.subscribe("other", "subscription { forever }")
        assert (await client.hear())["id"] == "other"
        client.subscribe("wrong", query)
        error = await client.hear()
        assert (error["id"], error["type"]) == ("wrong", "error")
        assert error["payload"][0]["extensions"]["code"] in (
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
            "UNAUTHENTICATED",
        )
        assert here.engine.open == 1
        # Its id is free again.
        client.subscribe("wrong", "{ hello }")
        assert (await client.hear())["payload"] == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize("query", ["{ explode: hello }", "subscription { broken }"])
async def test_an_engine_that_breaks_is_answered_for(query: str) -> None:
    async with socket(world().front) as client:
        await client.initialise()
        client.subscribe("1", query)
        message = await client.hear()
        if message["type"] == "next":
            message = await client.hear()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert SECRET not in str(message)


async def test_a_client_may_end_an_operation() -> None:
    here = world()
    async with socket(here.front) as client:
        await client.initialise()
        client.subscribe("1", "subscription { forever }")
        await client.hear()
        client.say({"id": "1", "type": "complete"})
        await until(lambda: here.engine.open == 0)
        client.say({"id": "unknown", "type": "complete"})
        # The same id at once, while the first operation is still being stopped.
        client.subscribe("1", "subscription { forever }")
        assert (await client.hear())["type"] == "next"
        client.say({"id": "1", "type": "complete"})
        client.subscribe("1", "subscription { forever }")
        assert (await client.hear())["type"] == "next"
        await until(lambda: here.engine.open == 1)


async def test_nothing_runs_on_when_the_client_is_gone() -> None:
    here = world()
    async with socket(here.front) as client:
        await client.initialise()
        for id_ in "ab":
            client.subscribe(id_, "subscription { forever }")
            await client.hear()
    assert here.engine.open == 0
    assert 'ecard_streams_open{transport="websocket"} 0.0' in here.metrics.exposition().decode()


async def test_pings_are_answered_at_any_time() -> None:
    async with socket(world().front) as client:
        client.say({"type": "ping"})
        assert await client.hear() == {"type": "pong"}
        await client.initialise()
        client.say({"type": "pong"})
        client.say({"type": "ping", "payload": {"a": 1}})
        assert await client.hear() == {"type": "pong", "payload": {"a": 1}}


async def test_a_text_with_the_character_that_postgresql_has_not() -> None:
    async with socket(world().front) as client:
        await client.initialise()
        client.subscribe("1", "query ($name: String) { hello(name: $name) }", variables={"name": "\0"})
        assert (await client.hear())["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_socket_has_only_so_many_operations() -> None:
    async with socket(world(sockets=SocketLimits(operations=2)).front) as client:
        await client.initialise()
        for id_ in "ab":
            client.subscribe(id_, "subscription { forever }")
            assert (await client.hear())["type"] == "next"
        client.subscribe("c", "{ hello }")
        refused = await client.hear()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("c", "RATE_LIMITED")
        client.say({"id": "a", "type": "complete"})
        client.subscribe("d", "{ hello }")
        assert (await client.hear())["type"] == "next"


async def test_each_operation_counts_as_a_request() -> None:
    async with socket(world(quota=1).front) as client:
        await client.initialise(authorization=BEARER)
        client.subscribe("1", "{ hello }")
        assert [(await client.hear())["type"] for _ in range(2)] == ["next", "complete"]
        client.subscribe("2", "{ hello }")
        assert (await client.hear())["payload"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 60}


async def test_documents_are_known_by_their_hash_here_too() -> None:
    document = "subscription { count(to: 1) }"
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha256(document.encode()).hexdigest()}}
    async with socket(world().front) as client:
        await client.initialise()
        client.say({"id": "1", "type": "subscribe", "payload": {"extensions": extensions}})
        assert (await client.hear())["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        for payload in ({"query": document, "extensions": extensions}, {"extensions": extensions}):
            client.say({"id": "1", "type": "subscribe", "payload": payload})
            assert [(await client.hear())["type"] for _ in range(2)] == ["next", "complete"]


async def test_each_operation_is_logged_with_an_id_of_its_own() -> None:
    here = world()
    async with socket(here.front, (b"x-request-id", b"socket")) as client:
        await client.initialise(authorization=BEARER)
        for id_, query in (("1", "query A { hello }"), ("2", "{")):
            client.subscribe(id_, query)
            while (await client.hear())["type"] == "next":
                pass
        client.subscribe("3", "subscription { forever }")
        await client.hear()
    first, second, third = here.log()
    assert (first["transport"], first["operation"], first["viewer"]) == ("websocket", "A", "RESIDENT")
    assert second["codes"] == ["GRAPHQL_PARSE_FAILED"]
    assert third["kind"] == "subscription"
    assert len({line["request_id"] for line in (first, second, third)} - {"socket"}) == 3
