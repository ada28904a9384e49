"""The way through graphql-core's executor, for what introspects: one statement answers the rows, and every field is a look-up."""

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import GraphQLResolveInfo, execute_sync

from db.pool import Pool
from ecard.documents import Document, Operation
from plans.plan import Source, compile_query
from plans.values import Values


async def execute(
    source: Source, document: Document, operation: Operation, given: Mapping[str, Any] | None, asked: Values, pool: Pool
) -> bytes:
    """The operation's data as JSON. Raises the first error: a fault, since the plan was compiled and bound before."""
    if document.node is None:
        raise ValueError("An invalid document is not executed.")
    collector = document.collector(source.schema, asked.variables)
    plan = compile_query(source, collector, operation.node.selection_set, asked, tagged=True)
    async with pool.connection() as connection:
        rows = orjson.loads(await plan.run(connection, asked))

    def ask(info: GraphQLResolveInfo[Any]) -> Any:
        return rows[info.path.key]

    executed = execute_sync(
        source.schema,
        document.node,
        context_value=ask,
        variable_values=dict(given or {}),
        operation_name=operation.name,
    )
    if executed.errors:
        raise executed.errors[0]
    return orjson.dumps(executed.data)
