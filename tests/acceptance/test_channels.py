"""The real worker process, and what it says to the gateway, to WeChat and to the mail server of a city."""

import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from db import devices, notifications, sessions
from db.connection import Connection
from db.devices import NewDevice
from db.migrate import migrate
from db.pool import Pool, PoolOptions
from domain.enums import NotificationChannel
from domain.mails import MailEvent
from domain.notifications import NotificationEvent
from domain.quiet_hours import Preferences
from domain.sealing import Sealer
from ecard.demo.secrets import demo_secrets
from ecard.embedded import EmbeddedServers
from ecard.keys import read_sealing_keys
from tests.acceptance.worker import WorkerProcess
from tests.outside.smtpserver import HOST, SmtpServer, smtp_server
from tests.outside.standin import StandIn, listening
from tests.outside.wechat import SECRET, Account
from tests.support.waiting import until, until_found
from tests.workers.city import fresh_id
from tests.workers.clinic import Clinic, add_bill, add_clinic, add_resident
from workers.mail import mail

PATIENCE = 60.0  # seconds, for a machine that is busy with other things
PHONE, OPENID, TO = "+8613800001111", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "team@clinic.example"


@pytest.fixture
async def pool(own_servers: EmbeddedServers) -> AsyncIterator[Pool]:
    made = Pool(PoolOptions(own_servers.database_url, 2, "http://localhost"))
    async with made.connection() as connection:
        await migrate(connection)
    yield made
    await made.close()


@pytest.fixture
def keys(tmp_path: Path) -> Sealer:
    """The worker's."""
    found = read_sealing_keys(demo_secrets(tmp_path)["ECARD_SEALING_KEYS"])
    return Sealer(found, next(iter(found)), lambda count: b"n" * count)


async def add_account(connection: Connection, keys: Sealer, resident_id: UUID, now: datetime) -> None:
    """A session in which a WeChat account was registered."""
    app_id, session_id, id = fresh_id(), fresh_id(), fresh_id()
    add_app = "insert into app (id, name, kind, scopes, created_at) values ($1, '市民', 'CITY', '{}', $2)"
    await connection.execute(add_app, app_id, now)
    await sessions.insert(connection, resident_id, session_id, app_id, None, b"", now, now + timedelta(days=1))
    sealed = keys.seal(OPENID, "device", "token_sealed", id)
    await devices.register(connection, NewDevice(resident_id, id, session_id, "WECHAT", b"digest", sealed, now), 10)


async def add_request(connection: Connection, clinic: Clinic, resident_id: UUID, now: datetime) -> UUID:
    """A request that a team of the clinic has not answered."""
    team_id, id = fresh_id(), fresh_id()
    await connection.execute(
        "insert into family_doctor_team (id, institution_id, code, name, leader_id, capacity, created_at)"
        " values ($1, $2, 'T1', '莲花一队', $3, 10, $4)",
        *(team_id, clinic.institution_id, clinic.doctor_id, now),
    )
    await connection.execute(
        "insert into family_doctor_agreement (resident_id, id, institution_id, team_id, status, requested_at, decide_by)"
        " values ($1, $2, $3, $4, 'REQUESTED', $5, $5)",
        *(resident_id, id, clinic.institution_id, team_id, now),
    )
    return id


async def something_happens(pool: Pool, keys: Sealer) -> None:
    """Somebody who has no quiet hours is billed, and a team is to be written to."""
    now = datetime.now(UTC)
    async with pool.transaction() as connection:
        clinic = await add_clinic(connection, now)
        resident_id = await add_resident(connection, keys, now, PHONE)
        await notifications.prefer(connection, resident_id, Preferences(frozenset(NotificationChannel), None), now)
        await add_account(connection, keys, resident_id, now)
        bill_id = await add_bill(connection, clinic, resident_id, now)
        await notifications.put(connection, NotificationEvent.BILL_ISSUED, resident_id, bill_id, fresh_id(), now)
        request = await add_request(connection, clinic, resident_id, now)
        about = (clinic.institution_id, resident_id, request)
        await mail(connection, MailEvent.AGREEMENT_DUE, *about, [TO], now, os.urandom)


async def test_each_hears_of_it_on_the_way_that_was_set_up(
    own_servers: EmbeddedServers, pool: Pool, keys: Sealer, tmp_path: Path
) -> None:
    await something_happens(pool, keys)
    async with listening(StandIn()) as gateway, listening(Account()) as account, smtp_server(SmtpServer()) as post:
        gateway.answers(200, {})
        settings = {
            **{"ECARD_SMS_FILE": "", "ECARD_SMS_URL": gateway.url, "ECARD_SMS_SECRET": "s"},
            **{"ECARD_WECHAT_MESSAGES_URL": account.url, "ECARD_WECHAT_MESSAGES_APP_ID": "wx1"},
            **{"ECARD_WECHAT_MESSAGES_SECRET": SECRET, "ECARD_WECHAT_MESSAGES_TEMPLATE_ID": "template"},
            **{"ECARD_SMTP_HOST": HOST, "ECARD_SMTP_PORT": str(post.port), "ECARD_SMTP_SECURITY": "none"},
            "ECARD_SMTP_SENDER": "ecard@city.example",
            "ECARD_WORKER_SECONDS": "20",  # on a busy machine, too
        }

        async def is_done() -> bool:
            async with pool.connection() as connection:
                jobs = "select count(*) from outbox where job in ('send_mail', 'deliver_notification') and state = 'done'"
                return bool(await connection.fetchval(jobs) == 3)

        with WorkerProcess(own_servers, tmp_path, settings).running():
            await until(lambda: gateway.asked and len(account.asked) == 2 and post.mails, PATIENCE)
            await until_found(is_done, PATIENCE)
    [asked] = gateway.asked
    sent = json.loads(asked.body)
    assert (sent["phone"], sent["text"]) == (PHONE, "【深圳市健康卡】市第九人民医院向您开出账单，自付12.50元，请在健康卡中支付。")
    [_, message] = account.asked
    said = json.loads(message.body)
    assert (said["touser"], said["data"]["thing1"]["value"]) == (OPENID, "有新账单")
    assert len(post.mails) == 1
    async with pool.connection() as connection:
        assert await connection.fetchval("select recipient from mail where sent_at is not null") == TO
