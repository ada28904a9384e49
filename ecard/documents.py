"""Documents that clients sent, parsed and validated once: what is known of each, bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    validate,
)
from graphql.execution.values import VariableValues
from graphql.language import Visitor, visit

from domain.ids import PublicId
from ecard.limits import DocumentLimits, parse, validation_rules
from ecard.variables import Variable, variables_of
from plans.cache import Cache
from plans.collect import Collector
from plans.plan import INTROSPECTION, fragments_of
from plans.values import variables_in


@dataclass(slots=True)
class Operation:
    """One operation of a document. `kind`: query, mutation or subscription. `ids`: variables that name objects by ids, whose types
    decide the plan."""

    node: OperationDefinitionNode
    kind: str
    name: str | None
    variables: tuple[Variable, ...]
    ids: frozenset[str]
    introspects: bool

    def shape(self, values: VariableValues) -> tuple[object, ...]:
        """What of the variables the plan depends on: which are given and which are null, the value of each Boolean, on which a
        directive may hang, and the types of node ids."""
        coerced = values.coerced
        return tuple(
            [self._shape_of(v.name, coerced[v.name]) if v.name in coerced else "left out" for v in self.variables]
        )

    def _shape_of(self, name: str, value: Any) -> object:
        if name not in self.ids:
            return _given(value)
        texts = value if isinstance(value, list) else [value]
        found = [PublicId.decode(text) for text in texts if isinstance(text, str)]
        return _given(value), tuple(sorted({key.letter for key in found if key}))


def _given(value: Any) -> object:
    if isinstance(value, Mapping):
        return tuple(sorted((name, _given(inner)) for name, inner in value.items()))
    return value if isinstance(value, bool) else "given" if value is not None else None


@dataclass(slots=True)
class Document:
    """A document that is valid, or its errors."""

    text: str
    errors: Sequence[GraphQLError] = ()
    node: DocumentNode | None = None
    fragments: Mapping[str, FragmentDefinitionNode] = field(default_factory=dict)
    operations: Mapping[str | None, Operation] = field(default_factory=dict)

    def operation(self, name: str | None) -> Operation:
        """The operation of that name, or the only one. Raises OPERATION_RESOLUTION_FAILURE."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name) if name is not None else None
        if found is None:
            text = f"The document has no operation {name}." if name else "operationName must say which operation to run."
            raise GraphQLError(text, extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
        return found

    def collector(self, schema: GraphQLSchema, values: VariableValues) -> Collector:
        return Collector(schema, self.fragments, values)


# Measured on dense documents: the parsed form takes some 280 bytes for each character of the text.
BYTES_PER_CHARACTER = 300


class Documents:
    """Parses and validates at first sight, and remembers, bounded in number and in (estimated) bytes."""

    def __init__(
        self, schema: GraphQLSchema, limits: DocumentLimits, introspection: bool, limit: int, limit_bytes: int
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._rules = validation_rules(limits)
        if not introspection:
            self._rules = (*self._rules, NoSchemaIntrospectionCustomRule)
        self.cache: Cache[str, Document] = Cache(limit, limit_bytes, lambda document: len(document.text) * BYTES_PER_CHARACTER)

    def get(self, text: str) -> Document:
        known = self.cache.get(text)
        if known is None:
            known = self._read(text)
            self.cache.put(text, known)
        return known

    def _read(self, text: str) -> Document:
        try:
            node = parse(text, self._limits)
        except GraphQLError as error:
            return Document(text, [_light(error)])
        errors = validate(self._schema, node, self._rules, max_errors=self._limits.errors)
        for found in errors:
            found.extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(found.extensions or {})}
        if errors:
            return Document(text, [_light(found) for found in errors])
        operations = {
            definition.name.value if definition.name else None: self._operation(definition, node)
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        return Document(text, (), node, fragments_of(node), operations)

    def _operation(self, node: OperationDefinitionNode, document: DocumentNode) -> Operation:
        found = _Facts()
        visit(document, found)
        name = node.name.value if node.name else None
        variables = variables_of(self._schema, node)
        return Operation(node, node.operation.value, name, variables, frozenset(found.ids), found.introspects)


def _light(error: GraphQLError) -> GraphQLError:
    """The error without the parsed document, which it would keep in memory for as long as it is remembered."""
    return GraphQLError(error.message, source=error.source, positions=error.positions, extensions=error.extensions)


class _Facts(Visitor):
    """What decides a plan beside which variables are given: ids of `node` and `nodes`, and whether the schema itself is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.introspects = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value in INTROSPECTION:
            self.introspects = True
        if node.name.value in ("node", "nodes"):
            for argument in node.arguments or ():
                self.ids |= variables_in(argument.value)


def check_cost(cost: int, maximum: int) -> int:
    """The cost, when it is not too high. Raises QUERY_TOO_COMPLEX."""
    if cost > maximum:
        raise GraphQLError(
            f"The operation costs {cost}; at most {maximum} is answered. Ask for smaller pages or fewer levels.",
            extensions={"code": "QUERY_TOO_COMPLEX", "cost": cost, "maximum": maximum},
        )
    return cost
