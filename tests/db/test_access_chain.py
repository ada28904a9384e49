"""The database writes the chain, Python works it out anew: both must mean the same bytes."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from db import access_chain
from db.pool import Pool
from domain.access_chain import START, AccessEntry, digest_of, first_break
from domain.ids import new_id

# As db/access_log.py has it.
DIGEST = """
select sha256($14::bytea || convert_to(json_build_array(
    $1::uuid::text, $2::bigint::text, $3::uuid::text,
    to_char($4::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), $5::text, $6::uuid::text, $7::text,
    $8::text, $9::text, array_to_string($10::text[], ','), $11::boolean, $12::text)::text, 'UTF8'))
where $13::bytea is not null
"""
INSERT = """
insert into access_log (resident_id, entry, id, at, actor_kind, actor_id, actor, care_step, purpose, kinds, break_glass, reason,
    digest, previous) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
RESIDENT = """
insert into resident (resident_id, full_name, sex, birth_date, document_type, document_sealed, document_masked, created_at)
values ($1, '李', 'MALE', '1990-01-01', 'OTHER', '', '', now())
"""


def entry(resident_id: UUID, number: int, at: datetime, actor: str, reason: str | None) -> AccessEntry:
    who = ("INSTITUTION", UUID(int=7), actor)
    return AccessEntry(resident_id, number, UUID(int=number), at, *who, None, "CARE", ["IDENTITY", "CARD"], True, reason, b"")


def values(made: AccessEntry) -> list[object]:
    return [getattr(made, field.name) for field in fields(made)]


@pytest.mark.parametrize(
    ("at", "actor", "reason"),
    [
        (datetime(2026, 11, 24, 1, 2, 3, 45, tzinfo=UTC), "深圳市人民医院", None),
        (datetime(2026, 11, 24, tzinfo=UTC), 'quote " slash / back \\ 𠮷·<>&', "line\nline\r\ttab\b\f\x01\x1f\x7f"),
    ],
)
async def test_python_and_the_database_agree(pool: Pool, at: datetime, actor: str, reason: str | None) -> None:
    made = entry(UUID(int=1), 3, at, actor, reason)
    async with pool.connection() as connection:
        assert await connection.fetchval(DIGEST, *values(made), START) == digest_of(made, START)


async def test_log_is_read_as_it_was_written(pool: Pool) -> None:
    now = datetime.now(UTC)
    resident_id = new_id(now, lambda size: b"\x07" * size)
    async with pool.transaction() as connection:
        await connection.execute(RESIDENT, resident_id)
        previous = START
        for number in (1, 2):
            made = entry(resident_id, number, now, "某医院", "理由")
            made = replace(made, digest=digest_of(made, previous))
            await connection.execute(INSERT, *values(made), previous)
            previous = made.digest
        await connection.execute("insert into log_head values ($1, 2, $2)", resident_id, previous)
    async with pool.connection() as connection:
        log = await access_chain.entries(connection, resident_id)
        head = await access_chain.head(connection, resident_id)
        assert first_break(log, head.entries, head.digest) is None
        before = UUID(int=resident_id.int - 1)
        assert await access_chain.residents(connection, before, 1) == [resident_id]
