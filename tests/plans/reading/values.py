"""Values of arguments, as hypothesis draws them: written in the document, or brought by variables in all the ways there are."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    Undefined,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)
from hypothesis import strategies as st

from domain.viewer import Viewer
from tests.plans.reading.city import City
from tests.plans.reading.fields import id_of
from tests.plans.reading.pages import ORDERS, Listed
from tests.plans.reading.plain import TABLES, Reader
from tests.plans.reading.texts import LETTERS

SIZES = (0, 1, 2, 3, 5, 8, 100)
# Arguments that name something else than what is answered.
NAMED = {"departmentId": "Department", "doctorId": "Doctor", "institutionId": "Institution"}


@dataclass(frozen=True, slots=True)
class Known:
    """What clients know: ids of every type and of none, cursors of every list, days around this one, words to search for."""

    ids: Mapping[str, list[str]]
    cursors: Mapping[str, list[str]]
    days: Sequence[str]
    words: Sequence[str] = ("医院", "%", "_", "福田区", "南山区", 'Garden"', "\\", "nowhere", "C0", "C1", "")
    wrong_ids: Sequence[str] = ("", "x", "ZQ", "é" * 44, "A" * 24, "A" * 44)


def known(city: City, viewer: Viewer) -> Known:
    """Everything there is in the city; what the viewer may see comes to mind as often as the rest."""
    reader = Reader(city, viewer, datetime.now(UTC), "")
    days = [(reader.today + timedelta(days=away)).isoformat() for away in (0, 0, 1, -1, 2, -500)]
    ids: dict[str, list[str]] = {}
    for name in LETTERS:
        rows = city.tables[TABLES[name]]
        seen = [id_of(name, row) for row in rows if reader.is_current(name, row) and reader.may_see(name, row)]
        ids[name] = [*(id_of(name, row) for row in rows), *seen * (len(rows) // len(seen) if seen else 0)]
    cursors = {name: [Listed(name, [], {}).cursor(row) for row in city.tables[TABLES[name]]] for name in ORDERS}
    return Known(ids, cursors, days)


class Choices(Protocol):
    """Where chance comes from: hypothesis, which shrinks what it chose, or dice, which are fast."""

    def number(self, below: int) -> int:
        """From 0 to one below it. The smaller, the simpler."""
        ...

    def chance(self, of: int) -> bool:
        """True once in so many times."""
        return self.number(of) == of - 1

    def one(self, choices: Sequence[Any]) -> Any:
        """One of them; the first is the simplest."""
        return choices[self.number(len(choices))]

    def some(self, choices: Sequence[Any], of: int) -> list[Any]:
        """Each once in so many times, in any order."""
        chosen: list[Any] = []
        for choice in choices:
            if self.chance(of):
                chosen.insert(self.number(len(chosen) + 1), choice)
        return chosen


@dataclass(frozen=True, slots=True)
class Drawn(Choices):
    """hypothesis'."""

    draw: Callable[[st.SearchStrategy[Any]], Any]

    def number(self, below: int) -> int:
        return int(self.draw(st.integers(0, below - 1)))


@dataclass(frozen=True, slots=True)
class Dice(Choices):
    """Those of a random number generator."""

    random: Random

    def number(self, below: int) -> int:
        return self.random.randrange(below)


@dataclass(slots=True)
class Values:
    """The values of one operation. `declared`: its variables; `given`: what the request brings for them."""

    random: Choices
    known: Known
    readable: Sequence[str]
    prefix: str = ""
    declared: list[str] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)

    def argument(self, name: str, argument: GraphQLArgument, answered: GraphQLNamedType) -> str:
        """A value for the argument of a field that answers with the type."""
        value = self.value(name, argument.type, answered)
        return self.part(value, argument.type, of=2, has_default=argument.default_value is not Undefined)

    def condition(self) -> str:
        """A directive's."""
        if self.random.chance(2):
            return str(self.random.one(["true", "false"]))
        return self.variable("Boolean", self.random.chance(2), required=True)

    def value(self, name: str, kind: Any, answered: GraphQLNamedType) -> Any:
        """A value as JSON has it; null where that is allowed, now and then."""
        inner, one = get_nullable_type(kind), self.random.one
        if not is_non_null_type(kind) and self.random.chance(8):
            return None
        if is_list_type(inner):
            return [self.value(name, inner.of_type, answered) for _ in range(one(range(5)))]
        if isinstance(inner, GraphQLInputObjectType):
            return {key: self.value(key, inner.fields[key].type, answered) for key in self.random.some(list(inner.fields), 3)}
        if isinstance(inner, GraphQLEnumType):
            return one(list(inner.values))
        if inner.name == "ID":
            return self.id(NAMED.get(name, answered.name))
        if inner.name == "Date":
            return one(self.known.days)
        if inner.name == "DateTime":
            return f"{one(self.known.days)}T{one(('00:00:00', '12:34:56.789'))}+08:00"
        if name in ("after", "before"):
            return one(self.known.cursors[answered.name.removesuffix("Connection")])
        if inner.name == "Boolean":
            return self.random.chance(2)
        return one(SIZES if inner.name == "Int" else self.known.words)

    def id(self, wanted: str) -> Any:
        if self.random.chance(15):
            return self.random.one(self.known.wrong_ids)
        fits = wanted in self.known.ids and not self.random.chance(10)
        return self.random.one(self.known.ids[wanted if fits else self.random.one(self.readable)])

    def part(self, value: Any, kind: Any, *, of: int = 3, has_default: bool = False) -> str:
        """The value, or a part of it, as a variable once in so many times; else as the document writes it."""
        if self.random.chance(of):
            required = bool(is_non_null_type(kind)) and not has_default
            return self.variable(str(get_nullable_type(kind)), value, self.literal(value, kind), required=required)
        inner = get_nullable_type(kind)
        if isinstance(value, list):
            return f"[{', '.join(self.part(item, inner.of_type) for item in value)}]"
        if isinstance(value, dict):
            parts = (f"{key}: {self.part(item, inner.fields[key].type)}" for key, item in value.items())
            return f"{{{', '.join(parts)}}}"
        return self.literal(value, kind)

    def literal(self, value: Any, kind: Any) -> str:
        """The value as GraphQL writes it."""
        inner = get_nullable_type(kind)
        if isinstance(value, list):
            return f"[{', '.join(self.literal(item, inner.of_type) for item in value)}]"
        if isinstance(value, dict):
            parts = (f"{key}: {self.literal(item, inner.fields[key].type)}" for key, item in value.items())
            return f"{{{', '.join(parts)}}}"
        return str(value) if isinstance(inner, GraphQLEnumType) and value is not None else json.dumps(value, ensure_ascii=False)

    def variable(self, declared: str, value: Any, literal: str = "", *, required: bool) -> str:
        """A new variable: given, by its default, or both; where nothing is needed also left out, or null over its default."""
        name = f"{self.prefix}v{len(self.declared)}"
        ways = ["given", "default", "both", *([] if required else ["left out", "null over a default"])]
        way = self.random.one(ways if value is not None else ["given", "default", "left out"])
        default = "" if way in ("given", "left out") else f" = {literal or json.dumps(value)}"
        self.declared.append(f"${name}: {declared}{'!' if required and way == 'given' else ''}{default}")
        if way in ("given", "both"):
            self.given[name] = value
        elif way == "null over a default":
            self.given[name] = None
        return f"${name}"
