"""Whatever happens to stays in hospital, and in whatever order: every fen that was paid is spent, gone back, or held still, and the
ledger says so."""

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
from tests.resolvers.infirmary import ACTS, LIKELY, PATIENTS, Act, Infirmary, new_infirmary
from tests.resolvers.stay import world_that_pays

# `make proof` sets thousands, over all seeds together.
ACTS_IN_ALL = int(os.environ.get("PROOF_STAYS", "600"))
SEEDS = range(6)
ACTS_OF_A_WARD = 300
AT_ONCE = 6


def acts() -> st.SearchStrategy[list[list[Act]]]:
    """Turns, each of some acts at once."""
    act = st.tuples(st.sampled_from(list(ACTS)), st.integers(0, PATIENTS - 1), st.integers(0, 60))
    return st.lists(st.lists(act, min_size=1, max_size=AT_ONCE), max_size=15)


@settings(max_examples=max(5, settings().max_examples // 10), suppress_health_check=list(HealthCheck))
@given(turns=acts())
def test_money_adds_up_after_every_turn(settings: Settings, runner: asyncio.Runner, turns: list[list[Act]]) -> None:
    async def live() -> None:
        pool = Pool(pool_options(settings, "tests"))
        try:
            ward = await new_infirmary(await world_that_pays(pool))
            for turn in turns:
                await ward.turn(turn)
            await ward.settle()
        finally:
            await pool.close()

    runner.run(live())


@pytest.mark.parametrize("seed", SEEDS)
async def test_money_adds_up_in_a_long_run(pool: Pool, seed: int) -> None:
    dice, left = Random(seed), ACTS_IN_ALL // len(SEEDS)
    world, wards = await world_that_pays(pool), list[Infirmary]()
    while left > 0:
        ward = await new_infirmary(world)
        wards.append(ward)
        for _ in range(min(left, ACTS_OF_A_WARD) // AT_ONCE):
            names = dice.choices(list(LIKELY), list(LIKELY.values()), k=AT_ONCE)
            await ward.turn([(name, dice.randrange(PATIENTS), dice.randrange(1_000)) for name in names])
        await ward.settle()
        left -= ACTS_OF_A_WARD
    done: Counter[str] = sum((ward.done for ward in wards), start=Counter())
    if 10 * ACTS_OF_A_WARD * len(SEEDS) <= ACTS_IN_ALL:
        # Each has gone well now and then, and has been refused.
        assert {*ACTS, "admit: WRONG_STATE", "refund: REFUND_EXCEEDS_PAYMENT", "discharge: AMOUNT_MISMATCH"} <= done.keys(), done
