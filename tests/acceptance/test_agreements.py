"""The real worker process follows up what nobody decides, writes to whom it concerns, and ends what is over, each once, although it
is killed meanwhile."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.migrate import migrate
from db.pool import Pool, PoolOptions
from ecard.app import utc_now
from ecard.channels import MAIL
from ecard.embedded import EmbeddedServers
from tests.acceptance.worker import WorkerProcess
from tests.resolvers.pharmacy import paying_world
from tests.resolvers.practice import Practice, open_practice
from tests.support.waiting import until_found

MANY = 8
PATIENCE = 60.0  # seconds, for a machine that is busy with other things
OPERATOR, TEAM = "operator@example.org", "team@example.org"
LEFT = "select count(*) from family_doctor_agreement where team_id = $1 and status = 'REQUESTED' and escalated_at is null"
WRITTEN = "select count(*) from mail where event = 'AGREEMENT_OVERDUE' and recipient = $1 and sent_at is not null"


@pytest.fixture
async def practice(own_servers: EmbeddedServers) -> AsyncIterator[Practice]:
    """Of a year ago."""
    pool = Pool(PoolOptions(own_servers.database_url, 4, "http://localhost"))
    async with pool.connection() as connection:
        await migrate(connection)
    world = await paying_world(pool)
    world.now = utc_now() - timedelta(days=370)
    practice = await open_practice(world)
    await practice.publish(capacity=100, email=TEAM)
    yield practice
    await pool.close()


async def test_each_is_followed_up_once_whatever_dies_meanwhile(
    own_servers: EmbeddedServers, practice: Practice, tmp_path: Path
) -> None:
    over = await practice.signed()
    practice.world.now = utc_now() - timedelta(days=4)
    late = [await practice.ask(by=await practice.world.resident()) for _ in range(MANY)]
    practice.world.now = utc_now() - timedelta(hours=50)
    due = await practice.ask(by=await practice.world.resident())

    async def is_done(left: int) -> bool:
        return int(await practice.world.value(LEFT, practice.team)) <= left

    async def is_written() -> bool:
        return int(await practice.world.value(WRITTEN, OPERATOR)) == MANY

    messages = tmp_path / "messages.jsonl"
    more = {"ECARD_OPERATOR_EMAIL": OPERATOR, "ECARD_MESSAGES_FILE": str(messages)}
    worker = WorkerProcess(own_servers, tmp_path, more)
    with worker.running() as first:
        await until_found(lambda: is_done(MANY), PATIENCE)
        first.kill()
        first.wait()
    with worker.running():
        await until_found(is_written, PATIENCE)
        await until_found(lambda: _reminded(practice), PATIENCE)
    for key in late:
        assert set(await practice.told(key.id)) == {"AGREEMENT_LATE"}  # at night it is put off by another row
    assert ((await practice.row(over))["status"], (await practice.row(due))["status"]) == ("EXPIRED", "REQUESTED")
    assert await practice.taken() == MANY + 1
    lines = [json.loads(line) for line in messages.read_text("utf-8").splitlines()]
    assert {line["to"] for line in lines if line["channel"] == MAIL} == {OPERATOR, TEAM}
    rows = await practice.world.rows("select recipient, sent_at is not null as is_sent, count(*) as mails from mail group by 1, 2")
    assert {tuple(row.values()) for row in rows} == {(OPERATOR, True, MANY), (TEAM, True, 1)}


async def _reminded(practice: Practice) -> bool:
    sql = "select count(*) from mail where event = 'AGREEMENT_DUE' and recipient = $1 and sent_at is not null"
    return int(await practice.world.value(sql, TEAM)) == 1
