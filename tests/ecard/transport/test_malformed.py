"""Whatever is wrong with a request, it is answered with an error that has a code, and never with a fault of ours."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ecard.transport.drivers import GRAPHQL, JSON, ask, post, send
from tests.ecard.transport.fakes import world

DEEP = b'{"query":"{ hello }","variables":{"a":' + b"[" * 2_000 + b"]" * 2_000 + b"}}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"5",
        b"null",
        b'"x"',
        b"[]",
        b'[{"query":"{ hello }"}]',
        b"{",
        b"{}",
        b"{ hello }",
        b'{"query":"{ hello }"}x',
        b'{"query":"{ hello }"}\0',
        b'{"query":"{ hel\0lo }"}',
        b'{"query":"\xff"}',
        b'{"query":"\\ud800"}',
        b'\xef\xbb\xbf{"query":"{ hello }"}',
        b'{"query":null}',
        b'{"query":5}',
        b'{"query":["{ hello }"]}',
        b'{"query":"{ hello }","variables":[]}',
        b'{"query":"{ hello }","variables":"{}"}',
        b'{"query":"{ hello }","operationName":{}}',
        b'{"query":"{ hello }","extensions":[]}',
        b'{"query":"{ hello }","extensions":{"persistedQuery":1}}',
        b'{"query":"{ hello }","extensions":{"persistedQuery":{"version":2,"sha256Hash":"00"}}}',
        b'{"extensions":{"persistedQuery":null}}',
        b'{"qeury":"{ hello }"}',
        DEEP,
        b"[" * 100_000,
    ],
)
async def test_a_body_that_is_no_request(body: bytes) -> None:
    front = world().front
    for headers in ([JSON], [JSON, GRAPHQL]):
        reply = await send(front, body=body, headers=headers)
        assert (reply.status, reply.code) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "body",
    [
        b'{"query":"{ hello }","operationName":"","variables":null,"extensions":null}',
        b'{"query":"{ hello }","operationName":null,"variables":{},"extensions":{"anything":[1]}}',
        b'{"query":"{ hello }","id":"ignored"}',
    ],
)
async def test_what_may_be_left_out_may_be_null(body: bytes) -> None:
    assert (await send(world().front, body=body)).json == {"data": {"hello": "hello world"}}


async def test_no_text_holds_the_character_that_postgresql_has_not() -> None:
    front = world().front
    for variables in ({"name": "a\0"}, {"name": "a", "more": [{"x": ["\0"]}]}, {"\0": 1}):
        reply = await ask(front, "query ($name: String) { hello(name: $name) }", GRAPHQL, variables=variables)
        assert (reply.status, reply.code) == (400, "BAD_USER_INPUT")
    literal = await ask(front, '{ hello(name: "\\u0000") }', GRAPHQL)
    assert literal.code == "GRAPHQL_VALIDATION_FAILED"
    backslashes = await ask(front, "query ($name: String) { hello(name: $name) }", variables={"name": "\\u0000"})
    assert backslashes.json == {"data": {"hello": "hello \\u0000"}}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        b"",
        b"text/plain",
        b"application/graphql",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"application/json; charset=iso-8859-1",
        b"application/json; charset=utf-16",
        b"text/plain, application/json",
        b"application/json, text/plain",
        b"\xff\xfe",
        b";;;,,,==",
    ],
)
async def test_only_json_is_read(content_type: bytes | None) -> None:
    here = world()
    headers = [(b"content-type", content_type)] if content_type is not None else []
    reply = await send(here.front, body=b'{"query":"mutation { add(by: 1) }"}', headers=headers)
    assert (reply.status, reply.code) == (415, "BAD_REQUEST")
    assert here.engine.total == 0


async def test_a_compressed_body_is_not_read() -> None:
    reply = await send(world().front, body=b"\x1f\x8b", headers=[JSON, (b"content-encoding", b"gzip")])
    assert (reply.status, reply.code) == (415, "BAD_REQUEST")


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"query=%7B%20hello%20%7",
        b"query=%zz",
        b"query=%ff",
        b"query=%7Bhello%7D&query=%7Bhello%7D",
        b"query=%7Bhello%7D&variables=5",
        b"query=%7Bhello%7D&variables=%7B",
        b"query=%7Bhello%7D&extensions=%5B%5D",
        b"extensions=%7B%22persistedQuery%22%3A1%7D",
        b"&".join([b"a=b"] * 21),
        b"\xff\xfe\x00",
        b"&&&===%00",
    ],
)
async def test_a_url_that_is_no_request(query: bytes) -> None:
    reply = await send(world().front, "GET", headers=(), query=query)
    assert (reply.status, reply.code) == (400, "BAD_REQUEST")


async def test_a_parameter_of_a_url_may_be_empty() -> None:
    empty = b"query=%7Bhello%7D&variables=&operationName=&extensions="
    reply = await send(world().front, "GET", headers=(), query=empty)
    assert reply.json == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize("name", [b"authorization", b"content-type", b"origin", b"x-request-id"])
async def test_a_header_that_must_stand_alone(name: bytes) -> None:
    reply = await send(world().front, body=b'{"query":"{ hello }"}', headers=[JSON, (name, b"a"), (name, b"b")])
    assert (reply.status, reply.code) == (400, "BAD_REQUEST")


async def test_other_headers_may_be_repeated() -> None:
    accept = [(b"accept", b"text/html"), (b"accept", b"application/json"), (b"forwarded", b"a"), (b"forwarded", b"b")]
    assert (await ask(world().front, "{ hello }", *accept)).status == 200


@pytest.mark.parametrize("name", [b"accept", b"accept-language", b"authorization", b"content-type", b"origin", b"traceparent"])
@given(value=st.binary(max_size=200))
@settings(max_examples=30, deadline=None)
async def test_whatever_a_header_holds(name: bytes, value: bytes) -> None:
    headers = [header for header in (JSON,) if header[0] != name]
    reply = await send(world().front, body=b'{"query":"{ hello }"}', headers=[*headers, (name, value)])
    assert reply.status in (200, 400, 401, 406, 415)


async def test_a_body_is_only_so_big() -> None:
    here = world(body_bytes=100)
    small = b'{"query":"{ hello }"}'
    assert (await send(here.front, body=small.ljust(100))).status == 200
    declared = await send(here.front, body=b"", headers=[JSON, (b"content-length", b"101")])
    assert (declared.status, declared.code, declared.headers["connection"]) == (413, "BAD_REQUEST", "close")
    for chunks in ([small.ljust(101)], [small, b" " * 50, b" " * 50]):
        streamed = await send(here.front, chunks=chunks)
        assert (streamed.status, streamed.code) == (413, "BAD_REQUEST")
    assert (await send(here.front, chunks=[small[:10], small[10:]])).status == 200


async def test_a_length_that_is_no_number() -> None:
    for length in (b"-1", b"1e9", b"9" * 30):
        assert (await send(world().front, body=b"{}", headers=[JSON, (b"content-length", length)])).status == 413


async def test_a_body_that_is_cut_off() -> None:
    started = {"n": 0}

    async def receive() -> dict[str, Any]:
        started["n"] += 1
        more = {"type": "http.request", "body": b'{"query":"{ hello }"}', "more_body": True}
        return more if started["n"] == 1 else {"type": "http.disconnect"}

    sent: list[Any] = []

    async def take(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": [JSON], "client": None}
    await world().front(scope, receive, take)
    assert sent[0]["status"] == 400


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from(["query", "operationName", "variables", "extensions", "other"]),
        JSON_VALUES | st.just("{ hello }") | st.just({"persistedQuery": {"version": 1}}),
    )
)
@settings(max_examples=200, deadline=None)
async def test_whatever_the_parameters_are(parameters: dict[str, Any]) -> None:
    reply = await post(world().front, orjson.dumps(parameters), GRAPHQL)
    assert reply.status in (200, 400)
    assert reply.status == 200 or reply.code != "INTERNAL_SERVER_ERROR"


@given(st.binary(max_size=100))
@settings(max_examples=200, deadline=None)
async def test_whatever_the_body_is(body: bytes) -> None:
    reply = await post(world().front, body)
    assert (reply.status, reply.code) == (400, "BAD_REQUEST")
