"""The access log, read as it was written: to prove that it is whole."""

from dataclasses import dataclass
from uuid import UUID

from db.connection import Connection
from domain.access_chain import AccessEntry

RESIDENTS = "select resident_id from log_head where resident_id > $1 and entries > 0 order by resident_id limit $2"
HEAD = "select entries, digest from log_head where resident_id = $1"
ENTRIES = (
    "select resident_id, entry, id, at, actor_kind, actor_id, actor, care_step, purpose, kinds, break_glass, reason, digest"
    " from access_log where resident_id = $1 order by entry"
)


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries a resident's log has, and the digest of the last."""

    entries: int
    digest: bytes


async def residents(connection: Connection, after: UUID, limit: int) -> list[UUID]:
    """Whose logs have entries, in order, behind `after`."""
    return [row["resident_id"] for row in await connection.fetch(RESIDENTS, after, limit)]


async def head(connection: Connection, resident_id: UUID) -> Head:
    """The head of a resident's log; read it in one snapshot with the entries."""
    return Head(*await connection.fetchrow(HEAD, resident_id))


async def entries(connection: Connection, resident_id: UUID) -> list[AccessEntry]:
    """A resident's log, oldest first."""
    return [AccessEntry(*row) for row in await connection.fetch(ENTRIES, resident_id)]
