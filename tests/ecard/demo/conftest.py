"""Whole cities are loaded here, so each module has a database to itself."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import pytest

from db.connection import Connection
from db.migrate import migrate
from db.pool import Pool
from ecard.demo.city import CityFiles, load_city
from ecard.settings import Settings
from ecard.tools import pool_options, resolver_tools


@pytest.fixture(scope="module")
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    """Connections to a new, migrated database, which goes with the module."""
    options = pool_options(settings, "tests")
    name = f"city_{os.urandom(6).hex()}"
    common = Pool(options)
    own = Pool(replace(options, url=urlunsplit(urlsplit(options.url)._replace(path=f"/{name}"))))
    async with common.connection() as connection:
        await connection.execute(f"create database {name}")
    async with own.connection() as connection:
        await migrate(connection)
    yield own
    await own.close()
    async with common.connection() as connection:
        await connection.execute(f"drop database {name}")
    await common.close()


@pytest.fixture(scope="module")
async def city(pool: Pool, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Connection]:
    """The demo city, loaded once for the module."""
    folder = tmp_path_factory.mktemp("city")
    now = datetime.now(UTC)
    tools = resolver_tools(settings, lambda: now)
    async with pool.connection() as connection:
        files = CityFiles(folder / "registry.json", folder / "city.json")
        await load_city(connection, tools, files, now, os.urandom, lambda detail: None)
        yield connection
