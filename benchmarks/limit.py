"""The bare limit: a function that knows the viewer, runs one prepared statement and sends its bytes. It reads no GraphQL.

The question is the path's last word; the body's variables are looked at once for each viewer. The statements are the platform's
own, so that the database has the same to do.
"""

from collections import defaultdict
from contextlib import AsyncExitStack
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from graphql import OperationDefinitionNode, get_variable_values, parse
from graphql.execution.values import VariableValues

from benchmarks.common import Common
from benchmarks.questions import LIMIT, QUESTIONS
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

JSON = (b"content-type", b"application/json; charset=utf-8")
Prepared = dict[str, "asyncpg.prepared_stmt.PreparedStatement[asyncpg.Record]"]
Bound = tuple[str, list[Any]]  # a statement and its arguments


class Limit:
    """The ASGI application. What a viewer's parameters are is worked out once for each question."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._pool = Pool(common.pool_options())
        self._prepared: dict[Connection, Prepared] = defaultdict(dict)
        asked = [question.name for question in QUESTIONS if LIMIT in question.platforms]
        self._bound: dict[str, dict[tuple[UUID | None, bytes], Bound]] = {name: {} for name in asked}
        self._authenticator: Authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        authorization = next(value for name, value in scope["headers"] if name == b"authorization")
        viewer = await self._authenticator.viewer(authorization)
        asked = (await receive())["body"]
        question = scope["path"].rpartition("/")[2]
        key = (viewer.resident_id or viewer.institution_id, asked)
        sql, arguments = self._bound[question].get(key) or self._bind(question, viewer, key)
        connection = await self._pool.acquire()
        try:
            statement = self._prepared[connection].get(sql) or await self._prepare(sql, connection)
            body = b'{"data":%b}' % await statement.fetchval(*arguments)
        finally:
            self._pool.release(connection)
        headers = [JSON, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _bind(self, question: str, viewer: Viewer, key: tuple[UUID | None, bytes]) -> Bound:
        plan, values = _compile(question, viewer, orjson.loads(key[1]).get("variables", {}))
        bound = self._bound[question][key] = (plan.sql, [bind(values) for bind in plan.binders])
        return bound

    async def _prepare(self, sql: str, connection: Connection) -> Any:
        prepared = self._prepared[connection][sql] = await connection.prepare(sql)
        return prepared

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._pool.close)
            self._authenticator = await stack.enter_async_context(self._common.authenticator())
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@lru_cache(1)
def _source() -> Source:
    schema = build.build()
    return Source(build.graphql_schema(schema), build.mapping(schema))


def _compile(question: str, viewer: Viewer, variables: dict[str, Any]) -> tuple[Plan, Values]:
    """What the platform compiles of it, and with which values."""
    source = _source()
    document = parse(next(one.document for one in QUESTIONS if one.name == question))
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    given = get_variable_values(source.schema, operation.variable_definitions or (), variables)
    assert isinstance(given, VariableValues)
    values = Values(given, request_of(viewer, utc_now))
    collector = Collector(source.schema, fragments_of(document), given)
    return compile_query(source, collector, operation.selection_set, values), values
