"""Of a consent people are told who it was given to, whoever gave it, unless it was taken back meanwhile."""

from dataclasses import replace

import pytest

from db import outbox
from db.pool import Pool
from domain.ids import Key
from tests.resolvers.test_consents import grant, revoke
from tests.resolvers.world import World, new_world, public, somebody
from tests.workers import telling
from tests.workers.conftest import RecordingSms
from workers.tools import Tools

TOLD = "【深圳市健康卡】市第九人民医院获准查看您的部分健康档案，您可随时在健康卡中撤回。"
JOBS = "select id from outbox where job = 'send_notification' and state = 'waiting' and args ->> 'subject_id' = $1"


@pytest.fixture
async def world(pool: Pool, tools: Tools) -> World:
    """After `tools`, which empties the outbox. It is half past nine in the morning."""
    return await new_world(pool, sealer=tools.sealer)


async def send(world: World, tools: Tools, consent: Key) -> None:
    [row] = await world.rows(JOBS, str(consent.id))
    tools = replace(tools, clock=lambda: world.now)
    async with tools.pool.transaction() as connection:
        job = await outbox.start(connection, row["id"], world.now)
    assert job is not None
    await telling.tell(tools, job)


async def test_the_person_is_told_also_when_a_carer_gave_it(world: World, tools: Tools, sms: RecordingSms) -> None:
    person = somebody()
    parent, carer = await world.resident(person), await world.resident()
    await world.care_for(parent, carer, "RECORDS")
    assert parent.resident_id is not None
    consent = await grant(world, carer, await world.institution(), resident_id=public("R", parent.resident_id))
    await send(world, tools, consent)
    assert [(phone, text) for phone, text, _, _ in sms.sent] == [(person.phone, TOLD)]


async def test_nobody_is_told_of_what_was_taken_back(world: World, tools: Tools, sms: RecordingSms) -> None:
    resident = await world.resident()
    consent = await grant(world, resident, await world.institution())
    await revoke(world, resident, consent)
    await send(world, tools, consent)
    assert sms.sent == []
