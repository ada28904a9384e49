"""A page that is printed while its card ends: it is revoked with the others, or not made."""

import asyncio
from typing import Any

import pytest

import db.cards
from domain.refusals import Conflict
from resolvers import cards
from resolvers.transaction import Made, Transaction
from schema.changes import Resolve
from tests.resolvers.world import World


@pytest.mark.parametrize("ending", [cards.replace_card, cards.close_card])
async def test_no_page_outlives_the_card_that_ends_while_it_is_printed(world: World, ending: Resolve) -> None:
    viewer = await world.resident()
    printing, waited = asyncio.Event(), asyncio.Event()

    async def print_slowly(tx: Transaction) -> Made:
        made = await cards.print_card(tx)
        printing.set()
        await waited.wait()
        return made

    page = asyncio.create_task(world.change(print_slowly, viewer))
    await printing.wait()
    end = asyncio.create_task(world.change(ending, viewer, reason="遗失"))
    await somebody_waits_or(world, end)
    waited.set()
    await asyncio.gather(page, end)
    kept = "select count(*) from file where resident_id = $1 and kind = 'PRINTED_CODE' and revoked_at is null"
    assert await world.value(kept, viewer.resident_id) == 0


async def somebody_waits_or(world: World, changing: asyncio.Task[Made]) -> None:
    """Until a change waits for a row that another holds, or the one that should is done without."""
    waiting = (
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        " and query ~ '^(update card|insert into rate_count)'"
    )
    while not (changing.done() or await world.value(waiting)):
        await asyncio.wait([changing], timeout=0.01)


async def test_no_page_is_printed_of_a_card_that_was_just_replaced(world: World) -> None:
    viewer = await world.resident()
    read, replaced = asyncio.Event(), asyncio.Event()

    async def print_late(tx: Transaction) -> Made:
        newest = db.cards.newest

        async def slowly(*given: Any) -> db.cards.Card | None:
            card = await newest(*given)
            read.set()
            await replaced.wait()
            return card

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("db.cards.newest", slowly)
            return await cards.print_card(tx)

    page = asyncio.create_task(world.change(print_late, viewer))
    await read.wait()
    await world.value("update card set status = 'REPLACED' where resident_id = $1 returning id", viewer.resident_id)
    replaced.set()
    with pytest.raises(Conflict):
        await page
