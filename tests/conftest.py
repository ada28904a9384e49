"""What tests stand on: real PostgreSQL and Redis of their own for each pytest process, migrated once and shared by its tests.

A test makes the rows that it needs and never counts on being alone: other people's rows are always there.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from hypothesis import settings as hypothesis_settings

from db.connection import Connection
from db.migrate import migrate
from db.pool import Pool
from ecard.demo.secrets import demo_secrets
from ecard.embedded import EmbeddedServers, throwaway_servers
from ecard.embedded.place import POINTER, remove_private_home
from ecard.settings import Settings, read_settings
from ecard.tools import pool_options
from ecard.transport.front import Front
from tests.support.lifespan import started

# The machine may be busy, so no example has a deadline; `make proof` asks for many more of them.
hypothesis_settings.register_profile("default", deadline=None, max_examples=50)
hypothesis_settings.register_profile("proof", deadline=None, max_examples=2_000)
hypothesis_settings.load_profile("default")

PUBLIC_URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="session", autouse=True)
def no_data_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Root's pytest folders are closed to the account that runs PostgreSQL, so the data of their demos stand elsewhere."""
    yield
    for pointer in tmp_path_factory.getbasetemp().rglob(POINTER):
        remove_private_home(pointer.parent)


@pytest.fixture(scope="session")
def servers() -> Iterator[EmbeddedServers]:
    """PostgreSQL and Redis."""
    with throwaway_servers() as running:
        yield running


@pytest.fixture(scope="session")
async def database_url(servers: EmbeddedServers) -> str:
    """The migrated database."""
    connection: Connection = await asyncpg.connect(servers.database_url)
    try:
        await migrate(connection)
    finally:
        await connection.close()
    return servers.database_url


@pytest.fixture(scope="session")
def demo_environment(servers: EmbeddedServers, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a demo as the environment has them, with limits that no test meets by accident."""
    folder: Path = tmp_path_factory.mktemp("demo")
    (folder / "registry.json").write_text("[]")
    limits = {f"ECARD_LIMIT_REQUESTS_{kind}": "1000000" for kind in ("ANONYMOUS", "RESIDENT", "APP", "INSTITUTION")}
    return {
        **demo_secrets(folder),
        **limits,
        "ECARD_ENVIRONMENT": "development",
        "ECARD_PUBLIC_URL": PUBLIC_URL,
        "ECARD_DATABASE_URL": database_url,
        "ECARD_REDIS_URL": servers.redis_url,
        "ECARD_IDENTITY_FILE": str(folder / "registry.json"),
        "ECARD_SMS_FILE": str(folder / "sms.jsonl"),
    }


@pytest.fixture(scope="session")
def settings(demo_environment: dict[str, str]) -> Settings:
    """The same, read. No payment provider is on."""
    return read_settings(demo_environment)


@pytest.fixture(scope="session")
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    """Connections to it."""
    pool = Pool(pool_options(settings, "tests"))
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[Front]:
    """The application, started."""
    from ecard.app import create_app  # what does not ask the application does not wait for its parts

    front = create_app(settings, signals=False)
    async with started(front):
        yield front


@pytest.fixture
async def http(app: Front) -> AsyncIterator[httpx.AsyncClient]:
    """A client that asks the application through ASGI."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC_URL) as client:
        yield client
