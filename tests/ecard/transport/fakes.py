"""An engine over graphql-core, an authenticator over a dictionary, and the transports put together around them."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any
from uuid import UUID

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    build_schema,
    get_operation_ast,
    get_variable_values,
    subscribe,
    validate,
)
from graphql import execute as graphql_execute

from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.errors import Code, Unauthenticated, answer_of_errors, error_object
from ecard.limits import DocumentLimits, parse, validation_rules
from ecard.observe.logs import Lines
from ecard.observe.metrics import Metrics
from ecard.observe.requests import Observer, Tracer
from ecard.transport.asgi import App
from ecard.transport.assembly import TransportOptions, assemble
from ecard.transport.drain import Drain
from ecard.transport.engine import Answer, GraphQLRequest
from ecard.transport.front import Front
from ecard.transport.rates import Rate

SCHEMA = build_schema(
    """
    type Query { hello(name: String): String  language: String  viewer: String  me: String  boom: String  node: Node }
    type Node { id: ID  node: Node }
    type Mutation { add(by: Int!): Int }
    type Subscription { count(to: Int!): Int  forever: Int  broken: Int }
    """
)
LIMITS = DocumentLimits()
SECRET = "a name that nobody may read"


@dataclass(slots=True)
class Asked:
    """The context of one request."""

    viewer: Viewer
    language: str
    engine: "FakeEngine"


class Root:
    def hello(self, _: GraphQLResolveInfo[Any], name: str | None = None) -> str:
        return f"hello {name or 'world'}"

    def language(self, info: GraphQLResolveInfo[Any]) -> str:
        return str(info.context.language)

    def viewer(self, info: GraphQLResolveInfo[Any]) -> str:
        return str(info.context.viewer.kind)

    def boom(self, _: GraphQLResolveInfo[Any]) -> str:
        raise ValueError(SECRET)

    def add(self, info: GraphQLResolveInfo[Any], by: int) -> int:
        info.context.engine.total += by
        return int(info.context.engine.total)

    async def count(self, _: GraphQLResolveInfo[Any], to: int) -> AsyncGenerator[dict[str, int], None]:
        for number in range(to):
            yield {"count": number}

    async def forever(self, info: GraphQLResolveInfo[Any]) -> AsyncGenerator[dict[str, int], None]:
        engine: FakeEngine = info.context.engine
        engine.open += 1
        try:
            yield {"forever": 0}
            await asyncio.Event().wait()
        finally:
            engine.open -= 1

    async def broken(self, _: GraphQLResolveInfo[Any]) -> AsyncGenerator[dict[str, int], None]:
        yield {"broken": 0}
        raise ValueError(SECRET)


@dataclass(slots=True)
class FakeEngine:
    """`total`: what the mutations added. `open`: how many endless subscriptions run. `seen`: the documents. `ready`: an answer
    to everything."""

    total: int = 0
    open: int = 0
    seen: list[str] = field(default_factory=list)
    ready: Answer | None = None

    async def execute(self, request: GraphQLRequest, viewer: Viewer, language: str, request_id: str, address: str) -> Answer:
        result = await self._run(request, viewer, language, request_id)
        if isinstance(result, Answer):
            return result
        await result.aclose()
        error = GraphQLError("Subscribe over a stream.", extensions={"code": Code.BAD_REQUEST.value})
        return answer_of_errors([error], request_id, language, request_error=True, kind="subscription")

    async def subscribe(
        self, request: GraphQLRequest, viewer: Viewer, language: str, request_id: str, address: str
    ) -> Answer | AsyncGenerator[bytes, None]:
        return await self._run(request, viewer, language, request_id)

    async def _run(
        self, request: GraphQLRequest, viewer: Viewer, language: str, request_id: str
    ) -> Answer | AsyncGenerator[bytes, None]:
        def refused(*errors: GraphQLError, code: Code, kind: str | None = None) -> Answer:
            for error in errors:
                error.extensions = {"code": code.value, **(error.extensions or {})}
            return answer_of_errors(errors, request_id, language, request_error=True, kind=kind)

        text = request.query or ""
        self.seen.append(text)
        if self.ready is not None:
            return self.ready
        try:
            document = parse(text, LIMITS)
        except GraphQLError as error:
            return refused(error, code=Code.GRAPHQL_PARSE_FAILED)
        errors = validate(SCHEMA, document, validation_rules(LIMITS), max_errors=LIMITS.errors)
        if errors:
            return refused(*errors, code=Code.GRAPHQL_VALIDATION_FAILED)
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            return refused(GraphQLError("Which operation?"), code=Code.OPERATION_RESOLUTION_FAILURE)
        kind = operation.operation.value
        if request.method_is_get and kind != "query":
            return refused(GraphQLError("Use POST."), code=Code.BAD_REQUEST, kind=kind)
        coerced = get_variable_values(SCHEMA, operation.variable_definitions or (), request.variables or {})
        if isinstance(coerced, list):
            return refused(*coerced, code=Code.BAD_USER_INPUT)
        if " me" in text and viewer.kind is ViewerKind.ANONYMOUS:
            return refused(GraphQLError("Query.me needs a sign-in."), code=Code.UNAUTHENTICATED)
        if "explode" in text:
            raise RuntimeError(SECRET)
        return await self._carry_out(document, operation, request, Asked(viewer, language, self), request_id)

    async def _carry_out(
        self, document: Any, operation: OperationDefinitionNode, request: GraphQLRequest, asked: Asked, request_id: str
    ) -> Answer | AsyncGenerator[bytes, None]:
        name = operation.name.value if operation.name else None
        kind = operation.operation.value
        run = subscribe if kind == "subscription" else graphql_execute
        result: Any = run(SCHEMA, document, Root(), asked, request.variables, request.operation_name)
        result = await result if isawaitable(result) else result
        if not isinstance(result, ExecutionResult):
            return _results(result, request_id, asked.language)
        errors = [error_object(error, request_id, asked.language) for error in result.errors or ()]
        codes = tuple(error["extensions"]["code"] for error in errors)
        body = {"data": result.data, **({"errors": errors} if errors else {})}
        return Answer(orjson.dumps(body), False, name, kind, 1, codes, None)


async def _results(source: Any, request_id: str, language: str) -> AsyncGenerator[bytes, None]:
    async with aclosing(source):
        async for result in source:
            # Over two lines, as PostgreSQL makes it.
            yield orjson.dumps({"data": result.data}, option=orjson.OPT_INDENT_2)


RESIDENT = Viewer(ViewerKind.RESIDENT, UUID(int=1), UUID(int=2), UUID(int=3), scopes=frozenset({"card:read"}))
HOSPITAL = Viewer(ViewerKind.INSTITUTION, client_id=UUID(int=4), institution_id=UUID(int=5))


@dataclass(slots=True)
class FakeAuthenticator:
    """`known`: by token. `fault`: raised instead of any answer."""

    known: dict[bytes, Viewer] = field(default_factory=lambda: {b"Bearer resident": RESIDENT, b"Bearer hospital": HOSPITAL})
    fault: Exception | None = None

    async def viewer(self, authorization: bytes | None) -> Viewer:
        if self.fault is not None:
            raise self.fault
        if authorization is None:
            return ANONYMOUS
        if authorization not in self.known:
            raise Unauthenticated
        return self.known[authorization]


@dataclass(slots=True)
class World:
    """The transports around their fakes, and what came of them."""

    engine: FakeEngine
    authenticator: FakeAuthenticator
    metrics: Metrics
    drain: Drain
    lines: Lines
    written: list[bytes]
    front: Front

    def log(self) -> list[dict[str, Any]]:
        """The request log until now."""
        self.lines.flush()
        return [orjson.loads(line) for line in b"".join(self.written).splitlines()]


def rates(quota: int = 1_000_000) -> dict[ViewerKind, Rate]:
    return {kind: Rate(kind.lower(), quota, 60) for kind in ViewerKind}


async def no_routes(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"none"})


def world(
    *,
    quota: int = 1_000_000,
    origins: Collection[str] = (),
    routes: App = no_routes,
    tracer: Tracer | None = None,
    **options: Any,
) -> World:
    """A new one, with the options of `TransportOptions`."""
    written: list[bytes] = []
    lines = Lines(written.append, delay=3_600)
    engine, authenticator, metrics, drain = FakeEngine(), FakeAuthenticator(), Metrics(), Drain()
    observer = Observer(lines, metrics, tracer)
    chosen = TransportOptions(rates(quota), origins, **options)
    front = assemble(engine, authenticator, routes, observer, drain, chosen)
    return World(engine, authenticator, metrics, drain, lines, written, front)
