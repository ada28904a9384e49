"""What tests of resolvers stand on."""

import asyncio
from collections.abc import Iterator

import pytest

from db.pool import Pool
from tests.resolvers.cashier import Cashier, open_till
from tests.resolvers.world import World, new_world


@pytest.fixture
async def world(pool: Pool) -> World:
    """A city with other people in it."""
    return await new_world(pool)


@pytest.fixture
async def cashier(world: World) -> Cashier:
    """Who bills a patient there."""
    return await open_till(world)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """A loop for tests that are not async: hypothesis calls them many times."""
    with asyncio.Runner() as made:
        yield made
