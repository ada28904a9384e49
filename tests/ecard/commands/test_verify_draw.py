"""`ecard verify-draw`: repeats what was drawn, against a server that answers anybody."""

import asyncio
import os
from datetime import date, datetime, timedelta

import pytest
from click.testing import Result

from db import draws
from db.draws import PlaceReturn
from db.pool import Pool
from domain.draw import Seed, returns_at
from domain.ids import new_id
from domain.times import SHANGHAI, shanghai_day
from ecard.transport.front import Front
from tests.ecard.commands.support import run
from tests.resolvers.clinic import open_clinic
from tests.resolvers.world import World, new_world
from tests.support.serving import serving

DAY = date(2026, 3, 2)
MANY = 130


@pytest.fixture
async def world(pool: Pool) -> World:
    world = await new_world(pool)
    world.now = datetime(2026, 3, 2, 9, 30, 0, 125_000, tzinfo=SHANGHAI)
    return world


async def draw(world: World, many: int, revealed: bool = True) -> Seed:
    """A day on which so many places of one slot were given up."""
    day = shanghai_day(world.now)
    slot = await (await open_clinic(world)).slot(capacity=many)
    async with world.pool.transaction() as connection:
        await connection.execute("delete from place_return where day = $1", day)
        await connection.execute("delete from draw_seed where day = $1", day)
        seed = await draws.seed_of_today(connection, world.now, os.urandom, world.tools.booking)
        for number in range(1, many + 1):
            given_up_at = world.now + timedelta(seconds=number)
            back_at = returns_at(seed, slot.id, number, given_up_at, slot.starts_at)
            await draws.insert_return(
                connection, PlaceReturn(new_id(given_up_at, os.urandom), day, slot.id, number, given_up_at, back_at)
            )
        if revealed:
            await draws.reveal(connection, seed.revealable_at)
    return seed


async def ask(app: Front, *arguments: str) -> Result:
    async with serving(app) as port:
        return await asyncio.to_thread(run, {}, "verify-draw", "--url", f"http://127.0.0.1:{port}", *arguments)


async def test_a_day_of_many_draws_is_repeated(app: Front, world: World) -> None:
    seed = await draw(world, MANY)
    result = await ask(app, "--on", "2026-03-02", "--commitment", seed.commitment.hex())
    assert (result.exit_code, result.stdout) == (0, f"{MANY} places returned when the draw said.\n")
    other = await ask(app, "--on", "2026-03-02", "--commitment", "00" * 32)
    assert (other.exit_code, "not the one that was committed to" in other.stderr) == (1, True)
    await world.rows("update place_return set returns_at = returns_at + interval '1 second' where day = $1 and number = 7", DAY)
    moved = await ask(app, "--on", "2026-03-02")
    assert (moved.exit_code, "Place 7 of slot" in moved.stderr) == (1, True)


async def test_before_the_day_is_over_only_the_commitment_is_told(app: Front, world: World) -> None:
    world.now += timedelta(days=1)
    seed = await draw(world, 2, revealed=False)
    async with world.pool.connection() as connection:
        await draws.reveal(connection, seed.revealable_at - timedelta(seconds=1))
    result = await ask(app, "--on", "2026-03-03")
    assert result.exit_code == 1
    assert seed.commitment.hex() in result.stderr
    assert seed.seed.hex() not in result.stderr


async def test_day_without_a_draw_and_server_without_an_answer(app: Front) -> None:
    none = await ask(app, "--on", "1999-01-01")
    assert (none.exit_code, none.stderr) == (1, "There was no draw on 1999-01-01.\n")
    silent = await asyncio.to_thread(run, {}, "verify-draw", "--url", "http://127.0.0.1:1")
    assert (silent.exit_code, "gives no draw" in silent.stderr) == (1, True)
