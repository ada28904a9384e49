"""A selection becomes SQL: objects, their fields, and the rows that hang on them.

Each object is one `json_object` over one row; a row of another type is a scalar sub-select, or a lateral join where ids of
other residents must be handed up beside its JSON (for the access log).
"""

from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.values import VariableValues

from plans import connections, nodes
from plans.access import check_scopes, field_condition, rows_condition
from plans.blocks import Block, Context, Cost, Names, Piece, joined, json_object, literal
from plans.collect import Collector, Fields
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
    Provided,
    Request,
    SchemaMapping,
    TypeMapping,
)
from plans.values import Arguments, Parameters

TYPE_KEY = "@type"  # under which Strawberry's executor finds the type of an interface's object; no client can write it


class Compiler:
    """Compiles one operation for one kind of viewer, its scopes and one shape of the variables."""

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
        self.sizes: tuple[object, ...] = ()

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
        if mapping.kind:
            self.kinds[mapping.kind] = None
        self.cost.terms.append(self.sizes)
        pairs: list[tuple[str, str]] = [(TYPE_KEY, literal(named.name))] if self.tagged else []
        residents: list[str] = []
        for key, field_nodes in fields.items():
            piece = self._field(named, mapping, alias, field_nodes, context, block, narrow or {})
            pairs.append((key, piece.json))
            if piece.residents:
                residents.append(piece.residents)
        return Piece(json_object(pairs), joined(residents))

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
            provided = source.name
            return Piece(self.parameters.add(lambda values: values.request.provided.get(provided)) + "::text")
        return self._relation(definition, source, field_nodes, alias, context, block, condition)

    def _relation(
        self,
        definition: GraphQLField,
        source: Edge | NodeById | NodesByIds | Namespace | Made,
        field_nodes: list[FieldNode],
        alias: str,
        context: Context,
        block: Block,
        condition: str | None,
    ) -> Piece:
        arguments = Arguments(definition, field_nodes[0], self.variables)
        if isinstance(source, NodeById):
            piece = nodes.by_id(self, field_nodes, arguments)
        elif isinstance(source, NodesByIds):
            piece = nodes.by_ids(self, field_nodes, arguments)
        elif isinstance(source, Namespace):
            target = self.object_type(source.target)
            return self.object(target, alias, self.collector.below(target, field_nodes), context, block)
        elif isinstance(source, Made):
            piece = nodes.made(self, source, field_nodes)
        elif source.many is Many.CONNECTION:
            piece = connections.connection(self, definition, source, field_nodes, arguments, alias, context, condition)
        elif source.many is Many.LIST:
            piece = self._list(source, field_nodes, arguments, alias, context, condition)
        else:
            piece = self._one(source, field_nodes, arguments, alias, context, condition)
        return self.attach(piece, block)

    def attach(self, piece: Piece, block: Block) -> Piece:
        """A sub-select as an expression of the block: scalar, or lateral where it hands up ids. `piece.json` is its select list
        and tail, with the columns `j` and, where there are residents, `r`."""
        if piece.residents is None:
            return Piece(f"({piece.json})")
        lateral = self.names.next()
        block.joins.append(f" left join lateral ({piece.json}) {lateral} on true")
        return Piece(f"{lateral}.j", f"{lateral}.r")

    def _one(
        self,
        edge: Edge,
        field_nodes: list[FieldNode],
        arguments: Arguments,
        parent: str,
        context: Context,
        condition: str | None,
    ) -> Piece:
        alias, block, inner, narrow = self.enter(edge, arguments, parent, context, condition)
        piece = self.target(edge.target, alias, field_nodes, inner, block, narrow)
        piece = self.handed_up(piece, edge.target, alias, inner, context)
        order = f" order by {edge.order.sql(alias)} limit 1" if edge.order else ""
        beside = f", {piece.residents} as r" if piece.residents else ""
        return Piece(f"select {piece.json} as j{beside} {block.tail()}{order}", piece.residents)

    def _list(
        self,
        edge: Edge,
        field_nodes: list[FieldNode],
        arguments: Arguments,
        parent: str,
        context: Context,
        condition: str | None,
    ) -> Piece:
        sizes, self.sizes = self.sizes, (*self.sizes, self.mapping.page_default)
        alias, block, inner, narrow = self.enter(edge, arguments, parent, context, condition)
        piece = self.target(edge.target, alias, field_nodes, inner, block, narrow)
        piece = self.handed_up(piece, edge.target, alias, inner, context)
        self.sizes = sizes
        order = f" order by {edge.order.sql(alias)}" if edge.order else ""
        beside = f", {piece.residents} as r" if piece.residents else ""
        rows = f"select {piece.json} as j{beside} {block.tail()}{order}"
        beside = ", string_agg(q.r, ',') as r" if piece.residents else ""
        return Piece(f"select coalesce(json_agg(q.j), '[]'::json) as j{beside} from ({rows}) q", piece.residents)

    def enter(
        self, edge: Edge, arguments: Arguments, parent: str, context: Context, condition: str | None
    ) -> tuple[str, Block, Context, dict[str, str]]:
        """The rows of an edge: (alias, block with the keys, arguments and rule in its `where`, context, narrowed fields)."""
        target = self.mapping.types[edge.target]
        alias = self.names.next()
        block = Block(f"{self.mapping.schema}.{target.view} {alias}")
        inner = self._owner(edge, target, arguments, alias, parent, context)
        for column, template in edge.on.items():
            value = self.template(template, p=parent, owner=context.owner)
            if column == "resident_id" or (edge.by_id and arguments.given(edge.by_id)):
                continue
            block.where.append(f"{alias}.{column} = {value}")
        if target.owned and inner.owner and inner.owner != f"{alias}.resident_id":
            block.where.insert(0, f"{alias}.resident_id = {inner.owner}")
        if edge.by_id and arguments.given(edge.by_id):
            block.where.append(f"{alias}.key = {self.id_parameter(edge, arguments, edge.by_id)}")
        block.where += self._conditions(edge, arguments, alias, parent, inner)
        block.where += [part for part in (condition, rows_condition(self, target, alias, inner)) if part]
        narrow = {field: self.template(template, p=parent) for field, template in edge.narrow.items()}
        return alias, block, inner, narrow

    def _owner(
        self, edge: Edge, target: TypeMapping, arguments: Arguments, alias: str, parent: str, context: Context
    ) -> Context:
        if not target.owned:
            return Context()
        if edge.by_id and arguments.given(edge.by_id):
            binder = arguments.binder(edge.by_id)
            letter = self.mapping.types[edge.target].letter or ""
            return Context(self.parameters.add(nodes.resident_of(binder, letter)))
        template = edge.on.get("resident_id")
        if template is None:
            return Context(f"{alias}.resident_id")
        if template == "{owner}" and context.owner:
            return context
        return Context(self.template(template, p=parent, owner=context.owner), template == "{viewer.resident_id}")

    def _conditions(self, edge: Edge, arguments: Arguments, alias: str, parent: str, inner: Context) -> list[str]:
        parts = []
        if edge.always:
            parts.append(self.template(edge.always, t=alias, p=parent, owner=inner.owner))
        if edge.when:
            parts.append(f"({self.template(edge.when, p=parent)})")
        for path, template in edge.where.items():
            if arguments.given(path):
                value = (
                    self.id_parameter(edge, arguments, path)
                    if path in edge.ids
                    else self.parameters.add(arguments.binder(path))
                )
                parts.append(self.template(template, t=alias, p=parent, owner=inner.owner, value=value))
        return parts

    def id_parameter(self, edge: Edge, arguments: Arguments, path: str) -> str:
        letter = self.mapping.types[edge.ids.get(path, edge.target)].letter or ""
        return self.parameters.add(nodes.key_of(arguments.binder(path), letter))

    def target(
        self,
        name: str,
        alias: str,
        field_nodes: list[FieldNode],
        context: Context,
        block: Block,
        narrow: dict[str, str] | None = None,
    ) -> Piece:
        """The JSON of the row `alias`, of an object type or of an interface whose view tells the kind."""
        named = get_named_type(self.schema.type_map[name])
        if is_abstract_type(named):
            return nodes.member(self, self.mapping.types[name], alias, field_nodes, context, block)
        concrete = self.object_type(name)
        return self.object(concrete, alias, self.collector.below(concrete, field_nodes), context, block, narrow)

    def handed_up(self, piece: Piece, target: str, alias: str, inner: Context, outer: Context) -> Piece:
        """Adds the row's resident to the ids handed up, where the edge leads to rows that may be another resident's."""
        if not self.mapping.types[target].owned or inner.own or (inner.owner and inner.owner == outer.owner):
            return piece
        own_id = f"{alias}.resident_id::text"
        return Piece(piece.json, joined([own_id, piece.residents] if piece.residents else [own_id]))

    def object_type(self, name: str) -> GraphQLObjectType:
        named: GraphQLNamedType = self.schema.type_map[name]
        if not isinstance(named, GraphQLObjectType):
            raise TypeError(f"{name} is no object type")
        return named

    def template(self, template: str, **names: str | None) -> str:
        """A mapping's SQL with its names filled in."""
        return template.format(viewer=_Viewer(self.parameters), **names)

    def _embedded(self, definition: GraphQLField, alias: str, source: Embedded, field_nodes: list[FieldNode]) -> str:
        named = self.object_type(get_named_type(definition.type).name)
        templates = self.mapping.types[named.name].embedded
        column = f"{alias}.{source.column}"
        pairs = [(TYPE_KEY, literal(named.name))] if self.tagged else []
        for key, below in self.collector.below(named, field_nodes).items():
            name = below[0].name.value
            sql = literal(named.name) if name == "__typename" else templates[name].format(c=column)
            pairs.append((key, sql))
        return f"case when {column} is not null then {json_object(pairs)} end"


def guarded(expression: str, condition: str | None) -> str:
    return f"case when {condition} then {expression} end" if condition else expression


class _Viewer:
    """`{viewer.NAME}` in a template: a parameter."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def __getattr__(self, name: str) -> Any:
        return self._parameters.viewer(name)
