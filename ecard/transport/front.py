"""The outermost application: GraphQL straight to its handlers, all else to the routes, each with a request id and a log line."""

from typing import Any

from ecard.errors import STATUSES, answer_of_errors, describe
from ecard.observe.logs import REQUEST_ID
from ecard.observe.requests import Observer
from ecard.transport.admission import too_often
from ecard.transport.asgi import NO_STORE, App, Message, Receive, Scope, Send
from ecard.transport.incoming import Incoming
from ecard.transport.rates import Rates

PATH = "/graphql"
# Each of these costs a look at a database, a signature or a hash, and whoever asks has not signed in: they count for the address.
COUNTED = ("/oauth/", "/shared/")


class Front:
    """The ASGI application that uvicorn serves. `routes` also has the lifespan."""

    def __init__(self, graphql: App, sockets: App, routes: App, observer: Observer, rates: Rates) -> None:
        self._graphql = graphql
        self._sockets = sockets
        self._routes = routes
        self._observer = observer
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            if scope["path"] == PATH:
                await self._graphql(scope, receive, send)
            else:
                await self._route(scope, receive, send)
        elif kind == "websocket" and scope["path"] == PATH:
            await self._sockets(scope, receive, send)
        else:
            await self._routes(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        incoming = Incoming(scope)
        REQUEST_ID.set(incoming.request_id)
        sent = _Sent(send, incoming.request_id)
        try:
            if scope["path"].startswith(COUNTED):
                _, retry_after = self._rates.take_of_address(incoming.address)
                if retry_after:
                    raise too_often(retry_after)
            await self._routes(scope, receive, sent)
        except Exception as error:
            # The routes' own way with a fault is to answer, and then to raise it for whoever logs.
            described = describe(error, incoming.request_id)
            answer = answer_of_errors([described], incoming.request_id, incoming.language, request_error=True)
            if sent.status == 0:
                headers = [_JSON, NO_STORE]
                if described.retry_after is not None:
                    headers.append((b"retry-after", b"%d" % described.retry_after))
                status = described.status or STATUSES.get(described.code, 400)
                await sent({"type": "http.response.start", "status": status, "headers": headers})
                await sent({"type": "http.response.body", "body": answer.body})
        route = _route(scope, sent.status)
        self._observer.finish_http(incoming.request_id, incoming.started, scope["method"], route, sent.status)


_JSON = (b"content-type", b"application/json; charset=utf-8")


class _Sent:
    """Sends on, adds the request id, remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = (b"x-request-id", request_id.encode())
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), self._request_id]
        await self._send(message)


def _route(scope: Scope, status: int) -> str:
    """The first part of the path: what follows may be a key to somebody's document."""
    path: Any = scope["path"]
    return "unknown" if status == 404 else "/" + path.split("/")[1][:40]
