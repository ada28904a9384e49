"""GraphQL over server-sent events, distinct connections."""

import asyncio

import pytest

from tests.ecard.transport.drivers import EVENTS, ask, stream
from tests.ecard.transport.fakes import SECRET, world

RESIDENT = (b"authorization", b"Bearer resident")


async def test_a_subscription_gives_its_results_and_completes() -> None:
    async with stream(world().front, {"query": "subscription { count(to: 2) }"}, RESIDENT) as reply:
        started = await reply.start()
        headers = dict(started["headers"])
        assert started["status"] == 200
        assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
        assert b"x-request-id" in headers
        assert b"ratelimit" in headers
        assert [await reply.result() for _ in range(2)] == [{"data": {"count": 0}}, {"data": {"count": 1}}]
        assert await reply.event() == b"event: complete\ndata:"
        assert await reply.event() == b""


@pytest.mark.parametrize(
    ("query", "result"),
    [("{ hello }", {"data": {"hello": "hello world"}}), ("mutation { add(by: 3) }", {"data": {"add": 3}})],
)
async def test_other_operations_give_one_result(query: str, result: object) -> None:
    async with stream(world().front, {"query": query}) as reply:
        await reply.start()
        assert await reply.result() == result
        assert await reply.event() == b"event: complete\ndata:"


async def test_what_is_wrong_with_a_document_is_told_in_the_stream() -> None:
    async with stream(world().front, {"query": "{ nothing }"}) as reply:
        assert (await reply.start())["status"] == 200
        assert (await reply.result())["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        assert await reply.event() == b"event: complete\ndata:"


async def test_what_never_becomes_a_stream_is_told_as_json() -> None:
    refused = await ask(world().front, "{ hello }", EVENTS, (b"authorization", b"Bearer forged"))
    assert (refused.status, refused.code) == (401, "UNAUTHENTICATED")
    assert refused.headers["content-type"] == "application/json; charset=utf-8"
    broken = await ask(world().front, "{ explode: hello }", EVENTS)
    assert (broken.status, broken.code) == (500, "INTERNAL_SERVER_ERROR")


async def test_results_that_break_end_with_an_error() -> None:
    here = world()
    async with stream(here.front, {"query": "subscription { broken }"}) as reply:
        await reply.start()
        assert await reply.result() == {"data": {"broken": 0}}
        failed = await reply.result()
        assert failed["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert SECRET not in str(failed)
        assert await reply.event() == b"event: complete\ndata:"
    assert here.log()[0]["codes"] == ["INTERNAL_SERVER_ERROR"]


async def test_nothing_runs_on_when_the_client_is_gone() -> None:
    here = world()
    async with stream(here.front, {"query": "subscription { forever }"}) as reply:
        await reply.start()
        await reply.result()
        assert here.engine.open == 1
        assert 'ecard_streams_open{transport="sse"} 1.0' in here.metrics.exposition().decode()
        reply.leave()
        await reply.task
    assert here.engine.open == 0
    assert 'ecard_streams_open{transport="sse"} 0.0' in here.metrics.exposition().decode()
    line = here.log()[0]
    assert (line["transport"], line["kind"], line["codes"]) == ("sse", "subscription", [])


async def test_a_quiet_stream_is_kept_alive() -> None:
    async with stream(world(keep_alive=0.001).front, {"query": "subscription { forever }"}) as reply:
        await reply.start()
        await reply.result()
        assert [await reply.event() for _ in range(2)] == [b":", b":"]


async def test_a_process_that_stops_ends_its_streams_unfinished() -> None:
    here = world()
    async with stream(here.front, {"query": "subscription { forever }"}) as reply:
        await reply.start()
        await reply.result()
        here.drain.begin()
        # Without `complete`, so that the client connects again, to another process.
        assert await reply.event() == b""
    assert here.engine.open == 0


async def test_a_session_that_ends_takes_its_streams_along() -> None:
    here = world(recheck=0.001)
    async with stream(here.front, {"query": "subscription { forever }"}, RESIDENT) as reply:
        await reply.start()
        await reply.result()
        here.authenticator.known.clear()
        assert (await reply.result())["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await reply.event() == b"event: complete\ndata:"
    assert here.engine.open == 0


async def test_who_never_signed_in_cannot_be_signed_out() -> None:
    here = world(recheck=0.001)
    async with stream(here.front, {"query": "subscription { forever }"}) as reply:
        await reply.start()
        await reply.result()
        here.authenticator.known.clear()
        await asyncio.sleep(0.01)
        assert here.engine.open == 1
