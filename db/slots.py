"""Slots: what a doctor's sessions were cut into. Keyed by themselves, since they are nobody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = "id, institution_id, department_id, doctor_id, starts_at, ends_at, day, capacity, taken, fee, published_at, withdrawn_at"

FIND = f"select {_COLUMNS} from slot where id = $1"
OF_DOCTOR = f"select {_COLUMNS} from slot where doctor_id = $1 and starts_at < $3 and ends_at > $2 order by starts_at, id"
INSERT = (
    "insert into slot (id, institution_id, department_id, doctor_id, starts_at, ends_at, day, capacity, fee, published_at)"
    " select x.id, $1, $2, $3, x.starts_at, x.ends_at, x.day, x.capacity, x.fee, $4"
    " from unnest($5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::date[], $9::int[], $10::bigint[])"
    " x (id, starts_at, ends_at, day, capacity, fee)"
)
LOCK = f"select {_COLUMNS} from slot where id = any($1) and institution_id = $2 order by id for no key update"
WITHDRAW = (
    "update slot s set withdrawn_at = $2, withdrawn_reason = $3,"
    " taken = (select count(*) from slot_place p where p.slot_id = s.id) where s.id = any($1)"
)
TAKE = (
    "update slot set taken = taken + 1 where id = $1 and taken < capacity and withdrawn_at is null and starts_at > $2"
    f" returning {_COLUMNS}"
)
PUT_BACK = "update slot set taken = taken - 1 where id = $1 returning id"


@dataclass(frozen=True, slots=True)
class Slot:
    """A row. `day`: in Asia/Shanghai; `fee`: fen; `taken`: places held or resting."""

    id: UUID
    institution_id: UUID
    department_id: UUID
    doctor_id: UUID
    starts_at: datetime
    ends_at: datetime
    day: date
    capacity: int
    taken: int
    fee: int
    published_at: datetime
    withdrawn_at: datetime | None = None


async def find(connection: Connection, id: UUID) -> Slot | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, id)
    return None if row is None else Slot(**row)


async def of_doctor(connection: Connection, doctor_id: UUID, starts: datetime, ends: datetime) -> list[Slot]:
    """The doctor's slots that hold a moment between the two, in the order of their time; withdrawn ones too."""
    return [Slot(**row) for row in await connection.fetch(OF_DOCTOR, doctor_id, starts, ends)]


async def insert(connection: Connection, rows: Sequence[Slot]) -> None:
    """Adds slots of one doctor in one department, published together. None of them may be there."""
    if not rows:
        return
    first = rows[0]
    columns = ([getattr(row, name) for row in rows] for name in ("id", "starts_at", "ends_at", "day", "capacity", "fee"))
    await connection.execute(INSERT, first.institution_id, first.department_id, first.doctor_id, first.published_at, *columns)


async def lock(connection: Connection, ids: Sequence[UUID], institution_id: UUID) -> list[Slot]:
    """The institution's slots of these ids, in the order of ids. Nobody books them until the transaction ends."""
    return [Slot(**row) for row in await connection.fetch(LOCK, ids, institution_id)]


async def withdraw(connection: Connection, ids: Sequence[UUID], now: datetime, reason: str) -> None:
    """Marks them, whose rows are locked, and counts the places that they still have."""
    await connection.execute(WITHDRAW, ids, now, reason)


async def take(connection: Connection, id: UUID, now: datetime) -> Slot | None:
    """Counts one more of its places as taken, and keeps the row until the transaction ends. None when it has none left, has begun,
    was withdrawn, or is not there."""
    row = await connection.fetchrow(TAKE, id, now)
    return None if row is None else Slot(**row)


async def put_back(connection: Connection, id: UUID) -> None:
    """Counts one fewer. The caller removes the place."""
    await connection.execute(PUT_BACK, id)
