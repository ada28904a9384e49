"""Databases for the compiler's tests, each by itself on the server that all tests share."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from db.connection import Connection
from ecard.embedded import EmbeddedServers
from plans.plan import Source
from schema import build
from tests.plans.reading import city
from tests.plans.reading.ways import Bench
from tests.plans.toy import SQL


@pytest.fixture(scope="session")
def toy_url(servers: EmbeddedServers) -> str:
    """A database that holds the toy city."""
    url = city.within(servers.database_url, "toy")

    async def fill() -> None:
        connection: Connection = await asyncpg.connect(servers.database_url)
        await connection.execute("create database toy")
        await connection.close()
        connection = await asyncpg.connect(url)
        await connection.execute(SQL)
        await connection.close()

    asyncio.run(fill())
    return url


@pytest.fixture
async def toy(toy_url: str) -> AsyncIterator[Connection]:
    """A connection to the toy city; what a test writes is undone."""
    connection = await city.connect(toy_url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture(scope="session")
def source() -> Source:
    """The real schema with its mapping."""
    schema = build.build()
    return Source(build.graphql_schema(schema), build.mapping(schema))


@pytest.fixture(scope="session")
def city_url(servers: EmbeddedServers) -> str:
    """A database that holds the city of the proof. What a test writes there it undoes."""
    return asyncio.run(city.build(servers.database_url, "reading"))


@pytest.fixture(scope="session")
def bench(city_url: str, source: Source) -> Iterator[Bench]:
    """The three ways over that city, for tests that are not async: hypothesis calls them many times."""
    with asyncio.Runner() as runner:
        opened = Bench.opened(runner, city_url, source)
        yield opened
        runner.run(opened.connection.close())
