"""A city of its own for the matrix, on the server that all tests share."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ecard.embedded import EmbeddedServers
from plans.plan import Source
from schema import build
from tests.matrix.bench import Bench
from tests.plans.reading import city


@pytest.fixture(scope="session")
def source() -> Source:
    """The real schema with its mapping."""
    schema = build.build()
    return Source(build.graphql_schema(schema), build.mapping(schema))


@pytest.fixture(scope="session")
def matrix_url(servers: EmbeddedServers) -> str:
    """A database with the city of the proof of reading. What a test writes there it undoes."""
    return asyncio.run(city.build(servers.database_url, "matrix"))


@pytest.fixture(scope="session")
async def bench(matrix_url: str, source: Source) -> AsyncIterator[Bench]:
    """Where the matrix is asked."""
    bench = await Bench.over(matrix_url, source)
    yield bench
    await bench.connection.close()
