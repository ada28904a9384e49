"""Clients that speak ASGI directly, so that a test sees each message and needs no server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from ecard.transport.asgi import App, Message

Headers = Sequence[tuple[bytes, bytes]]
JSON = (b"content-type", b"application/json")
GRAPHQL = (b"accept", b"application/graphql-response+json")
EVENTS = (b"accept", b"text/event-stream")


@dataclass(slots=True)
class Reply:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the first error."""
        code: str = self.json["errors"][0]["extensions"]["code"]
        return code


def http_scope(method: str, path: str, query: bytes, headers: Headers) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": list(headers),
        "client": ("192.0.2.1", 4711),
    }


async def send(
    app: App,
    method: str = "POST",
    body: bytes = b"",
    headers: Headers = (JSON,),
    query: bytes = b"",
    path: str = "/graphql",
    chunks: Sequence[bytes] | None = None,
) -> Reply:
    """One request and its answer. `chunks`: the body in parts; None as the last one cuts it off."""
    parts = list(chunks) if chunks is not None else [body]
    started: dict[str, Any] = {}
    received = bytearray()

    async def receive() -> dict[str, Any]:
        if not parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def take(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert not started
            started.update(message)
        else:
            received.extend(message.get("body", b""))

    await app(http_scope(method, path, query, headers), receive, take)
    found = {name.decode(): value.decode() for name, value in started["headers"]}
    if "content-length" in found:
        assert int(found["content-length"]) == len(received)
    return Reply(started["status"], found, bytes(received))


async def post(app: App, body: Any, *headers: tuple[bytes, bytes]) -> Reply:
    """Posts a JSON value, or bytes as they are."""
    return await send(app, body=body if isinstance(body, bytes) else orjson.dumps(body), headers=[JSON, *headers])


async def ask(app: App, query: str, *headers: tuple[bytes, bytes], **more: Any) -> Reply:
    """Posts a document."""
    return await post(app, {"query": query, **more}, *headers)


@dataclass(slots=True)
class Wire:
    """Both directions of a connection, and the application at its end."""

    incoming: "asyncio.Queue[Message]"
    outgoing: "asyncio.Queue[Message]"
    task: "asyncio.Task[None]"

    async def next(self) -> Message:
        """What the application sends next; it must not end without."""
        getting = asyncio.ensure_future(self.outgoing.get())
        await asyncio.wait([getting, self.task], return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():
            getting.cancel()
            self.task.result()
            raise AssertionError("the application ended and sent nothing more")
        return getting.result()


@dataclass(slots=True)
class Stream(Wire):
    """An answer that is still being sent."""

    buffer: bytearray = field(default_factory=bytearray)
    ended: bool = False

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    async def start(self) -> Message:
        return await self.next()

    async def event(self) -> bytes:
        """The next block, without the empty line that ends it; empty at the end."""
        while b"\n\n" not in self.buffer:
            if self.ended:
                return b""
            message = await self.next()
            self.buffer.extend(message["body"])
            self.ended = not message.get("more_body")
        block, _, rest = bytes(self.buffer).partition(b"\n\n")
        self.buffer[:] = rest
        return block

    async def result(self) -> Any:
        """The result in the next event, which must be one."""
        name, data = (await self.event()).split(b"\n")
        assert name == b"event: next"
        return orjson.loads(data.removeprefix(b"data: "))


@asynccontextmanager
async def stream(app: App, body: Any, *headers: tuple[bytes, bytes]) -> AsyncIterator[Stream]:
    """Posts a document and reads its answer bit by bit."""
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    incoming.put_nowait({"type": "http.request", "body": orjson.dumps(body), "more_body": False})
    scope = http_scope("POST", "/graphql", b"", [JSON, EVENTS, *headers])

    async def run() -> None:
        await app(scope, incoming.get, outgoing.put)

    task = asyncio.create_task(run())
    yield Stream(incoming, outgoing, task)
    incoming.put_nowait({"type": "http.disconnect"})
    await task


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True)
class Socket(Wire):
    """A client's end of a WebSocket."""

    def say(self, message: Any) -> None:
        self.frame(text=orjson.dumps(message).decode())

    def frame(self, **content: Any) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", **content})

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def hear(self) -> Any:
        """The next message. Raises Closed."""
        message = await self.next()
        if message["type"] == "websocket.close":
            raise Closed(message["code"], message.get("reason", ""))
        return orjson.loads(message["text"])

    async def outcome(self) -> Any:
        """The next message, or the code with which the socket was closed."""
        try:
            return await self.hear()
        except Closed as closing:
            return closing.code

    async def closed(self) -> tuple[int, str]:
        """The code and the reason with which the server closes it, and sends nothing else before."""
        try:
            message = await self.hear()
        except Closed as closing:
            return closing.code, closing.reason
        raise AssertionError(f"not closed, but {message}")

    async def initialise(self, **payload: Any) -> None:
        self.say({"type": "connection_init", "payload": payload})
        assert await self.hear() == {"type": "connection_ack"}

    def subscribe(self, id_: str, query: str, **more: Any) -> None:
        self.say({"id": id_, "type": "subscribe", "payload": {"query": query, **more}})


@asynccontextmanager
async def socket(
    app: App, *headers: tuple[bytes, bytes], protocols: Sequence[str] = ("graphql-transport-ws",), path: str = "/graphql"
) -> AsyncIterator[Socket]:
    """Opens a socket, past the handshake."""
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    scope = {
        "type": "websocket",
        "path": path,
        "query_string": b"",
        "headers": list(headers),
        "client": ("192.0.2.1", 4711),
        "subprotocols": list(protocols),
    }
    incoming.put_nowait({"type": "websocket.connect"})

    async def run() -> None:
        await app(scope, incoming.get, outgoing.put)

    task = asyncio.create_task(run())
    accepted = await outgoing.get()
    if accepted["type"] != "websocket.accept":
        await task
        raise Closed(accepted["code"], "")
    assert accepted["subprotocol"] == ("graphql-transport-ws" if "graphql-transport-ws" in protocols else None)
    try:
        yield Socket(incoming, outgoing, task)
    finally:
        incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
        with suppress(Closed):
            await task
