"""What a mutation answers: rows as the statement gives them, values as the resolver made them, or why it was refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import orjson
from graphql import FieldNode, GraphQLObjectType, get_named_type
from graphql.execution.values import VariableValues

from db.connection import Connection
from domain.refusals import Refusal
from domain.times import to_text
from domain.viewer import Viewer
from ecard.documents import Document, Operation
from ecard.requests import request_of
from plans.cache import Cache
from plans.collect import Collector, Fields
from plans.mapping import Request
from plans.plan import PayloadPlan, Source, compile_payload, payload_shape
from plans.values import Values
from resolvers.transaction import Made


@dataclass(frozen=True, slots=True)
class Asked:
    """One mutation field of an operation: `nodes` under the response key `key`, answered by the type `payload`."""

    document: Document
    operation: Operation
    values: VariableValues
    key: str
    nodes: Sequence[FieldNode]
    payload: GraphQLObjectType

    @property
    def name(self) -> str:
        """The mutation's name."""
        return self.nodes[0].name.value


class Payloads:
    """Reads payloads. Their plans are remembered like queries' plans, by field and by who reads."""

    def __init__(self, source: Source, clock: Callable[[], datetime], plans: int, characters: int) -> None:
        self._source = source
        self._clock = clock
        self.plans: Cache[tuple[object, ...], PayloadPlan] = Cache(
            plans, characters, lambda plan: len(plan.rows.sql) if plan.rows else 200
        )

    def cost(self, asked: Asked, reader: Viewer) -> int:
        """What reading the payload costs. Raises FORBIDDEN for a field outside the reader's scopes, BAD_USER_INPUT for a page that
        is too long."""
        request = request_of(reader, self._clock)
        rows = self._plan(asked, request).rows
        return 0 if rows is None else rows.cost.of(Values(asked.values, request))

    async def read(self, asked: Asked, reader: Viewer, connection: Connection, made: Made, language: str) -> dict[str, Any]:
        """The payload of what was made, in the transaction that made it. Raises what `cost` does."""
        request = request_of(reader, self._clock, language)
        plan = self._plan(asked, request)
        rows: dict[str, Any] = {}
        if plan.rows is not None:
            provided = Request(request.kind, request.scopes, request.viewer, {**request.provided, **made.fields})
            rows = orjson.loads(await plan.rows.run(connection, Values(asked.values, provided)))
        return _merged(asked.payload, plan.fields, rows, made.fields)

    def refused(self, asked: Asked, refusal: Refusal, language: str) -> dict[str, Any]:
        """The payload of a refusal: null in each field, and why."""
        shape = payload_shape(self._source, asked.payload, self._collector(asked), asked.nodes)
        return _merged(asked.payload, shape, {}, {"user_errors": [_user_error(refusal, language)]})

    def _plan(self, asked: Asked, request: Request) -> PayloadPlan:
        shape = asked.operation.shape(asked.values)
        key = (asked.document.text, asked.operation.name, asked.key, shape, request.kind, request.scopes)
        plan = self.plans.get(key)
        if plan is None:
            values = Values(asked.values, request)
            plan = compile_payload(self._source, asked.payload, self._collector(asked), asked.nodes, values)
            self.plans.put(key, plan)
        return plan

    def _collector(self, asked: Asked) -> Collector:
        return asked.document.collector(self._source.schema, asked.values)


def _merged(
    payload: GraphQLObjectType,
    shape: Mapping[str, tuple[str, Fields] | None],
    rows: Mapping[str, Any],
    made: Mapping[str, Any],
) -> dict[str, Any]:
    """The payload in the order of the selection: rows as the statement gave them, values as the resolver did."""
    merged: dict[str, Any] = {}
    for key, provided in shape.items():
        if provided is None:
            merged[key] = rows.get(key)
            continue
        name, fields = provided
        if name == "__typename":
            merged[key] = payload.name
        else:
            empty: Any = [] if name == "userErrors" else None
            field = payload.fields[name]
            merged[key] = _selected(made.get(_snake(name), empty), fields, get_named_type(field.type).name)
    return merged


def _selected(value: Any, fields: Fields, type_name: str) -> Any:
    """What is asked of a provided value. A function makes its value only now that it is asked."""
    if callable(value):
        value = value()
    if isinstance(value, list):
        return [_selected(item, fields, type_name) for item in value]
    if isinstance(value, Mapping):
        return {
            key: type_name if nodes[0].name.value == "__typename" else _selected(value[_snake(nodes[0].name.value)], {}, "")
            for key, nodes in fields.items()
        }
    if isinstance(value, datetime):
        return to_text(value)
    return str(value) if isinstance(value, Enum) else value


def _user_error(refusal: Refusal, language: str) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "field": [_camel(part) for part in refusal.field] if refusal.field else None,
        "message": refusal.message(language),
        "retry_at": refusal.retry_at,
    }


_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


def _snake(name: str) -> str:
    return _UPPER.sub(r"_\1", name).lower()


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def pythonic(value: Any) -> Any:
    """An input object with the names that resolvers use."""
    if isinstance(value, Mapping):
        return {_snake(name): pythonic(inner) for name, inner in value.items()}
    return [pythonic(item) for item in value] if isinstance(value, list) else value
