"""Whose a temporary card turned out to be is told so, unless it was undone by then."""

from dataclasses import replace

import pytest

from db import outbox
from db.pool import Pool
from domain.viewer import Viewer
from tests.resolvers.strangers import Unknown, unknown
from tests.resolvers.world import new_world
from tests.workers import telling
from tests.workers.conftest import RecordingSms
from workers.tools import Tools

TOLD = "【深圳市健康卡】市第九人民医院已将一张临时卡绑定到您的健康卡。如非本人，请联系该机构。"
JOBS = (
    "select id from outbox where job = 'send_notification' and state = 'waiting' and args ->> 'event' = 'CARD_BOUND'"
    " and args ->> 'resident_id' = $1 order by id"
)
LISTED = "select event, about_id, subject_letter, subject_id from notification where resident_id = $1 and in_app"


@pytest.fixture
async def patient(pool: Pool, tools: Tools) -> Unknown:
    """After `tools`, which empties the outbox."""
    return await unknown(await new_world(pool, sealer=tools.sealer))


async def work(tools: Tools, patient: Unknown, person: Viewer) -> None:
    """Does what is left to do of telling the person, in the morning."""
    tools = replace(tools, clock=lambda: patient.world.now)
    for row in await patient.world.rows(JOBS, str(person.resident_id)):
        async with tools.pool.transaction() as connection:
            job = await outbox.start(connection, row["id"], patient.world.now)
        assert job is not None
        await telling.tell(tools, job)


async def test_each_time_it_is_bound_is_told_once(tools: Tools, sms: RecordingSms, patient: Unknown) -> None:
    person = await patient.world.resident()
    await patient.world.rows("insert into notification_preference values ($1, '{SMS}', null, null, now())", person.resident_id)
    await patient.bind(person)
    await patient.bind(person, reason="再说一次")
    await work(tools, patient, person)
    assert [text for _, text, _, _ in sms.sent] == [TOLD]
    card = await patient.world.value("select id from card where resident_id = $1", person.resident_id)
    listed = await patient.world.rows(LISTED, person.resident_id)
    assert [tuple(row.values()) for row in listed] == [("CARD_BOUND", person.resident_id, "C", card)]
    await patient.undo()
    await patient.bind(person)
    await work(tools, patient, person)
    assert len(sms.sent) == 2


async def test_what_was_undone_by_then_is_not_told(tools: Tools, sms: RecordingSms, patient: Unknown) -> None:
    person = await patient.world.resident()
    await patient.bind(person)
    await patient.undo()
    await work(tools, patient, person)
    assert (sms.sent, await patient.world.rows(LISTED, person.resident_id)) == ([], [])
