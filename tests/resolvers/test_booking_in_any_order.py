"""Whatever people do, and in whatever order: no slot is over-booked, no place lost, nobody twice, no number held twice."""

import asyncio
import os
from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.pool import Pool
from ecard.settings import Settings
from ecard.tools import pool_options
from tests.resolvers.town import ACTS, LIKELY, PEOPLE, Act, Town, new_town
from tests.resolvers.world import World, new_world
from workers.tools import Tools

# `make proof` sets a hundred thousand, over all seeds together.
ACTS_IN_ALL = int(os.environ.get("PROOF_BOOKINGS", "800"))
SEEDS = range(10)
ACTS_OF_A_TOWN = 400
AT_ONCE = 8


def acts() -> st.SearchStrategy[list[list[Act]]]:
    """Turns, each of some acts at once."""
    act = st.tuples(st.sampled_from(list(ACTS)), st.integers(0, PEOPLE - 1), st.integers(0, 30))
    return st.lists(st.lists(act, min_size=1, max_size=AT_ONCE), max_size=25)


async def world_and_tools(pool: Pool) -> tuple[World, Tools]:
    world = await new_world(pool)
    tools = Tools(
        pool=pool,
        clock=lambda: world.now,
        random=os.urandom,
        sealer=world.tools.sealer,
        lookup=world.tools.lookup,
        sms=None,  # type: ignore[arg-type]  # nothing is sent here
        city="深圳市",
        booking=world.tools.booking,
    )
    return world, tools


@settings(max_examples=max(5, settings().max_examples // 10), suppress_health_check=list(HealthCheck))
@given(turns=acts())
def test_tables_add_up_after_every_turn(settings: Settings, runner: asyncio.Runner, turns: list[list[Act]]) -> None:
    async def live() -> None:
        pool = Pool(pool_options(settings, "tests"))
        try:
            town = await new_town(*await world_and_tools(pool))
            for turn in turns:
                await town.turn(turn)
            await town.check_returns()
        finally:
            await pool.close()

    runner.run(live())


@pytest.mark.parametrize("seed", SEEDS)
async def test_tables_add_up_in_a_long_run(pool: Pool, seed: int) -> None:
    dice, left = Random(seed), ACTS_IN_ALL // len(SEEDS)
    world, tools = await world_and_tools(pool)
    towns: list[Town] = []
    while left > 0:
        town = await new_town(world, tools)
        towns.append(town)
        for _ in range(min(left, ACTS_OF_A_TOWN) // AT_ONCE):
            names = dice.choices(list(LIKELY), list(LIKELY.values()), k=AT_ONCE)
            await town.turn([(name, dice.randrange(PEOPLE), dice.randrange(1_000)) for name in names])
        await town.check_returns()
        left -= ACTS_OF_A_TOWN
    done: Counter[str] = sum((town.done for town in towns), start=Counter())
    if ACTS_IN_ALL >= 100 * ACTS_OF_A_TOWN:
        # Each has gone well now and then, and has been refused.
        assert {*ACTS, "returned", "missed", "book: SLOT_TAKEN", "book: ALREADY_BOOKED", "move: TOO_LATE"} <= done.keys(), done
