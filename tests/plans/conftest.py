"""Real PostgreSQL for the compiler's tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from ecard.embedded import throwaway_servers
from tests.plans.toy import SQL


@pytest.fixture(scope="session")
def toy_url() -> Iterator[str]:
    """A database that holds the toy city."""

    async def fill(url: str) -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(SQL)
        await connection.close()

    with throwaway_servers(redis=False) as servers:
        asyncio.run(fill(servers.database_url))
        yield servers.database_url


@pytest.fixture
async def toy(toy_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection to the toy city; what a test writes is undone."""
    settings = {"timezone": "Asia/Shanghai", "jit": "off", "plan_cache_mode": "force_generic_plan"}
    connection = await asyncpg.connect(toy_url, server_settings=settings)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()
