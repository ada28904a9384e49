"""The way through graphql-core's executor, for what introspects: root fields ask the compiler, the rest are look-ups."""

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any

import orjson
from graphql import GraphQLResolveInfo
from graphql import execute as graphql_execute

from db.pool import Pool
from ecard.documents import Document, Operation
from plans.plan import Source, compile_fields
from plans.values import Values


async def execute(
    source: Source, document: Document, operation: Operation, given: Mapping[str, Any] | None, asked: Values, pool: Pool
) -> bytes:
    """The operation's data as JSON. Raises the first error: a fault, since the plan was compiled and bound before."""
    collector = document.collector(source.schema, asked.variables)

    async def ask(info: GraphQLResolveInfo) -> Any:
        fields = {str(info.path.key): list(info.field_nodes)}
        plan = compile_fields(source, info.parent_type, collector, fields, asked, tagged=True)
        async with pool.connection() as connection:
            return orjson.loads(await plan.run(connection, asked))[info.path.key]

    if document.node is None:
        raise ValueError("An invalid document is not executed.")
    result = graphql_execute(
        source.schema,
        document.node,
        context_value=ask,
        variable_values=dict(given or {}),
        operation_name=operation.node.name.value if operation.node.name else None,
    )
    executed = await result if isawaitable(result) else result
    if executed.errors:
        raise executed.errors[0]
    return orjson.dumps(executed.data)
