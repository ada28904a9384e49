"""Trying deeds: each in a transaction that is taken back, with a look at what has become of the owner's rows."""

import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from graphql import GraphQLError, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from db.connection import Connection
from db.pool import Pool
from domain.enums import CareScope
from domain.viewer import Viewer, ViewerKind
from ecard.change import Asking, Changes
from ecard.engine import Engine
from ecard.mutations import Mutations
from ecard.variables import coerce
from plans.plan import Source
from schema.changes import Change
from tests.matrix.deeds import ANYBODY, EACH_FOR_THEMSELVES, INSTITUTIONS, ONESELF, PAYMENT_APPS, Deed
from tests.matrix.things import Things

REFUSED = frozenset({"FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"})
# The owner's tables, by their columns; partitions are part of their tables.
TABLES = """
select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.attname = 'resident_id' and c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
order by 1"""


class OneConnection:
    """A pool of one connection, on which every transaction is within another."""

    def __init__(self, connection: Connection) -> None:
        self.inner = connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        yield self.inner


@dataclass(slots=True)
class Trials:
    """`reading` knows documents and payloads; `digest`: the statement that sums the owner's rows up."""

    connection: Connection
    things: Things
    source: Source
    reading: Engine
    mutations: Mutations
    digest: str

    @classmethod
    async def of(cls, connection: Connection, things: Things, changes: Mapping[str, Change], reading: Engine) -> "Trials":
        """By the program's own mutations."""
        world = things.world
        carrying_out = Changes(cast(Pool, OneConnection(connection)), world.tools, lambda: world.now, os.urandom)
        mutations = Mutations(reading.source, changes, carrying_out, reading.payloads, 10**9)
        tables: Sequence[str] = [row[0] for row in await connection.fetch(TABLES)]
        parts = (
            f"(select coalesce(sum(hashtextextended(t::text, 0)), 0) from {table} t where resident_id = $1)" for table in tables
        )
        return cls(connection, things, reading.source, reading, mutations, f"select array[{', '.join(parts)}]::text")

    @asynccontextmanager
    async def undone(self, sql: str = "select") -> AsyncIterator[None]:
        """What is done meanwhile is taken back; `sql` is done first."""
        savepoint = self.connection.transaction()
        await savepoint.start()
        try:
            await self.connection.execute(sql)
            yield
        finally:
            await savepoint.rollback()

    async def rows(self) -> Any:
        """What tells whether a row of the owner's has changed."""
        return await self.connection.fetchval(self.digest, self.things.owner)

    async def attempt(self, deed: Deed, viewer: Viewer) -> set[str]:
        """The codes with which it is refused, whether in the payload or before."""
        root = self.source.schema.mutation_type
        assert isinstance(root, GraphQLObjectType)
        takes = get_named_type(root.fields[deed.mutation].args["input"].type)
        assert isinstance(takes, GraphQLInputObjectType)
        key = {"idempotencyKey": os.urandom(8).hex()} if "idempotencyKey" in takes.fields else {}
        text = f"mutation($input: {takes.name}!) {{ {deed.mutation}(input: $input) {{ userErrors {{ code field }} }} }}"
        given = {"input": {**self.things.filled(dict(deed.given)), **key}}
        document = self.reading.documents.get(text)
        assert not document.errors, document.errors
        operation = document.operation(None)
        values = coerce(self.source.schema, operation.node, operation.variables, given)
        assert not isinstance(values, list), values
        try:
            answer = await self.mutations.run(document, operation, values, Asking(viewer, "en", "192.0.2.1"), "r")
        except GraphQLError as error:
            return {str((error.extensions or {}).get("code"))}
        return codes_of(answer.body, deed)


def codes_of(body: bytes, deed: Deed) -> set[str]:
    """The codes of an answer."""
    answer = json.loads(body)
    errors = [error["extensions"]["code"] for error in answer.get("errors", ())]
    refusals = [error["code"] for error in ((answer["data"] or {}).get(deed.mutation) or {}).get("userErrors", ())]
    return {*errors, *refusals}


def expected(deed: Deed, who: str, viewer: Viewer, scopes: Sequence[str] | None) -> set[str]:
    """How who tries is refused; not at all where this is empty. `scopes`: of who cares for the owner."""
    if viewer.kind is ViewerKind.ANONYMOUS:
        return {"UNAUTHENTICATED"} if deed.by != ANYBODY else set()
    if who == deed.by or who in deed.also:
        return set()
    if viewer.kind is ViewerKind.RESIDENT:
        return _of_resident(deed, who, scopes)
    if viewer.kind is ViewerKind.INSTITUTION and deed.by in (INSTITUTIONS, "hospital", "pharmacy"):
        return set() if deed.by == INSTITUTIONS else {"NOT_FOUND"}
    if who in ("payment app", "other app") and deed.by == PAYMENT_APPS:
        return set()
    return {deed.told.get(who) or deed.told.get(viewer.kind) or "FORBIDDEN"}


def _of_resident(deed: Deed, who: str, scopes: Sequence[str] | None) -> set[str]:
    if deed.by == EACH_FOR_THEMSELVES:
        return set()
    if not is_of_residents(deed):
        return {"FORBIDDEN"}
    if who == "oneself":
        return set()
    if deed.by == ONESELF or scopes is None:
        return {"NOT_FOUND"}
    return set() if deed.by in scopes else {"FORBIDDEN"}


def is_of_residents(deed: Deed) -> bool:
    """Whether residents do it, and carers for them."""
    return deed.by in (*CareScope, ONESELF, EACH_FOR_THEMSELVES)
