"""Takes bookings back, so that every block of them finds the same tables: the same free places, and indexes of the same size."""

import asyncpg

from benchmarks.measure import PutBack
from domain.ids import new_id
from ecard.app import utc_now

# Whatever has been made since `$1`, a UUIDv7 of the run's first moment. The tables refuse some of it to everyone else.
MADE = (
    "update slot s set taken = s.taken - n.places"
    " from (select slot_id, count(*) as places from slot_place where appointment_id > $1 group by slot_id) n"
    " where s.id = n.slot_id",
    "delete from slot_place where appointment_id > $1",
    "delete from ledger_entry where id > $1",
    "delete from bill_item where bill_id > $1",
    "delete from bill_number where bill_id > $1",
    "delete from appointment where id > $1",
    "delete from bill where id > $1",
    "delete from outbox where id > $1",
    "delete from audit where id > $1",
)
KEYS = "delete from idempotency_key where created_at >= $1"


async def putting_back(url: str) -> PutBack:
    """What takes back everything that is made from now on."""
    began = utc_now()

    async def put_back() -> None:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction():
                await connection.execute("set local session_replication_role = replica; set local statement_timeout = 0")
                for statement in MADE:
                    await connection.execute(statement, new_id(began, bytes))
                await connection.execute(KEYS, began)
        finally:
            await connection.close()

    return put_back
