"""The bare limit: a function that knows the viewer, runs one prepared statement and sends its bytes. It reads no GraphQL.

The question is the path's last word. The statements are the platform's own, so that the database has the same to do.
"""

from collections import defaultdict
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import asyncpg
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from benchmarks.common import Common
from benchmarks.questions import QUESTIONS
from db.connection import Connection
from db.pool import Pool
from domain.viewer import Viewer
from ecard.app import utc_now
from ecard.requests import request_of
from ecard.transport.asgi import Receive, Scope, Send
from ecard.transport.engine import Authenticator
from plans.collect import Collector
from plans.plan import Plan, Source, compile_query, fragments_of
from plans.values import Values
from schema import build

NO_VARIABLES = VariableValues({}, {})
JSON = (b"content-type", b"application/json; charset=utf-8")
Prepared = dict[str, "asyncpg.prepared_stmt.PreparedStatement[asyncpg.Record]"]


class Limit:
    """The ASGI application. What a viewer's parameters are is worked out once for each question."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._pool = Pool(common.pool_options())
        self._plans: dict[str, Plan] = {}
        self._prepared: dict[Connection, Prepared] = defaultdict(dict)
        self._arguments: dict[str, dict[UUID | None, list[Any]]] = {question.name: {} for question in QUESTIONS}
        self._authenticator: Authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        authorization = next(value for name, value in scope["headers"] if name == b"authorization")
        viewer = await self._authenticator.viewer(authorization)
        await receive()
        question = scope["path"].rpartition("/")[2]
        arguments = self._arguments[question].get(viewer.resident_id) or self._bind(question, viewer)
        connection = await self._pool.acquire()
        try:
            statement = self._prepared[connection].get(question) or await self._prepare(question, connection)
            body = b'{"data":%b}' % await statement.fetchval(*arguments)
        finally:
            self._pool.release(connection)
        headers = [JSON, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _bind(self, question: str, viewer: Viewer) -> list[Any]:
        values = Values(NO_VARIABLES, request_of(viewer, utc_now))
        if question not in self._plans:
            self._plans[question] = _compile(question, values)
        bound = self._arguments[question][viewer.resident_id] = [bind(values) for bind in self._plans[question].binders]
        return bound

    async def _prepare(self, question: str, connection: Connection) -> Any:
        prepared = self._prepared[connection][question] = await connection.prepare(self._plans[question].sql)
        return prepared

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._pool.close)
            self._authenticator = await stack.enter_async_context(self._common.authenticator())
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _compile(question: str, values: Values) -> Plan:
    """What the platform compiles of it."""
    schema = build.build()
    source = Source(build.graphql_schema(schema), build.mapping(schema))
    document = parse(next(one.document for one in QUESTIONS if one.name == question))
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    collector = Collector(source.schema, fragments_of(document), NO_VARIABLES)
    return compile_query(source, collector, operation.selection_set, values)
