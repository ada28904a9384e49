"""One operation of a socket, from its `subscribe` to its `complete` or `error`."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter

from domain.viewer import Viewer
from ecard.errors import Code, RequestError, Text, answer_of_errors
from ecard.observe.logs import REQUEST_ID
from ecard.observe.requests import Observer
from ecard.transport import frames
from ecard.transport.admission import Admission, too_often
from ecard.transport.cors import Cors
from ecard.transport.engine import Answer, Engine, GraphQLRequest
from ecard.transport.incoming import Incoming, request_id
from ecard.transport.parameters import refuse_nul
from ecard.transport.persisted import PersistedDocuments

_SWITCHED = 101


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """`init_seconds`: within which the connection must be initialised. `operations`: open at once. `message`: characters."""

    init_seconds: float = 10.0
    operations: int = 50
    message: int = 262_144


@dataclass(frozen=True, slots=True)
class Serving:
    """What every socket of the process works with."""

    engine: Engine
    admission: Admission
    observer: Observer
    persisted: PersistedDocuments
    cors: Cors
    limits: SocketLimits


class Operation:
    """It has a request id of its own, since a socket outlives many."""

    def __init__(self, serving: Serving, incoming: Incoming, viewer: Viewer, say: Callable[[str], Awaitable[None]]) -> None:
        self._serving = serving
        self._incoming = incoming
        self._viewer = viewer
        self._say = say
        self._request_id = request_id(None)

    async def run(self, id_: str, request: GraphQLRequest, others: int) -> None:
        """Carries it out, beside so many others, until it ends or is cancelled."""
        started = perf_counter()
        REQUEST_ID.set(self._request_id)
        observer = self._serving.observer
        span = observer.start(self._incoming.headers)
        # Of a subscription that the client ends.
        answer = Answer(b"", False, request.operation_name, "subscription", 0, (), None)
        try:
            answer = await self._carry_out(id_, request, others)
        except Exception as error:
            answer = answer_of_errors([error], self._request_id, self._incoming.language, request_error=True)
            await self._say(frames.error(id_, answer.body))
        finally:
            observer.finish("websocket", self._request_id, started, self._viewer, answer, _SWITCHED, span)

    async def _carry_out(self, id_: str, request: GraphQLRequest, others: int) -> Answer:
        serving, incoming = self._serving, self._incoming
        most = serving.limits.operations
        if others >= most:
            raise RequestError(Code.RATE_LIMITED, Text(f"At most {most} operations at once.", f"同时最多 {most} 个操作。"))
        retry_after = serving.admission.rates.take(self._viewer, incoming.address).retry_after
        if retry_after:
            raise too_often(retry_after)
        refuse_nul(request.variables)
        new = serving.persisted.resolve(request) if request.extensions else None
        result = await serving.engine.subscribe(request, self._viewer, incoming.language, self._request_id, incoming.address)
        if isinstance(result, Answer) and result.request_error:
            await self._say(frames.error(id_, result.body))
            return result
        if new is not None and request.query is not None:
            serving.persisted.keep(new, request.query)
        if isinstance(result, Answer):
            await self._say(frames.next_(id_, result.body))
            answer = result
        else:
            async with aclosing(result):
                async for body in result:
                    await self._say(frames.next_(id_, body))
            answer = Answer(b"", False, request.operation_name, "subscription", 0, (), None)
        await self._say(frames.complete(id_))
        return answer
