"""Settlement: the books of a day of a provider, for the city and for each institution, and in which day's books something stands.

A day is closed once it is over and was compared with the provider's statement; what comes after that goes into the next open one.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from db import statements
from db.connection import Connection
from db.statements import Row
from domain.enums import StatementLineKind
from domain.ids import Random, new_id
from domain.settlement import Comparison, Difference, compare
from domain.times import shanghai_day

ADD = "insert into settlement (id, method, day, institution_id, status) values ($1, $2, $3, $4, 'OPEN') on conflict do nothing"
# What a comparison came to holds no longer when something is booked after it.
REOPEN = (
    "update settlement set status = 'OPEN' where method = $1 and day = $2 and (institution_id is null or institution_id = $3)"
    " and status <> 'OPEN' and settled_at is null"
)
# Closing the day waits for whoever is booking in it.
HOLD = "select settled_at from settlement where method = $1 and day = $2 and institution_id is null for share"
LOCK = "select id from settlement where method = $1 and day = $2 and institution_id is null for update"
IMPORTED = "update settlement set statement_at = $3 where method = $1 and day = $2 and institution_id is null"
IS_COMPARED = (
    "select status <> 'OPEN' and statement_at is not null from settlement where method = $1 and day = $2 and institution_id is null"
)
FORGET = "delete from discrepancy where method = $1 and day = $2"
FOUND = (
    "insert into discrepancy (id, method, day, institution_id, kind, provider_reference, ours, theirs, payer_id, payment_id,"
    " refund_id, found_at) select i, $1, $2, h, k, r, o, t, w, p, f, $3 from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[],"
    " $8::bigint[], $9::bigint[], $10::uuid[], $11::uuid[], $12::uuid[]) x (i, h, k, r, o, t, w, p, f)"
)
COMPARED = (
    "update settlement set settled_at = coalesce(settled_at, $3), status = case"
    " when institution_id is null and $4 or institution_id = any($5::uuid[]) then 'DIFFERENT' else 'MATCHED' end"
    " where method = $1 and day = $2"
)
COUNTS = "select kind, count(*) as n from discrepancy where method = $1 and day = $2 group by kind order by kind"
CLOSED = "select day from settlement where method = $1 and institution_id is null and settled_at is not null and day >= $2"
FIRST_OPEN = (
    "select least(min(day) filter (where settled_at is null), max(day) filter (where settled_at is not null) + 1)"
    " from settlement where method = $1 and institution_id is null and day < $2"
)


async def book(connection: Connection, now: datetime, random: Random, method: str, institution_id: UUID, at: datetime) -> date:
    """The day in whose books a payment or refund that happened `at` this time stands: that day in Asia/Shanghai, or when it is
    closed the first one after it that is not. It stays open until the transaction ends."""
    day = shanghai_day(at)
    while True:
        await _add(connection, now, random, method, day, None, institution_id)
        await connection.execute(REOPEN, method, day, institution_id)
        if await connection.fetchval(HOLD, method, day) is None:
            return day
        day += timedelta(days=1)


async def settle(connection: Connection, now: datetime, random: Random, method: str, day: date, statement: Sequence[Row]) -> UUID:
    """Takes this for the provider's statement of the day, in the place of an earlier one, and compares it with our books: the id of
    the city's settlement. Days that the same payments and refunds lead to are looked at again."""
    await _add(connection, now, random, method, day, None)
    id: UUID = await connection.fetchval(LOCK, method, day)
    await statements.replace(connection, method, day, statement)
    await connection.execute(IMPORTED, method, day, now)
    for other in sorted(await _compare(connection, now, random, method, day)):
        if await connection.fetchval(IS_COMPARED, method, other):
            await connection.execute(LOCK, method, other)
            await _compare(connection, now, random, method, other)
    return id


async def counts(connection: Connection, method: str, day: date) -> list[tuple[str, int]]:
    """How many differences of each kind the day has."""
    return [(row["kind"], row["n"]) for row in await connection.fetch(COUNTS, method, day)]


async def due(connection: Connection, method: str, today: date) -> list[date]:
    """The days before today that nobody has closed, the oldest first: from the first that is open, or was never looked at; at
    least yesterday."""
    yesterday = today - timedelta(days=1)
    first = await connection.fetchval(FIRST_OPEN, method, today) or yesterday
    closed = {row["day"] for row in await connection.fetch(CLOSED, method, first)}
    days = (first + timedelta(days=n) for n in range((today - first).days))
    return [day for day in days if day not in closed]


async def _add(
    connection: Connection, now: datetime, random: Random, method: str, day: date, *institution_ids: UUID | None
) -> None:
    for institution_id in institution_ids:
        await connection.execute(ADD, new_id(now, random), method, day, institution_id)


async def _compare(connection: Connection, now: datetime, random: Random, method: str, day: date) -> set[date]:
    """Writes down what differs on the day: the other days that it leads to."""
    lines = await statements.of_day(connection, method, day)
    items = await statements.items(connection, method, day, lines)
    doubtful = [difference.item for difference in compare(day, items, lines).differences if difference.item is not None]
    lines += await statements.elsewhere(connection, method, day, doubtful)
    found = compare(day, items, lines)
    await statements.own(connection, method, day, found.owners)
    await connection.execute(FORGET, method, day)
    await connection.execute(FOUND, method, day, now, *_columns(now, random, found.differences))
    booked = {item.institution_id for item in items if item.book_day == day}
    await _close(connection, now, random, method, day, found, booked)
    pairs = ((d.item.book_day, d.line.day) for d in found.differences if d.item is not None and d.line is not None)
    return {other for pair in pairs for other in pair if other is not None} - {day}


async def _close(
    connection: Connection, now: datetime, random: Random, method: str, day: date, found: Comparison, booked: set[UUID]
) -> None:
    """Says for the city and each institution whether the sides agree, and closes the day when it is over."""
    different = {d.item.institution_id for d in found.differences if d.item is not None}
    told = {item.institution_id for line, item in found.owners if line.day == day}
    await _add(connection, now, random, method, day, *sorted(booked | different | told))
    closed_at = now if day < shanghai_day(now) else None
    await connection.execute(COMPARED, method, day, closed_at, bool(found.differences), list(different))


def _columns(now: datetime, random: Random, differences: Sequence[Difference]) -> list[list[object]]:
    rows = []
    for kind, item, line in differences:
        reference = line.reference if line is not None else item.reference if item is not None else None
        amounts = (item and item.amount, line and line.amount)
        whose: tuple[UUID | None, ...] = (None, None, None, None)
        if item is not None:
            is_payment = item.kind is StatementLineKind.PAYMENT
            whose = (item.institution_id, item.resident_id, item.id if is_payment else None, None if is_payment else item.id)
        rows.append((new_id(now, random), whose[0], kind, reference, *amounts, *whose[1:]))
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(9)]
