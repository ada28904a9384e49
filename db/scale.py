"""Fills the tables with a whole city at once. The rows that follow from others are made in the database, by `FILES`.

Foreign keys and indexes are taken off before and put back after, which checks and sorts all rows together: row by row they cost
five times the rest.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from db.connection import Connection

_BLOCK = re.compile(r"^-- say: (.+)$", re.MULTILINE)

FILES = ("scale.sql", "scale_record.sql", "scale_beyond.sql", "scale_money.sql")
FIRST = "C1001"
ROOM = (
    "set local statement_timeout = 0; set local work_mem = '64MB'; set local maintenance_work_mem = '256MB';"
    " set local synchronous_commit = off"
)
NEWCOMERS = """
create temporary table newcomer (
    n integer primary key, resident_id uuid, card_id uuid, issued_at timestamptz, number text, handle bytea, national_id text
) on commit drop
"""
AIDS = """
select format('drop index %s', indexrelid::regclass) as off, pg_get_indexdef(indexrelid) as back
from pg_index where indrelid = any($1::regclass[]) and not indisunique
union all
select format('alter table %s drop constraint %I', conrelid::regclass, conname) as off,
       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as back
from pg_constraint
where contype = 'f' and connamespace = 'public'::regnamespace and confrelid = any($1::regclass[]) and conrelid = any($1::regclass[])
"""
FILLED = (
    "institution", "client", "app", "resident", "card", "printed_code", "code_handle", "visit", "scan", "file", "file_key",
    "family_member", "carer", "session", "log_head", "department", "doctor", "slot", "slot_place", "appointment", "bill",
    "bill_item", "bill_number", "payment", "payment_bill", "money_number", "provider_reference", "settlement", "ledger_entry",
    "report", "report_number", "observation", "encounter", "diagnosis", "prescription", "prescription_item", "dispensing",
    "condition", "allergy", "immunization", "blood_type", "family_doctor_team", "family_doctor_package", "promised_service",
    "family_doctor_agreement", "agreement_package", "agreement_term", "agreement_service", "service_delivery", "admission",
    "inpatient_charge", "notification_key", "notification_delivery",
)  # fmt: skip

# What is on each of its partitions stays while it is filled.
PARTITIONED = ("notification",)


async def is_loaded(connection: Connection) -> bool:
    """Whether it was filled before."""
    loaded: bool = await connection.fetchval("select exists (select from institution where code = $1)", FIRST)
    return loaded


@asynccontextmanager
async def bulk(connection: Connection) -> AsyncIterator[None]:
    """A transaction for rows without number: as long as it takes, and nobody else works on these tables meanwhile."""
    async with connection.transaction():
        await connection.execute(ROOM)
        aids = await connection.fetch(AIDS, FILLED)
        for aid in aids:
            await connection.execute(aid["off"])
        await connection.execute(NEWCOMERS)
        yield
        for aid in aids:
            await connection.execute(aid["back"])


async def copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Adds many rows at once."""
    await connection.copy_records_to_table(table, columns=columns, records=rows)


async def derive(connection: Connection, say: Callable[[str], None]) -> None:
    """Makes all that follows from the residents and `newcomer`; says what, before each part."""
    for name, sql in _blocks():
        say(name)
        await connection.execute(sql)


async def settle(connection: Connection) -> None:
    """Statistics and visibility of what was filled, so that the first question is planned like the last."""
    await connection.execute("set statement_timeout = 0")
    for table in (*FILLED, *PARTITIONED):
        await connection.execute(f"vacuum analyze {table}")
    await connection.execute("reset statement_timeout")


def _blocks() -> Iterator[tuple[str, str]]:
    for name in FILES:
        _, *blocks = _BLOCK.split((Path(__file__).parent / name).read_text("utf-8"))
        yield from zip(blocks[::2], blocks[1::2], strict=True)
