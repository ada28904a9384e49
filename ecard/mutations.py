"""A mutation operation: its fields one after another, each carried out by `ecard.change`, its payload read in its transaction."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import orjson
from graphql import FieldNode, GraphQLError, GraphQLObjectType, get_argument_values, get_named_type
from graphql.execution.values import VariableValues

from db.connection import Connection
from domain.refusals import Refusal
from domain.times import to_text
from domain.viewer import Viewer
from ecard.change import Asking, Changes
from ecard.documents import Document, Operation, check_cost
from ecard.errors import error_object
from ecard.requests import request_of
from ecard.transport.engine import Answer
from plans.access import check_scopes
from plans.cache import Cache
from plans.collect import Fields
from plans.mapping import Request
from plans.plan import PayloadPlan, Source, compile_payload
from plans.values import Values
from resolvers.transaction import Made
from schema.changes import Change


class Mutations:
    """Payload plans are remembered like queries' plans: by document, operation, field, shape of the variables and reader."""

    def __init__(self, source: Source, changes: Mapping[str, Change], carrying_out: Changes, plans: int, cost: int) -> None:
        self._source = source
        self._changes = changes
        self._carrying_out = carrying_out
        self._cost = cost
        self.plans: Cache[tuple[object, ...], PayloadPlan] = Cache(
            plans, plans * 20_000, lambda plan: len(plan.rows.sql) if plan.rows else 200
        )

    async def run(
        self, document: Document, operation: Operation, values: VariableValues, asking: Asking, request_id: str
    ) -> Answer:
        """The operation's answer. A fault in one field leaves what the fields before it did, and says so."""
        root = self._source.schema.mutation_type
        if root is None:
            raise GraphQLError("The schema has no mutations.")
        collector = document.collector(self._source.schema, values)
        fields = collector.fields(root, [operation.node.selection_set])
        request = request_of(asking.viewer, self._carrying_out.clock())
        for nodes in fields.values():
            check_scopes(self._source.mapping.types[root.name], nodes[0].name.value, nodes[0], request)
        data: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for key, nodes in fields.items():
            try:
                data[key] = await self._field(document, operation, values, root, key, nodes, asking)
            except Exception as error:
                data[key] = None
                errors.append(error_object(error, request_id, asking.language, path=[key]))
        body = orjson.dumps({"data": data} if not errors else {"data": data, "errors": errors})
        codes = tuple(error["extensions"]["code"] for error in errors)
        return Answer(body, False, operation.name, "mutation", len(fields), codes, None)

    async def _field(
        self,
        document: Document,
        operation: Operation,
        values: VariableValues,
        root: GraphQLObjectType,
        key: str,
        nodes: list[FieldNode],
        asking: Asking,
    ) -> Any:
        name = nodes[0].name.value
        if name == "__typename":
            return root.name
        definition = root.fields[name]
        payload = get_named_type(definition.type)
        if not isinstance(payload, GraphQLObjectType):
            raise TypeError(f"{name} answers no object")
        given = _pythonic(get_argument_values(definition, nodes[0], values)["input"])

        def plan_for(reader: Viewer) -> tuple[PayloadPlan, Request]:
            request = request_of(reader, self._carrying_out.clock())
            shape = operation.shape(values)
            plan_key = (document.text, operation.name, key, shape, request.kind, request.scopes)
            plan = self.plans.get(plan_key)
            if plan is None:
                collector = document.collector(self._source.schema, values)
                plan = compile_payload(self._source, payload, collector, nodes, Values(values, request))
                self.plans.put(plan_key, plan)
            return plan, request

        async def read(connection: Connection, made: Made) -> dict[str, Any]:
            plan, request = plan_for(made.read_as or asking.viewer)
            rows: dict[str, Any] = {}
            if plan.rows is not None:
                request = Request(request.kind, request.scopes, request.viewer, {**request.provided, **made.fields})
                asked = Values(values, request)
                check_cost(plan.rows.cost.of(asked), self._cost)
                rows = orjson.loads(await plan.rows.run(connection, asked))
            return _merged(payload, plan, rows, made.fields)

        change = self._changes[name]
        try:
            return await self._carrying_out.run(change, given, asking, read)
        except Refusal as refusal:
            plan, _ = plan_for(asking.viewer)
            return _merged(payload, plan, {}, {"user_errors": [_user_error(refusal, asking.language)]})


def _merged(payload: GraphQLObjectType, plan: PayloadPlan, rows: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """The payload in the order of the selection: rows as the statement gave them, values as the resolver did."""
    merged: dict[str, Any] = {}
    for key, provided in plan.fields.items():
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


def _pythonic(value: Any) -> Any:
    """An input object with the names that resolvers use."""
    if isinstance(value, Mapping):
        return {_snake(name): _pythonic(inner) for name, inner in value.items()}
    return [_pythonic(item) for item in value] if isinstance(value, list) else value
