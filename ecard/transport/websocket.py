"""GraphQL over WebSocket, the protocol graphql-transport-ws and no other: one socket, many operations of any kind.

A frame that is no message of the protocol ends the socket with 4400 and a reason. What is wrong with one operation ends that one.
"""

import asyncio
from contextlib import suppress

from domain.viewer import ANONYMOUS, Viewer
from ecard.errors import Code, RequestError, Unauthenticated, describe
from ecard.transport import frames
from ecard.transport.admission import too_often
from ecard.transport.asgi import Receive, Scope, Send
from ecard.transport.frames import PROTOCOL, Closing, Message
from ecard.transport.incoming import Incoming
from ecard.transport.operations import Operation, Serving
from ecard.transport.parameters import from_object
from ecard.transport.tasks import first_of


class GraphQLSockets:
    """Answers `/graphql` over WebSocket."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        incoming = Incoming(scope)
        headers = incoming.headers
        if not self._serving.cors.allows(headers.get(b"origin"), headers.get(b"host")):
            # Before it is accepted this becomes an answer 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        known = PROTOCOL in scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if known else None})
        metrics = self._serving.observer.metrics
        metrics.stream("websocket", 1)
        try:
            if not known:
                raise Closing(4406, "Subprotocol not acceptable")
            await _Socket(self._serving, incoming, receive, send).run()
        except Closing as closing:
            await _close(send, closing)
        except Exception as error:
            await _close(send, Closing(4500, describe(error, incoming.request_id).text.en))
        finally:
            metrics.stream("websocket", -1)


async def _close(send: Send, closing: Closing) -> None:
    with suppress(OSError):
        await send({"type": "websocket.close", "code": closing.code, "reason": closing.reason})


class _Left(Exception):
    """The client is gone."""


class _Socket:
    """One open socket and its operations."""

    def __init__(self, serving: Serving, incoming: Incoming, receive: Receive, send: Send) -> None:
        self._serving = serving
        self._incoming = incoming
        self._receive = receive
        self._send = send
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._viewer = ANONYMOUS
        self._authorization: bytes | None = None

    async def run(self) -> None:
        """Until the client leaves. Raises Closing."""
        try:
            try:
                async with asyncio.timeout(self._serving.limits.init_seconds):
                    await self._begin()
            except TimeoutError:
                raise Closing(4408, "Connection initialisation timeout") from None
            await first_of(self._listen(), self._viewer_leaves())
        except _Left:
            return
        finally:
            tasks = list(self._operations.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def say(self, text: str) -> None:
        """Sends a message; to a client that is gone, nothing."""
        with suppress(OSError):
            await self._send({"type": "websocket.send", "text": text})

    async def _hear(self) -> Message:
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise _Left
        return frames.parse(event.get("text"), self._serving.limits.message)

    async def _begin(self) -> None:
        while True:
            message = await self._hear()
            if message.type == "connection_init":
                break
            if message.type == "subscribe":
                raise Closing(4401, "Unauthorized")
            if message.type == "ping":
                await self.say(frames.pong(message.payload))
        payload = message.payload or {}
        given = payload.get("authorization", payload.get("Authorization"))
        if given is not None and not (isinstance(given, str) and given.isascii()):
            raise Closing(4400, "authorization is text")
        self._authorization = given.encode() if given is not None else None
        self._viewer = await self._admitted()
        await self.say(frames.ACK)

    async def _admitted(self) -> Viewer:
        admission, address = self._serving.admission, self._incoming.address
        try:
            retry_after = admission.rates.take_of_address(address).retry_after
            if retry_after:
                raise too_often(retry_after)
            return await admission.viewer(self._authorization, address)
        except Unauthenticated:
            raise Closing(4401, "Unauthorized") from None
        except Exception as error:
            described = describe(error, self._incoming.request_id)
            # Clients try again after 1013, but not after 4500.
            raise Closing(1013 if described.code is Code.RATE_LIMITED else 4500, described.text.en) from None

    async def _viewer_leaves(self) -> None:
        await self._serving.admission.ends(self._authorization)
        # Clients connect again after this one, with what then is their token.
        raise Closing(4403, "Forbidden")

    async def _listen(self) -> None:
        while True:
            message = await self._hear()
            if message.type == "subscribe":
                self._subscribe(message)
            elif message.type == "complete":
                task = self._operations.pop(message.id, None)
                if task is not None:
                    task.cancel()
            elif message.type == "ping":
                await self.say(frames.pong(message.payload))
            elif message.type == "connection_init":
                raise Closing(4429, "Too many initialisation requests")

    def _subscribe(self, message: Message) -> None:
        if message.id in self._operations:
            raise Closing(4409, f"Subscriber for {message.id} already exists")
        try:
            request = from_object(message.payload, may_hold_nul=False)
        except RequestError as error:
            raise Closing(4400, error.text.en) from None
        operation = Operation(self._serving, self._incoming, self._viewer, self.say)
        task = asyncio.ensure_future(operation.run(message.id, request, len(self._operations)))
        self._operations[message.id] = task
        task.add_done_callback(lambda done: self._forget(message.id, done))

    def _forget(self, id_: str, task: asyncio.Task[None]) -> None:
        # Not an operation that has the same id because the client ended this one.
        if self._operations.get(id_) is task:
            del self._operations[id_]
