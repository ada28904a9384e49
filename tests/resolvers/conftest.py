"""What tests of resolvers stand on."""

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
