"""To whom temporary cards were bound. A binding that was undone stays written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = "resident_id, id, card_id, bound_to, institution_id, visit_id, reason, bound_at"

INSERT = f"insert into card_binding ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)"
STANDING = f"select {_COLUMNS} from card_binding where resident_id = $1 and undone_at is null"
NEWEST = "select id from card_binding where resident_id = $1 order by id desc limit 1"
BOUND_AT = (
    "select bound_to from card_binding where resident_id = $1 and bound_at <= $2 and (undone_at is null or undone_at > $2)"
    " order by id desc limit 1"
)
UNDO = (
    "update card_binding set undone_at = $3, undo_reason = $4 where resident_id = $1 and id = $2 and undone_at is null returning id"
)


@dataclass(frozen=True, slots=True)
class CardBinding:
    """A row. `resident_id`: the unknown patient; `bound_to`: who they turned out to be; `visit_id`: of that person, in which it
    turned out."""

    resident_id: UUID
    id: UUID
    card_id: UUID
    bound_to: UUID
    institution_id: UUID
    visit_id: UUID
    reason: str
    bound_at: datetime


async def insert(connection: Connection, row: CardBinding) -> None:
    """Adds it; a card that is bound is refused by the constraint card_is_bound_once."""
    values = (row.resident_id, row.id, row.card_id, row.bound_to, row.institution_id, row.visit_id)
    await connection.execute(INSERT, *values, row.reason, row.bound_at)


async def standing(connection: Connection, resident_id: UUID) -> CardBinding | None:
    """The unknown patient's binding that was not undone, or None."""
    row = await connection.fetchrow(STANDING, resident_id)
    return None if row is None else CardBinding(**row)


async def newest(connection: Connection, resident_id: UUID) -> UUID | None:
    """The unknown patient's last binding, also one that was undone; or None."""
    found: UUID | None = await connection.fetchval(NEWEST, resident_id)
    return found


async def bound_to(connection: Connection, resident_id: UUID, at: datetime) -> UUID | None:
    """Whose the unknown patient's card was at that time; None for nobody's but their own."""
    found: UUID | None = await connection.fetchval(BOUND_AT, resident_id, at)
    return found


async def undo(connection: Connection, row: CardBinding, now: datetime, reason: str) -> bool:
    """Undoes it; False when somebody else did."""
    return await connection.fetchval(UNDO, row.resident_id, row.id, now, reason) is not None
