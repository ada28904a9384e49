"""A service on loopback that stands in for one outside: it notes what it is asked, and answers as the test says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class StandIn:
    """`answer`: the bytes of the response; with `hangs` they are followed by silence instead of an end."""

    url: str = ""
    answer: bytes = b""
    hangs: bool = False
    asked: list[Asked] = field(default_factory=list)

    def answers(self, status: int, body: Any = None, *, raw: bytes | None = None) -> None:
        """Answers with JSON, or with these bytes."""
        content = json.dumps(body).encode() if raw is None else raw
        self.answer = f"HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {len(content)}\r\n\r\n".encode() + content

    def answer_to(self, line: str) -> None:
        """Called with the first line of each request, before it is answered."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append(Asked(head[0], headers, body))
        self.answer_to(head[0])
        writer.write(self.answer)
        await writer.drain()
        if self.hangs:
            await reader.read()  # until the other side gives up
        writer.close()
        await writer.wait_closed()


S = TypeVar("S", bound=StandIn)


@asynccontextmanager
async def listening(found: S) -> AsyncIterator[S]:
    """Lets this stand-in listen on a free port of 127.0.0.1."""
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    found.url = f"http://{host}:{port}"
    async with server:
        yield found


@asynccontextmanager
async def stand_in() -> AsyncIterator[StandIn]:
    """A stand-in that listens on a free port of 127.0.0.1."""
    async with listening(StandIn()) as found:
        yield found
