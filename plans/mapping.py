"""What a schema tells the compiler: for each type its view and who may read it, for each field where its value comes from.

SQL in a mapping is a template. `{t}` is the alias of the row that is asked, `{p}` that of its parent, `{owner}` the resident
whose row it is (a parameter wherever one is known, so that the statement stays on one shard), `{value}` an argument, and
`{viewer.NAME}` a value of the viewer (`Request.viewer`). A rule's may also have `{through}`, the key of the passage (see
`TypeMapping`) that the path came through last, or null; and `{through:COLUMN}`, ` and COLUMN = key` there and nothing elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

ScopeSets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Own:
    """A rule for rows of a resident: the resident's own, and those for which `otherwise` holds."""

    otherwise: str = "false"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may read a type: for each kind of viewer which rows, and for some fields on which condition. A kind that is not
    named reads nothing."""

    rows: Mapping[str, str | Own]
    fields: Mapping[str, Mapping[str, str | Own]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A value of the row: a column of the view."""

    name: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A value made of the row and the viewer, as a template."""

    template: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """An object made of the parent's row; `{c}` in the type's templates is this column."""

    column: str


class Many(Enum):
    ONE = "one"
    LIST = "list"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Order:
    """One direction for all columns, so that a cursor is one row comparison, which an index answers. `types` are theirs."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    descending: bool = False

    def reversed(self) -> "Order":
        return Order(self.columns, self.types, not self.descending)

    def sql(self, alias: str) -> str:
        direction = " desc" if self.descending else ""
        return ", ".join(f"{alias}.{column}{direction}" for column in self.columns)


@dataclass(frozen=True, slots=True)
class Edge:
    """Rows of another type. `on`: target column → template of the value it equals (`{p}.key`, `{viewer.resident_id}`).
    `where`: argument (a path with dots into an input object) → predicate that holds when the argument is given.
    `where_true`: Boolean argument → predicate that holds when it is true, and of which else nothing stands in the statement.
    `ids`: argument of type ID → the type whose id it must be. `narrow`: field of the target → condition on the parent.
    `when`: condition on the parent, without which the edge is null or empty.
    `by_id`: an argument that names the row; where it is left out, `on` says which.
    `size`: of a list that is whole, for how many rows its cost is reckoned; None: for a page."""

    target: str
    many: Many = Many.ONE
    on: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None
    always: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    where_true: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    narrow: Mapping[str, str] = field(default_factory=dict)
    when: str | None = None
    by_id: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class NodeById:
    """`node(id:)`: the type is read off the id."""


@dataclass(frozen=True, slots=True)
class NodesByIds:
    """`nodes(ids:)`."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A row of one of several types, each row's own: columns of the parent say the letter of its type, its resident and its key.
    Null where the viewer may not read it, or their scopes do not cover its type. `letters`: of the types."""

    letters: frozenset[str]
    letter: str
    resident: str
    key: str


@dataclass(frozen=True, slots=True)
class Provided:
    """A value that the request brings (the server's time), or that a resolver puts into its payload."""

    name: str


@dataclass(frozen=True, slots=True)
class Namespace:
    """An object without a row, there to group what hangs on it. Null where the condition on the viewer does not hold."""

    target: str


@dataclass(frozen=True, slots=True)
class Made:
    """An object of a mutation's payload: the resolver says under `name` which row it made, the statement reads it."""

    target: str
    many: Many = Many.ONE
    name: str = ""


Source = Column | Computed | Embedded | Edge | NodeById | NodesByIds | Pointer | Provided | Namespace | Made


@dataclass(frozen=True, slots=True)
class TypeMapping:
    """`letter`: the first byte of the type's public ids. `owned`: the view has `resident_id`. `kind`: what the access log calls
    it. `members`: of an interface's view, its `kind` column → type. `embedded`: field → template over `{c}`.
    `passage`: whether rules ask through which of its rows a path came; of one type at most."""

    name: str
    view: str | None = None
    letter: str | None = None
    owned: bool = False
    kind: str | None = None
    rule: Rule = Rule({})
    scopes: ScopeSets = ()
    field_scopes: Mapping[str, ScopeSets] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    embedded: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)
    passage: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How reads of other people's rows are recorded: a statement template with `{query}` (columns `answer bytea, residents text`,
    a list with commas of ids, that of a passage's resident with a colon and the passage's key), `{viewer.NAME}` and `{kinds}`."""

    template: str


@dataclass(frozen=True, slots=True)
class SchemaMapping:
    types: Mapping[str, TypeMapping]
    reading: Reading
    schema: str = "api"
    page_default: int = 20
    page_maximum: int = 100

    def by_letter(self, letter: str) -> TypeMapping | None:
        return next((t for t in self.types.values() if t.letter == letter), None)


class Request(NamedTuple):
    """What a request brings: the viewer's kind, scopes and values, and what `Provided` fields show: a value, or a function
    that gives it."""

    kind: str
    scopes: frozenset[str]
    viewer: Mapping[str, Any]
    provided: Mapping[str, Any]
