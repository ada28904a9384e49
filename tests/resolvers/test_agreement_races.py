"""At once: a team never has more agreements than places, nobody has two of them, and a place that comes back is one place."""

import asyncio
import os
from collections import Counter
from typing import Any

import pytest

from db.pool import Pool
from domain.ids import Key
from domain.refusals import AlreadySigned, Conflict, TeamFull, WrongState
from tests.resolvers.pharmacy import paying_world
from tests.resolvers.practice import Practice, open_practice
from tests.resolvers.world import World

AT_ONCE = int(os.environ.get("PROOF_SIGNUPS", "40"))
PLACES = 10
TOGETHER = 8


@pytest.fixture
async def world(pool: Pool) -> World:
    return await paying_world(pool)


@pytest.fixture
async def practice(world: World) -> Practice:
    """With ten places that are free."""
    practice = await open_practice(world)
    await practice.publish(capacity=await practice.taken() + PLACES)
    return practice


async def outcomes(*changes: Any) -> Counter[type]:
    """How many came to what. Anything but a key or a refusal is raised."""
    found = await asyncio.gather(*changes, return_exceptions=True)
    return Counter(map(type, found))


async def test_so_many_get_a_place_as_there_are(practice: Practice) -> None:
    residents = [await practice.world.resident() for _ in range(AT_ONCE)]
    before = await practice.taken()
    found = await outcomes(*(practice.ask(by=resident) for resident in residents))
    assert found == {Key: PLACES, TeamFull: AT_ONCE - PLACES}
    assert await practice.taken() == before + PLACES
    counted = "select count(distinct resident_id) from family_doctor_agreement where team_id = $1 and status = 'REQUESTED'"
    assert await practice.world.value(counted, practice.team) == PLACES + 1  # with the one who asked before


async def test_one_resident_has_one_agreement(practice: Practice) -> None:
    elsewhere = await open_practice(practice.world)
    before = await practice.taken() + await elsewhere.taken()
    here = [practice.ask("B", "E") for _ in range(TOGETHER)]
    there = [elsewhere.ask("B", "E", by=practice.resident) for _ in range(TOGETHER)]
    found = await outcomes(*here, *there)
    assert found == {Key: TOGETHER, AlreadySigned: TOGETHER}
    assert await practice.taken() + await elsewhere.taken() == before + 1


async def test_one_decision_counts(practice: Practice) -> None:
    key, before = await practice.ask(), await practice.taken()
    decisions = [practice.decide(key, accept=n % 2 == 0) for n in range(TOGETHER)]
    assert await outcomes(*decisions) == {Key: TOGETHER // 2, WrongState: TOGETHER // 2}
    is_accepted = (await practice.row(key))["status"] == "ACTIVE"
    assert await practice.taken() == before - (0 if is_accepted else 1)
    bills = "select count(*) from bill where resident_id = $1 and kind = 'FAMILY_DOCTOR'"
    assert await practice.world.value(bills, key.resident_id) == (1 if is_accepted else 0)


async def test_ending_renewing_and_serving_at_once_leave_one_place_and_one_bill_each(practice: Practice) -> None:
    key, before = await practice.signed(), await practice.taken()
    changes = [change for _ in range(3) for change in (practice.renew(key), practice.serve(key), practice.end(key))]
    found = await outcomes(*changes)
    assert set(found) <= {Key, WrongState}
    assert found[Key] >= 3  # an end that comes second changes nothing
    assert ((await practice.row(key))["status"], await practice.taken()) == ("ENDED", before - 1)
    terms = await practice.terms(key)
    assert len(terms) <= 2
    assert [(await practice.bill(term["bill_id"]))["status"] for term in terms[1:]] == ["CANCELLED"] * (len(terms) - 1)
    delivered = sum(delivered for _, _, delivered in await practice.services(terms[0]))
    kept = (await practice.bill(terms[0]["bill_id"]))["status"] == "UNPAID"
    assert kept == (delivered > 0)


async def test_a_team_that_shrinks_while_people_ask_keeps_its_word(practice: Practice) -> None:
    residents = [await practice.world.resident() for _ in range(TOGETHER)]
    before = await practice.taken()
    found = await outcomes(practice.publish(capacity=before + 2), *(practice.ask(by=resident) for resident in residents))
    capacity = await practice.world.value("select capacity from family_doctor_team where id = $1", practice.team)
    assert found[Key] == await practice.taken() - before <= capacity - before
    assert found[Conflict] == (1 if capacity == before + PLACES else 0)
