"""What the doctor says of a healthy database, and of each thing that can be wrong."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from db import vitals
from db.connection import Connection
from db.pool import Pool
from ecard.launch import checkup
from ecard.launch.checkup import CHECKS, Unwell
from ecard.settings import Settings, read_settings
from tests.ecard.commands.support import run


@pytest.fixture
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()


async def beat(connection: Connection, ago: timedelta) -> None:
    seen = datetime.now(UTC) - ago
    await connection.execute("delete from worker_heartbeat")
    row = (str(uuid4()), seen)
    await connection.execute("insert into worker_heartbeat (name, started_at, last_seen_at) values ($1, $2, $2)", *row)


def test_a_line_for_each_check(environment: dict[str, str]) -> None:
    examined = run(environment, "doctor")
    assert [line.split()[1] for line in examined.stdout.splitlines()[:8]] == ["settings", *CHECKS]
    for name in ("database", "migrations", "redis", "clock"):
        assert f"✓ {name}" in examined.stdout


def test_database_that_is_not_there(environment: dict[str, str]) -> None:
    nowhere = {**environment, "ECARD_DATABASE_URL": "postgresql:///ecard?host=/nowhere"}
    examined = run(nowhere, "doctor")
    assert examined.exit_code == 1
    assert "The database does not answer" in examined.stderr


async def test_worker(settings: Settings, connection: Connection) -> None:
    await beat(connection, timedelta(seconds=5))
    assert "a sign of life" in await checkup.worker(settings, connection)
    await beat(connection, timedelta(seconds=90))
    with pytest.raises(Unwell, match="no worker was heard of since"):
        await checkup.worker(settings, connection)
    await connection.execute("delete from worker_heartbeat")
    with pytest.raises(Unwell, match="no worker was ever heard of"):
        await checkup.worker(settings, connection)


async def test_migrations(settings: Settings, connection: Connection) -> None:
    assert await checkup.migrations(settings, connection) == "all applied"
    await connection.execute("delete from schema_migration where name = 'views'")
    with pytest.raises(Unwell, match=r"views to be applied: run `ecard migrate`\."):
        await checkup.migrations(settings, connection)
    await connection.execute("insert into schema_migration (name, checksum) values ('9999_later', '')")
    with pytest.raises(Unwell, match="does not know"):
        await checkup.migrations(settings, connection)


async def test_clock(settings: Settings, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await checkup.clock(settings, connection) == "in step with the database's"

    async def server(_: Connection) -> vitals.Server:
        return vitals.Server(180_000, "18.0", datetime.now(UTC) + timedelta(seconds=9))

    monkeypatch.setattr(vitals, "server", server)
    with pytest.raises(Unwell, match=r"are [89]\.\d s apart"):
        await checkup.clock(settings, connection)


async def test_channels(settings: Settings, connection: Connection) -> None:
    none = {"messages_file": None, "push_key": None, "wechat_messages_app_id": None, "smtp_host": None}
    bare = settings.model_copy(update=none)
    assert await checkup.channels(bare, connection) == "SMS on; push, WeChat, mail off"
    some = bare.model_copy(update={"push_key": "…", "smtp_host": "mail.example"})
    assert await checkup.channels(some, connection) == "SMS, push, mail on; WeChat off"
    demo = bare.model_copy(update={"messages_file": Path("messages.jsonl")})
    assert await checkup.channels(demo, connection) == "SMS, push, WeChat, mail on; none off"


async def test_old_database(settings: Settings, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    async def server(_: Connection) -> vitals.Server:
        return vitals.Server(150_004, "15.4", datetime.now(UTC))

    monkeypatch.setattr(vitals, "server", server)
    with pytest.raises(Unwell, match=r"PostgreSQL 15\.4 is too old"):
        await checkup.database(settings, connection)


async def test_keys_that_do_not_open_what_is_stored(settings: Settings, connection: Connection) -> None:
    await connection.execute(
        "insert into resident (resident_id, full_name, sex, birth_date, document_type, document_sealed, document_masked,"
        " created_at) values ('ffffffff-ffff-7fff-bfff-ffffffffffff', '李', 'MALE', '1990-01-01', 'OTHER', '\\x0101', '', now())"
    )
    with pytest.raises(Unwell, match="do not open what is stored"):
        await checkup.keys(settings, connection)


async def test_redis_that_is_not_there(settings: Settings, connection: Connection, environment: dict[str, str]) -> None:
    nowhere = read_settings({**environment, "ECARD_REDIS_URL": "unix:///nowhere"})
    with pytest.raises(Unwell, match="Redis does not answer"):
        await checkup.courier(nowhere, connection)
