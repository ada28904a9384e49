"""A selection becomes SQL: objects, their fields, and the rows that hang on them.

Each object is one `json_object` over one row; a row of another type is a scalar sub-select, or a lateral join where ids of
other residents must be handed up beside its JSON (for the access log).
"""

from dataclasses import replace
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.values import VariableValues

from plans import connections, edges, nodes
from plans.access import check_scopes, field_condition, rows_condition
from plans.blocks import TYPE_KEY, Block, Context, Cost, Names, Piece, Size, guarded, joined, json_object, literal
from plans.collect import Collector, Fields
from plans.edges import Asked
from plans.mapping import (
    Column,
    Computed,
    Edge,
    Embedded,
    Made,
    Many,
    Namespace,
    NodeById,
    NodesByIds,
    Pointer,
    Provided,
    Request,
    SchemaMapping,
    TypeMapping,
)
from plans.values import Arguments, Parameters

EDGES = {Many.ONE: edges.one, Many.LIST: edges.many, Many.CONNECTION: connections.connection}


class Compiler:
    """Compiles one operation for one kind of viewer, its scopes and one shape of the variables. `kinds`: of the rows that may be
    another resident's; `sizes`: of the pages that the object being compiled stands in."""

    def __init__(
        self,
        schema: GraphQLSchema,
        mapping: SchemaMapping,
        collector: Collector,
        variables: VariableValues,
        request: Request,
        tagged: bool = False,
    ) -> None:
        self.schema = schema
        self.mapping = mapping
        self.collector = collector
        self.variables = variables
        self.request = request
        self.tagged = tagged
        self.parameters = Parameters()
        self.names = Names()
        self.cost = Cost()
        self.kinds: dict[str, None] = {}
        self.sizes: tuple[Size, ...] = ()

    def object(
        self,
        named: GraphQLObjectType,
        alias: str,
        fields: Fields,
        context: Context,
        block: Block,
        narrow: dict[str, str] | None = None,
    ) -> Piece:
        """The JSON of one row `alias` of the type `named`; joins that its fields need go into `block`."""
        mapping = self.mapping.types[named.name]
        if mapping.kind and not context.own:
            self.kinds[mapping.kind] = None
        self.cost.add(*self.sizes)
        if mapping.passage:
            context = replace(context, through=f"{alias}.key")
        pairs = self.tag(named)
        residents: list[str] = []
        for key, field_nodes in fields.items():
            piece = self._field(named, mapping, alias, field_nodes, context, block, narrow or {})
            pairs.append((key, piece.json))
            if piece.residents:
                residents.append(piece.residents)
        return Piece(json_object(pairs), joined(residents))

    def target(
        self,
        name: str,
        alias: str,
        field_nodes: list[FieldNode],
        context: Context,
        block: Block,
        narrow: dict[str, str] | None = None,
    ) -> Piece:
        """The JSON of the row `alias`, of an object type or of an interface or union whose view tells the kind."""
        if is_abstract_type(self.schema.type_map[name]):
            return nodes.member(self, self.mapping.types[name], alias, field_nodes, context, block)
        concrete = self.object_type(name)
        return self.object(concrete, alias, self.collector.below(concrete, field_nodes), context, block, narrow)

    def attach(self, piece: Piece, block: Block) -> Piece:
        """A sub-select as an expression of the block: scalar, or joined laterally where it hands up ids."""
        if piece.residents is None:
            return Piece(f"({piece.json})")
        lateral = self.names.next()
        block.joins.append(f" left join lateral ({piece.json}) {lateral} on true")
        return Piece(f"{lateral}.j", f"{lateral}.r")

    def tag(self, named: GraphQLObjectType) -> list[tuple[str, str]]:
        """What an object carries beside its fields: its type, for the executor."""
        return [(TYPE_KEY, literal(named.name))] if self.tagged else []

    def object_type(self, name: str) -> GraphQLObjectType:
        """The object type of that name. Raises TypeError when it is another kind of type."""
        named = self.schema.type_map[name]
        if not isinstance(named, GraphQLObjectType):
            raise TypeError(f"{name} is no object type")
        return named

    def template(self, template: str, **names: Any) -> str:
        """A mapping's SQL with its names filled in."""
        return template.format(viewer=_Viewer(self.parameters), **names)

    def _field(
        self,
        named: GraphQLObjectType,
        mapping: TypeMapping,
        alias: str,
        field_nodes: list[FieldNode],
        context: Context,
        block: Block,
        narrow: dict[str, str],
    ) -> Piece:
        node = field_nodes[0]
        name = node.name.value
        if name == "__typename":
            return Piece(literal(named.name))
        check_scopes(mapping, name, node, self.request)
        condition = field_condition(self, mapping, name, alias, context, narrow)
        definition = named.fields[name]
        source = mapping.sources[name]
        if isinstance(source, Column):
            return Piece(guarded(f"{alias}.{source.name}", condition))
        if isinstance(source, Computed):
            return Piece(guarded(self.template(source.template, t=alias), condition))
        if isinstance(source, Embedded):
            return Piece(guarded(self._embedded(definition, alias, source, field_nodes), condition))
        if isinstance(source, Provided):
            return Piece(f"{self.parameters.provided(source.name)}::text")
        if isinstance(source, Namespace):
            return self._namespace(source, alias, field_nodes, context, block)
        if isinstance(source, Pointer):
            return self.attach(nodes.pointed(self, source, alias, field_nodes), block)
        arguments = Arguments(definition, node, self.variables)
        if isinstance(source, Edge):
            asked = Asked(source, definition, field_nodes, arguments, alias, context, condition)
            return self.attach(EDGES[source.many](self, asked), block)
        return self.attach(self._by_key(source, field_nodes, arguments), block)

    def _by_key(self, source: NodeById | NodesByIds | Made, field_nodes: list[FieldNode], arguments: Arguments) -> Piece:
        if isinstance(source, Made):
            return nodes.made(self, source, field_nodes)
        by = nodes.by_id if isinstance(source, NodeById) else nodes.by_ids
        return by(self, field_nodes, arguments)

    def _namespace(self, source: Namespace, alias: str, field_nodes: list[FieldNode], context: Context, block: Block) -> Piece:
        """The type's rule can only speak of the viewer: there is no row."""
        named = self.object_type(source.target)
        condition = rows_condition(self, self.mapping.types[named.name], alias, context)
        piece = self.object(named, alias, self.collector.below(named, field_nodes), context, block)
        return Piece(guarded(piece.json, condition), piece.residents)

    def _embedded(self, definition: GraphQLField, alias: str, source: Embedded, field_nodes: list[FieldNode]) -> str:
        named = self.object_type(get_named_type(definition.type).name)
        mapping = self.mapping.types[named.name]
        column = f"{alias}.{source.column}"
        pairs = self.tag(named)
        for key, below in self.collector.below(named, field_nodes).items():
            name = below[0].name.value
            if name == "__typename":
                pairs.append((key, literal(named.name)))
                continue
            check_scopes(mapping, name, below[0], self.request)
            pairs.append((key, mapping.embedded[name].format(c=column)))
        return f"case when {column} is not null then {json_object(pairs)} end"


class _Viewer:
    """`{viewer.NAME}` in a template: a parameter."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def __getattr__(self, name: str) -> Any:
        return self._parameters.viewer(name)
