"""Relay connections over keyset cursors.

The objects are built inside the ordered, limited sub-select and aggregated outside, so that a page deep in a list costs what the
first one costs, and a list over many residents can be spread over machines. One row more than asked tells whether there is
another page; `totalCount` is a count of its own, only when asked for.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLObjectType, get_named_type

from plans import cursors, edges
from plans.blocks import Piece, Size, json_object, literal, select
from plans.edges import Asked, Entered
from plans.mapping import Order
from plans.values import Arguments, Binder, Constant, Values, bad_input

if TYPE_CHECKING:
    from plans.compiler import Compiler


@dataclass(slots=True)
class Page:
    """Which part of the list: its order, the parameters of its bounds, and the predicate that it ends before."""

    order: Order
    backward: bool
    size: str
    bounds: list[str] = field(default_factory=list)
    behind: str | None = None  # rows on the other side of the given cursor
    parameters: list[str] = field(default_factory=list)

    @property
    def holds(self) -> str:
        """Whether the row `q` is on the page; one row more than the page may be read."""
        return f"q.n <= {self.size}"


@dataclass(slots=True)
class Rows:
    """The inner select: its columns beside the order."""

    columns: list[str] = field(default_factory=list)
    residents: list[str] = field(default_factory=list)
    more: bool = False  # whether one row more than the page must be read
    cursor: bool = False

    @property
    def needed(self) -> bool:
        return bool(self.columns) or self.more or self.cursor


def connection(compiler: "Compiler", asked: Asked) -> Piece:
    """A connection object with whatever of nodes, edges, pageInfo and totalCount is asked."""
    order = asked.edge.order
    if order is None:
        raise ValueError(f"The connection {asked.nodes[0].name.value} names no order")
    named = compiler.object_type(get_named_type(asked.definition.type).name)
    size = _size(compiler, asked.arguments)
    sizes, compiler.sizes = compiler.sizes, (*compiler.sizes, size)
    entered = edges.enter(compiler, asked)
    entered.block.where = entered.block.where or ["true"]
    whole = entered.block.tail()  # the list without its page's bounds and without the joins that the rows' fields add
    page = _page(compiler, order, asked.arguments, size, entered.alias)
    rows = Rows()
    selected = _Selected(compiler, asked, entered, page, rows, whole)
    pairs = compiler.tag(named)
    for key, below in compiler.collector.below(named, asked.nodes).items():
        pairs.append((key, selected.field(named, below)))
    compiler.sizes = sizes
    if not rows.needed:
        # The page's parameters are mentioned, and so checked, although nothing of it is read.
        known = " and ".join(f"{parameter} is not null" for parameter in page.parameters)
        return select(Piece(json_object(pairs)), f"where {known}" if known else "")
    residents = f"string_agg(q.r, ',') filter (where {page.holds})" if rows.residents else None
    return select(Piece(json_object(pairs), residents), f"from ({_inner(page, rows, entered)}) q")


def _size(compiler: "Compiler", arguments: Arguments) -> Size:
    """How many: `first` or `last`, both bounded; refused with BAD_USER_INPUT. A number where every request asks for as many."""
    backward = arguments.given("last")
    name = "last" if backward else "first"
    mapping, node = compiler.mapping, arguments.node
    if backward and arguments.given("first"):
        raise bad_input("A page is asked with first or with last, not with both.", node)
    if not arguments.given(name):
        return mapping.page_default
    binder = arguments.binder(name)

    def checked(size: int) -> int:
        if not 0 <= size <= mapping.page_maximum:
            raise bad_input(f"{name} must be from 0 to {mapping.page_maximum}.", node)
        return size

    return checked(binder.value) if isinstance(binder, Constant) else lambda values: checked(binder(values))


def _page(compiler: "Compiler", order: Order, arguments: Arguments, size: Size, alias: str) -> Page:
    backward = arguments.given("last")
    page = Page(order.reversed() if backward else order, backward, str(size))
    if not isinstance(size, int):
        page.size = f"({compiler.parameters.add(size)}::int)"
        page.parameters.append(page.size)
    for name in ("after", "before"):
        if not arguments.given(name):
            continue
        place = _place(compiler, order, arguments, name)
        page.parameters += place
        left, right = f"({', '.join(f'{alias}.{column}' for column in order.columns)})", f"({', '.join(place)})"
        forward = (name == "after") != order.descending
        page.bounds.append(f"{left} {'>' if forward else '<'} {right}")
        if (name == "before") == backward:
            page.behind = f"{left} {'<=' if forward else '>='} {right}"
    return page


def _place(compiler: "Compiler", order: Order, arguments: Arguments, name: str) -> list[str]:
    """The cursor's values, one parameter for each column of the order."""
    binder, node = arguments.binder(name), arguments.node

    def part(index: int) -> Binder:
        def bind(values: Values) -> str:
            try:
                return cursors.decode(binder(values), order)[index]
            except cursors.BadCursorError as error:
                raise bad_input(f"{name} is no cursor of this list.", node) from error

        return bind

    return [f"({compiler.parameters.add(part(index))}::text)::{kind}" for index, kind in enumerate(order.types)]


def _inner(page: Page, rows: Rows, entered: Entered) -> str:
    order = page.order.sql(entered.alias)
    columns = [*rows.columns, f"row_number() over (order by {order}) as n"]
    if rows.residents:
        columns.append(f"concat_ws(',', {', '.join(rows.residents)}) as r")
    if rows.cursor:
        columns.append(f"{cursors.expression(page.order, entered.alias)} as c")
    entered.block.where += page.bounds
    limit = f"{page.size} + 1" if rows.more else page.size
    return f"select {', '.join(columns)} {entered.block.tail()} order by {order} limit {limit}"


@dataclass(slots=True)
class _Selected:
    """The connection's own fields, as aggregates over the inner select `q`."""

    compiler: "Compiler"
    asked: Asked
    entered: Entered
    page: Page
    rows: Rows
    whole: str

    def field(self, named: GraphQLObjectType, field_nodes: list[FieldNode]) -> str:
        name = field_nodes[0].name.value
        if name == "__typename":
            return literal(named.name)
        if name == "totalCount":
            self.compiler.cost.add(*self.compiler.sizes[:-1], 10)
            return f"(select count(*) {self.whole})"
        if name == "nodes":
            return self._aggregate(self._row(field_nodes))
        below = self.compiler.object_type(get_named_type(named.fields[name].type).name)
        part = self._edge if name == "edges" else self._page_info
        pairs = self.compiler.tag(below)
        for key, inner in self.compiler.collector.below(below, field_nodes).items():
            pairs.append((key, part(below, inner)))
        return self._aggregate(json_object(pairs)) if name == "edges" else json_object(pairs)

    def _row(self, field_nodes: list[FieldNode]) -> str:
        """The row's JSON becomes a column of the inner select."""
        piece = edges.row(self.compiler, self.asked, self.entered, field_nodes)
        column = f"j{len(self.rows.columns)}"
        self.rows.columns.append(f"{piece.json} as {column}")
        if piece.residents:
            self.rows.residents.append(piece.residents)
        return f"q.{column}"

    def _edge(self, named: GraphQLObjectType, field_nodes: list[FieldNode]) -> str:
        name = field_nodes[0].name.value
        if name == "__typename":
            return literal(named.name)
        if name == "node":
            return self._row(field_nodes)
        self.rows.cursor = True
        return "q.c"

    def _aggregate(self, expression: str) -> str:
        if not self.rows.needed:
            self.rows.columns.append("1 as one")  # the rows are counted out although nothing of them is asked
        order = "q.n desc" if self.page.backward else "q.n"
        return f"coalesce(json_agg({expression} order by {order}) filter (where {self.page.holds}), '[]'::json)"

    def _page_info(self, named: GraphQLObjectType, field_nodes: list[FieldNode]) -> str:
        name = field_nodes[0].name.value
        if name == "__typename":
            return literal(named.name)
        if name in ("startCursor", "endCursor"):
            self.rows.cursor = True
            first = (name == "startCursor") != self.page.backward
            place = "1" if first else f"least(count(*), {self.page.size})"
            return f"(array_agg(q.c order by q.n) filter (where {self.page.holds}))[{place}]"
        if (name == "hasPreviousPage") != self.page.backward:
            return self._rows_behind()
        self.rows.more = True
        return f"count(*) > {self.page.size}"

    def _rows_behind(self) -> str:
        """Whether there is the row next to the page on the other side of its cursor. `exists` would forget the order, and with it
        the index: deep in a list it reads half of it."""
        if self.page.behind is None:
            return "false"
        order = self.page.order.reversed().sql(self.entered.alias)
        return f"coalesce((select true {self.whole} and {self.page.behind} order by {order} limit 1), false)"
