"""Streams of a subscription: what is asked is read at once, and again whenever it may have changed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

import orjson
from graphql import GraphQLError, GraphQLSchema, get_argument_values

from db.errors import is_disconnect, is_timeout
from ecard.documents import Document, Operation
from ecard.updates import Updates
from plans.values import Values
from schema.subscription import Topic

# After an outage everyone reads again; queries still get their connections.
READERS = 4
PAUSE = 1.0  # seconds before a read that failed is tried again
Read = Callable[[], Awaitable[bytes]]


class Subscriptions:
    """One for each process. `topics`: of each subscription's field."""

    def __init__(self, schema: GraphQLSchema, topics: Mapping[str, Topic], updates: Updates) -> None:
        self._schema = schema
        self._topics = topics
        self._updates = updates
        self._readers = asyncio.Semaphore(READERS)

    def topic(self, document: Document, operation: Operation, asked: Values) -> str:
        """What the operation listens to. Its one field is never left out by a directive. Raises GraphQLError."""
        root = self._schema.subscription_type
        if root is None:
            raise GraphQLError("The schema has no subscriptions.")
        fields = document.collector(self._schema, asked.variables).fields(root, [operation.node.selection_set])
        if len(fields) != 1:
            raise GraphQLError("A subscription has one field.", extensions={"code": "BAD_USER_INPUT"})
        ((node, *_),) = fields.values()
        definition = root.fields[node.name.value]
        return self._topics[node.name.value](get_argument_values(definition, node, asked.variables))

    async def stream(self, topic: str, read: Read) -> AsyncGenerator[bytes, None]:
        """What `read` gives, now and whenever a change has made it another, each as a whole result. It ends once there is nothing
        to see. Raises what the first read does; later ones are tried again through an outage."""
        last = b""
        with self._updates.watch(topic) as changed:
            while True:
                try:
                    async with self._readers:
                        data = await read()
                except Exception as error:
                    if not last or not (is_disconnect(error) or is_timeout(error)):
                        raise
                    await asyncio.sleep(PAUSE)
                    continue
                if data != last:
                    yield b'{"data":%b}' % data
                    last = data
                if not any(orjson.loads(data).values()):
                    return
                await changed.wait()
                changed.clear()
