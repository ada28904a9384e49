"""GraphQL over HTTP: methods, media types, statuses, headers."""

from hashlib import sha256
from urllib.parse import urlencode

import orjson
import pytest

from ecard.transport.engine import Answer
from tests.ecard.transport.drivers import GRAPHQL, JSON, ask, post, send
from tests.ecard.transport.fakes import SECRET, world

RESIDENT = (b"authorization", b"Bearer resident")
APQ = "PERSISTED_QUERY_NOT_FOUND"


def get_query(**parameters: str) -> bytes:
    return urlencode(parameters).encode()


def persisted(document: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(document.encode()).hexdigest()}}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, "application/json; charset=utf-8"),
        (b"*/*", "application/json; charset=utf-8"),
        (b"application/json", "application/json; charset=utf-8"),
        (b"application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
        (b"application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json; charset=utf-8"),
    ],
)
async def test_answers_in_the_type_that_is_accepted(accept: bytes | None, answered: str) -> None:
    headers = [(b"accept", accept)] if accept else []
    reply = await ask(world().front, "{ hello }", *headers)
    assert (reply.status, reply.headers["content-type"]) == (200, answered)
    assert reply.json == {"data": {"hello": "hello world"}}
    assert reply.headers["cache-control"] == "no-store"


async def test_nothing_that_we_have_is_accepted() -> None:
    reply = await ask(world().front, "{ hello }", (b"accept", b"text/html"))
    assert (reply.status, reply.code) == (406, "BAD_REQUEST")


async def test_get_asks_with_variables_and_a_name() -> None:
    query = "query A { viewer } query B($name: String) { hello(name: $name) }"
    asked = get_query(query=query, operationName="B", variables='{"name":"李"}', utm="x")
    reply = await send(world().front, "GET", headers=(), query=asked)
    assert reply.json == {"data": {"hello": "hello 李"}}


async def test_get_changes_nothing() -> None:
    here = world()
    for accept in (GRAPHQL, (b"accept", b"application/json")):
        reply = await send(here.front, "GET", headers=[accept], query=get_query(query="mutation { add(by: 1) }"))
        assert (reply.status, reply.headers["allow"], reply.code) == (405, "GET, POST, OPTIONS", "BAD_REQUEST")
    assert here.engine.total == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
async def test_other_methods_are_refused(method: str) -> None:
    reply = await send(world().front, method)
    assert (reply.status, reply.headers["allow"], reply.code) == (405, "GET, POST, OPTIONS", "BAD_REQUEST")


@pytest.mark.parametrize(
    ("document", "code", "status"),
    [
        ("{", "GRAPHQL_PARSE_FAILED", 400),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED", 400),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE", 400),
        ("mutation ($by: Int!) { add(by: $by) }", "BAD_USER_INPUT", 400),
        ("{ " + "node { " * 20 + "id" + " }" * 20 + " }", "QUERY_TOO_COMPLEX", 400),
        ("subscription { forever }", "BAD_REQUEST", 400),
        ("{ me }", "UNAUTHENTICATED", 401),
    ],
)
async def test_a_request_that_is_not_carried_out(document: str, code: str, status: int) -> None:
    front = world().front
    modern = await ask(front, document, GRAPHQL)
    assert (modern.status, modern.code) == (status, code)
    assert "data" not in modern.json
    legacy = await ask(front, document)
    assert (legacy.status, legacy.code) == (status if code in ("BAD_REQUEST", "UNAUTHENTICATED") else 200, code)


async def test_a_field_that_fails_says_nothing_of_why() -> None:
    reply = await ask(world().front, "{ hello boom }", GRAPHQL, (b"accept-language", b"en"), (b"x-request-id", b"abc-1"))
    assert reply.status == 200
    assert reply.json == {
        "data": {"hello": "hello world", "boom": None},
        "errors": [
            {
                "message": "Something went wrong on our side.",
                "locations": [{"line": 1, "column": 9}],
                "path": ["boom"],
                "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": "abc-1"},
            }
        ],
    }


async def test_an_engine_that_breaks_is_answered_for() -> None:
    for headers in ([], [GRAPHQL]):
        reply = await ask(world().front, "{ explode: hello }", *headers)
        assert (reply.status, reply.code) == (500, "INTERNAL_SERVER_ERROR")
        assert SECRET.encode() not in reply.body
        assert reply.json["errors"][0]["extensions"]["requestId"] == reply.headers["x-request-id"]


async def test_wrong_credentials_are_told_from_none() -> None:
    wrong = await ask(world().front, "{ hello }", (b"authorization", b"Bearer forged"))
    assert (wrong.status, wrong.code) == (401, "UNAUTHENTICATED")
    assert wrong.headers["www-authenticate"] == 'Bearer realm="ecard", error="invalid_token"'
    none = await ask(world().front, "{ me }")
    assert none.headers["www-authenticate"] == 'Bearer realm="ecard"'
    right = await ask(world().front, "{ viewer }", RESIDENT)
    assert right.json == {"data": {"viewer": "RESIDENT"}}


async def test_the_language_is_that_of_the_request() -> None:
    front = world().front
    assert (await ask(front, "{ language }", (b"accept-language", b"en-GB,zh;q=0.8"))).json["data"] == {"language": "en"}
    assert (await ask(front, "{ language }", (b"accept-language", b"zh-Hant"))).json["data"] == {"language": "zh-CN"}
    assert (await ask(front, "{ language }")).json["data"] == {"language": ""}
    assert (await post(front, b"5")).json["errors"][0]["message"] == "请求必须是一个对象，不支持批量请求。"


async def test_the_request_id_is_the_clients_where_it_is_well_formed() -> None:
    front = world().front
    assert (await ask(front, "{ hello }", (b"x-request-id", b"a.b_c~d-9"))).headers["x-request-id"] == "a.b_c~d-9"
    for wrong in (b"", b"a b", b"x" * 129, b'"', "李".encode()):
        made = (await ask(front, "{ hello }", (b"x-request-id", wrong))).headers["x-request-id"]
        assert len(made) == 32
        assert made != wrong.decode()


async def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    here = world(quota=2)
    first = await ask(here.front, "{ hello }", RESIDENT)
    assert first.headers["ratelimit-policy"] == '"resident";q=2;w=60'
    assert first.headers["ratelimit"] == '"resident";r=1;t=30'
    await ask(here.front, "{ hello }", RESIDENT)
    third = await ask(here.front, "{ hello }", RESIDENT)
    assert (third.status, third.code) == (429, "RATE_LIMITED")
    assert third.headers["retry-after"] == "30"
    assert third.headers["ratelimit"] == '"resident";r=0;t=60'
    assert len(here.engine.seen) == 2
    # Somebody else is not held up.
    assert (await ask(here.front, "{ hello }")).status == 200


async def test_guessing_credentials_uses_up_what_an_address_has() -> None:
    here = world(quota=2)
    forged = (b"authorization", b"Bearer forged")
    assert [(await ask(here.front, "{ hello }", forged)).status for _ in range(3)] == [401, 401, 429]


async def test_a_document_is_known_by_its_hash_once_it_was_sent() -> None:
    here = world()
    document = "{ hello }"
    asked = {"extensions": persisted(document)}
    unknown = await post(here.front, asked)
    assert (unknown.status, unknown.code) == (200, APQ)
    assert unknown.json["errors"][0]["message"] == "PersistedQueryNotFound"
    assert (await post(here.front, {"query": document, **asked})).status == 200
    assert (await post(here.front, asked)).json == {"data": {"hello": "hello world"}}
    known = get_query(extensions=orjson.dumps(persisted(document)).decode())
    assert (await send(here.front, "GET", headers=(), query=known)).json == {"data": {"hello": "hello world"}}


async def test_a_document_that_is_wrong_is_not_remembered() -> None:
    front = world().front
    document = "{ nothing }"
    await post(front, {"query": document, "extensions": persisted(document)})
    assert (await post(front, {"extensions": persisted(document)})).code == APQ


async def test_a_hash_of_something_else_is_refused() -> None:
    reply = await post(world().front, {"query": "{ hello }", "extensions": persisted("{ viewer }")})
    assert (reply.status, reply.code) == (400, "BAD_REQUEST")


async def test_pages_of_the_allowed_origins_may_read() -> None:
    front = world(origins=["https://app.example"]).front
    ours = await ask(front, "{ hello }", (b"origin", b"https://app.example"))
    assert ours.headers["access-control-allow-origin"] == "https://app.example"
    assert "ratelimit" in ours.headers["access-control-expose-headers"]
    theirs = await ask(front, "{ hello }", (b"origin", b"https://evil.example"))
    assert "access-control-allow-origin" not in theirs.headers
    anyone = await ask(world(origins=["*"]).front, "{ hello }", (b"origin", b"https://evil.example"))
    assert anyone.headers["access-control-allow-origin"] == "*"


async def test_a_browser_asks_first() -> None:
    front = world(origins=["https://app.example"]).front
    asking = (b"access-control-request-method", b"POST")
    ours = await send(front, "OPTIONS", headers=[(b"origin", b"https://app.example"), asking])
    assert (ours.status, ours.body) == (204, b"")
    assert ours.headers["access-control-allow-methods"] == "GET, POST"
    assert "authorization" in ours.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in ours.headers
    theirs = await send(front, "OPTIONS", headers=[(b"origin", b"https://evil.example"), asking])
    assert "access-control-allow-methods" not in theirs.headers
    plain = await send(front, "OPTIONS", headers=())
    assert (plain.status, plain.headers["allow"]) == (204, "GET, POST, OPTIONS")


async def test_one_line_is_logged_for_each_request() -> None:
    here = world()
    await ask(here.front, 'query Hello { hello(name: "Zhang") }', RESIDENT, (b"x-request-id", b"abc"))
    await post(here.front, b"{")
    line, failed = here.log()
    assert line.pop("ms") >= 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "event": "graphql",
        "request_id": "abc",
        "transport": "http",
        "kind": "query",
        "operation": "Hello",
        "viewer": "RESIDENT",
        "client": "00000000-0000-0000-0000-000000000003",
        "status": 200,
        "codes": [],
        "statements": 1,
    }
    assert (failed["status"], failed["codes"], failed["kind"]) == (400, ["BAD_REQUEST"], None)
    assert b"Zhang" not in b"".join(here.written)


async def test_requests_are_counted_by_kind_and_outcome() -> None:
    here = world()
    await ask(here.front, "query Named { hello }")
    await ask(here.front, "{ boom }")
    await post(here.front, b"{")
    here.lines.flush()
    shown = here.metrics.exposition().decode()
    assert 'ecard_request_seconds_count{kind="query",outcome="OK"} 1.0' in shown
    assert 'ecard_request_seconds_count{kind="query",outcome="INTERNAL_SERVER_ERROR"} 1.0' in shown
    assert 'ecard_request_seconds_count{kind="none",outcome="BAD_REQUEST"} 1.0' in shown
    assert "Named" not in shown


async def test_an_answer_can_say_when_to_try_again() -> None:
    here = world()
    body = b'{"errors":[{"message":"","extensions":{"code":"RATE_LIMITED"}}]}'
    here.engine.ready = Answer(body, True, None, "query", 0, ("RATE_LIMITED",), 7)
    reply = await ask(here.front, "{ hello }")
    assert (reply.status, reply.headers["retry-after"]) == (429, "7")


async def test_json_says_that_it_is_utf_8() -> None:
    for given in (b"application/json; charset=utf-8", b'Application/JSON;charset="UTF-8"'):
        reply = await send(world().front, body=b'{"query":"{ hello }"}', headers=[(b"content-type", given)])
        assert reply.status == 200
    assert JSON[1] == b"application/json"
