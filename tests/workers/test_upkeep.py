"""What is done by the clock."""

import asyncio
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from db import files, idempotency, outbox
from db.files import FileKind, NewFile
from db.outbox import Job, JobKind
from db.pool import Pool
from tests.workers.city import add_cards, fresh_id
from tests.workers.clinic import add_clinic, add_resident
from tests.workers.conftest import Clock
from workers.tools import Tools
from workers.upkeep import SCHEDULE, put_due, sweep

EVERY = SCHEDULE[JobKind.SWEEP]


async def _turns(pool: Pool) -> int:
    async with pool.connection() as connection:
        turns: int = await connection.fetchval("select count(*) from outbox where job = 'sweep'")
        return turns


async def test_a_turn_is_put_once_by_however_many_workers(tools: Tools) -> None:
    await asyncio.gather(*(put_due(tools) for _ in range(5)))
    assert await _turns(tools.pool) == 1


async def test_the_next_turn_comes_in_its_time(tools: Tools, clock: Clock) -> None:
    await put_due(tools)
    clock.move(EVERY - timedelta(seconds=1))
    await put_due(tools)
    assert await _turns(tools.pool) == 1
    clock.move(timedelta(seconds=1))
    await put_due(tools)
    assert await _turns(tools.pool) == 2


async def test_turns_missed_while_nobody_worked_are_made_up_at_once(tools: Tools, clock: Clock) -> None:
    await put_due(tools)
    clock.move(timedelta(days=3))
    await put_due(tools)
    await put_due(tools)
    assert await _turns(tools.pool) == 2


async def _swept(tools: Tools) -> None:
    id = fresh_id()
    async with tools.pool.transaction() as connection:
        await outbox.put(connection, JobKind.SWEEP, {}, id, tools.clock())
        job = await outbox.start(connection, id, tools.clock())
    assert job == Job(id, JobKind.SWEEP, {}, 1)
    await sweep(tools, job)
    async with tools.pool.connection() as connection:
        assert await connection.fetchval("select state from outbox where id = $1", id) == "done"


async def _use_code(tools: Tools, expires: datetime) -> bytes:
    nonce = secrets.token_bytes(10)
    async with tools.pool.connection() as connection:
        used = "insert into used_code (nonce, resident_id, used_at, expires_at) values ($1, $2, $3, $4)"
        await connection.execute(used, nonce, fresh_id(), tools.clock(), expires)
    return nonce


async def test_used_codes_go_when_they_have_expired_and_not_before(tools: Tools, clock: Clock) -> None:
    gone, kept = await _use_code(tools, clock()), await _use_code(tools, clock() + timedelta(seconds=1))
    await _swept(tools)
    async with tools.pool.connection() as connection:
        left = await connection.fetch("select nonce from used_code where nonce = any($1)", [gone, kept])
    assert [row["nonce"] for row in left] == [kept]


async def test_a_sent_code_is_remembered_for_a_day_after_it_ended(tools: Tools, clock: Clock) -> None:
    phones = [secrets.token_bytes(32), secrets.token_bytes(32)]
    insert = (
        "insert into verification_code"
        " (phone_digest, id, purpose, phone_sealed, code_digest, language, created_at, expires_at)"
        " values ($1, $2, 'SIGN_IN', '', '', 'en', $3, $3)"
    )
    async with tools.pool.connection() as connection:
        for phone, expired in zip(phones, (timedelta(hours=23), timedelta(hours=24)), strict=True):
            await connection.execute(insert, phone, fresh_id(), clock() - expired)
    await _swept(tools)
    async with tools.pool.connection() as connection:
        left = await connection.fetch("select phone_digest from verification_code where phone_digest = any($1)", phones)
    assert [row["phone_digest"] for row in left] == [phones[0]]


async def test_an_exported_record_goes_when_it_has_expired_and_no_other_file(tools: Tools, clock: Clock) -> None:
    expiries = {secrets.token_hex(16): at for at in (clock(), clock() + timedelta(seconds=1), None)}
    async with tools.pool.transaction() as connection:
        [card] = await add_cards(connection, 1)
        for key, expires_at in expiries.items():
            about = (FileKind.RECORD_EXPORT, fresh_id(), "JSON", key, "application/json", clock(), expires_at)
            await files.insert(connection, NewFile(card.resident_id, fresh_id(), *about))
    await _swept(tools)
    async with tools.pool.connection() as connection:
        left = await connection.fetch("select key from file where resident_id = $1", card.resident_id)
        keys = await connection.fetch("select key from file_key where resident_id = $1", card.resident_id)
    kept = {key for key, at in expiries.items() if at is None or at > clock()}
    assert {row["key"] for row in left} == {row["key"] for row in keys} == kept


async def test_idempotency_keys_are_kept_for_two_days(tools: Tools, clock: Clock) -> None:
    digests = [secrets.token_bytes(32), secrets.token_bytes(32)]
    async with tools.pool.transaction() as connection:
        for digest, age in zip(digests, (47, 48), strict=True):
            await idempotency.claim(connection, digest, b"", clock() - timedelta(hours=age))
    await _swept(tools)
    async with tools.pool.connection() as connection:
        assert [await idempotency.find(connection, digest) is None for digest in digests] == [False, True]


async def test_done_jobs_go_after_a_week_and_failed_ones_stay(tools: Tools, clock: Clock) -> None:
    ids: dict[str, UUID] = {"old": fresh_id(), "new": fresh_id(), "failed": fresh_id()}
    async with tools.pool.transaction() as connection:
        for id in ids.values():
            await outbox.put(connection, JobKind.RENDER_FILE, {}, id, clock())
        jobs = {name: await outbox.start(connection, id, clock()) for name, id in ids.items()}
        old, new, failed = jobs["old"], jobs["new"], jobs["failed"]
        assert old is not None
        assert new is not None
        assert failed is not None
        await outbox.finish(connection, old, clock() - timedelta(days=7))
        await outbox.finish(connection, new, clock() - timedelta(days=6))
        await outbox.give_up(connection, failed, clock() - timedelta(days=30), "Permanent")
    await _swept(tools)
    async with tools.pool.connection() as connection:
        left = await connection.fetch("select id from outbox where job = 'render_file'")
    assert {row["id"] for row in left} == {ids["new"], ids["failed"]}


async def test_workers_that_died_are_forgotten_after_an_hour(tools: Tools, clock: Clock) -> None:
    names = [secrets.token_hex(4), secrets.token_hex(4)]
    async with tools.pool.connection() as connection:
        for name, silent in zip(names, (59, 60), strict=True):
            beat = "insert into worker_heartbeat (name, started_at, last_seen_at) values ($1, $2, $2)"
            await connection.execute(beat, name, clock() - timedelta(minutes=silent))
    await _swept(tools)
    async with tools.pool.connection() as connection:
        left = await connection.fetch("select name from worker_heartbeat where name = any($1)", names)
    assert [row["name"] for row in left] == [names[0]]


async def test_what_providers_told_is_kept_for_ninety_days(tools: Tools, clock: Clock) -> None:
    ids = [secrets.token_hex(8), secrets.token_hex(8)]
    async with tools.pool.connection() as connection:
        for id, age in zip(ids, (89, 90), strict=True):
            told = "insert into inbox (method, id, state, received_at) values ('ALIPAY', $1, 'REFUSED', $2)"
            await connection.execute(told, id, clock() - timedelta(days=age))
    await _swept(tools)
    async with tools.pool.connection() as connection:
        left = await connection.fetch("select id from inbox where id = any($1)", ids)
    assert [row["id"] for row in left] == [ids[0]]


async def test_mail_is_kept_for_a_year(tools: Tools, clock: Clock) -> None:
    ids = [fresh_id(), fresh_id()]
    async with tools.pool.transaction() as connection:
        clinic = await add_clinic(connection, clock())
        for id, age in zip(ids, (365, 366), strict=True):
            sent = (
                "insert into mail (id, institution_id, event, subject_id, recipient, created_at)"
                " values ($1, $2, 'AGREEMENT_DUE', $1, 'a@b.example', $3)"
            )
            await connection.execute(sent, id, clinic.institution_id, clock() - timedelta(days=age))
    await _swept(tools)
    async with tools.pool.connection() as connection:
        left = await connection.fetch("select id from mail where id = any($1)", ids)
    assert [row["id"] for row in left] == [ids[0]]


async def test_messages_are_kept_for_a_year(tools: Tools, clock: Clock) -> None:
    ids = [fresh_id(), fresh_id()]
    async with tools.pool.transaction() as connection:
        resident_id = await add_resident(connection, tools.sealer, clock(), None)
        for id, age in zip(ids, (365, 366), strict=True):
            told = (
                "insert into notification (resident_id, id, event, about_id, subject_letter, subject_id, in_app, title_zh, body_zh,"
                " title_en, body_en, created_at) values ($1, $2, 'BILL_ISSUED', $1, 'B', $2, true, '', '', '', '', $3)"
            )
            at = clock() - timedelta(days=age)
            await connection.execute(told, resident_id, id, at)
            await connection.execute("insert into notification_key values ($1, 'BILL_ISSUED', $2, '', $2, $3)", resident_id, id, at)
            way = "insert into notification_delivery values ($1, $2, 'SMS', $1, 'SENT', $3)"
            await connection.execute(way, resident_id, id, at)
    await _swept(tools)
    async with tools.pool.connection() as connection:
        for table, name in (
            ("notification", "id"),
            ("notification_key", "notification_id"),
            ("notification_delivery", "notification_id"),
        ):
            left = await connection.fetch(f"select {name} from {table} where resident_id = $1", resident_id)
            assert [row[name] for row in left] == [ids[0]], table
