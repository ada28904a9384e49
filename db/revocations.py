"""Access tokens that are refused although they have not expired.

A subject is what a token names: a session, an app, a client, or the token itself. Every process hears of a new one by a
notification, and asks for what it may have missed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

CHANNEL = "revocation"

INSERT = "insert into revocation (subject, revoked_at, expires_at) values ($1, $2, $3) on conflict do nothing"
NOTIFY = "select pg_notify($1, $2)"
SINCE = "select subject, revoked_at, expires_at from revocation where expires_at >= $1"
ANY = "select exists (select from revocation where subject = any($1) and revoked_at >= $2 and expires_at > $3)"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Tokens that name the subject and were issued until `revoked_at` are refused. By `expires_at` all have expired."""

    subject: UUID
    revoked_at: datetime
    expires_at: datetime


async def insert(connection: Connection, row: Revocation) -> None:
    """Revokes; the processes hear of it when the transaction commits."""
    await connection.execute(INSERT, row.subject, row.revoked_at, row.expires_at)
    await connection.execute(NOTIFY, CHANNEL, str(row.subject))


async def since(connection: Connection, expires_at: datetime) -> list[Revocation]:
    """Those that expire at or after this time. All are kept equally long, so these are the newest."""
    return [Revocation(**row) for row in await connection.fetch(SINCE, expires_at)]


async def any_of(connection: Connection, subjects: Collection[UUID], issued_at: datetime, now: datetime) -> bool:
    """Whether a token of this time that names these subjects is revoked."""
    revoked: bool = await connection.fetchval(ANY, list(subjects), issued_at, now)
    return revoked
