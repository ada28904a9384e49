"""A mutation operation: its fields one after another, each carried out by `ecard.change`, its payload read in its transaction."""

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLObjectType, get_argument_values, get_named_type
from graphql.execution.values import VariableValues

from db.connection import Connection
from domain.refusals import Refusal
from domain.viewer import Viewer
from ecard.change import Asking, Changes
from ecard.documents import Document, Operation, check_cost
from ecard.errors import error_object
from ecard.payloads import Asked, Payloads, pythonic
from ecard.requests import request_of
from ecard.transport.engine import Answer
from plans.access import check_scopes
from plans.plan import Source
from resolvers.transaction import Made
from schema.changes import Change


class Mutations:
    """Carries out mutation operations. `maximum`: of the cost of an operation's payloads together."""

    def __init__(
        self, source: Source, changes: Mapping[str, Change], carrying_out: Changes, payloads: Payloads, maximum: int
    ) -> None:
        self._source = source
        self._changes = changes
        self._carrying_out = carrying_out
        self._payloads = payloads
        self._maximum = maximum

    async def run(
        self, document: Document, operation: Operation, values: VariableValues, asking: Asking, request_id: str
    ) -> Answer:
        """The operation's answer. A fault in one field leaves what the fields before it did, and says so. Raises GraphQLError with
        nothing done."""
        root = self._source.schema.mutation_type
        if root is None:
            raise GraphQLError("The schema has no mutations.")
        fields = document.collector(self._source.schema, values).fields(root, [operation.node.selection_set])
        asked = {
            key: Asked(document, operation, values, key, nodes, _payload(root, nodes[0].name.value))
            for key, nodes in fields.items()
            if nodes[0].name.value != "__typename"
        }
        costs = self._look_ahead(root, asked, asking.viewer)
        data: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for key in fields:
            try:
                data[key] = await self._field(asked[key], root, asking, costs) if key in asked else root.name
            except Exception as error:
                data[key] = None
                errors.append(error_object(error, request_id, asking.language, path=[key]))
        cost = {"requested": sum(costs.values()), "maximum": self._maximum}
        body = orjson.dumps({"data": data, **({"errors": errors} if errors else {}), "extensions": {"cost": cost}})
        codes = tuple(error["extensions"]["code"] for error in errors)
        return Answer(body, False, operation.name, "mutation", len(fields), codes, None)

    def _look_ahead(self, root: GraphQLObjectType, asked: Mapping[str, Asked], viewer: Viewer) -> dict[str, int]:
        """The cost of each payload. Refuses, before anything runs, what the viewer's scopes do not cover and what costs too much.
        Of a mutation that needs no scope, a sign-in, it is known only when it is done who reads the payload."""
        request = request_of(viewer, self._carrying_out.clock)
        for each in asked.values():
            check_scopes(self._source.mapping.types[root.name], each.name, each.nodes[0], request)
        costs = {key: self._payloads.cost(each, viewer) for key, each in asked.items() if self._changes[each.name].scopes}
        check_cost(sum(costs.values()), self._maximum)
        return costs

    async def _field(self, asked: Asked, root: GraphQLObjectType, asking: Asking, costs: dict[str, int]) -> dict[str, Any]:
        given = pythonic(get_argument_values(root.fields[asked.name], asked.nodes[0], asked.values)["input"])

        async def read(connection: Connection, made: Made) -> dict[str, Any]:
            reader = made.read_as or asking.viewer
            if asked.key not in costs:
                costs[asked.key] = self._payloads.cost(asked, reader)
                check_cost(sum(costs.values()), self._maximum)
            return await self._payloads.read(asked, reader, connection, made, asking.language)

        try:
            return await self._carrying_out.run(self._changes[asked.name], given, asking, read)
        except Refusal as refusal:
            return self._payloads.refused(asked, refusal, asking.language)


def _payload(root: GraphQLObjectType, name: str) -> GraphQLObjectType:
    payload = get_named_type(root.fields[name].type)
    if not isinstance(payload, GraphQLObjectType):
        raise TypeError(f"{name} answers no object.")
    return payload
