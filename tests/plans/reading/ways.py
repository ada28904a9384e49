"""The ways to read, side by side in one transaction, so that the time stands still between them."""

import json
from asyncio import Runner
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self, cast
from uuid import UUID

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    print_schema,
)

from db.connection import Connection
from db.pool import Pool
from domain.times import to_text
from domain.viewer import Viewer
from ecard.change import Changes
from ecard.documents import Documents
from ecard.engine import Engine, EngineLimits
from ecard.executor import execute
from ecard.limits import DocumentLimits
from ecard.requests import request_of
from ecard.subscriptions import Subscriptions
from ecard.transport.engine import GraphQLRequest
from ecard.variables import coerce
from plans.plan import Plan, Source
from plans.values import Values
from tests.plans.reading import city
from tests.plans.reading.generate import Asked, Client
from tests.plans.reading.plain import Reader, resolve_type
from tests.plans.reading.resolving import resolve
from tests.plans.reading.scopes import SUBJECTS, refusing, some_type
from tests.plans.reading.texts import checked_day, checked_moment

MANY = 10**6
UNLIMITED = DocumentLimits(MANY, MANY, MANY, 100, 100, MANY, 100, MANY, MANY, MANY, MANY)
CLOCK = datetime(2026, 11, 24, 1, 2, 3, 450000, tzinfo=UTC)

Place = tuple[int, int] | None


class OneConnection:
    """Looks like a pool of one connection, whose transaction nobody ends, and remembers the statements that it is asked."""

    def __init__(self, connection: Connection) -> None:
        self.inner = connection
        self.statements: list[str] = []

    async def acquire(self) -> Self:
        return self

    def release(self, _: Any) -> None:
        """It stays."""

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Self]:
        yield self

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        self.statements.append(query)
        return await self.inner.fetchval(query, *arguments)

    async def answer(self, sql: str, arguments: Sequence[Any]) -> Any:
        return await self.fetchval(sql, *arguments)


def engine_over(source: Source, pool: Any, limits: EngineLimits | None = None, documents: Documents | None = None) -> Engine:
    """An engine for queries, which refuses nothing for its size."""
    known = documents or Documents(source.schema, UNLIMITED, True, 4000, 10**10)
    limits = limits or EngineLimits(cost=10**9, plans=4000, plan_characters=10**9)
    return Engine(source, {}, known, cast(Changes, None), cast(Pool, pool), limits, lambda: CLOCK, cast(Subscriptions, None))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one way answered: the data as text, so that the order of keys counts, or code, message and place of each error; and of
    whom the access log then tells, with the kinds of each of its rows, and the care step of the last one."""

    data: str | None = None
    errors: tuple[tuple[str, str, Place], ...] = ()
    seen: Mapping[UUID, list[set[str]]] = field(default_factory=dict)
    steps: Mapping[UUID, str | None] = field(default_factory=dict)


def strict(schema: GraphQLSchema) -> GraphQLSchema:
    """The schema with what its scalars refuse, of which the printed one says nothing."""
    for name, check in (("Date", checked_day), ("DateTime", checked_moment)):
        scalar = schema.get_type(name)
        assert isinstance(scalar, GraphQLScalarType)
        scalar.coerce_input_value = check
        scalar.parse_value = check  # type: ignore[method-assign]  # its literals are read with this one
    return schema


class Bench:
    """All ways over one source and one city."""

    def __init__(self, runner: Runner, connection: Connection, built: city.City, source: Source) -> None:
        self.runner, self.connection, self.city, self.source = runner, connection, built, source
        self.pool = OneConnection(connection)
        self.engine = engine_over(source, self.pool)
        self.plain = strict(build_schema(print_schema(source.schema)))
        self.clients = {who: Client(self.plain, built, viewer) for who, viewer in city.VIEWERS.items()}

    @classmethod
    def opened(cls, runner: Runner, url: str, source: Source) -> "Bench":
        """Over the city on that server, in a transaction that is never committed."""

        async def open_city() -> tuple[Connection, city.City]:
            connection = await city.connect(url)
            await connection.transaction().start()
            return connection, await city.read(connection)

        return cls(runner, *runner.run(open_city()), source)

    def sabotaged(self, source: Source) -> "Bench":
        """The same with another mapping."""
        other = copy(self)
        other.source, other.engine = source, engine_over(source, self.pool, documents=self.engine.documents)
        return other

    def hot(self, asked: Asked, viewer: Viewer) -> Reading:
        """As clients are answered."""
        return self.runner.run(self._hot(asked, viewer))

    def executed(self, asked: Asked, viewer: Viewer) -> Reading:
        """Through graphql-core's executor, as what introspects is answered. For documents that are not refused."""
        return self.runner.run(self._executed(asked, viewer))

    def plainly(self, asked: Asked, viewer: Viewer) -> Reading:
        """By the tests' own resolvers, for valid documents. What is refused is refused whole; each reason may be the first."""
        subjects = SUBJECTS if "subject" in asked.text else (None,)
        refused = [error for of in subjects for error in self._run(asked, viewer, refusing(of), some_type).errors or ()]
        if refused:
            return Reading(errors=tuple(described(error, "BAD_USER_INPUT") for error in refused))
        now = self.runner.run(self.connection.fetchval("select now()"))
        reader = Reader(self.city, viewer, now, to_text(CLOCK))
        result = self._run(asked, reader, resolve, resolve_type)
        assert not result.errors, result.errors
        seen = {resident: [kinds] for resident, kinds in reader.others.items()}
        return Reading(json.dumps(result.data), (), seen, {resident: reader.step(resident) for resident in seen})

    def plan(self, asked: Asked, viewer: Viewer) -> Plan:
        """How the document is compiled for the viewer. Raises GraphQLError where it is refused."""
        document = self.engine.documents.get(asked.text)
        operation = document.operation(asked.operation)
        return self.engine.plan(document, operation, self._values(asked, viewer))

    async def _hot(self, asked: Asked, viewer: Viewer) -> Reading:
        request = GraphQLRequest(asked.text, asked.operation, dict(asked.variables), None, False)
        async with self._undone():
            answer = json.loads((await self.engine.execute(request, viewer, city.language(viewer), "r", "a")).body)
            if "errors" in answer:
                return Reading(errors=tuple(_described_json(error) for error in answer["errors"]))
            return Reading(json.dumps(answer["data"]), (), *await self._seen())

    async def _executed(self, asked: Asked, viewer: Viewer) -> Reading:
        document = self.engine.documents.get(asked.text)
        operation, values = document.operation(asked.operation), self._values(asked, viewer)
        async with self._undone():
            data = await execute(self.source, document, operation, asked.variables, values, cast(Pool, self.pool))
            return Reading(json.dumps(json.loads(data)), (), *await self._seen())

    def _values(self, asked: Asked, viewer: Viewer) -> Values:
        operation = self.engine.documents.get(asked.text).operation(asked.operation)
        values = coerce(self.source.schema, operation.node, operation.variables, asked.variables)
        assert not isinstance(values, list)
        return Values(values, request_of(viewer, self.engine.clock, city.language(viewer)))

    def _run(self, asked: Asked, context: Any, resolver: Any, type_resolver: Any) -> ExecutionResult:
        return execute_sync(
            self.plain,
            parse(asked.text),
            context_value=context,
            variable_values=dict(asked.variables),
            operation_name=asked.operation,
            field_resolver=resolver,
            type_resolver=type_resolver,
        )

    async def _seen(self) -> tuple[Mapping[UUID, list[set[str]]], Mapping[UUID, str | None]]:
        found: dict[UUID, list[set[str]]] = {}
        steps: dict[UUID, str | None] = {}
        for row in await self.connection.fetch("select resident_id, kinds, care_step from access_log where at >= now()"):
            found.setdefault(row["resident_id"], []).append(set(row["kinds"]))
            steps[row["resident_id"]] = row["care_step"]
        return found, steps

    @asynccontextmanager
    async def _undone(self) -> AsyncIterator[None]:
        savepoint = self.connection.transaction()
        await savepoint.start()
        try:
            yield
        finally:
            await savepoint.rollback()


def described(error: GraphQLError, code: str) -> tuple[str, str, Place]:
    place = error.locations[0] if error.locations else None
    return str((error.extensions or {}).get("code", code)), error.message, place and (place.line, place.column)


def _described_json(error: Any) -> tuple[str, str, Place]:
    places = error.get("locations")
    return error["extensions"]["code"], error["message"], places and (places[0]["line"], places[0]["column"])
