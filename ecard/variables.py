"""The values of an operation's variables. Plain scalars, which is what most requests send, are taken as they are: asking
graphql-core about them costs more than all else that is done with a document known before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    get_variable_values,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource

MOST_ERRORS = 20
# Of these a JSON value of just this type is its own value. An Int must fit into 32 bits as well.
_PLAIN: Mapping[str, type] = {"ID": str, "String": str, "Boolean": bool, "Int": int}
_SMALLEST, _LARGEST = -(2**31), 2**31 - 1


@dataclass(frozen=True, slots=True)
class Variable:
    """`plain`: the type of values that need no looking at. `left_out`: what stands for it where it is left out, None where it must
    not be; `default`: with which value, Undefined for none."""

    name: str
    signature: GraphQLVariableSignature
    plain: type | None
    nullable: bool
    left_out: VariableValueSource | None
    default: Any


def variables_of(schema: GraphQLSchema, node: OperationDefinitionNode) -> tuple[Variable, ...]:
    """What a valid operation declares, in its order."""
    return tuple(_variable(schema, definition) for definition in node.variable_definitions or ())


def coerce(
    schema: GraphQLSchema, node: OperationDefinitionNode, variables: Sequence[Variable], given: Mapping[str, Any] | None
) -> VariableValues | list[GraphQLError]:
    """The values, or what is wrong with them (BAD_USER_INPUT)."""
    plain = plain_values(variables, given or {})
    if plain is not None:
        return plain
    coerced = get_variable_values(schema, node.variable_definitions or (), dict(given or {}), max_errors=MOST_ERRORS)
    if isinstance(coerced, list):
        for error in coerced:
            error.extensions = {"code": "BAD_USER_INPUT"}
    return coerced


def plain_values(variables: Sequence[Variable], given: Mapping[str, Any]) -> VariableValues | None:
    """As graphql-core would give them; None where one of them must be looked at."""
    values = VariableValues({}, {})
    for variable in variables:
        name = variable.name
        value = given.get(name, Undefined)
        if value is Undefined:
            if variable.left_out is None:
                return None
            values.sources[name] = variable.left_out
            if variable.default is not Undefined:
                values.coerced[name] = variable.default
            continue
        if value is None:
            if not variable.nullable:
                return None
        elif type(value) is not variable.plain or (isinstance(value, int) and not _SMALLEST <= value <= _LARGEST):
            return None
        values.sources[name] = VariableValueSource(variable.signature, value)
        values.coerced[name] = value
    return values


def _variable(schema: GraphQLSchema, definition: VariableDefinitionNode) -> Variable:
    signature = get_variable_signature(schema, definition)
    if isinstance(signature, GraphQLError):
        raise signature
    name = signature.name
    plain = _PLAIN.get(str(signature.type).removesuffix("!"))
    nullable = not is_non_null_type(signature.type)
    without = get_variable_values(schema, [definition], {})
    if not isinstance(without, VariableValues):
        return Variable(name, signature, plain, nullable, None, Undefined)
    return Variable(name, signature, plain, nullable, without.sources[name], without.coerced.get(name, Undefined))
