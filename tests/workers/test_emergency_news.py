"""Of an emergency people are told at once, at night as well, and without its reason."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db import outbox
from db.pool import Pool
from resolvers import emergencies
from tests.resolvers.ward import Ward, new_ward
from tests.resolvers.world import new_world
from tests.workers import telling
from tests.workers.conftest import RecordingSms
from workers.tools import Tools

MIDNIGHT = datetime(2026, 11, 24, 16, tzinfo=UTC)
TOLD = "【深圳市健康卡】市第九人民医院因紧急情况正在查看您的全部健康档案，理由见健康卡的查阅记录。"
JOBS = "select id from outbox where job = 'send_notification' and state = 'waiting' and args ->> 'subject_id' = $1"


@pytest.fixture
async def ward(pool: Pool, tools: Tools) -> Ward:
    """After `tools`, which empties the outbox."""
    ward = await new_ward(await new_world(pool, sealer=tools.sealer))
    ward.world.now = MIDNIGHT
    await ward.world.rows(
        "update visit set expires_at = now() + interval '90 days' where resident_id = $1", ward.resident.resident_id
    )
    return ward


async def test_it_does_not_wait_for_the_morning(tools: Tools, sms: RecordingSms, ward: Ward) -> None:
    await ward.world.change(emergencies.break_glass, ward.hospital, visit_id=ward.visit_id, reason="昏迷")
    (row,) = await ward.world.rows(JOBS, str(ward.visit.id))
    tools = replace(tools, clock=lambda: ward.world.now)
    async with tools.pool.transaction() as connection:
        job = await outbox.start(connection, row["id"], ward.world.now)
    assert job is not None
    await telling.tell(tools, job)
    await telling.tell(tools, job)
    assert [text for _, text, _, _ in sms.sent] == [TOLD]


async def test_it_is_listed_whatever_somebody_has_chosen(tools: Tools, sms: RecordingSms, ward: Ward) -> None:
    resident_id = ward.resident.resident_id
    await ward.world.rows("insert into notification_preference values ($1, '{}', null, null, now())", resident_id)
    await ward.world.change(emergencies.break_glass, ward.hospital, visit_id=ward.visit_id, reason="昏迷")
    (row,) = await ward.world.rows(JOBS, str(ward.visit.id))
    async with tools.pool.transaction() as connection:
        job = await outbox.start(connection, row["id"], ward.world.now)
    assert job is not None
    await telling.tell(replace(tools, clock=lambda: ward.world.now), job)
    listed = await ward.world.rows("select event from notification where resident_id = $1 and in_app", resident_id)
    assert ([row["event"] for row in listed], sms.sent) == (["BREAK_GLASS"], [])
