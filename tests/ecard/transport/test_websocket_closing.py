"""graphql-transport-ws: what ends a socket, and with which code."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecard.transport.operations import SocketLimits
from tests.ecard.transport.drivers import Closed, socket
from tests.ecard.transport.fakes import SECRET, world

BEARER = "Bearer resident"


@pytest.mark.parametrize("protocols", [[], ["graphql-ws"], ["soap", "graphql-ws"]])
async def test_no_other_protocol(protocols: list[str]) -> None:
    async with socket(world().front, protocols=protocols) as client:
        assert await client.closed() == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize(
    "content",
    [
        {"bytes": b'{"type":"connection_init"}'},
        {"text": ""},
        {"text": "{"},
        {"text": "[]"},
        {"text": "null"},
        {"text": '"ping"'},
        {"text": "{}"},
        {"text": '{"type":null}'},
        {"text": '{"type":["ping"]}'},
        {"text": '{"type":"start"}'},
        {"text": '{"type":"connection_ack"}'},
        {"text": '{"type":"ping","payload":[]}'},
        {"text": '{"type":"connection_init","payload":"x"}'},
        {"text": '{"type":"subscribe"}'},
        {"text": '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}'},
        {"text": '{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}'},
        {"text": '{"type":"subscribe","id":"' + "x" * 129 + '","payload":{"query":"{ hello }"}}'},
        {"text": '{"type":"subscribe","id":"1","payload":[]}'},
        {"text": '{"type":"complete"}'},
        {"text": "[" * 5_000},
        {"text": '{"type":"ping","payload":{"a":"' + "x" * 300_000 + '"}}'},
    ],
)
async def test_a_frame_that_is_no_message(content: dict[str, Any]) -> None:
    for initialised in (False, True):
        async with socket(world().front) as client:
            if initialised:
                await client.initialise()
            client.frame(**content)
            code, reason = await client.closed()
            assert code == 4400
            assert 0 < len(reason.encode()) <= 123


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"query": None},
        {"query": 5},
        {"query": "{ hello }", "variables": []},
        {"query": "{ hello }", "operationName": 1},
        {"query": "{ hello }", "extensions": "x"},
    ],
)
async def test_an_operation_that_has_not_the_form_of_one(payload: Any) -> None:
    async with socket(world().front) as client:
        await client.initialise()
        client.say({"id": "1", "type": "subscribe", "payload": payload})
        assert (await client.closed())[0] == 4400


@given(
    st.text(max_size=50)
    | st.sampled_from(['{"type":"subscribe","id":"1","payload":{"query":"{"}}', '{"type":"ping","payload":null}'])
)
@settings(max_examples=100, deadline=None)
async def test_whatever_a_frame_holds(text: str) -> None:
    async with socket(world().front) as client:
        await client.initialise()
        client.frame(text=text)
        heard = await client.outcome()
        assert heard == 4400 or heard["type"] in ("pong", "error")


async def test_nothing_is_answered_before_the_connection_is_initialised() -> None:
    here = world()
    async with socket(here.front) as client:
        client.subscribe("1", "{ hello }")
        assert await client.closed() == (4401, "Unauthorized")
    assert here.engine.seen == []


async def test_wrong_credentials() -> None:
    for payload, code in (
        ({"authorization": "Bearer forged"}, 4401),
        ({"authorization": 5}, 4400),
        ({"authorization": "李"}, 4400),
    ):
        async with socket(world().front) as client:
            client.say({"type": "connection_init", "payload": payload})
            assert (await client.closed())[0] == code


async def test_credentials_that_cannot_be_checked() -> None:
    here = world()
    here.authenticator.fault = RuntimeError(SECRET)
    async with socket(here.front) as client:
        client.say({"type": "connection_init"})
        code, reason = await client.closed()
        assert code == 4500
        assert SECRET not in reason


async def test_an_address_that_keeps_guessing() -> None:
    here = world(quota=1)
    codes = []
    for _ in range(2):
        async with socket(here.front) as client:
            client.say({"type": "connection_init", "payload": {"authorization": "Bearer forged"}})
            codes.append((await client.closed())[0])
    assert codes == [1013, 1013]


async def test_a_connection_is_initialised_once() -> None:
    async with socket(world().front) as client:
        await client.initialise()
        client.say({"type": "connection_init"})
        assert await client.closed() == (4429, "Too many initialisation requests")


async def test_a_connection_is_initialised_in_time() -> None:
    async with socket(world(sockets=SocketLimits(init_seconds=0.01)).front) as client:
        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_each_open_operation_has_an_id_of_its_own() -> None:
    here = world()
    async with socket(here.front) as client:
        await client.initialise()
        client.subscribe("1", "subscription { forever }")
        await client.hear()
        client.subscribe("1", "{ hello }")
        assert await client.closed() == (4409, "Subscriber for 1 already exists")
    assert here.engine.open == 0


async def test_a_session_that_ends_takes_its_sockets_along() -> None:
    here = world(recheck=0.001)
    async with socket(here.front) as client:
        await client.initialise(authorization=BEARER)
        client.subscribe("1", "subscription { forever }")
        await client.hear()
        here.authenticator.fault = RuntimeError("the database restarts")
        await asyncio.sleep(0.01)
        assert here.engine.open == 1
        here.authenticator.fault = None
        here.authenticator.known.clear()
        assert await client.closed() == (4403, "Forbidden")
    assert here.engine.open == 0


async def test_pages_of_other_origins_open_no_socket() -> None:
    front = world(origins=["https://app.example"]).front
    host = (b"host", b"ecard.example")
    for origin in (b"https://app.example", b"https://ecard.example"):
        async with socket(front, host, (b"origin", origin)) as client:
            await client.initialise()
    with pytest.raises(Closed):
        async with socket(front, host, (b"origin", b"https://evil.example")):
            pytest.fail("it was accepted")
