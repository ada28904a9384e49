"""The transports under uvicorn, as clients of other people meet them: sockets, streams, and what is no HTTP."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import Mock

import orjson
import pytest
import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from ecard.transport.drain import Drain
from ecard.transport.server import MOST_HEADER_BYTES, MOST_SECONDS, BoundedHttpProtocol, WholeAnswers
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


async def raw(port: int, *parts: bytes) -> bytes:
    """All that is answered to these bytes until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_connection_answers_one_request_after_another(port: int) -> None:
    length = b"content-length: %d\r\n" % len(ASK)
    one = HEAD + length + b"\r\n" + ASK
    last = HEAD + length + b"connection: close\r\n\r\n" + ASK
    answer = await raw(port, one, one + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert b"server:" not in answer


HEAD_OF_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"
HEAD_OF_STREAM = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ([HEAD_OF_ANSWER, b"{}"], [HEAD_OF_ANSWER + b"{}"]),
        ([HEAD_OF_ANSWER, b"{", b"}"], [HEAD_OF_ANSWER + b"{", b"}"]),
        ([HEAD_OF_ANSWER, b"{}", HEAD_OF_ANSWER, b"[]"], [HEAD_OF_ANSWER + b"{}", HEAD_OF_ANSWER + b"[]"]),
        # Whoever listens to a stream learns at once that it is open.
        ([HEAD_OF_STREAM], [HEAD_OF_STREAM]),
        ([HEAD_OF_ANSWER], []),
    ],
)
def test_head_and_body_of_an_answer_go_together(written: list[bytes], sent: list[bytes]) -> None:
    bare = Mock()
    answers = WholeAnswers(bare)
    for data in written:
        answers.write(data)
    assert [call.args[0] for call in bare.write.call_args_list] == sent


def test_a_head_alone_goes_when_the_connection_closes() -> None:
    bare = Mock()
    answers = WholeAnswers(bare)
    answers.write(HEAD_OF_ANSWER)
    answers.close()
    assert [call[0] for call in bare.method_calls] == ["write", "close"]
    assert bare.write.call_args.args[0] == HEAD_OF_ANSWER


async def test_the_answer_to_a_head_has_no_body(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    # Nothing is sent behind it, and the connection stays open.
    writer.write(b"HEAD /graphql HTTP/1.1\r\nhost: x\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 405")
    writer.close()


async def test_what_is_no_http(port: int) -> None:
    assert (await raw(port, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")).startswith(b"HTTP/1.1 400")


async def test_headers_that_do_not_end(port: int) -> None:
    line = b"x-filler: " + b"x" * 1_000 + b"\r\n"
    parts = [line] * (MOST_HEADER_BYTES // len(line) + 300)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass
    assert (await reader.readline()).startswith(b"HTTP/1.1 431")
    writer.close()


async def test_big_headers_that_do_end(port: int) -> None:
    filler = b"x-filler: " + b"x" * 30_000 + b"\r\n"
    answer = await raw(port, HEAD + filler + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(ASK) + ASK)
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"", b"POST /graphql HTTP/1.1\r\nhost:", HEAD + b"content-length: 100\r\n\r\n{"])
async def test_a_request_that_does_not_come(port: int, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    await until(lambda: BoundedHttpProtocol._open)
    # What has been sent is read before anything is asked of this connection.
    await asyncio.sleep(0.05)
    now = asyncio.get_running_loop().time()
    for connection in list(BoundedHttpProtocol._open):
        connection.refuse_late(now + MOST_SECONDS - 5)
    for connection in list(BoundedHttpProtocol._open):
        connection.refuse_late(now + MOST_SECONDS + 1)
    assert (await reader.read()).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_connection_that_waits_for_its_next_request_is_left_alone(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    one = HEAD + b"content-length: %d\r\n\r\n" % len(ASK) + ASK
    for _ in range(2):
        writer.write(one)
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
        await reader.readuntil(b'world"}}')
        (connection,) = BoundedHttpProtocol._open
        connection.refuse_late(asyncio.get_running_loop().time() + 10 * MOST_SECONDS)
    writer.close()


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


async def test_a_process_that_is_to_stop_says_so_and_hands_the_signal_on() -> None:
    heard: list[int] = []
    before = {number: signal.signal(number, lambda got, _: heard.append(got)) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        drain = Drain()
        drain.listen()
        assert not drain.begun
        os.kill(os.getpid(), signal.SIGTERM)
        await drain.wait()
        assert (drain.begun, heard) == (True, [signal.SIGTERM])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    body = b'{"query":"subscription { forever }"}'
    writer.write(HEAD + b"accept: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await reader.readuntil(b"event: next")
    process.send_signal(signal.SIGTERM)
    rest = await reader.read()
    assert rest.endswith(b"0\r\n\r\n")
    assert b"complete" not in rest
    assert await process.stdout.read() == b"down\n"
    await process.wait()
    writer.close()
    listening.close()
