"""Whole cities are loaded here, so each module has a database to itself."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import pytest

from db.migrate import migrate
from db.pool import Pool
from ecard.settings import Settings
from ecard.tools import pool_options


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
