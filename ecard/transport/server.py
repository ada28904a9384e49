"""How uvicorn serves the application: its options, what it lacks against clients that send without end or not at all, and a short
way for answers that are whole."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

MOST_HEADER_BYTES = 65_536
# Seconds from one look at all connections to the next, and through how many a request may still be on its way; so may the first one
# of a new connection.
ROUND = 5.0
MOST_ROUNDS = 6


class WholeCycle(RequestResponseCycle):
    """One request and its answer. uvicorn writes head and body apart, and looks at each header with two regular expressions; an
    answer whose length is told, and whose body comes at once, is written here in one piece, by one system call. All else goes its
    way. What fails between head and body has sent nothing yet, so that it can still become a 500."""

    _start: Any = None
    _head = b""

    async def send(self, message: Any) -> None:
        start, self._start = self._start, None
        if message["type"] == "http.response.start":
            if self.keep_alive and not self.response_started:
                self._head = self._head_of(message["status"], message["headers"])
                if self._head:
                    self._start = message
                    return
        elif start is not None:
            body, head = message.get("body", b""), self._head
            if b"\r\ncontent-length: %d\r\n" % len(body) in head and not message.get("more_body"):
                if self.flow.write_paused:
                    await self.flow.drain()
                self._finish(head + body)
                return
            await super().send(start)
        await super().send(message)

    def _head_of(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        """The head, where the answer may be one that is written whole; else nothing."""
        lines = [*self.default_headers, *headers]
        head = b"".join([STATUS_LINE[status], *[b"%b: %b\r\n" % line for line in lines], b"\r\n"])
        # A line break within a header would start another one.
        breaks = len(lines) + 2
        if head.count(b"\n") != breaks or head.count(b"\r") != breaks or b"\r\ncontent-length: " not in head:
            return b""
        return b"" if b"\r\nconnection: " in head or self.scope["method"] == "HEAD" else head

    def _finish(self, answer: bytes) -> None:
        if self.disconnected:
            return
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.message_event.set()
        self.transport.write(answer)
        self.on_response()


class BoundedHttpProtocol(HttpToolsProtocol):
    """Answers 431 to headers that do not end and 408 to requests that do not. A round over all connections now and then costs less
    than a timer for each request."""

    _open: ClassVar["set[BoundedHttpProtocol]"] = set()
    # The loop in which the next round is due.
    _going: ClassVar[asyncio.AbstractEventLoop | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._header_bytes = 0
        # The request whose headers were counted, and that of the last round: its scope, which is another for each.
        self._counted: object = self
        self._seen: object = self
        self._rounds = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._open.add(self)
        if BoundedHttpProtocol._going is not self.loop:
            BoundedHttpProtocol._going = self.loop
            self.loop.call_later(ROUND, self._go_round, self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        # From here on another protocol has the connection.
        self._open.discard(self)
        super().handle_websocket_upgrade()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # uvicorn has no place to name the class.
        cycle.__class__ = WholeCycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_headers():
            if self._counted is not self.scope:
                self._counted, self._header_bytes = self.scope, 0
            self._header_bytes += len(data)
            if self._header_bytes > MOST_HEADER_BYTES:
                self._refuse(b"431 Request Header Fields Too Large")

    def _in_headers(self) -> bool:
        # The method is set when they are complete; before the first request there is no scope.
        return "method" not in (self.scope or ())

    @classmethod
    def _go_round(cls, loop: asyncio.AbstractEventLoop) -> None:
        for connection in list(cls._open):
            connection.refuse_late()
        BoundedHttpProtocol._going = loop if cls._open else None
        if cls._open:
            loop.call_later(ROUND, cls._go_round, loop)

    def refuse_late(self) -> None:
        """Once a round: ends the connection if the same request has been coming for too many."""
        cycle = self.cycle
        if not self._in_headers() and (not cycle.more_body or cycle.response_started):
            self._seen = self
        elif self._seen is not self.scope:
            self._seen, self._rounds = self.scope, 0
        else:
            self._rounds += 1
            if self._rounds > MOST_ROUNDS:
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
