"""GraphQL over server-sent events, distinct connections: one request, its results as `next` events, then `complete`.

What fails before the results is told in the stream as well: a browser's EventSource shows nothing of any other answer.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from domain.viewer import Viewer
from ecard.errors import Unauthenticated, answer_of_errors
from ecard.observe.metrics import Metrics
from ecard.transport.admission import Admission
from ecard.transport.asgi import NO_STORE, Headers, Receive, Send
from ecard.transport.drain import Drain
from ecard.transport.engine import Answer, Engine, GraphQLRequest
from ecard.transport.incoming import Incoming
from ecard.transport.tasks import first_of

_COMPLETE = b"event: complete\ndata:\n\n"
_KEEP_ALIVE = b":\n\n"
# Between the proxies and us nobody may hold events back to send more of them at once.
_HEADERS: Headers = ((b"content-type", b"text/event-stream; charset=utf-8"), NO_STORE, (b"x-accel-buffering", b"no"))


@dataclass(slots=True)
class _Stream:
    """One open stream. `over`: whether to say that it is complete; a client that is not told so connects again."""

    send: Send
    codes: list[str] = field(default_factory=list)
    over: bool = True

    async def write(self, text: bytes) -> None:
        await self.send({"type": "http.response.body", "body": text, "more_body": True})

    async def next(self, result: bytes) -> None:
        # Only between tokens: within a string JSON escapes both.
        line = result.replace(b"\r", b" ").replace(b"\n", b" ")
        await self.write(b"event: next\ndata: " + line + b"\n\n")


class EventStreams:
    """Answers requests that accept text/event-stream. `keep_alive`: seconds between the comments that keep proxies waiting."""

    def __init__(self, engine: Engine, admission: Admission, metrics: Metrics, drain: Drain, keep_alive: float = 12.0) -> None:
        self._engine = engine
        self._admission = admission
        self._metrics = metrics
        self._drain = drain
        self._keep_alive = keep_alive

    async def respond(
        self,
        request: GraphQLRequest,
        viewer: Viewer,
        incoming: Incoming,
        origin: Headers,
        receive: Receive,
        send: Send,
    ) -> Answer:
        """Sends the whole stream. The answer is what to log of it."""
        result = await self._engine.subscribe(request, viewer, incoming.language, incoming.request_id, incoming.address)
        incoming.streamed = True
        headers = [*_HEADERS, (b"x-request-id", incoming.request_id.encode()), *incoming.rate, *origin]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        stream = _Stream(send)
        if isinstance(result, Answer):
            await stream.next(result.body)
            answer = result
        else:
            self._metrics.stream("sse", 1)
            try:
                await self._carry(stream, result, incoming, receive)
            finally:
                self._metrics.stream("sse", -1)
            answer = Answer(b"", False, request.operation_name, "subscription", 0, tuple(stream.codes), None)
        await send({"type": "http.response.body", "body": _COMPLETE if stream.over else b""})
        return answer

    async def _carry(self, stream: _Stream, results: AsyncGenerator[bytes, None], incoming: Incoming, receive: Receive) -> None:
        authorization = incoming.headers.get(b"authorization")
        try:
            await first_of(
                self._pump(stream, results),
                self._beat(stream),
                self._client_leaves(stream, receive),
                self._process_stops(stream),
                self._viewer_leaves(authorization),
            )
        except Exception as error:
            told = answer_of_errors([error], incoming.request_id, incoming.language, request_error=True)
            stream.codes.extend(told.error_codes)
            await stream.next(told.body)

    async def _pump(self, stream: _Stream, results: AsyncGenerator[bytes, None]) -> None:
        async with aclosing(results):
            async for result in results:
                await stream.next(result)

    async def _beat(self, stream: _Stream) -> None:
        while True:
            await asyncio.sleep(self._keep_alive)
            await stream.write(_KEEP_ALIVE)

    async def _client_leaves(self, stream: _Stream, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        stream.over = False

    async def _process_stops(self, stream: _Stream) -> None:
        await self._drain.wait()
        stream.over = False

    async def _viewer_leaves(self, authorization: bytes | None) -> None:
        await self._admission.ends(authorization)
        raise Unauthenticated
