"""An authenticator that listens, for tests."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from db.connection import Connection
from db.pool import Pool
from domain.viewer import Viewer
from ecard.auth import TokenAuthenticator
from ecard.errors import Unauthenticated
from tests.resolvers.world import World, somebody

PATIENCE = 20.0  # seconds in which what must happen soon has happened
_serial = itertools.count()


class WatchedPool(Pool):
    """Counts how often a connection is taken, and does something before one is given back."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(replace(pool.options, name=f"watched {next(_serial)}"))
        self.taken = 0
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        self.taken += 1
        async with super().connection() as connection:
            yield connection
            if self.meanwhile is not None:
                await self.meanwhile()


class Listening:
    """An authenticator that listens."""

    def __init__(self, world: World, most: int = 1000) -> None:
        self.world = world
        self.pool = WatchedPool(world.pool)
        self.authenticator = TokenAuthenticator(self.pool, world.tools.keys, world.tools.issuer, lambda: world.now, most)

    async def __aenter__(self) -> "Listening":
        self.task = asyncio.create_task(self.authenticator.listen())
        _, token = await signed_in(self.world)

        async def remembers() -> bool:
            await self.authenticator.viewer(token)
            return self.authenticator.remembered > 0

        await until(remembers)
        self.pool.taken = 0
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task
        await self.pool.close()

    async def knows(self, token: bytes) -> bool:
        try:
            await self.authenticator.viewer(token)
        except Unauthenticated:
            return False
        return True

    async def forgets(self, token: bytes) -> bool:
        return not await self.knows(token)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110  # what is waited for happens in the database
            await asyncio.sleep(0.01)


def bearer(text: str) -> bytes:
    return f"Bearer {text}".encode()


async def signed_in(world: World) -> tuple[Viewer, bytes]:
    made = await world.apply(somebody())
    assert made.read_as is not None
    return made.read_as, bearer(made.fields["session"]["access_token"])
