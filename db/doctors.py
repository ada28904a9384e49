"""An institution's doctors, as it publishes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.connection import Connection

_COLUMNS = "id, institution_id, department_id, code, name, title, speciality, active"

OF_INSTITUTION = f"select {_COLUMNS} from doctor where institution_id = $1"
PUT = (
    f"insert into doctor ({_COLUMNS})"
    " select x.id, $1, x.department_id, x.code, x.name, x.title, x.speciality, x.active"
    " from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[])"
    " x (id, department_id, code, name, title, speciality, active)"
    " on conflict (id) do update set department_id = excluded.department_id, name = excluded.name, title = excluded.title,"
    " speciality = excluded.speciality, active = excluded.active"
)
EXISTS = "select id from doctor where id = $1 and institution_id = $2"
# Two schedules of one doctor come one after the other: that they do not overlap is judged under this lock.
LOCK = f"select {_COLUMNS} from doctor where id = $1 and institution_id = $2 for no key update"


@dataclass(frozen=True, slots=True)
class Doctor:
    """A row. `code`: the institution's own; `active`: whether the doctor is shown."""

    id: UUID
    institution_id: UUID
    department_id: UUID
    code: str
    name: str
    title: str
    speciality: str | None
    active: bool


async def of_institution(connection: Connection, institution_id: UUID) -> dict[str, Doctor]:
    """Code → doctor, hidden ones too."""
    return {row["code"]: Doctor(**row) for row in await connection.fetch(OF_INSTITUTION, institution_id)}


async def put(connection: Connection, institution_id: UUID, rows: Sequence[Doctor]) -> None:
    """Adds those that are not there, by their ids, and changes the others."""
    names = ("id", "department_id", "code", "name", "title", "speciality", "active")
    await connection.execute(PUT, institution_id, *([getattr(row, name) for row in rows] for name in names))


async def exists(connection: Connection, id: UUID, institution_id: UUID) -> bool:
    """Whether the institution has this doctor, shown or not."""
    return await connection.fetchval(EXISTS, id, institution_id) is not None


async def lock(connection: Connection, id: UUID, institution_id: UUID) -> Doctor | None:
    """The institution's doctor, whose schedule nobody else changes until the transaction ends; None when there is none."""
    row = await connection.fetchrow(LOCK, id, institution_id)
    return None if row is None else Doctor(**row)
