"""How uvicorn serves the application: its options, what it lacks against clients that send without end or not at all, and one
packet for an answer that is known as a whole."""

import asyncio
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES = 65_536
# Within which a client must have sent a whole request, from its first byte; also the first byte, of a new connection.
MOST_SECONDS = 30.0
_ROUND = 5.0


class WholeAnswers:
    """A connection's transport that keeps the head of an answer until its body comes, which it does at once where its length is
    known. uvicorn writes them apart: the second system call and packet cost as much as finding a plan and its parameters."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.bare = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        """Sends the data, behind the head that waits for it."""
        if self._head:
            self.bare.write(self._head + data)
            self._head = b""
        elif data.startswith(b"HTTP/1.1 ") and b"\r\ncontent-length: " in data:
            self._head = data
        else:
            self.bare.write(data)

    def flush(self) -> None:
        """Sends a head whose body never came: the answer to a HEAD, or to what failed half-way."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Closes the connection, once all is sent."""
        self.flush()
        self.bare.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bare, name)


class BoundedHttpProtocol(HttpToolsProtocol):
    """Answers 431 to headers that do not end and 408 to requests that do not. A round over all connections now and then costs less
    than a timer for each request."""

    _open: ClassVar["set[BoundedHttpProtocol]"] = set()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_headers = True
        self._header_bytes = 0
        self._since = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._answers = WholeAnswers(transport)
        super().connection_made(cast("asyncio.Transport", self._answers))
        if not self._open:
            self.loop.call_later(_ROUND, self._go_round, self.loop)
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        # From here on another protocol has the connection.
        self._open.discard(self)
        self.transport = self._answers.bare
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        self._in_headers = True
        self._header_bytes = 0
        self._since = self.loop.time()
        super().on_message_begin()

    def on_response_complete(self) -> None:
        self._answers.flush()
        super().on_response_complete()

    def on_headers_complete(self) -> None:
        self._in_headers = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > MOST_HEADER_BYTES:
                self._refuse(b"431 Request Header Fields Too Large")

    @classmethod
    def _go_round(cls, loop: asyncio.AbstractEventLoop) -> None:
        for connection in list(cls._open):
            connection.refuse_late(loop.time())
        if cls._open:
            loop.call_later(_ROUND, cls._go_round, loop)

    def refuse_late(self, now: float) -> None:
        """Ends the connection if a request has been coming for too long."""
        unfinished = self._in_headers or (self.cycle.more_body and not self.cycle.response_started)
        if unfinished and now - self._since > MOST_SECONDS:
            self._refuse(b"408 Request Timeout")

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()


def uvicorn_options(*, trusted_proxies: str, drain_seconds: int, message_bytes: int) -> dict[str, Any]:
    """For `uvicorn.Config` or `uvicorn.run`. `trusted_proxies`: addresses whose X-Forwarded-For counts, by comma; empty for none.
    `drain_seconds`: for what is under way when the process is to stop; give the orchestrator some more before it kills.
    `message_bytes`: of one WebSocket message."""
    return {
        "loop": "uvloop",
        "http": BoundedHttpProtocol,
        "ws": "websockets-sansio",
        "ws_max_size": message_bytes,
        # It would cost each socket hundreds of kilobytes.
        "ws_per_message_deflate": False,
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": bool(trusted_proxies),
        "forwarded_allow_ips": trusted_proxies,
        "timeout_keep_alive": 65,
        "timeout_graceful_shutdown": drain_seconds,
    }
