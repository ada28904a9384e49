"""Relay connections over keyset cursors.

The objects are built inside the ordered, limited sub-select and aggregated outside, so that a page deep in a list costs what the
first one costs, and a list over many residents can be spread over machines. One row more than asked tells whether there is
another page; `totalCount` is a count of its own, only when asked for.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from plans import cursors
from plans.blocks import Block, Context, Piece, json_object, literal
from plans.mapping import Edge, Order
from plans.values import Arguments, Binder, Values, bad_input

if TYPE_CHECKING:
    from plans.compiler import Compiler


@dataclass(slots=True)
class Page:
    """Which part of the list: its order, the parameters of its bounds, and the predicate that it ends before."""

    order: Order
    backward: bool
    size: str
    cursor_bounds: list[str] = field(default_factory=list)
    behind: str | None = None  # rows on the other side of the given cursor


@dataclass(slots=True)
class Rows:
    """The inner select: its columns beside the order."""

    columns: list[str] = field(default_factory=list)
    residents: list[str] = field(default_factory=list)
    more: bool = False  # whether one row more than the page must be read
    cursor: bool = False


def connection(
    compiler: "Compiler",
    definition: GraphQLField,
    edge: Edge,
    field_nodes: list[FieldNode],
    arguments: Arguments,
    parent: str,
    context: Context,
    condition: str | None,
) -> Piece:
    """A connection object with whatever of nodes, edges, pageInfo and totalCount is asked."""
    order = edge.order
    if order is None:
        raise ValueError(f"The connection {field_nodes[0].name.value} names no order")
    named = compiler.object_type(get_named_type(definition.type).name)
    size = _size(compiler, arguments)
    sizes, compiler.sizes = compiler.sizes, (*compiler.sizes, size)
    alias, block, inner, narrow = compiler.enter(edge, arguments, parent, context, condition)
    block.where = block.where or ["true"]
    whole = block.tail()  # the list without its page's bounds and without the joins that the rows' fields add
    page = _page(compiler, order, arguments, size, alias)
    rows = Rows()
    pairs: list[tuple[str, str]] = [("@type", literal(named.name))] if compiler.tagged else []
    selected = _Selected(compiler, edge, alias, inner, block, narrow, page, rows, whole, context)
    for key, below in compiler.collector.below(named, field_nodes).items():
        pairs.append((key, selected.field(named, below)))
    compiler.sizes = sizes
    if not rows.columns and not rows.cursor and not rows.more:
        return Piece(f"select {json_object(pairs)} as j")
    residents = f"string_agg(q.r, ',') filter (where {_on_page(page)})" if rows.residents else None
    beside = f", {residents} as r" if residents else ""
    return Piece(f"select {json_object(pairs)} as j{beside} from ({_inner(page, rows, alias, block)}) q", residents)


def _size(compiler: "Compiler", arguments: Arguments) -> Binder:
    """How many: `first` or `last`, both bounded; refused with BAD_USER_INPUT."""
    backward = arguments.given("last")
    name = "last" if backward else "first"
    mapping, node = compiler.mapping, arguments.node
    if backward and arguments.given("first"):
        raise bad_input("A page is asked with first or with last, not with both.", node)
    if not arguments.given(name):
        return lambda values: mapping.page_default
    binder = arguments.binder(name)

    def bind(values: Values) -> int:
        size: int = binder(values)
        if not 0 <= size <= mapping.page_maximum:
            raise bad_input(f"{name} must be from 0 to {mapping.page_maximum}.", node)
        return size

    return bind


def _page(compiler: "Compiler", order: Order, arguments: Arguments, size: Binder, alias: str) -> Page:
    backward = arguments.given("last")
    page = Page(order.reversed() if backward else order, backward, f"({compiler.parameters.add(size)}::int)")
    for name in ("after", "before"):
        if not arguments.given(name):
            continue
        bounds = _bounds(compiler, order, arguments, name)
        left = f"({', '.join(f'{alias}.{column}' for column in order.columns)})"
        forward = (name == "after") != order.descending
        page.cursor_bounds.append(f"{left} {'>' if forward else '<'} {bounds}")
        if (name == "before") == backward:
            page.behind = f"{left} {'<=' if forward else '>='} {bounds}"
    return page


def _bounds(compiler: "Compiler", order: Order, arguments: Arguments, name: str) -> str:
    binder, node = arguments.binder(name), arguments.node

    def part(index: int) -> Binder:
        def bind(values: Values) -> str:
            try:
                return cursors.decode(binder(values), order)[index]
            except cursors.BadCursorError as error:
                raise bad_input(f"{name} is no cursor of this list.", node) from error

        return bind

    parts = [
        f"({compiler.parameters.add(part(index))}::text)::{kind}" for index, kind in enumerate(order.types)
    ]
    return f"({', '.join(parts)})"


def _on_page(page: Page) -> str:
    return f"q.n <= {page.size}"


def _in_order(page: Page) -> str:
    return "q.n desc" if page.backward else "q.n"


def _inner(page: Page, rows: Rows, alias: str, block: Block) -> str:
    order = page.order.sql(alias)
    columns = [*rows.columns, f"row_number() over (order by {order}) as n"]
    if rows.residents:
        columns.append(f"concat_ws(',', {', '.join(rows.residents)}) as r")
    if rows.cursor:
        columns.append(f"{cursors.expression(page.order, alias)} as c")
    block.where += page.cursor_bounds
    limit = f"{page.size} + 1" if rows.more else page.size
    return f"select {', '.join(columns)} {block.tail()} order by {order} limit {limit}"


@dataclass(slots=True)
class _Selected:
    """The connection's own fields, as aggregates over the inner select `q`."""

    compiler: "Compiler"
    edge: Edge
    alias: str
    inner: Context
    block: Block
    narrow: dict[str, str]
    page: Page
    rows: Rows
    whole: str
    outer: Context

    def field(self, named: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name == "__typename":
            return literal(named.name)
        if name == "totalCount":
            self.compiler.cost.terms.append((*self.compiler.sizes[:-1], 10))
            return f"(select count(*) {self.whole})"
        if name == "nodes":
            return self._aggregate(self._row(nodes))
        definition = named.fields[name]
        below = self.compiler.object_type(get_named_type(definition.type).name)
        fields = self.compiler.collector.below(below, nodes)
        tag = [("@type", literal(below.name))] if self.compiler.tagged else []
        if name == "edges":
            return self._aggregate(json_object([*tag, *((k, self._edge(below, n)) for k, n in fields.items())]))
        return json_object([*tag, *((k, self._page_info(below, n)) for k, n in fields.items())])

    def _row(self, nodes: list[FieldNode]) -> str:
        """The row's JSON becomes a column of the inner select."""
        piece = self.compiler.target(self.edge.target, self.alias, nodes, self.inner, self.block, self.narrow)
        piece = self.compiler.handed_up(piece, self.edge.target, self.alias, self.inner, self.outer)
        column = f"j{len(self.rows.columns)}"
        self.rows.columns.append(f"{piece.json} as {column}")
        if piece.residents:
            self.rows.residents.append(piece.residents)
        return f"q.{column}"

    def _edge(self, named: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name == "__typename":
            return literal(named.name)
        if name == "node":
            return self._row(nodes)
        self.rows.cursor = True
        return "q.c"

    def _aggregate(self, expression: str) -> str:
        if "q." not in expression:
            self.rows.columns.append("1 as one")
        in_order = f"json_agg({expression} order by {_in_order(self.page)})"
        return f"coalesce({in_order} filter (where {_on_page(self.page)}), '[]'::json)"

    def _page_info(self, named: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name == "__typename":
            return literal(named.name)
        if name in ("startCursor", "endCursor"):
            self.rows.cursor = True
            first = (name == "startCursor") != self.page.backward
            place = "1" if first else f"least(count(*), {self.page.size})"
            return f"(array_agg(q.c order by q.n) filter (where {_on_page(self.page)}))[{place}]"
        if (name == "hasPreviousPage") != self.page.backward:
            return self._rows_behind()
        self.rows.more = True
        return f"count(*) > {self.page.size}"

    def _rows_behind(self) -> str:
        if self.page.behind is None:
            return "false"
        return f"exists (select {self.whole} and {self.page.behind})"
