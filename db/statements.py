"""Statements of providers, line by line, and what of ours their lines speak of. A day is looked at over all residents: that is what
settling it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from db.connection import Connection, Record
from domain.enums import StatementLineKind
from domain.settlement import Item, Line

_LINE = "kind, day, position, provider_reference as reference, number, amount, status = 'SUCCEEDED' as succeeded"
_ITEM = (
    "resident_id, id, institution_id, number, provider_reference as reference, amount, status = 'SUCCEEDED' as succeeded, book_day"
)

REMOVE = "delete from statement_line where method = $1 and day = $2"
ADD = (
    "insert into statement_line (method, day, position, kind, provider_reference, number, amount, status, at)"
    " select $1, $2, n, k, r, m, a, s, t from unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],"
    " $8::timestamptz[]) with ordinality x (k, r, m, a, s, t, n)"
)
OF_DAY = f"select {_LINE} from statement_line where method = $1 and day = $2 order by position"
ELSEWHERE = (
    f"select {_LINE} from statement_line where method = $1 and day <> $2 and (number = any($3) or provider_reference = any($3))"
    " order by day, position"
)
OWN = (
    "update statement_line l set institution_id = x.i from unnest($3::integer[], $4::uuid[]) x (n, i)"
    " where l.method = $1 and l.day = $2 and l.position = x.n"
)
BOOKED = (
    f"select 'PAYMENT' as kind, {_ITEM} from payment where method = $1 and book_day = $2"
    f" union all select 'REFUND', {_ITEM} from refund where method = $1 and book_day = $2"
)
NUMBERED = "select resident_id, id from money_number where number = any($1)"
REFERRED = "select resident_id, id from provider_reference where method = $1 and reference = any($2)"
# `kind` tells which of the two each is.
_THESE = "join unnest($2::uuid[], $3::uuid[]) x (r, i) on x.r = p.resident_id and x.i = p.id where p.method = $1"
NAMED = f"select 'PAYMENT' as kind, {_ITEM} from payment p {_THESE} union all select 'REFUND', {_ITEM} from refund p {_THESE}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it came. `number`: ours, where it has it; `amount`: fen; `status`: SUCCEEDED, or anything else for what did not."""

    kind: StatementLineKind
    reference: str
    number: str | None
    amount: int
    status: str
    at: datetime


async def replace(connection: Connection, method: str, day: date, rows: Sequence[Row]) -> None:
    """These are the statement from now on."""
    await connection.execute(REMOVE, method, day)
    columns = ("kind", "reference", "number", "amount", "status", "at")
    await connection.execute(ADD, method, day, *([getattr(row, name) for row in rows] for name in columns))


async def of_day(connection: Connection, method: str, day: date) -> list[Line]:
    """The lines of the day's statement."""
    return [_line(row) for row in await connection.fetch(OF_DAY, method, day)]


async def elsewhere(connection: Connection, method: str, day: date, items: Sequence[Item]) -> list[Line]:
    """What the statements of other days say of these."""
    names = [name for item in items for name in (item.number, item.reference) if name is not None]
    return [_line(row) for row in await connection.fetch(ELSEWHERE, method, day, names)] if names else []


async def own(connection: Connection, method: str, day: date, owners: Sequence[tuple[Line, Item]]) -> None:
    """Remembers which institution a line is about."""
    of_day = [(line.position, item.institution_id) for line, item in owners if line.day == day]
    await connection.execute(OWN, method, day, [position for position, _ in of_day], [owner for _, owner in of_day])


async def items(connection: Connection, method: str, day: date, lines: Sequence[Line]) -> list[Item]:
    """What is in our books of the day, and what else of ours the lines speak of."""
    booked = [_item(row) for row in await connection.fetch(BOOKED, method, day)]
    known = {name for item in booked for name in (item.number, item.reference)}
    names = [name for line in lines if not {line.number, line.reference} & known for name in (line.number, line.reference) if name]
    if not names:
        return booked
    keys = [*await connection.fetch(NUMBERED, names), *await connection.fetch(REFERRED, method, names)]
    found = await connection.fetch(NAMED, method, [key["resident_id"] for key in keys], [key["id"] for key in keys])
    have = {item.id for item in booked}
    return booked + list({row["id"]: _item(row) for row in found if row["id"] not in have}.values())


def _line(row: Record) -> Line:
    return Line(StatementLineKind(row["kind"]), *list(row.values())[1:])


def _item(row: Record) -> Item:
    return Item(StatementLineKind(row["kind"]), *list(row.values())[1:])
