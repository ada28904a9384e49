"""Whom a document, a phone or a social security number belongs to, by keyed hash: to one resident in the whole city."""

from uuid import UUID

from db.connection import Connection
from domain.identities import IdentityKind

CLAIM = "insert into identity (kind, digest, resident_id) values ($1, $2, $3) on conflict do nothing returning resident_id"
OWNER = "select resident_id from identity where kind = $1 and digest = $2"
RELEASE = "delete from identity where kind = $1 and digest = $2 and resident_id = $3"


async def claim(connection: Connection, kind: IdentityKind, digest: bytes, resident_id: UUID) -> UUID:
    """Whose it is now: the given resident's, unless it was somebody's before. Waits for whoever claims it just now."""
    while True:
        claimed: UUID | None = await connection.fetchval(CLAIM, kind, digest, resident_id)
        # Between the two statements the other claim may have been given up; then ours is tried again.
        holder = claimed or await owner(connection, kind, digest)
        if holder is not None:
            return holder


async def owner(connection: Connection, kind: IdentityKind, digest: bytes) -> UUID | None:
    """Whose it is, or None."""
    found: UUID | None = await connection.fetchval(OWNER, kind, digest)
    return found


async def release(connection: Connection, kind: IdentityKind, digest: bytes, resident_id: UUID) -> None:
    """It is the resident's no longer."""
    await connection.execute(RELEASE, kind, digest, resident_id)
