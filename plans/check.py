"""Whether the database's views are as the mapping says. Asked once when a process starts, so that no request finds out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from plans.mapping import Column, Computed, Edge, Embedded, Made, Many, Namespace, Own, Pointer, TypeMapping
from plans.plan import Source

COLUMNS = """
select c.relname as view, a.attname as name, format_type(a.atttypid, null) as type
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and a.attnum > 0 and not a.attisdropped
"""

# What a scalar's column must be; an enum's is text, a list's an array.
COLUMN_TYPES: Mapping[str, frozenset[str]] = {
    "ID": frozenset({"text"}),
    "String": frozenset({"text"}),
    "Int": frozenset({"integer", "smallint"}),
    "Float": frozenset({"double precision", "numeric"}),
    "Boolean": frozenset({"boolean"}),
    "DateTime": frozenset({"timestamp with time zone"}),
    "Date": frozenset({"date"}),
    "Time": frozenset({"text"}),
    "Decimal": frozenset({"text"}),
    "JSON": frozenset({"json", "jsonb"}),
}
ORDER_TYPES = {
    **{name: name for name in ("uuid", "date", "bigint", "text")},
    "timestamptz": "timestamp with time zone",
    "int": "integer",
}
_NAMED = re.compile(r"\{([tp])\}\.(\w+)")

Columns = Mapping[str, str]


class Connection(Protocol):
    """What the check needs of a database connection."""

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...


class MappingError(Exception):
    """The views and the mapping disagree; the message says in what, all of it."""


async def check_mapping(connection: Connection, source: Source) -> None:
    """Raises MappingError unless each stored field has its column, of the right type, and each type its rule."""
    views: dict[str, dict[str, str]] = {}
    for row in await connection.fetch(COLUMNS, source.mapping.schema):
        views.setdefault(row["view"], {})[row["name"]] = row["type"]
    found = [*_letters(source), *(p for t in source.mapping.types.values() for p in _Check(source, views, t).problems())]
    if found:
        raise MappingError(f"The database's views are not as the schema says: {'; '.join(found)}.")


def _letters(source: Source) -> Iterator[str]:
    letters = [mapping.letter for mapping in source.mapping.types.values() if mapping.letter is not None]
    for letter in letters:
        if not (len(letter) == 1 and letter.isascii()):
            yield f"{letter!r} is no letter for ids"
    yield from (f"more than one type has the letter {letter}" for letter in sorted({x for x in letters if letters.count(x) > 1}))


class _Check:
    """What is wrong with one type."""

    def __init__(self, source: Source, views: Mapping[str, Columns], mapping: TypeMapping) -> None:
        self.types, self.schema = source.mapping.types, source.schema
        self.views, self.mapping = views, mapping
        self.columns = views.get(mapping.view or "")

    @property
    def _has_rows(self) -> bool:
        """Whether the compiler reads it: pages, payloads and what resolvers provide are made without columns."""
        root = self.schema.query_type
        return bool(self.mapping.view or self.mapping.rule.rows or (root and root.name == self.mapping.name))

    def problems(self) -> Iterator[str]:
        named = self.schema.type_map.get(self.mapping.name)
        if self.mapping.view is not None:
            yield from self._view(self.mapping.view)
        if isinstance(named, GraphQLObjectType):
            for name, source in self.mapping.sources.items():
                field = named.fields.get(name)
                found = self._field(field, source) if field else ["is no field"]
                yield from (f"{self.mapping.name}.{name} {problem}" for problem in found)
            yield from (f"{named.name}.{name} has no source" for name in self._without_source(named))

    def _view(self, view: str) -> Iterator[str]:
        name, rule = self.mapping.name, self.mapping.rule
        if self.columns is None:
            yield f"{name} has no view {view}"
            return
        needed = {"key"} | ({"resident_id"} if self.mapping.owned else set()) | ({"kind"} if self.mapping.members else set())
        yield from (f"the view {view} has no column {column}" for column in sorted(needed - set(self.columns)))
        yield from (f"{name} has the member {m}, which has no view" for m in self.mapping.members.values() if not self._view_of(m))
        if not rule.rows:
            yield f"{name} has no rule"
        rules = [*rule.rows.values(), *(r for fields in rule.fields.values() for r in fields.values())]
        templates = [r.otherwise if isinstance(r, Own) else r for r in rules]
        yield from (f"{name}'s rule {problem}" for template in templates for problem in self._unknown(template, t=self.columns))
        unknown = {field for fields in rule.fields.values() for field in fields} - set(self.mapping.sources)
        yield from (f"{name}'s rule names {field}, which is no field" for field in sorted(unknown))
        shown_to_others = any(who != Own() for who in rule.rows.values())
        if self.mapping.owned and shown_to_others and not self.mapping.kind and not self.mapping.members:
            yield f"others may read {name}, and it has no kind for the access log"

    def _field(self, field: GraphQLField, source: object) -> Iterable[str]:
        if isinstance(source, Column):
            return self._column(source.name, field.type) if self._has_rows else []
        if isinstance(source, Embedded):
            return [] if source.column in (self.columns or {}) else [f"has no column {source.column}"]
        if isinstance(source, Computed):
            return self._unknown(source.template, t=self.columns or {})
        if isinstance(source, Edge):
            return self._edge(field, source)
        if isinstance(source, Pointer):
            return self._pointer(source)
        if isinstance(source, Namespace | Made):
            return [] if source.target in self.types else [f"leads to {source.target}, which is no type"]
        return []

    def _column(self, name: str, kind: GraphQLOutputType) -> Iterator[str]:
        column = (self.columns or {}).get(name)
        if column is None:
            yield f"has no column {name}"
            return
        inner = get_named_type(kind)
        allowed = COLUMN_TYPES["String"] if isinstance(inner, GraphQLEnumType) else COLUMN_TYPES.get(inner.name, frozenset())
        dimensions = "[]" if is_list_type(get_nullable_type(kind)) else ""
        if column not in {known + dimensions for known in allowed}:
            yield f"is {kind}, and its column {column}"

    def _pointer(self, source: Pointer) -> Iterator[str]:
        columns = (source.letter, source.resident, source.key)
        yield from (f"points by {column}, which is no column" for column in columns if column not in (self.columns or {}))
        lettered = {mapping.letter for mapping in self.types.values() if mapping.owned}
        yield from (f"points to {letter}, which is no resident's type" for letter in sorted(source.letters - lettered))

    def _edge(self, field: GraphQLField, edge: Edge) -> Iterator[str]:
        target = self._view_of(edge.target)
        if target is None:
            yield f"leads to {edge.target}, which has no view"
            return
        mapping, parent = self.types[edge.target], self.columns or {}
        yield from (f"leads by {column}, which {edge.target} does not have" for column in edge.on if column not in target)
        templates = [
            *edge.on.values(),
            *edge.where.values(),
            *edge.where_true.values(),
            *edge.narrow.values(),
            edge.always or "",
            edge.when or "",
        ]
        for template in templates:
            yield from self._unknown(template, t=target, p=parent)
        if edge.order is not None:
            for column, kind in zip(edge.order.columns, edge.order.types, strict=True):
                if target.get(column) != ORDER_TYPES.get(kind):
                    yield f"is in the order of {column} as {kind}, which {edge.target} does not have"
        if edge.many is Many.CONNECTION and (edge.order is None or edge.order.columns[-1] != "key"):
            yield "is a connection whose order does not end with the key"
        named = (
            path
            for path in [*edge.where, *edge.where_true, *edge.ids, *([edge.by_id] if edge.by_id else [])]
            if not _argument(field, path)
        )
        yield from (f"has no argument {path}" for path in named)
        lettered = [*edge.ids.values(), *([edge.target] if edge.by_id else [])]
        yield from (f"takes an id of {name}, which has none" for name in lettered if not self.types[name].letter)
        yield from (f"narrows {name}, which {edge.target} does not have" for name in edge.narrow if name not in mapping.sources)

    def _view_of(self, name: str) -> Columns | None:
        mapping = self.types.get(name)
        return self.views.get(mapping.view) if mapping and mapping.view else None

    def _unknown(self, template: str, **columns: Columns) -> Iterator[str]:
        for place, column in _NAMED.findall(template):
            if column not in columns.get(place, {}):
                yield f"speaks of {{{place}}}.{column}, which is no column"

    def _without_source(self, named: GraphQLObjectType) -> list[str]:
        if self.mapping.view is None:
            return []
        interfaces: tuple[GraphQLInterfaceType, ...] = named.interfaces
        if interfaces and self.mapping.letter is None and any(i.name == "Node" for i in interfaces):
            return ["id"]
        return [name for name in named.fields if name not in self.mapping.sources]


def _argument(field: GraphQLField, path: str) -> bool:
    """Whether the field takes the argument; a path with dots leads into an input object."""
    first, *steps = path.split(".")
    if first not in field.args:
        return False
    kind = get_named_type(field.args[first].type)
    for step in steps:
        if not isinstance(kind, GraphQLInputObjectType) or step not in kind.fields:
            return False
        kind = get_named_type(kind.fields[step].type)
    return True
