"""The short way to the variables' values gives what graphql-core gives, or nothing."""

from typing import Any

import pytest
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, build_schema, get_variable_values, parse
from graphql.execution.values import VariableValues
from hypothesis import given
from hypothesis import strategies as st

from ecard.variables import coerce, variables_of

SCHEMA: GraphQLSchema = build_schema(
    """
    type Query { f(id: ID, text: String, most: Int, only: Boolean, size: Float, kind: Kind, ids: [ID!], by: By): Int }
    enum Kind { SMALL }
    input By { text: String }
    """
)
VALUES = (
    st.none() | st.booleans() | st.integers(-(2**33), 2**33) | st.floats(allow_nan=False) | st.text(max_size=3)
    | st.sampled_from(["SMALL", [], ["a"], {}, {"text": "b"}])
)  # fmt: skip
TYPES = ("ID", "String", "Int", "Boolean", "Float", "Kind", "[ID!]", "By")
WITH_DEFAULTS = ['String = "x"', "Int! = 1", "ID = null"]
DECLARATIONS = st.sampled_from([f"{name}{mark}" for name in TYPES for mark in ("", "!")] + WITH_DEFAULTS)


def operation(declarations: list[str]) -> OperationDefinitionNode:
    declared = ", ".join(f"$v{index}: {declaration}" for index, declaration in enumerate(declarations))
    node = parse(f"query ({declared}) {{ f }}" if declared else "{ f }").definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    return node


def told(found: VariableValues | list[GraphQLError]) -> Any:
    """What can be compared: the values and where they come from, or what is wrong with them."""
    if not isinstance(found, VariableValues):
        return [error.message for error in found]
    return found.coerced, {name: (str(source.signature.type), source.value) for name, source in found.sources.items()}


@given(st.lists(DECLARATIONS, max_size=3), st.dictionaries(st.sampled_from(["v0", "v1", "v2", "other"]), VALUES))
def test_it_gives_what_graphql_core_gives(declarations: list[str], sent: dict[str, Any]) -> None:
    node = operation(declarations)
    found = coerce(SCHEMA, node, variables_of(SCHEMA, node), sent)
    assert told(found) == told(get_variable_values(SCHEMA, node.variable_definitions or (), sent))


@pytest.mark.parametrize(
    ("declarations", "sent"),
    [
        ([], None),
        (["ID", "Int!", "Boolean"], {"v0": "x", "v1": 3, "v2": False}),
        (["ID", "String"], {"v1": None}),
        (["ID", "String", 'String = "x"'], {"v1": None, "v2": "y"}),
    ],
)
def test_plain_values_are_not_looked_at(
    declarations: list[str], sent: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = operation(declarations)
    variables = variables_of(SCHEMA, node)
    monkeypatch.setattr("ecard.variables.get_variable_values", None)
    found = coerce(SCHEMA, node, variables, sent)
    assert isinstance(found, VariableValues)
    assert found.coerced == (sent or {})


def test_what_is_wrong_is_bad_input() -> None:
    node = operation(["Int!"])
    found = coerce(SCHEMA, node, variables_of(SCHEMA, node), {"v0": 2**31})
    assert isinstance(found, list)
    assert [error.extensions for error in found] == [{"code": "BAD_USER_INPUT"}]
