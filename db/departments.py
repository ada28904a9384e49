"""An institution's departments, as it publishes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.connection import Connection

OF_INSTITUTION = "select id, institution_id, code, name, active from department where institution_id = $1"
FIND = "select id, institution_id, code, name, active from department where id = $1 and institution_id = $2"
PUT = (
    "insert into department (id, institution_id, code, name, active)"
    " select x.id, $1, x.code, x.name, x.active"
    " from unnest($2::uuid[], $3::text[], $4::text[], $5::bool[]) x (id, code, name, active)"
    " on conflict (id) do update set name = excluded.name, active = excluded.active"
)


@dataclass(frozen=True, slots=True)
class Department:
    """A row. `code`: the institution's own; `active`: whether it is shown."""

    id: UUID
    institution_id: UUID
    code: str
    name: str
    active: bool


async def of_institution(connection: Connection, institution_id: UUID) -> dict[str, Department]:
    """Code → department, hidden ones too."""
    return {row["code"]: Department(**row) for row in await connection.fetch(OF_INSTITUTION, institution_id)}


async def find(connection: Connection, id: UUID, institution_id: UUID) -> Department | None:
    """The institution's department, hidden or not; None when there is none."""
    row = await connection.fetchrow(FIND, id, institution_id)
    return None if row is None else Department(**row)


async def put(connection: Connection, institution_id: UUID, rows: Sequence[Department]) -> None:
    """Adds those that are not there, by their ids, and changes the others."""
    columns = ([getattr(row, name) for row in rows] for name in ("id", "code", "name", "active"))
    await connection.execute(PUT, institution_id, *columns)
