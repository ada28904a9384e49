"""A mutation operation: its fields one after another, each carried out by `ecard.change`, its payload read in its transaction."""

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLObjectType, get_argument_values, get_named_type
from graphql.execution.values import VariableValues

from db.connection import Connection
from domain.refusals import Refusal
from ecard.change import Asking, Changes
from ecard.documents import Document, Operation
from ecard.errors import error_object
from ecard.payloads import Asked, Payloads, pythonic
from ecard.requests import request_of
from ecard.transport.engine import Answer
from plans.access import check_scopes
from plans.plan import Source
from resolvers.transaction import Made
from schema.changes import Change


class Mutations:
    """Carries out mutation operations."""

    def __init__(self, source: Source, changes: Mapping[str, Change], carrying_out: Changes, payloads: Payloads) -> None:
        self._source = source
        self._changes = changes
        self._carrying_out = carrying_out
        self._payloads = payloads

    async def run(
        self, document: Document, operation: Operation, values: VariableValues, asking: Asking, request_id: str
    ) -> Answer:
        """The operation's answer. A fault in one field leaves what the fields before it did, and says so."""
        root = self._source.schema.mutation_type
        if root is None:
            raise GraphQLError("The schema has no mutations.")
        collector = document.collector(self._source.schema, values)
        fields = collector.fields(root, [operation.node.selection_set])
        request = request_of(asking.viewer, self._carrying_out.clock)
        for nodes in fields.values():
            check_scopes(self._source.mapping.types[root.name], nodes[0].name.value, nodes[0], request)
        data: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for key, nodes in fields.items():
            try:
                if nodes[0].name.value == "__typename":
                    data[key] = root.name
                else:
                    payload = _payload(root, nodes[0].name.value)
                    data[key] = await self._field(Asked(document, operation, values, key, nodes, payload), root, asking)
            except Exception as error:
                data[key] = None
                errors.append(error_object(error, request_id, asking.language, path=[key]))
        body = orjson.dumps({"data": data} if not errors else {"data": data, "errors": errors})
        codes = tuple(error["extensions"]["code"] for error in errors)
        return Answer(body, False, operation.name, "mutation", len(fields), codes, None)

    async def _field(self, asked: Asked, root: GraphQLObjectType, asking: Asking) -> dict[str, Any]:
        node = asked.nodes[0]
        given = pythonic(get_argument_values(root.fields[node.name.value], node, asked.values)["input"])

        async def read(connection: Connection, made: Made) -> dict[str, Any]:
            return await self._payloads.read(asked, made.read_as or asking.viewer, connection, made)

        try:
            return await self._carrying_out.run(self._changes[node.name.value], given, asking, read)
        except Refusal as refusal:
            return self._payloads.refused(asked, refusal, asking.language)


def _payload(root: GraphQLObjectType, name: str) -> GraphQLObjectType:
    payload = get_named_type(root.fields[name].type)
    if not isinstance(payload, GraphQLObjectType):
        raise TypeError(f"{name} answers no object.")
    return payload
