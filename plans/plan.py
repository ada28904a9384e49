"""A plan: one statement and what binds a request to it. `compile_*` make one of an operation, a root field or a payload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
)

from plans.blocks import Block, Context, Cost, Piece, literal
from plans.collect import Collector, Fields
from plans.compiler import Compiler
from plans.mapping import Made, SchemaMapping
from plans.values import Binder, Values

INTROSPECTION = frozenset({"__schema", "__type"})


class Connection(Protocol):
    """What a plan needs of a database connection."""

    async def fetchval(self, query: str, *args: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Source:
    """A schema with its mapping."""

    schema: GraphQLSchema
    mapping: SchemaMapping


@dataclass(frozen=True, slots=True)
class Plan:
    """`sql` answers one row with one column, the JSON as UTF-8 bytes. `reads_others`: it may read other people's rows, which it
    then records itself: so it writes, and never goes to a replica. `cost` is to be checked before it runs."""

    sql: str
    binders: tuple[Binder, ...]
    reads_others: bool
    cost: Cost

    async def run(self, connection: Connection, values: Values) -> bytes:
        answer: bytes = await connection.fetchval(self.sql, *[bind(values) for bind in self.binders])
        return answer


@dataclass(frozen=True, slots=True)
class PayloadPlan:
    """A mutation's payload. `fields`: response key → (name, selected fields) of what the resolver provides; None: from the rows."""

    rows: Plan | None
    fields: Mapping[str, tuple[str, Fields] | None]


def compile_query(source: Source, collector: Collector, selection: SelectionSetNode, values: Values, tagged: bool = False) -> Plan:
    """The whole of a query operation, but for what asks about the schema itself. `tagged`: objects carry their type."""
    root = source.schema.query_type
    if root is None:
        raise GraphQLError("The schema has no queries.")
    fields = collector.fields(root, [selection])
    rows = {key: nodes for key, nodes in fields.items() if nodes[0].name.value not in INTROSPECTION}
    return _compile(source, root, collector, rows, values, tagged)


def compile_subscription(source: Source, collector: Collector, selection: SelectionSetNode, values: Values) -> Plan:
    """What one event of a subscription shows: its field is read like a query's."""
    root = source.schema.subscription_type
    if root is None:
        raise GraphQLError("The schema has no subscriptions.")
    return _compile(source, root, collector, collector.fields(root, [selection]), values, False)


def compile_payload(
    source: Source, payload: GraphQLObjectType, collector: Collector, nodes: Sequence[FieldNode], values: Values
) -> PayloadPlan:
    """What a mutation answers, for when it went well."""
    shape = payload_shape(source, payload, collector, nodes)
    made = {key: below for key, below in collector.below(payload, nodes).items() if shape[key] is None}
    return PayloadPlan(_compile(source, payload, collector, made, values, False) if made else None, shape)


def payload_shape(
    source: Source, payload: GraphQLObjectType, collector: Collector, nodes: Sequence[FieldNode]
) -> dict[str, tuple[str, Fields] | None]:
    """The payload's fields alone: all that a refusal needs, whatever rows the one who is refused might not read."""
    sources = source.mapping.types[payload.name].sources
    shape: dict[str, tuple[str, Fields] | None] = {}
    for key, below in collector.below(payload, nodes).items():
        name = below[0].name.value
        if name == "__typename":
            shape[key] = (name, {})
        else:
            shape[key] = None if isinstance(sources[name], Made) else (name, selected(source.schema, collector, payload, below))
    return shape


def selected(schema: GraphQLSchema, collector: Collector, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Fields:
    """The fields below a provided object."""
    named = get_named_type(parent.fields[nodes[0].name.value].type)
    return collector.below(named, nodes) if isinstance(named, GraphQLObjectType) else {}


def _compile(
    source: Source,
    root: GraphQLObjectType,
    collector: Collector,
    fields: Fields,
    values: Values,
    tagged: bool,
) -> Plan:
    compiler = Compiler(source.schema, source.mapping, collector, values.variables, values.request, tagged)
    block = Block("(values (1)) root")
    piece = compiler.object(root, "root", fields, Context(), block)
    answer = f"convert_to({piece.json}::text, 'UTF8')"
    if piece.residents is None:
        sql = f"select {answer} {block.tail()}"
    else:
        sql = _recorded(compiler, source.mapping, answer, piece, block)
    return Plan(*compiler.parameters.sent(sql), piece.residents is not None, compiler.cost)


def _recorded(compiler: Compiler, mapping: SchemaMapping, answer: str, piece: Piece, block: Block) -> str:
    """Reads of other people's rows are recorded by the statement that reads them, before its bytes leave."""
    query = f"select {answer} as answer, {piece.residents} as residents {block.tail()}"
    kinds = ", ".join(map(literal, sorted(compiler.kinds)))
    return compiler.template(mapping.reading.template, query=query, kinds=f"array[{kinds}]::text[]")


def fragments_of(document: Any) -> dict[str, FragmentDefinitionNode]:
    """The document's fragments by name."""
    return {
        definition.name.value: definition for definition in document.definitions if isinstance(definition, FragmentDefinitionNode)
    }
