"""The real worker process tells people, each once on each way, although it is killed meanwhile."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson
import pytest

from db import notifications
from db.migrate import migrate
from db.pool import Pool, PoolOptions
from domain.enums import NotificationChannel
from domain.notifications import NotificationEvent
from domain.quiet_hours import Preferences
from domain.sealing import Sealer
from ecard.demo.secrets import demo_secrets
from ecard.embedded import EmbeddedServers
from ecard.settings import read_settings
from ecard.tools import sealer
from tests.acceptance.worker import WorkerProcess
from tests.support.waiting import until_found
from tests.workers.city import fresh_id
from tests.workers.clinic import add_bill, add_clinic, add_resident

MANY = int(os.environ.get("PROOF_NOTIFICATIONS", "20"))
PATIENCE = 60.0 + MANY / 2  # seconds, for a machine that is busy with other things
SENT = "select count(*) from notification_delivery where state = 'SENT'"
# Each effect is written down by the database itself, so that one that happens twice is seen.
WITNESS = """
create table effect (resident_id uuid not null, what text not null);
create function witness() returns trigger language plpgsql as
    'begin insert into effect values (new.resident_id, tg_argv[0]); return new; end';
create trigger told after insert on notification for each row execute function witness('TOLD');
create trigger sent after update on notification_delivery for each row when (new.state = 'SENT') execute function witness('SENT');
"""


@pytest.fixture
async def pool(own_servers: EmbeddedServers) -> AsyncIterator[Pool]:
    made = Pool(PoolOptions(own_servers.database_url, 4, "http://localhost"))
    async with made.connection() as connection:
        await migrate(connection)
        await connection.execute(WITNESS)
    yield made
    await made.close()


@pytest.fixture
def keys(own_servers: EmbeddedServers, tmp_path: Path) -> Sealer:
    """The worker's."""
    places = {
        "ECARD_DATABASE_URL": own_servers.database_url,
        "ECARD_REDIS_URL": own_servers.redis_url,
        "ECARD_PUBLIC_URL": "http://localhost",
    }
    files = {"ECARD_SMS_FILE": "sms", "ECARD_IDENTITY_FILE": "registry.json", "ECARD_ENVIRONMENT": "development"}
    return sealer(read_settings({**demo_secrets(tmp_path), **places, **files}))


async def bills_issued(pool: Pool, keys: Sealer) -> list[str]:
    """People who have no quiet hours are to be told of a bill each, by two jobs: their phones."""
    now, phones = datetime.now(UTC), [f"+8613800{n:06}" for n in range(MANY)]
    for phone in phones:
        async with pool.transaction() as connection:
            clinic = await add_clinic(connection, now)
            resident_id = await add_resident(connection, keys, now, phone)
            await notifications.prefer(connection, resident_id, Preferences(frozenset(NotificationChannel), None), now)
            bill_id = await add_bill(connection, clinic, resident_id, now)
            for _ in range(2):
                await notifications.put(connection, NotificationEvent.BILL_ISSUED, resident_id, bill_id, fresh_id(), now)
    return phones


async def test_each_is_told_once_whatever_dies_meanwhile(
    own_servers: EmbeddedServers, pool: Pool, keys: Sealer, tmp_path: Path
) -> None:
    phones = await bills_issued(pool, keys)

    async def sent(at_least: int) -> bool:
        async with pool.connection() as connection:
            return int(await connection.fetchval(SENT)) >= at_least

    worker = WorkerProcess(own_servers, tmp_path)
    for part in (MANY // 4, MANY // 2):
        with worker.running() as process:
            await until_found(partial(sent, part), PATIENCE)
            process.kill()
            process.wait()
    with worker.running():
        await until_found(partial(sent, MANY), PATIENCE)
    async with pool.connection() as connection:
        effects = [tuple(row) for row in await connection.fetch("select what, resident_id from effect")]
    assert len(effects) == len(set(effects)) == 2 * MANY
    lines = [orjson.loads(line) for line in (tmp_path / "sms.jsonl").read_bytes().splitlines()]
    assert {line["phone"] for line in lines} == set(phones)
    # What was sent when the worker died is sent again, with its reference, of which the demo's file knows nothing.
    assert len(lines) <= MANY + 2 * 4
