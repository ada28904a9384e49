"""Edges: the rows of another type that hang on a row, with their keys, their arguments and their rule."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLField

from plans import nodes
from plans.access import handed_up, rows_condition
from plans.blocks import Block, Context, Piece, listed, select
from plans.mapping import Edge, TypeMapping
from plans.values import Arguments

if TYPE_CHECKING:
    from plans.compiler import Compiler


@dataclass(frozen=True, slots=True)
class Asked:
    """An edge as a document asks for it: the merged nodes of the field, on the row `parent`, which shows it on `condition`."""

    edge: Edge
    definition: GraphQLField
    nodes: list[FieldNode]
    arguments: Arguments
    parent: str
    context: Context
    condition: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """The edge's rows: `alias` in `block`. `narrow`: field → the condition on which this edge shows it."""

    alias: str
    block: Block
    context: Context
    narrow: dict[str, str]


def one(compiler: "Compiler", asked: Asked) -> Piece:
    """One row, or null: the first in the edge's order."""
    entered = enter(compiler, asked)
    piece = row(compiler, asked, entered, asked.nodes)
    order = asked.edge.order
    return select(piece, entered.block.tail() + (f" order by {order.sql(entered.alias)} limit 1" if order else ""))


def many(compiler: "Compiler", asked: Asked) -> Piece:
    """A short list, whole."""
    size = asked.edge.size or compiler.mapping.page_default
    sizes, compiler.sizes = compiler.sizes, (*compiler.sizes, size)
    entered = enter(compiler, asked)
    piece = row(compiler, asked, entered, asked.nodes)
    compiler.sizes = sizes
    order = asked.edge.order
    rows = select(piece, entered.block.tail() + (f" order by {order.sql(entered.alias)}" if order else ""))
    return listed(Piece("q.j", "q.r" if rows.residents else None), f"from ({rows.json}) q")


def row(compiler: "Compiler", asked: Asked, entered: Entered, field_nodes: list[FieldNode]) -> Piece:
    """The JSON of one of the rows, its resident among the ids handed up where that may be another than the parent's."""
    target, alias, inner = asked.edge.target, entered.alias, entered.context
    piece = compiler.target(target, alias, field_nodes, inner, entered.block, entered.narrow)
    return handed_up(compiler.mapping.types[target], piece, alias, inner, asked.context)


def enter(compiler: "Compiler", asked: Asked) -> Entered:
    """The rows of an edge: keys, arguments, the edge's own conditions and the type's rule stand in the block's `where`."""
    edge, arguments, parent = asked.edge, asked.arguments, asked.parent
    target = compiler.mapping.types[edge.target]
    alias = compiler.names.next()
    block = Block(f"{compiler.mapping.schema}.{target.view} {alias}")
    named = edge.by_id if edge.by_id and arguments.given(edge.by_id) else None
    inner = _owner(compiler, asked, target, alias, named)
    if target.owned and inner.owner and inner.owner != f"{alias}.resident_id":
        block.where.append(f"{alias}.resident_id = {inner.owner}")
    if named:
        block.where.append(f"{alias}.key = {_id_parameter(compiler, edge, arguments, named)}")
    else:
        keys = {column: template for column, template in edge.on.items() if not (target.owned and column == "resident_id")}
        for column, template in keys.items():
            block.where.append(f"{alias}.{column} = {compiler.template(template, p=parent, owner=asked.context.owner)}")
    block.where += _conditions(compiler, asked, alias, inner)
    block.where += [part for part in (asked.condition, rows_condition(compiler, target, alias, inner)) if part]
    narrow = {field: compiler.template(template, p=parent) for field, template in edge.narrow.items()}
    return Entered(alias, block, inner, narrow)


def _owner(compiler: "Compiler", asked: Asked, target: TypeMapping, alias: str, named: str | None) -> Context:
    if not target.owned:
        return Context()
    if named:
        return Context(compiler.parameters.add(nodes.resident_of(asked.arguments.binder(named), target.letter or "")) + "::uuid")
    template = asked.edge.on.get("resident_id")
    if template is None:
        return Context(f"{alias}.resident_id")
    if template == "{owner}" and asked.context.owner:
        return asked.context
    owner = compiler.template(template, p=asked.parent, owner=asked.context.owner)
    return Context(owner, template == "{viewer.resident_id}")


def _conditions(compiler: "Compiler", asked: Asked, alias: str, inner: Context) -> list[str]:
    edge, arguments, parent = asked.edge, asked.arguments, asked.parent
    parts = []
    if edge.always:
        parts.append(compiler.template(edge.always, t=alias, p=parent, owner=inner.owner))
    if edge.when:
        parts.append(f"({compiler.template(edge.when, p=parent)})")
    for path, template in edge.where.items():
        if not arguments.given(path):
            continue
        if path in edge.ids:
            value = _id_parameter(compiler, edge, arguments, path)
        else:
            value = compiler.parameters.add(arguments.binder(path))
        parts.append(compiler.template(template, t=alias, p=parent, owner=inner.owner, value=value))
    for path, template in edge.where_true.items():
        if arguments.first_value(path):  # the value of a Boolean is part of the plan's key
            parts.append(compiler.template(template, t=alias, p=parent, owner=inner.owner))
    return parts


def _id_parameter(compiler: "Compiler", edge: Edge, arguments: Arguments, path: str) -> str:
    letter = compiler.mapping.types[edge.ids.get(path, edge.target)].letter or ""
    return compiler.parameters.add(nodes.key_of(arguments.binder(path), letter))
