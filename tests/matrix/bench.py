"""Asking on real PostgreSQL through the application's own engine, twice: by the rules, and with all rules away."""

import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg

from db.connection import Connection
from domain.ids import PublicId
from domain.viewer import Viewer
from ecard.engine import Engine
from ecard.transport.engine import GraphQLRequest
from plans.mapping import Computed, Edge, Rule, SchemaMapping, TypeMapping
from plans.plan import Source
from tests.matrix import relations
from tests.matrix.differences import differences
from tests.matrix.documents import Writer
from tests.matrix.expected import Judge
from tests.matrix.reasons import Town
from tests.matrix.relations import OWNER, Relation
from tests.matrix.stored import Stored
from tests.matrix.table import TYPES
from tests.plans.reading import city
from tests.plans.reading.city import City, Record
from tests.plans.reading.ways import OneConnection, engine_over

# How many fields a way is long: with PROOF_MATRIX as long as it brings anything new.
DEEP, NEAR = int(os.environ.get("PROOF_MATRIX", "1")), 1
BELOW_VISITS = 3
KINDS = ("ANONYMOUS", "RESIDENT", "APP", "INSTITUTION")
# Conditions on a field that are about the data alone, whoever asks.
OF_DATA = {"Report.document"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A start, and everything behind it."""

    start: str
    text: str
    variables: Mapping[str, Any]


@dataclass(slots=True)
class Bench:
    """One transaction that nobody commits. `ruled` answers as the application does, `opened` to everybody everything."""

    connection: Connection
    source: Source
    ruled: Engine
    opened: Engine
    written: dict[object, str] = field(default_factory=dict)

    @classmethod
    async def over(cls, url: str, source: Source) -> "Bench":
        """On the city, with those who ask."""
        # Statements are large and few, and asked again for each relation.
        connection = await asyncpg.connect(
            url, server_settings=city.SETTINGS, statement_cache_size=1000, max_cacheable_statement_size=0
        )
        await connection.transaction().start()
        await connection.execute(relations.SQL)
        pool = OneConnection(connection)
        bare = Source(source.schema, opened(source.mapping))
        return cls(connection, source, engine_over(source, pool), engine_over(bare, pool))

    @asynccontextmanager
    async def made(self, relation: Relation) -> AsyncIterator[Judge]:
        """While the relation stands: who judges what it shows."""
        async with self.undone():
            await self.connection.execute(relation.sql)
            now: datetime = await self.connection.fetchval("select now()")
            stored = Stored.of(self.source.mapping)
            built = City({table: await self.rows(table) for table in stored.tables})
            yield Judge(Town(built, relation.viewer, now), stored.letters, stored.by_id(built))

    async def rows(self, table: str) -> list[Record]:
        """All of a table."""
        return [dict(row) for row in await self.connection.fetch(f"select * from public.{table}")]

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """What is written meanwhile is taken back."""
        savepoint = self.connection.transaction()
        await savepoint.start()
        try:
            yield
        finally:
            await savepoint.rollback()

    async def ask(self, engine: Engine, asked: Asked, viewer: Viewer) -> Any:
        """The data of the answer. Fails where there are errors."""
        request = GraphQLRequest(asked.text, None, dict(asked.variables), None, False)
        async with self.undone():
            answer = json.loads((await engine.execute(request, viewer, "en", "r", "a")).body)
        assert "errors" not in answer, (asked.start, answer["errors"])
        return answer["data"]

    async def wrong(self, relation: Relation, ruled: Engine | None = None, at_once: bool = False) -> set[str]:
        """Where what the viewer gets is not what the table says; `at_once`: the first such place is enough."""
        found: set[str] = set()
        async with self.made(relation) as judge:
            for asked in self.documents(judge):
                answer = await self.ask(ruled or self.ruled, asked, relation.viewer)
                there = await self.ask(self.opened, asked, relation.viewer)
                found.update(differences(answer, judge.answer(there), asked.start))
                if found and at_once:
                    break
        return found

    async def codes(self, asked: Asked, viewer: Viewer) -> list[str]:
        """For which reasons it is refused whole."""
        request = GraphQLRequest(asked.text, None, dict(asked.variables), None, False)
        answer = json.loads((await self.ruled.execute(request, viewer, "en", "r", "a")).body)
        assert answer.get("data") is None, asked.text
        return [error["extensions"]["code"] for error in answer["errors"]]

    def opening(self, name: str, field: str) -> str:
        """The field alone, with as little behind it as can be."""
        writer = Writer(self.source.schema, self.source.mapping, lambda _, __: True)
        ways = {way.split("(")[0]: f"{way} {{ __typename }}" for way, _ in writer.ways(name)}
        values = {value.split()[0]: value for value in writer.values(name)}
        return ways.get(field, values.get(field, field)).replace("$today", '"2026-11-24"')

    def documents(self, judge: Judge) -> Iterator[Asked]:
        """From each start what the viewer's scopes cover."""
        viewer, today = judge.town.viewer, judge.town.now.date().isoformat()
        ids = {name: list(ids_of(judge, name)) for name in judge.letters.values() if covers(viewer, name, "id")}
        for start, named, depth in starts():
            is_row = named in self.source.mapping.types
            if covers(viewer, "Query", start.split("(")[0]) and (not is_row or covers(viewer, named, "id")):
                given = {"owner": ids["Resident"][0]} if "$owner" in start else {}
                yield self._asked(viewer, start, named, depth, {**given, "today": today})
        for name, found in ids.items():
            for n in range(0, len(found), 100):
                depth = max(DEEP, BELOW_VISITS) if name == "Visit" else NEAR
                yield self._asked(viewer, "nodes(ids: $ids)", name, depth, {"ids": found[n : n + 100], "today": today})

    def _asked(self, viewer: Viewer, start: str, name: str, depth: int, given: Mapping[str, Any]) -> Asked:
        selection = self._selection(viewer, name, depth)
        selection = f"{{ ... on {name} {selection} }}" if start.startswith("nodes") else selection
        variables = {key: value for key, value in given.items() if f"${key}" in start + selection}
        declared = ", ".join(f"${key}: {VARIABLES[key]}" for key in variables)
        return Asked(f"{start} {name}", f"query{f'({declared})' if declared else ''} {{ {start} {selection} }}", variables)

    def _selection(self, viewer: Viewer, name: str, depth: int) -> str:
        key = (viewer.kind, viewer.scopes, name, depth)
        if key not in self.written:
            writer = Writer(self.source.schema, self.source.mapping, partial(covers, viewer))
            self.written[key] = writer.selection(name, depth)
        return self.written[key]


VARIABLES = {"owner": "ID!", "ids": "[ID!]!", "today": "Date!"}


def starts() -> Iterator[tuple[str, str, int]]:
    """Where one may start: the field, the type there, and how far one goes from it."""
    yield "resident(id: $owner)", "Resident", DEEP
    yield "me", "Resident", DEEP
    yield "institution", "Institution", DEEP
    yield "payments(filter: {}, first: 100)", "PaymentConnection", NEAR


def covers(viewer: Viewer, type_name: str, field: str) -> bool:
    """Whether the viewer's scopes cover the field, by the table."""
    entry = TYPES.get(type_name)
    if entry is None:
        return True
    line = entry.field(field)
    assert line is not None, f"{type_name}.{field} has no line in tests/matrix/table.py"
    needed = line.scopes if line.scopes is not None else entry.rows.scopes
    return not needed or (viewer.kind != "ANONYMOUS" and any(viewer.scopes.issuperset(every.split()) for every in needed))


def ids_of(judge: Judge, type_name: str) -> Iterator[str]:
    """The public ids of the owner's rows of a type, and of rows that are nobody's."""
    (letter,) = (letter for letter, name in judge.letters.items() if name == type_name)
    for (name, owner, id), row in judge.rows.items():
        if name == type_name and ("resident_id" not in row or OWNER in (owner, id, row.get("bound_to"))):
            yield PublicId(letter, id, owner).encode()


def opened(mapping: SchemaMapping) -> SchemaMapping:
    """The mapping with nothing hidden from anyone, and a medicine's key before its name."""
    return replace(mapping, types={name: _opened(one) for name, one in mapping.types.items()})


def _opened(mapping: TypeMapping) -> TypeMapping:
    sources = dict(mapping.sources)
    for name, source in sources.items():
        if isinstance(source, Edge) and f"{mapping.name}.{name}" not in OF_DATA:
            sources[name] = replace(source, narrow={}, when=None)
    if mapping.name == "Medication":
        sources["medicine"] = Computed("({t}.key || '|' || {t}.medicine)")
    rule = Rule(dict.fromkeys(KINDS, "true")) if mapping.rule.rows else mapping.rule
    return replace(mapping, sources=sources, rule=rule)
