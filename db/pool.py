"""Connections, kept in a list: asyncpg's own pool costs 1.7 times as much a request.

A connection that broke is replaced at its next use. Statements prepared on a connection are bounded, since each holds memory in
PostgreSQL: the one that was used longest ago is forgotten, by the driver, and here for those that answer questions: finding them
through the driver costs a tenth of the request.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from db.connection import Connection


class PoolExhaustedError(TimeoutError):
    """No connection came free in time."""


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """`statement_timeout` in ms, `wait` in seconds; `plan_cache_mode` is a setting since Citus refuses the generic one."""

    url: str
    size: int
    public_url: str
    plan_cache_mode: str = "force_generic_plan"
    statement_timeout: int = 5000
    prepared_statements: int = 100
    wait: float = 5.0
    name: str = "ecard"

    def server_settings(self) -> dict[str, str]:
        return {
            "application_name": self.name,
            "jit": "off",
            "timezone": "Asia/Shanghai",
            "plan_cache_mode": self.plan_cache_mode,
            "statement_timeout": str(self.statement_timeout),
            "ecard.public_url": self.public_url,
        }


class Pool:
    """At most `size` connections, opened when they are first needed."""

    def __init__(self, options: PoolOptions) -> None:
        self.options = options
        self._idle: list[Connection] = []
        self._statements: dict[Connection, OrderedDict[str, Any]] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._open = 0

    @property
    def in_use(self) -> int:
        return self._open - len(self._idle)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def connect(self) -> Connection:
        """A connection of its own, outside the pool: for listening."""
        options = self.options
        return await asyncpg.connect(
            options.url,
            server_settings=options.server_settings(),
            statement_cache_size=options.prepared_statements,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
        )

    async def acquire(self) -> Connection:
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._drop(connection)
            if self._open < self.options.size:
                self._open += 1
                try:
                    return await self.connect()
                except BaseException:
                    self._open -= 1
                    self._wake()
                    raise
            await self._wait()

    def release(self, connection: Connection) -> None:
        """Gives a connection back. One in an unknown state (a broken or half-done transaction) is closed instead."""
        if connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
            self._drop(connection)
        else:
            self._idle.append(connection)
        self._wake()

    async def answer(self, sql: str, arguments: Sequence[Any]) -> bytes:
        """The one value that a statement gives, on any connection, where it stays prepared for the next time."""
        connection = await self.acquire()
        try:
            prepared = self._statements.setdefault(connection, OrderedDict())
            statement = prepared.get(sql)
            if statement is None:
                statement = prepared[sql] = await connection.prepare(sql)
                if len(prepared) > self.options.prepared_statements:
                    prepared.popitem(last=False)
            else:
                prepared.move_to_end(sql)
            value: bytes = await statement.fetchval(*arguments)
            return value
        finally:
            self.release(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        connection = await self.acquire()
        try:
            yield connection
        finally:
            self.release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """For jobs, loaders and upkeep; changes that clients ask for go through `ecard.change`."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def close(self) -> None:
        while self._idle:
            connection = self._idle.pop()
            self._drop(connection)
            await connection.close()

    def _drop(self, connection: Connection) -> None:
        self._open -= 1
        self._statements.pop(connection, None)

    def _wake(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        self._waiting.append(waiter)
        timer = loop.call_later(self.options.wait, _give_up, waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._wake()  # It was this one's turn already: now it is the next one's.
            raise
        finally:
            timer.cancel()


def _give_up(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(PoolExhaustedError())
