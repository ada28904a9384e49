"""Codes with which somebody else collects a prescription: each for one prescription, and the newest of a prescription alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into pickup_code (resident_id, id, prescription_id, handle, delegate_name, created_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
)
# It ends with its prescription, or when another one takes its place.
FIND = (
    "select k.prescription_id, k.delegate_name, p.pharmacy_id, least(p.ended_at, (select min(n.created_at) from pickup_code n"
    " where n.resident_id = $1 and n.prescription_id = k.prescription_id and n.id > k.id)) as revoked_at"
    " from pickup_code k join prescription p on p.resident_id = k.resident_id and p.id = k.prescription_id"
    " where k.resident_id = $1 and p.resident_id = $1 and k.handle = $2"
)


@dataclass(frozen=True, slots=True)
class NewPickup:
    """A code to be made. `handle`: what it carries."""

    resident_id: UUID
    id: UUID
    prescription_id: UUID
    handle: bytes
    delegate_name: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Pickup:
    """What a code lets its bearer, `delegate_name`, collect, and where. `revoked_at`: since when it does not."""

    prescription_id: UUID
    delegate_name: str
    pharmacy_id: UUID
    revoked_at: datetime | None


async def insert(connection: Connection, row: NewPickup) -> None:
    """Adds it; its handle leads to it once `db.codes` has it."""
    who = (row.resident_id, row.id, row.prescription_id, row.handle)
    await connection.execute(INSERT, *who, row.delegate_name, row.created_at, row.expires_at)


async def find(connection: Connection, resident_id: UUID, handle: bytes) -> Pickup | None:
    """What the handle leads to, or None."""
    row = await connection.fetchrow(FIND, resident_id, handle)
    return None if row is None else Pickup(**row)
