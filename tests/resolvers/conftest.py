"""What tests of resolvers stand on."""

import pytest

from db.pool import Pool
from tests.resolvers.world import World, new_world


@pytest.fixture
async def world(pool: Pool) -> World:
    """A city with other people in it."""
    return await new_world(pool)
