"""Parameters of a statement: where each one's value is found in a request.

A plan is compiled once and bound many times, so nothing here keeps a value of the request it was compiled for.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLField, VariableNode, get_argument_values
from graphql.execution.values import VariableValues
from graphql.language import Node, Visitor, visit

from domain.times import to_text
from plans.mapping import Request


@dataclass(slots=True)
class Values:
    """What a plan is bound to."""

    variables: VariableValues
    request: Request


Binder = Callable[[Values], Any]
_PARAMETER = re.compile(r"\$([0-9]+)")


@dataclass(frozen=True, slots=True)
class Constant:
    """A binder of what is the same in every request of a plan."""

    value: Any

    def __call__(self, values: Values) -> Any:
        return self.value


class Parameters:
    """The statement's parameters in the order of their numbers; a value with a name that is used twice is one parameter."""

    def __init__(self) -> None:
        self._binders: list[Binder] = []
        self._named: dict[tuple[str, str], str] = {}

    def add(self, binder: Binder) -> str:
        self._binders.append(binder)
        return f"${len(self._binders)}"

    def viewer(self, name: str) -> str:
        """A value of the viewer."""
        return self._once("viewer", name, lambda values: values.request.viewer[name])

    def provided(self, name: str) -> str:
        """What the request brings, as text."""
        return self._once("provided", name, lambda values: _text(values.request.provided.get(name)))

    def _once(self, kind: str, name: str, binder: Binder) -> str:
        if (kind, name) not in self._named:
            self._named[kind, name] = self.add(binder)
        return self._named[kind, name]

    def sent(self, sql: str) -> tuple[str, tuple[Binder, ...]]:
        """The statement and what binds it, without what it does not mention after all: PostgreSQL would ask for its type."""
        mentioned = sorted({int(number) for number in _PARAMETER.findall(sql)})
        numbers = {str(old): f"${new}" for new, old in enumerate(mentioned, 1)}
        return _PARAMETER.sub(lambda found: numbers[found[1]], sql), tuple(self._binders[old - 1] for old in mentioned)


def _text(value: Any) -> Any:
    value = value() if callable(value) else value
    return to_text(value) if isinstance(value, datetime) else value


def bad_input(message: str, node: FieldNode) -> GraphQLError:
    return GraphQLError(message, [node], extensions={"code": "BAD_USER_INPUT"})


class Arguments:
    """The arguments of one field: which are given, and a binder for each. A path with dots leads into an input object."""

    def __init__(self, definition: GraphQLField, node: FieldNode, variables: VariableValues) -> None:
        self._definition = definition
        self.node = node
        self._nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
        self._values: Mapping[str, Any] = get_argument_values(definition, node, variables) if definition.args else {}
        self._variables = variables

    def given(self, path: str) -> bool:
        """Whether the argument has a value, a default included, that is not null."""
        return self.first_value(path) is not None

    def first_value(self, path: str) -> Any:
        """The value in the request that is being compiled: only for what is part of the plan's key."""
        return _at(self._values, path.split("."))

    def binder(self, path: str) -> Binder:
        """Reads the argument of any request with the same plan."""
        steps = path.split(".")
        node = self._nodes.get(steps[0])
        if isinstance(node, VariableNode) and node.name.value in self._variables.coerced:
            name, rest = node.name.value, steps[1:]
            if not rest:
                return lambda values: values.variables.coerced[name]
            return lambda values: _at(values.variables.coerced[name], rest)
        if node is None or not variables_in(node):
            return Constant(self.first_value(path))
        definition, field = self._definition, self.node
        return lambda values: _at(get_argument_values(definition, field, values.variables), steps)


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def variables_in(node: Node) -> set[str]:
    """The names of the variables that a value holds."""
    finder = _Variables()
    visit(node, finder)
    return finder.found


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.found.add(node.name.value)
