"""Settlement: the books of a day of a provider, for the city and for each institution, and in which day's books something stands.

A day is closed once it is over and was compared with the provider's statement; what comes after that goes into the next open one.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from db.connection import Connection
from domain.ids import Random, new_id
from domain.times import shanghai_day

ADD = "insert into settlement (id, method, day, institution_id, status) values ($1, $2, $3, $4, 'OPEN') on conflict do nothing"
# What a comparison came to holds no longer when something is booked after it.
REOPEN = (
    "update settlement set status = 'OPEN' where method = $1 and day = $2 and (institution_id is null or institution_id = $3)"
    " and status <> 'OPEN' and settled_at is null"
)
# Closing the day waits for whoever is booking in it.
HOLD = "select settled_at from settlement where method = $1 and day = $2 and institution_id is null for share"


async def book(connection: Connection, now: datetime, random: Random, method: str, institution_id: UUID, at: datetime) -> date:
    """The day in whose books a payment or refund that happened `at` this time stands: that day in Asia/Shanghai, or when it is
    closed the first one after it that is not. It stays open until the transaction ends."""
    day = shanghai_day(at)
    while True:
        await connection.execute(ADD, new_id(now, random), method, day, None)
        await connection.execute(ADD, new_id(now, random), method, day, institution_id)
        await connection.execute(REOPEN, method, day, institution_id)
        if await connection.fetchval(HOLD, method, day) is None:
            return day
        day += timedelta(days=1)
