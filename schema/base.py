"""The words in which a type says how it is answered: its view, its rule, its fields' sources.

A type is a Strawberry type plus `stored(...)`; a field is a column of the view unless it says otherwise with `edge`, `computed`,
`provided`, `made` … . `schema.build` reads them all into the mapping that `plans` compiles with.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.schema_directive import Location

from plans.mapping import (
    Computed,
    Edge,
    Embedded,
    Made,
    Many,
    Namespace,
    Order,
    Provided,
    Rule,
    ScopeSets,
    Source,
    TypeMapping,
)

T = TypeVar("T")
SOURCE = "source"
SCOPES = "scopes"
MAPPING = "__stored__"
AUTHENTICATED: ScopeSets = (("authenticated",),)


@strawberry.schema_directive(
    locations=[Location.OBJECT, Location.FIELD_DEFINITION],
    description="The scopes that reading the field, or each field of the type, needs: one of the lists, all of its scopes.",
)
class RequiresScopes:
    scopes: list[list[str]]


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], description="Needs a sign-in, with whatever scopes.")
class Authenticated:
    pass


def _directives(scopes: ScopeSets) -> list[object]:
    if scopes == AUTHENTICATED:
        return [Authenticated()]
    return [RequiresScopes(scopes=[list(every) for every in scopes])] if scopes else []


def stored(
    *,
    view: str | None = None,
    letter: str | None = None,
    owned: bool = False,
    kind: str | None = None,
    rule: Rule,
    scopes: ScopeSets = (),
    embedded: Mapping[str, str] | None = None,
    passage: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Makes the class a Strawberry type, described by its docstring and answered as said; none without a rule."""

    def decorate(cls: type[T]) -> type[T]:
        mapping = TypeMapping(cls.__name__, view, letter, owned, kind, rule, scopes, embedded=embedded or {}, passage=passage)
        made = strawberry.type(cls, description=inspect.getdoc(cls), directives=_directives(scopes))
        setattr(made, MAPPING, mapping)
        return made

    return decorate


def gathered(*, view: str, owned: bool, rule: Rule, scopes: ScopeSets, members: Mapping[str, str]) -> Callable[[type[T]], type[T]]:
    """Makes the class a Strawberry interface whose rows a view gathers. `members`: the view's `kind` → the type of such a row."""

    def decorate(cls: type[T]) -> type[T]:
        made = strawberry.interface(cls, description=inspect.getdoc(cls))
        setattr(made, MAPPING, TypeMapping(cls.__name__, view, owned=owned, rule=rule, scopes=scopes, members=members))
        return made

    return decorate


def plain(cls: type[T]) -> type[T]:
    """A type without rows: a payload, a page, what a resolver makes."""
    return strawberry.type(cls, description=inspect.getdoc(cls))


def argument(kind: Any, description: str, default: Any = strawberry.UNSET, name: str | None = None) -> tuple[Any, Any]:
    """A field's argument. `name`: in the schema, where it is a word that Python keeps for itself."""
    from typing import Annotated

    return Annotated[kind, strawberry.argument(description=description, name=name)], default


def field(
    description: str,
    source: Source | None = None,
    args: Mapping[str, tuple[Any, Any]] | None = None,
    scopes: ScopeSets = (),
    name: str | None = None,
    **metadata: Any,
) -> Any:
    """A field with its description, and where its value comes from when that is not the column of its name. `name`: in the schema,
    where it is a word that Python keeps for itself."""
    info = {SOURCE: source, SCOPES: scopes, **metadata}
    if not args:
        return strawberry.field(name=name, description=description, metadata=info, directives=_directives(scopes))
    return strawberry.field(resolver=_with_arguments(args), description=description, metadata=info, directives=_directives(scopes))


def _with_arguments(args: Mapping[str, tuple[Any, Any]]) -> Callable[..., Any]:
    """A function with the arguments' signature, from which Strawberry reads them. The statement answers, so it is never called:
    `schema.build` puts the executor's own look-up in its place."""

    def arguments(**values: Any) -> Any:
        return values

    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=kind,
            default=inspect.Parameter.empty if default is ... else default,
        )
        for name, (kind, default) in args.items()
    ]
    arguments.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # functions take it, stubs don't say so
    arguments.__annotations__ = {name: kind for name, (kind, _) in args.items()}
    return arguments


def edge(target: str, description: str, *, args: Mapping[str, tuple[Any, Any]] | None = None, **rows: Any) -> Any:
    """A row of another type."""
    scopes = rows.pop("scopes", ())
    return field(description, Edge(target, **rows), args, scopes)


def listed(target: str, description: str, *, args: Mapping[str, tuple[Any, Any]] | None = None, **rows: Any) -> Any:
    """A short list that belongs to the object."""
    scopes = rows.pop("scopes", ())
    return field(description, Edge(target, many=Many.LIST, **rows), args, scopes)


def connection(target: str, description: str, *, args: Mapping[str, tuple[Any, Any]] | None = None, **rows: Any) -> Any:
    """A list that grows, as a Relay connection."""
    paging = {
        "first": argument(int | None, "How many from the start: 20 when left out, at most 100."),
        "after": argument(str | None, "Behind this cursor."),
        "last": argument(int | None, "How many from the end, instead of first."),
        "before": argument(str | None, "Before this cursor."),
    }
    scopes = rows.pop("scopes", ())
    return field(description, Edge(target, many=Many.CONNECTION, **rows), {**(args or {}), **paging}, scopes)


def computed(description: str, template: str) -> Any:
    return field(description, Computed(template))


def embedded(description: str, column: str, scopes: ScopeSets = ()) -> Any:
    return field(description, Embedded(column), scopes=scopes)


def provided(description: str, name: str) -> Any:
    return field(description, Provided(name))


def namespace(target: str, description: str, scopes: ScopeSets = ()) -> Any:
    return field(description, Namespace(target), scopes=scopes)


def made(target: str, description: str, many: Many = Many.ONE) -> Any:
    """A payload's object: the row that the resolver made."""
    return field(description, Made(target, many))


def newest_first(*columns: str) -> Order:
    """Order by a time, or by the id alone, which is time."""
    return Order((*columns, "key"), (*("timestamptz" for _ in columns), "uuid"), descending=True)


def by_time(column: str = "starts_at") -> Order:
    return Order((column, "key"), ("timestamptz", "uuid"))


def by_code(column: str = "code") -> Order:
    return Order((column, "key"), ("text", "uuid"))


@strawberry.interface(description="An object with an id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque, and the same for as long as the object exists.")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether rows stand before.")
    start_cursor: str | None = strawberry.field(description="The first row's cursor.")
    end_cursor: str | None = strawberry.field(description="The last row's cursor: `after` of the next page.")


@strawberry.type(name="Edge", description="A row of a page, with its cursor.")
class PageEdge(Generic[T]):
    cursor: str = strawberry.field(description="The row's place in the list.")
    node: T = strawberry.field(description="The row.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="The page's rows.")
    edges: list[PageEdge[T]] = strawberry.field(description="The page's rows with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="How many rows the list has; counted only when it is asked for.")
