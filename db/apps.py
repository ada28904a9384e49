"""Apps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = "id, name, kind, scopes, suspended_at, created_at"

INSERT = f"insert into app ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6)"
OF_CLIENT = (
    "select a.id, a.name, a.kind, a.scopes, a.suspended_at, a.created_at from client c join app a on a.id = c.app_id"
    " where c.id = $1"
)

CITY = f"select {_COLUMNS} from app where kind = 'CITY_APP' order by id limit 1"


@dataclass(frozen=True, slots=True)
class App:
    """A row. `scopes`: what it, and residents' sessions made in it, may do."""

    id: UUID
    name: str
    kind: str
    scopes: Collection[str]
    suspended_at: datetime | None
    created_at: datetime


async def insert(connection: Connection, row: App) -> None:
    """Adds it."""
    values = (row.id, row.name, row.kind, list(row.scopes), row.suspended_at, row.created_at)
    await connection.execute(INSERT, *values)


async def of_client(connection: Connection, client_id: UUID) -> App | None:
    """The app whose credentials these are; None where they are nobody's, or an institution's."""
    row = await connection.fetchrow(OF_CLIENT, client_id)
    return None if row is None else App(**row)


async def city(connection: Connection) -> App | None:
    """The city's own app: the oldest of its kind."""
    row = await connection.fetchrow(CITY)
    return None if row is None else App(**row)
