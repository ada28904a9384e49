"""Documents that clients sent, parsed and validated once: what is known of each, bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    get_variable_values,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from graphql.language import Visitor, visit

from domain.ids import PublicId
from plans.cache import Cache
from plans.collect import Collector
from plans.plan import fragments_of


@dataclass(slots=True)
class Operation:
    """One operation of a document. `steering`: variables whose value, not only whether they are given, decides the plan."""

    node: OperationDefinitionNode
    variables: tuple[str, ...]
    steering: frozenset[str]
    ids: frozenset[str]
    introspects: bool

    @property
    def kind(self) -> str:
        return self.node.operation.value

    def shape(self, values: VariableValues) -> tuple[object, ...]:
        """What of the variables the plan depends on: the values of directives, the types of node ids, which others are given."""
        coerced = values.coerced
        return tuple(self._shape_of(name, coerced.get(name)) for name in self.variables)

    def _shape_of(self, name: str, value: Any) -> object:
        if name in self.steering:
            return value
        if name in self.ids:
            texts = value if isinstance(value, list) else [value]
            return tuple(sorted({found.letter for text in texts if text and (found := PublicId.decode(text))}))
        return _given(value)


def _given(value: Any) -> object:
    if isinstance(value, Mapping):
        return tuple(sorted((name, _given(inner)) for name, inner in value.items()))
    return value is not None


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


class Documents:
    """Parses and validates at first sight, and remembers, bounded in number and in characters."""

    def __init__(
        self,
        schema: GraphQLSchema,
        rules: Sequence[type[ASTValidationRule]],
        max_tokens: int,
        max_errors: int,
        limit: int,
        limit_characters: int,
    ) -> None:
        self._schema = schema
        self._rules = rules
        self._max_tokens = max_tokens
        self._max_errors = max_errors
        self.cache: Cache[str, Document] = Cache(limit, limit_characters, lambda document: len(document.text) + 200)

    def get(self, text: str) -> Document:
        known = self.cache.get(text)
        if known is None:
            known = self._read(text)
            self.cache.put(text, known)
        return known

    def _read(self, text: str) -> Document:
        try:
            node = parse(text, max_tokens=self._max_tokens, no_location=False)
        except GraphQLError as error:
            too_long = "token" in error.message and "limit" in error.message
            error.extensions = {"code": "QUERY_TOO_COMPLEX" if too_long else "GRAPHQL_PARSE_FAILED"}
            return Document(text, [error])
        except RecursionError:
            deep = GraphQLError("The document is nested too deeply.", extensions={"code": "QUERY_TOO_COMPLEX"})
            return Document(text, [deep])
        errors = validate(self._schema, node, self._rules, max_errors=self._max_errors)
        for error in errors:
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(error.extensions or {})}
        if errors:
            return Document(text, errors)
        operations = {
            definition.name.value if definition.name else None: _operation(definition, node)
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        return Document(text, (), node, fragments_of(node), operations)


def _operation(node: OperationDefinitionNode, document: DocumentNode) -> Operation:
    found = _Facts()
    visit(document, found)
    variables = tuple(definition.variable.name.value for definition in node.variable_definitions or ())
    return Operation(node, variables, frozenset(found.steering), frozenset(found.ids), found.introspects)


class _Facts(Visitor):
    """What steers a plan: variables in directives, ids of `node` and `nodes`, introspection."""

    def __init__(self) -> None:
        super().__init__()
        self.steering: set[str] = set()
        self.ids: set[str] = set()
        self.introspects = False

    def enter_directive(self, node: Any, *_: Any) -> None:
        self.steering.update(a.value.name.value for a in node.arguments or () if isinstance(a.value, VariableNode))

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        name = node.name.value
        if name in ("__schema", "__type"):
            self.introspects = True
        if name in ("node", "nodes"):
            self.ids.update(a.value.name.value for a in node.arguments or () if isinstance(a.value, VariableNode))


def coerce(schema: GraphQLSchema, operation: Operation, given: Mapping[str, Any] | None) -> VariableValues | list[GraphQLError]:
    """The variables' values, or what is wrong with them (BAD_USER_INPUT)."""
    coerced = get_variable_values(schema, operation.node.variable_definitions or (), dict(given or {}), max_errors=20)
    if isinstance(coerced, list):
        for error in coerced:
            error.extensions = {"code": "BAD_USER_INPUT"}
    return coerced


def check_cost(cost: int, maximum: int) -> int:
    """The cost, when it is not too high. Raises QUERY_TOO_COMPLEX."""
    if cost > maximum:
        raise GraphQLError(
            f"The operation costs {cost}; at most {maximum} is answered. Ask for smaller pages or fewer levels.",
            extensions={"code": "QUERY_TOO_COMPLEX", "cost": cost, "maximum": maximum},
        )
    return cost
