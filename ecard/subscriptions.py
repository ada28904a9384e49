"""Streams of a subscription: what is asked is read at once, and again whenever it may have changed; or once for each thing that is
new."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

import orjson
from graphql import GraphQLError, GraphQLSchema, get_argument_values

from db.errors import is_disconnect, is_timeout
from domain.ids import first_id
from ecard.documents import Document, Operation
from ecard.updates import Updates
from plans.values import Values
from schema.subscription import Watch

# After an outage everyone reads again; queries still get their connections.
READERS = 4
PAUSE = 1.0  # seconds before a read that failed is tried again
# What is committed may be older than what was seen before: an id tells when its transaction began, by the clock of its machine.
SLACK = timedelta(minutes=5)
T = TypeVar("T")
Read = Callable[[], Awaitable[bytes]]
ReadNew = Callable[[UUID], Awaitable[bytes]]
Find = Callable[[UUID], Awaitable[list[UUID]]]


class Subscriptions:
    """One for each process. `watches`: of each subscription's field."""

    def __init__(
        self, schema: GraphQLSchema, watches: Mapping[str, Watch], updates: Updates, clock: Callable[[], datetime]
    ) -> None:
        self._schema = schema
        self._watches = watches
        self._updates = updates
        self._clock = clock
        self._readers = asyncio.Semaphore(READERS)

    def watch(self, document: Document, operation: Operation, asked: Values) -> tuple[str | None, str | None]:
        """The topic that the operation listens to, None where there will be nothing; and under which name it takes the key of what
        is new. Its one field is never left out by a directive. Raises GraphQLError."""
        root = self._schema.subscription_type
        if root is None:
            raise GraphQLError("The schema has no subscriptions.")
        fields = document.collector(self._schema, asked.variables).fields(root, [operation.node.selection_set])
        if len(fields) != 1:
            raise GraphQLError("A subscription has one field.", extensions={"code": "BAD_USER_INPUT"})
        ((node, *_),) = fields.values()
        definition, watch = root.fields[node.name.value], self._watches[node.name.value]
        given = get_argument_values(definition, node, asked.variables)
        return watch.topic(given, asked.request.viewer), watch.new

    async def stream(self, topic: str, read: Read) -> AsyncGenerator[bytes, None]:
        """What `read` gives, now and whenever a change has made it another, each as a whole result. It ends once there is nothing
        to see. Raises what the first read does; later ones are tried again through an outage."""
        with self._updates.watch(topic) as changed:
            last = data = await self._read(read)
            yield _result(data)
            while _shows(data):
                await changed.wait()
                changed.clear()
                data = await self._patiently(read)
                if data != last:
                    yield _result(data)
                    last = data

    async def news(self, topic: str, find: Find, read: ReadNew) -> AsyncGenerator[bytes, None]:
        """What is new, each once, as a whole result. `find`: the keys from one on; `read`: what is shown of one. Raises what the
        first look does; later ones are tried again through an outage."""
        with self._updates.watch(topic) as changed:
            looked = self._clock()
            seen = set(await self._read(partial(find, first_id(looked - SLACK))))
            while True:
                await changed.wait()
                changed.clear()
                first, looked = first_id(looked - SLACK), self._clock()
                found = await self._patiently(partial(find, first))
                for key in found:
                    if key not in seen:
                        data = await self._patiently(partial(read, key))
                        if _shows(data):
                            yield _result(data)
                seen = set(found)

    async def _read(self, read: Callable[[], Awaitable[T]]) -> T:
        async with self._readers:
            return await read()

    async def _patiently(self, read: Callable[[], Awaitable[T]]) -> T:
        """Tries again through an outage."""
        while True:
            try:
                return await self._read(read)
            except Exception as error:
                if not (is_disconnect(error) or is_timeout(error)):
                    raise
                await asyncio.sleep(PAUSE)


def _result(data: bytes) -> bytes:
    return b'{"data":%b}' % data


def _shows(data: bytes) -> bool:
    return any(orjson.loads(data).values())
