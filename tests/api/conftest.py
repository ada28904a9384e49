"""A world behind the application itself: its keys, its database, its time."""

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from db.connection import Connection
from db.pool import Pool
from ecard.app import create_app, utc_now
from ecard.payment_providers import payment_providers
from ecard.settings import Settings, read_settings
from ecard.simulators.keys import payment_settings
from ecard.tools import resolver_tools
from ecard.transport.front import Front
from tests.api.asking import Asker
from tests.conftest import PUBLIC_URL
from tests.resolvers.world import new_world
from tests.support.lifespan import started
from tests.support.market import Later, Market
from tests.support.simulators import URL, Simulators, keys


@pytest.fixture
async def asker(pool: Pool, settings: Settings, http: httpx.AsyncClient) -> Asker:
    """Asks as whoever the world has; other people are there as well."""
    return await asker_in(pool, settings, http)


async def asker_in(pool: Pool, settings: Settings, http: httpx.AsyncClient) -> Asker:
    """The same, of the application that has these settings."""
    tools = resolver_tools(settings, utc_now)
    world = await new_world(
        pool,
        sealer=tools.sealer,
        lookup=tools.lookup,
        keys=tools.keys,
        national_key=tools.national_key,
        issuer=tools.issuer,
    )
    world.now = utc_now()
    return Asker(http, world)


@pytest.fixture(scope="session")
def paying_settings(demo_environment: dict[str, str]) -> Settings:
    """All payment providers are on; the other side of the wire is within the tests."""
    return read_settings({**demo_environment, **payment_settings(keys(), URL)})


@pytest.fixture(scope="session")
async def paying_app(paying_settings: Settings) -> AsyncIterator[Front]:
    """The application that hears of payments."""
    front = create_app(paying_settings, signals=False)
    async with started(front):
        yield front


@pytest.fixture
async def market(pool: Pool, paying_settings: Settings, paying_app: Front, tmp_path: Path) -> AsyncIterator[Market]:
    """Where bills are paid. Nothing is left to do from before."""
    async with pool.connection() as connection:
        await connection.execute("delete from outbox")
    clock = Later()
    sims = Simulators(tmp_path / "simulators", clock=clock, random=os.urandom, platform=paying_app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(paying_app), base_url=PUBLIC_URL) as http:
        asker = await asker_in(pool, paying_settings, http)
        providers = payment_providers(paying_settings, clock, sims.transport())
        yield Market(asker, sims, providers, clock, paying_app)
    for provider in providers.values():
        await provider.close_connections()
    await sims.close()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of the application's connections, in their order; what opens and ends a transaction is not among them."""
    seen: list[str] = []
    acquire, answer = Pool.acquire, Pool.answer

    def note(record: Any) -> None:
        if not record.query.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(record.query)

    async def watched(pool: Pool) -> Connection:
        connection = await acquire(pool)
        if pool.options.name == "ecard-web":
            connection._query_loggers.clear()  # there is no other way to end an old one
            connection.add_query_logger(note)
        return connection

    # asyncpg's loggers do not hear of statements that are kept prepared.
    async def answered(pool: Pool, sql: str, arguments: Sequence[Any]) -> bytes:
        seen.append(sql)
        return await answer(pool, sql, arguments)

    monkeypatch.setattr(Pool, "acquire", watched)
    monkeypatch.setattr(Pool, "answer", answered)
    return seen
