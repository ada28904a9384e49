"""The seeds of the days' draws, and when what was given up returns."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from db.connection import Connection
from domain.booking import BookingRules
from domain.draw import REVEAL_MARGIN, Seed, new_seed
from domain.ids import Random
from domain.times import shanghai_day

FIND = "select day, seed, after_min, after_max from draw_seed where day = $1"
INSERT = (
    "insert into draw_seed (day, seed, commitment, after_min, after_max, created_at) values ($1, $2, $3, $4, $5, $6)"
    " on conflict (day) do nothing"
)
# As Seed.revealable_at has it.
REVEAL = (
    "update draw_seed set revealed_at = $1 where revealed_at is null"
    " and (day + 1)::timestamp at time zone 'Asia/Shanghai' + make_interval(secs => after_max) + $2::interval <= $1"
)
INSERT_RETURN = "insert into place_return (id, day, slot_id, number, given_up_at, returns_at) values ($1, $2, $3, $4, $5, $6)"


@dataclass(frozen=True, slots=True)
class PlaceReturn:
    """A row: a draw, and what came of it. `day`: when it was given up, in Asia/Shanghai."""

    id: UUID
    day: date
    slot_id: UUID
    number: int
    given_up_at: datetime
    returns_at: datetime


async def seed_of_today(connection: Connection, now: datetime, random: Random, rules: BookingRules) -> Seed:
    """The seed of the day that it is; drawn now where there is none yet, once, however many ask for it at the same time."""
    day = shanghai_day(now)
    found = await _find(connection, day)
    if found is not None:
        return found
    new = new_seed(day, rules, random)
    window = (int(new.after_min.total_seconds()), int(new.after_max.total_seconds()))
    await connection.execute(INSERT, day, new.seed, new.commitment, *window, now)
    return await _find(connection, day) or new


async def reveal(connection: Connection, now: datetime) -> None:
    """Makes the seeds public whose draws are all over."""
    await connection.execute(REVEAL, now, REVEAL_MARGIN)


async def insert_return(connection: Connection, row: PlaceReturn) -> None:
    """Adds it."""
    await connection.execute(INSERT_RETURN, row.id, row.day, row.slot_id, row.number, row.given_up_at, row.returns_at)


async def _find(connection: Connection, day: date) -> Seed | None:
    row = await connection.fetchrow(FIND, day)
    if row is None:
        return None
    return Seed(row["day"], row["seed"], timedelta(seconds=row["after_min"]), timedelta(seconds=row["after_max"]))
