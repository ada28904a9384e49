"""The same document once more, with other values and by somebody else like the first: what is remembered of it must not show."""

from dataclasses import replace
from typing import Any

from graphql import (
    GraphQLScalarType,
    OperationDefinitionNode,
    get_nullable_type,
    is_non_null_type,
    parse,
    type_from_ast,
)
from hypothesis import strategies as st

from tests.plans.reading.city import VIEWERS
from tests.plans.reading.generate import Asked, Client
from tests.plans.reading.values import Choices, Drawn, Values


@st.composite
def asked_again(draw: Any, client: Client, asked: Asked) -> Asked:
    """The document with other values of its variables, all of them such as their types allow."""
    random = Drawn(draw)
    values = Values(random, client.known, client.readable)
    operations = [d for d in parse(asked.text).definitions if isinstance(d, OperationDefinitionNode)]
    operation = next(d for d in operations if asked.operation is None or (d.name and d.name.value == asked.operation))
    given: dict[str, Any] = {}
    for definition in operation.variable_definitions or ():
        name, kind = definition.variable.name.value, type_from_ast(client.schema, definition.type)
        required = is_non_null_type(kind) and definition.default_value is None
        what = random.one(["as it was", "another", "another", *([] if required else ["left out"])])
        if what == "another":
            given[name] = _another(random, client, values, kind)
        elif what == "as it was" and (required or name in asked.variables):
            given[name] = asked.variables[name]
    return replace(asked, variables=given)


def _another(random: Choices, client: Client, values: Values, kind: Any) -> Any:
    inner = get_nullable_type(kind)
    if isinstance(inner, GraphQLScalarType) and inner.name == "String" and random.chance(2):
        return random.one(client.known.cursors[random.one(list(client.known.cursors))])
    return values.value("", kind, client.schema.type_map["Node"])


def like(who: str) -> list[str]:
    """Who is of the same kind and has the same scopes."""
    kind, scopes = VIEWERS[who].kind, VIEWERS[who].scopes
    return [name for name, viewer in VIEWERS.items() if (viewer.kind, viewer.scopes) == (kind, scopes)]
