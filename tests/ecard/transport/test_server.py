"""The transports under uvicorn, as clients of other people meet them: sockets, streams, and what is no HTTP."""

import asyncio
import signal
import socket
import sys
from asyncio.selector_events import _SelectorSocketTransport  # type: ignore[attr-defined]  # the stubs leave it out
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from ecard.transport.server import MOST_HEADER_BYTES, MOST_ROUNDS, BoundedHttpProtocol
from tests.ecard.transport.fakes import World, world
from tests.support.serving import serving
from tests.support.waiting import until

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
ASK = b'{"query":"{ hello }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"


@pytest.fixture
def here() -> World:
    return world()


@pytest.fixture
async def port(here: World) -> AsyncIterator[int]:
    async with serving(here.front) as port:
        yield port


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection within the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def raw(port: int, *parts: bytes) -> bytes:
    """All that is answered to these bytes until the connection ends."""
    async with connected(port) as (reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await reader.read()


async def test_a_connection_answers_one_request_after_another(port: int) -> None:
    length = b"content-length: %d\r\n" % len(ASK)
    one = HEAD + length + b"\r\n" + ASK
    last = HEAD + length + b"connection: close\r\n\r\n" + ASK
    answer = await raw(port, one, one + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert b"server:" not in answer


async def test_an_answer_is_written_in_one_piece(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = _SelectorSocketTransport.write

    def noting(transport: Any, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1") or data.startswith(b'{"'):
            written.append(data)
        write(transport, data)

    monkeypatch.setattr(_SelectorSocketTransport, "write", noting)
    async with connected(port) as (reader, writer):
        writer.write(HEAD + b"content-length: %d\r\n\r\n" % len(ASK) + ASK)
        answer = await reader.readuntil(b'world"}}')
        assert written == [answer]
        assert b"\r\ncontent-length: 32\r\n" in answer
        assert b"\r\ndate: " in answer


OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
HALF = {"type": "http.response.body", "body": b"{", "more_body": True}
REST = {"type": "http.response.body", "body": b"}"}
WHOLE = {"type": "http.response.body", "body": b"{}"}


@pytest.mark.parametrize(
    ("messages", "status", "body"),
    [
        ([OK, WHOLE], b"200", b"{}"),
        ([OK, HALF, REST], b"200", b"{}"),
        ([{**OK, "headers": []}, WHOLE], b"200", b"2\r\n{}\r\n0\r\n\r\n"),
        ([{**OK, "headers": [(b"content-length", b"2"), (b"connection", b"close")]}, WHOLE], b"200", b"{}"),
        # What cannot be sent as it is becomes an answer all the same.
        ([OK], b"500", b"Internal Server Error"),
    ],
)
async def test_whatever_an_application_sends(messages: list[Any], status: bytes, body: bytes) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    async with serving(app) as port:
        answer = await raw(port, b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.endswith(b"\r\n\r\n" + body)


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nset-cookie: b", b"a\rset-cookie: b"])
async def test_no_header_starts_another(value: bytes) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({**OK, "headers": [(b"content-length", b"2"), (b"x", value)]})
        await send(WHOLE)

    async with serving(app) as port:
        assert await raw(port, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n") == b""


async def test_a_stream_is_open_at_once(port: int) -> None:
    body = b'{"query":"subscription { forever }"}'
    async with connected(port) as (reader, writer):
        writer.write(HEAD + b"accept: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        assert b"text/event-stream" in await reader.readuntil(b"\r\n\r\n")


async def test_the_answer_to_a_head_has_no_body(port: int) -> None:
    async with connected(port) as (reader, writer):
        # Nothing is sent behind it, and the connection stays open.
        writer.write(b"HEAD /graphql HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 405")


async def test_what_is_no_http(port: int) -> None:
    assert (await raw(port, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")).startswith(b"HTTP/1.1 400")


async def test_headers_that_do_not_end(port: int) -> None:
    line = b"x-filler: " + b"x" * 1_000 + b"\r\n"
    parts = [line] * (MOST_HEADER_BYTES // len(line) + 300)
    async with connected(port) as (reader, writer):
        writer.write(HEAD)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
        except ConnectionError:
            pass
        assert (await reader.readline()).startswith(b"HTTP/1.1 431")


async def test_big_headers_that_do_end(port: int) -> None:
    filler = b"x-filler: " + b"x" * 30_000 + b"\r\n"
    answer = await raw(port, HEAD + filler + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(ASK) + ASK)
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"", b"POST /graphql HTTP/1.1\r\nhost:", HEAD + b"content-length: 100\r\n\r\n{"])
async def test_a_request_that_does_not_come(port: int, sent: bytes) -> None:
    async with connected(port) as (reader, writer):
        writer.write(sent)
        await writer.drain()
        await until(lambda: BoundedHttpProtocol._open)
        # What has been sent is read before anything is asked of this connection.
        await asyncio.sleep(0.05)
        (connection,) = BoundedHttpProtocol._open
        for _ in range(MOST_ROUNDS + 1):
            connection.refuse_late()
            assert not connection.transport.is_closing()
        connection.refuse_late()
        assert (await reader.read()).startswith(b"HTTP/1.1 408")


async def test_there_is_one_round_however_often_connections_come_and_go(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    due: list[Any] = []
    call_later = loop.call_later

    def noting(delay: float, callback: Any, *values: Any, **more: Any) -> Any:
        if callback == BoundedHttpProtocol._go_round:
            due.append(lambda: callback(*values))
            return None
        return call_later(delay, callback, *values, **more)

    monkeypatch.setattr(BoundedHttpProtocol, "_going", None)
    monkeypatch.setattr(loop, "call_later", noting)
    for _ in range(3):
        async with connected(port):
            await until(lambda: BoundedHttpProtocol._open)
        await until(lambda: not BoundedHttpProtocol._open)
    assert len(due) == 1
    async with connected(port):
        await until(lambda: BoundedHttpProtocol._open)
        due.pop()()
        assert len(due) == 1
    await until(lambda: not BoundedHttpProtocol._open)
    due.pop()()
    assert due == []


async def test_a_connection_that_waits_for_its_next_request_is_left_alone(port: int) -> None:
    async with connected(port) as (reader, writer):
        one = HEAD + b"content-length: %d\r\n\r\n" % len(ASK) + ASK
        for _ in range(2):
            writer.write(one)
            assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
            await reader.readuntil(b'world"}}')
            (connection,) = BoundedHttpProtocol._open
            for _ in range(10 * MOST_ROUNDS):
                connection.refuse_late()


async def test_a_socket_of_another_implementation(port: int, here: World) -> None:
    async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL]) as client:
        await client.send('{"type":"connection_init","payload":{"authorization":"Bearer resident"}}')
        assert orjson.loads(await client.recv()) == {"type": "connection_ack"}
        await client.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: 1) }"}}')
        assert [orjson.loads(await client.recv())["type"] for _ in range(2)] == ["next", "complete"]
        await client.send('{"id":"2","type":"subscribe","payload":{"query":"subscription { forever }"}}')
        await client.recv()
        assert here.engine.open == 1
    await until(lambda: here.engine.open == 0)
    assert not BoundedHttpProtocol._open


@pytest.mark.parametrize(("frame", "code"), [("[]", 4400), (b"{}", 4400), ("x" * 70_000, 1009)])
async def test_a_socket_that_says_what_is_no_message(port: int, frame: str | bytes, code: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL], max_size=None) as client:
        await client.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


PROGRAM = """
import contextlib, sys, uvicorn
from starlette.applications import Starlette
from ecard.transport.server import uvicorn_options
from tests.ecard.transport.fakes import world

@contextlib.asynccontextmanager
async def lifespan(_):
    here.drain.listen()
    print("up", flush=True)
    yield
    print("down", flush=True)

here = world(routes=Starlette(lifespan=lifespan))
options = uvicorn_options(trusted_proxies="", drain_seconds=60, message_bytes=65536)
uvicorn.run(here.front, fd=int(sys.argv[1]), **options)
"""


async def test_a_process_stops_although_a_stream_is_open() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        str(listening.fileno()),
        pass_fds=[listening.fileno()],
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    async with connected(listening.getsockname()[1]) as (reader, writer):
        body = b'{"query":"subscription { forever }"}'
        writer.write(HEAD + b"accept: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await reader.readuntil(b"event: next")
        process.send_signal(signal.SIGTERM)
        rest = await reader.read()
        assert rest.endswith(b"0\r\n\r\n")
        assert b"complete" not in rest
        assert await process.stdout.read() == b"down\n"
        await process.wait()
    listening.close()
