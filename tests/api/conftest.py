"""A world behind the application itself: its keys, its database, its time."""

import httpx
import pytest

from db.pool import Pool
from ecard.app import utc_now
from ecard.settings import Settings
from ecard.tools import resolver_tools
from tests.api.asking import Asker
from tests.resolvers.world import new_world


@pytest.fixture
async def asker(pool: Pool, settings: Settings, http: httpx.AsyncClient) -> Asker:
    """Asks as whoever the world has; other people are there as well."""
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
