"""GraphQL over HTTP: POST and GET, both media types, one raw ASGI callable. Here every microsecond is paid by every request."""

from ecard.errors import ALWAYS, STATUSES, RequestError, Unauthenticated, answer_of_errors, describe
from ecard.observe.logs import REQUEST_ID
from ecard.observe.requests import Observer
from ecard.transport.admission import Admission, too_often
from ecard.transport.asgi import NO_STORE, Headers, Receive, Scope, Send
from ecard.transport.cors import Cors
from ecard.transport.engine import Answer, Engine
from ecard.transport.incoming import EVENTS, JSON, Incoming, Media
from ecard.transport.parameters import bad_request, from_body, from_query_string
from ecard.transport.persisted import PersistedDocuments
from ecard.transport.sse import EventStreams

_CLOSE = (b"connection", b"close")


class GraphQLHttp:
    """Answers `/graphql` over HTTP. `most_bytes`: of a body."""

    def __init__(
        self,
        engine: Engine,
        admission: Admission,
        observer: Observer,
        persisted: PersistedDocuments,
        streams: EventStreams,
        cors: Cors,
        most_bytes: int,
    ) -> None:
        self._engine = engine
        self._admission = admission
        self._observer = observer
        self._persisted = persisted
        self._streams = streams
        self._cors = cors
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        incoming = Incoming(scope)
        if scope["method"] == "OPTIONS":
            await self._preflight(incoming, send)
            return
        REQUEST_ID.set(incoming.request_id)
        span = self._observer.start(incoming.headers)
        try:
            answer, status = await self._answer(scope, receive, send, incoming)
        except Exception as error:
            described = describe(error, incoming.request_id)
            answer = answer_of_errors([described], incoming.request_id, incoming.language, request_error=True)
            status = described.status or _status(answer, incoming.media)
        if not incoming.streamed:
            await send({"type": "http.response.start", "status": status, "headers": self._headers(incoming, answer, status)})
            await send({"type": "http.response.body", "body": answer.body})
        self._observer.finish(
            "sse" if incoming.streamed else "http",
            incoming.request_id,
            incoming.started,
            incoming.viewer,
            answer,
            status,
            span,
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send, incoming: Incoming) -> tuple[Answer, int]:
        incoming.check(scope)
        method, address = scope["method"], incoming.address
        if method == "POST":
            incoming.check_content()
        elif method != "GET":
            raise bad_request("Use POST, or GET for queries.", "请使用 POST，查询也可使用 GET。", status=405)
        admission = self._admission
        try:
            viewer = incoming.viewer = await admission.authenticator.viewer(incoming.headers.get(b"authorization"))
        except Unauthenticated as error:
            raise admission.refusal(error, address) from None
        incoming.rate, retry_after = admission.rates.take(viewer, address)
        if retry_after:
            raise too_often(retry_after)
        request = from_body(await self._body(receive, incoming)) if method == "POST" else from_query_string(scope["query_string"])
        new = self._persisted.resolve(request) if request.extensions else None
        if incoming.media is EVENTS:
            answer = await self._streams.respond(request, viewer, incoming, self._origin(incoming), receive, send)
        else:
            answer = await self._engine.execute(request, viewer, incoming.language, incoming.request_id, address)
        if not answer.request_error:
            if new is not None and request.query is not None:
                self._persisted.keep(new, request.query)
            return answer, 200
        if method == "GET" and answer.operation_kind in ("mutation", "subscription"):
            return answer, 405
        return answer, _status(answer, incoming.media)

    async def _body(self, receive: Receive, incoming: Incoming) -> bytes:
        most = self._most_bytes
        declared = incoming.headers.get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > 15 or int(declared) > most:
            raise self._too_large()
        message = await receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body") and len(body) <= most:
            message = await receive()
            body += message.get("body", b"")
        if len(body) > most:
            raise self._too_large()
        if message["type"] == "http.disconnect":
            raise bad_request("The body was cut off.", "请求体不完整。")
        return body

    def _too_large(self) -> RequestError:
        most = self._most_bytes
        return bad_request(f"The body has more than {most} bytes.", f"请求体超过 {most} 字节。", status=413)

    def _headers(self, incoming: Incoming, answer: Answer, status: int) -> list[tuple[bytes, bytes]]:
        headers = [
            incoming.media.header,
            NO_STORE,
            (b"content-length", b"%d" % len(answer.body)),
            (b"x-request-id", incoming.request_id.encode()),
            *incoming.rate,
        ]
        if b"origin" in incoming.headers:
            headers += self._origin(incoming)
        if status >= 400:
            headers += _explained(status, answer, b"authorization" in incoming.headers)
        return headers

    def _origin(self, incoming: Incoming) -> Headers:
        origin = incoming.headers.get(b"origin")
        return self._cors.headers(origin) if origin is not None else ()

    async def _preflight(self, incoming: Incoming, send: Send) -> None:
        headers = [*self._cors.preflight(incoming.headers), (b"x-request-id", incoming.request_id.encode())]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _status(answer: Answer, media: Media) -> int:
    """The status of a request that was not carried out."""
    code = answer.error_codes[0]
    if media is JSON and code not in ALWAYS:
        return 200
    return STATUSES.get(code, 400)


def _explained(status: int, answer: Answer, signed_in: bool) -> Headers:
    """The headers that go with a status."""
    if status == 401:
        # RFC 6750: with an error only where there were credentials.
        return ((b"www-authenticate", b'Bearer realm="ecard", error="invalid_token"' if signed_in else b'Bearer realm="ecard"'),)
    if status == 405:
        return ((b"allow", b"GET, POST, OPTIONS"),)
    if status == 413:
        # The rest of the body will not be read.
        return (_CLOSE,)
    if answer.retry_after is not None:
        return ((b"retry-after", b"%d" % answer.retry_after),)
    return ()
