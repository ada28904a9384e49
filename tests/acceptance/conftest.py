"""A market whose workers are real processes: servers, settings and simulators of one test's own."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from db.migrate import migrate
from db.pool import Pool, PoolOptions
from ecard.app import create_app, utc_now
from ecard.demo.secrets import demo_secrets
from ecard.embedded import EmbeddedServers, throwaway_servers
from ecard.settings import Settings, read_settings
from ecard.simulators.keys import payment_settings
from tests.api.conftest import asker_in
from tests.support.lifespan import started
from tests.support.market import Later, Market
from tests.support.simulators import URL, Simulators, keys


@pytest.fixture
def own_servers() -> Iterator[EmbeddedServers]:
    """Servers of this test's own, for a worker that shall find nothing else to do."""
    with throwaway_servers() as running:
        yield running


@pytest.fixture
def market_settings(own_servers: EmbeddedServers, tmp_path: Path) -> Settings:
    """Of the application, which asks no provider anything."""
    limits = {f"ECARD_LIMIT_REQUESTS_{kind}": "1000000" for kind in ("ANONYMOUS", "RESIDENT", "APP", "INSTITUTION")}
    (tmp_path / "registry.json").write_text("[]")
    return read_settings(
        {
            **demo_secrets(tmp_path),
            **payment_settings(keys(), URL),
            **limits,
            "ECARD_ENVIRONMENT": "development",
            "ECARD_PUBLIC_URL": "http://localhost",
            "ECARD_DATABASE_URL": own_servers.database_url,
            "ECARD_REDIS_URL": own_servers.redis_url,
            "ECARD_IDENTITY_FILE": str(tmp_path / "registry.json"),
            "ECARD_SMS_FILE": str(tmp_path / "sms.jsonl"),
        }
    )


@pytest.fixture
async def market(own_servers: EmbeddedServers, market_settings: Settings, tmp_path: Path) -> AsyncIterator[Market]:
    pool = Pool(PoolOptions(own_servers.database_url, 4, "http://localhost"))
    async with pool.connection() as connection:
        await migrate(connection)
    front = create_app(market_settings, signals=False)
    sims = Simulators(tmp_path / "simulators", clock=utc_now, random=os.urandom, platform=front)
    async with started(front), httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url="http://localhost") as http:
        yield Market(await asker_in(pool, market_settings, http), sims, {}, Later(), front)
    await sims.close()
    await pool.close()
