"""People are told that there is a report, that it was amended or withdrawn, and nothing of what it says."""

from dataclasses import replace

import pytest

from db import outbox
from db.pool import Pool
from domain.ids import Key
from tests.resolvers.laboratory import Laboratory, new_laboratory
from tests.resolvers.world import new_world
from tests.workers import telling
from tests.workers.conftest import RecordingSms
from workers.tools import Tools

HOSPITAL = "市第九人民医院"
PUBLISHED = f"【深圳市健康卡】{HOSPITAL}已出具您的报告，请在健康卡中查看。"
AMENDED = f"【深圳市健康卡】{HOSPITAL}更正了您的一份报告，请以更正后的报告为准。"
WITHDRAWN = f"【深圳市健康卡】{HOSPITAL}撤回了您的一份报告，如有疑问请咨询该机构。"


@pytest.fixture
async def laboratory(pool: Pool, tools: Tools) -> Laboratory:
    """After `tools`, which empties the outbox."""
    return await new_laboratory(await new_world(pool, sealer=tools.sealer))


async def tell(tools: Tools, laboratory: Laboratory, *reports: Key) -> None:
    """Does what is to be told of these reports, in its order."""
    tools = replace(tools, clock=lambda: laboratory.world.now)
    ids = [str(report.id) for report in reports]
    sql = (
        "select id from outbox where job = 'send_notification' and state = 'waiting' and args->>'subject_id' = any($1) order by id"
    )
    for row in await laboratory.world.rows(sql, ids):
        async with tools.pool.transaction() as connection:
            job = await outbox.start(connection, row["id"], laboratory.world.now)
        assert job is not None
        await telling.tell(tools, job)


async def test_each_is_told_once(tools: Tools, sms: RecordingSms, laboratory: Laboratory) -> None:
    first = await laboratory.publish()
    await tell(tools, laboratory, first)
    second = await laboratory.amend(first, conclusion="丙")
    await tell(tools, laboratory, first, second)
    await laboratory.withdraw(second)
    await tell(tools, laboratory, first, second)
    assert [text for _, text, _, _ in sms.sent] == [PUBLISHED, AMENDED, WITHDRAWN]


async def test_what_no_longer_holds_is_not_told(tools: Tools, sms: RecordingSms, laboratory: Laboratory) -> None:
    first = await laboratory.publish()
    second = await laboratory.amend(first, conclusion="丙")
    third = await laboratory.amend(second, conclusion="丁")
    await tell(tools, laboratory, first, second, third)
    assert [text for _, text, _, _ in sms.sent] == [AMENDED]
    await laboratory.withdraw(third)
    laboratory.world.later(days=4)
    await tell(tools, laboratory, third)
    assert len(sms.sent) == 1
