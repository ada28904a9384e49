"""Documents that went wrong, and what graphql-core says of them."""

import re
from dataclasses import replace
from typing import Any

from graphql import (
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_variable_values,
    parse,
    validate,
)
from hypothesis import strategies as st

from tests.plans.reading.generate import Asked
from tests.plans.reading.ways import UNLIMITED, Place, described

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[$@]?\w+|\.\.\.|\s+|.', re.DOTALL)
STRAY = (
    *("{", "}", "(", ")", ":", "!", "...", "on", "nonsense", "id", "$nobody", "@skip", "@deprecated"),
    *("-1", "101", "1.5", '"x"', '"', "null", "é"),
)
VALUES: list[Any] = [None, True, False, 0, -1, 101, 2**31, 1.5, "", "x", "\ud800", [], ["x"], [None], {}, {"x": 1}, {"text": 5}]


@st.composite
def damaged(draw: Any, asked: Asked) -> Asked:
    """The document with one thing broken: a token lost, doubled or replaced, a variable with another value, another operation."""
    kind = draw(st.sampled_from(["token", "token", "token", "variable", "operation"]))
    if kind == "operation":
        return replace(asked, operation=draw(st.sampled_from(["A", "B", "C", ""])))
    if kind == "variable":
        name = draw(st.sampled_from([*asked.variables, "v0", "unknown"]))
        given = {key: value for key, value in asked.variables.items() if key != name}
        return replace(asked, variables=given if draw(st.booleans()) else {**given, name: draw(st.sampled_from(VALUES))})
    tokens = TOKEN.findall(asked.text)
    place = draw(st.integers(0, len(tokens) - 1))
    put = draw(st.sampled_from([[], [tokens[place]] * 2, [tokens[place], " ", "STRAY"], ["STRAY"]]))
    text = "".join([*tokens[:place], *put, *tokens[place + 1 :]]).replace("STRAY", draw(st.sampled_from(STRAY)))
    return replace(asked, text=text)


def refusals(schema: GraphQLSchema, asked: Asked) -> list[tuple[str, str, Place]]:
    """What is wrong with the document itself, which operation it is to run, or its variables; nothing where nothing is."""
    try:
        document = parse(asked.text)
    except GraphQLSyntaxError as error:
        return [described(error, "GRAPHQL_PARSE_FAILED")]
    errors = validate(schema, document, max_errors=UNLIMITED.errors)
    if errors:
        return [described(error, "GRAPHQL_VALIDATION_FAILED") for error in errors]
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    named = [d for d in found if asked.operation == (d.name.value if d.name else None)]
    operations = found if asked.operation is None else named
    if len(operations) != 1:
        text = (
            f"The document has no operation {asked.operation}."
            if asked.operation
            else "operationName must say which operation to run."
        )
        return [("OPERATION_RESOLUTION_FAILURE", text, None)]
    values = get_variable_values(schema, operations[0].variable_definitions or (), dict(asked.variables), max_errors=20)
    return [described(error, "BAD_USER_INPUT") for error in values] if isinstance(values, list) else []
