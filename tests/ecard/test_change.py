"""Asked once, done once: idempotency keys, with two connections where it matters."""

import asyncio
from typing import Any

import pytest

from db.pool import Pool
from domain.ids import Key
from domain.refusals import Conflict, IdempotencyKeyReused, InvalidInput, Refusal
from domain.viewer import Viewer
from resolvers.audit import record
from resolvers.transaction import Made, Transaction
from tests.resolvers.world import World, new_world

WRITTEN = "select count(*) from audit where subject_id = $1 and action = 'note.written'"


async def write(tx: Transaction, *, text: str = "") -> Made:
    """A tiny mutation: each time it is done there is one more audit row. What it makes is new each time."""
    assert tx.viewer.resident_id is not None
    await record(tx, "note.written", tx.viewer.resident_id)
    if text == "refuse":
        raise Conflict("text")
    if text == "fail":
        raise RuntimeError("a fault")
    keys = [Key(tx.new_id(), tx.viewer.resident_id), Key(tx.new_id())]
    return Made({"note": keys[0], "notes": keys, "none": [], "nothing": None, "told": {"texts": [text], "count": 1}})


async def erase(tx: Transaction, *, text: str = "") -> Made:
    """Another operation."""
    return await write(tx, text=text)


@pytest.fixture
async def world(pool: Pool) -> World:
    return await new_world(pool)


@pytest.fixture
async def viewer(world: World) -> Viewer:
    return await world.resident()


async def written(world: World, viewer: Viewer) -> int:
    count: int = await world.value(WRITTEN, viewer.resident_id)
    return count


async def refusal_of(world: World, viewer: Viewer, **given: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await world.change(write, viewer, **given)
    return refused.value


async def test_the_same_again_gives_the_first_result(world: World, viewer: Viewer) -> None:
    first = await world.change(write, viewer, text="a", idempotency_key="k")
    world.later(hours=23)
    again = await world.change(write, viewer, text="a", idempotency_key="k")
    assert again == first
    assert isinstance(again.fields["note"], Key)
    assert await written(world, viewer) == 1


async def test_without_a_key_each_is_done(world: World, viewer: Viewer) -> None:
    assert await world.change(write, viewer) != await world.change(write, viewer)
    assert await written(world, viewer) == 2


async def test_the_key_with_another_input_is_refused(world: World, viewer: Viewer) -> None:
    await world.change(write, viewer, text="a", idempotency_key="k")
    for other in ({"text": "b"}, {}):
        refused = await refusal_of(world, viewer, idempotency_key="k", **other)
        assert isinstance(refused, IdempotencyKeyReused)
        assert refused.field == ("idempotency_key",)
    assert await written(world, viewer) == 1


async def test_a_key_is_one_of_its_viewer_and_of_its_operation(world: World, viewer: Viewer) -> None:
    other = await world.resident()
    first = await world.change(write, viewer, text="a", idempotency_key="k")
    assert await world.change(write, other, text="a", idempotency_key="k") != first
    assert await world.change(erase, viewer, text="a", idempotency_key="k") != first
    assert (await written(world, viewer), await written(world, other)) == (2, 1)


@pytest.mark.parametrize("how", ["refuse", "fail"])
async def test_a_try_that_came_to_nothing_keeps_no_key(world: World, viewer: Viewer, how: str) -> None:
    with pytest.raises((Conflict, RuntimeError)):
        await world.change(write, viewer, idempotency_key="k", text=how)
    assert await written(world, viewer) == 0
    await world.change(write, viewer, idempotency_key="k", text="something else")
    assert await written(world, viewer) == 1


async def test_nothing_is_kept_when_the_payload_cannot_be_read(world: World, viewer: Viewer) -> None:
    def unreadable() -> str:
        return "made when it is asked for"

    async def write_and_more(tx: Transaction) -> Made:
        return Made({**(await write(tx)).fields, "lazy": unreadable})

    with pytest.raises(TypeError):
        await world.change(write_and_more, viewer, idempotency_key="k")
    assert await written(world, viewer) == 0


@pytest.mark.parametrize("first_fails", [False, True])
async def test_a_twin_waits_for_the_first(world: World, viewer: Viewer, first_fails: bool) -> None:
    started, waited = asyncio.Event(), asyncio.Event()
    write_now = write

    async def slowly(tx: Transaction, *, text: str) -> Made:
        made = await write_now(tx, text=text)
        if not started.is_set():
            started.set()
            await waited.wait()
            if first_fails:
                raise Conflict
        return made

    first = asyncio.create_task(world.change(slowly, viewer, text="a", idempotency_key="k"))
    await started.wait()
    twin = asyncio.create_task(world.change(slowly, viewer, text="a", idempotency_key="k"))
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ~ '^insert into idempotency_key'"
    while not await world.value(waiting):
        assert not twin.done()
    waited.set()
    one, other = await asyncio.gather(first, twin, return_exceptions=True)
    assert isinstance(one, Conflict) if first_fails else one == other
    assert isinstance(other, Made)
    assert await written(world, viewer) == 1


async def test_many_at_once_are_done_once(world: World, viewer: Viewer) -> None:
    made = await asyncio.gather(*(world.change(write, viewer, text="a", idempotency_key="k") for _ in range(8)))
    assert all(each == made[0] for each in made)
    assert await written(world, viewer) == 1


async def test_a_key_has_one_to_255_characters(world: World, viewer: Viewer) -> None:
    for key in ("", "长" * 256):
        refused = await refusal_of(world, viewer, idempotency_key=key)
        assert isinstance(refused, InvalidInput)
        assert refused.field == ("idempotency_key",)
    assert await written(world, viewer) == 0
    for key in ("长" * 255, " ", "\0"):
        await world.change(write, viewer, idempotency_key=key)
    assert await written(world, viewer) == 3
