"""Clients: the credentials of apps and institutions. A secret is stored as its digest alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = "insert into client (id, app_id, institution_id, scopes, created_at) values ($1, $2, $3, $4, $5)"
INSERT_SECRET = "insert into client_secret (client_id, id, digest, created_at) values ($1, $2, $3, $4)"  # noqa: S105  # a statement
FIND = (
    "select c.id, c.app_id, c.institution_id, c.scopes, coalesce(a.name, i.name) as name,"
    " a.suspended_at is not null as suspended"
    " from client c left join app a on a.id = c.app_id left join institution i on i.id = c.institution_id"
    " where c.id = $1"
)
ALL = (
    "select c.id, coalesce(a.name, i.name) as name, coalesce(a.kind, i.code) as kind, c.scopes, c.created_at,"
    " (select count(*) from client_secret s where s.client_id = c.id and (s.retires_at is null or s.retires_at > $1)) as secrets"
    " from client c left join app a on a.id = c.app_id left join institution i on i.id = c.institution_id order by c.id"
)
RETIRE = (
    "update client_secret set retires_at = $3 where client_id = $1 and id <> $2 and (retires_at is null or retires_at > $3)"
)
SECRETS = "select digest from client_secret where client_id = $1 and (retires_at is null or retires_at > $2)"


@dataclass(frozen=True, slots=True)
class Client:
    """Credentials, and whose they are: an app's or an institution's, with its `name`. `suspended`: the app is."""

    id: UUID
    app_id: UUID | None
    institution_id: UUID | None
    scopes: Collection[str]
    name: str
    suspended: bool


async def insert(
    connection: Connection,
    id: UUID,
    scopes: Collection[str],
    now: datetime,
    *,
    app_id: UUID | None = None,
    institution_id: UUID | None = None,
) -> None:
    """Adds credentials of an app or of an institution."""
    await connection.execute(INSERT, id, app_id, institution_id, list(scopes), now)


async def insert_secret(connection: Connection, client_id: UUID, id: UUID, digest: bytes, now: datetime) -> None:
    """Adds a secret."""
    await connection.execute(INSERT_SECRET, client_id, id, digest, now)


@dataclass(frozen=True, slots=True)
class Listed:
    """Credentials in a list. `kind`: the app's kind or the institution's code; `secrets`: how many work now."""

    id: UUID
    name: str
    kind: str
    scopes: Collection[str]
    created_at: datetime
    secrets: int


async def every(connection: Connection, now: datetime) -> list[Listed]:
    """All credentials, oldest first."""
    return [Listed(**row) for row in await connection.fetch(ALL, now)]


async def retire_others(connection: Connection, client_id: UUID, secret_id: UUID, at: datetime) -> None:
    """Lets the client's other secrets work until then and no longer."""
    await connection.execute(RETIRE, client_id, secret_id, at)


async def find(connection: Connection, id: UUID) -> Client | None:
    """The credentials, or None."""
    row = await connection.fetchrow(FIND, id)
    return None if row is None else Client(**row)


async def secrets(connection: Connection, client_id: UUID, now: datetime) -> list[bytes]:
    """The digests of the secrets that work now."""
    return [row["digest"] for row in await connection.fetch(SECRETS, client_id, now)]
