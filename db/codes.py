"""What the handle in a code leads to, and which codes were used."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into code_handle (handle, kind, resident_id, card_id, printed_code_id) values ($1, $2, $3, $4, $5)"
    " on conflict do nothing returning handle"
)
FIND = "select kind, resident_id, card_id, printed_code_id from code_handle where handle = $1"
USE = (
    "insert into used_code (nonce, resident_id, used_at, expires_at) values ($1, $2, $3, $4) on conflict do nothing returning nonce"
)


class HandleKind(StrEnum):
    """CARD: 16 bytes, in signed codes. NATIONAL: 32 bytes, the national card id. NUMBER: the card's number, 8 bytes,
    which no code carries; it stands here to be unique. PRINTED: of one printed code, 16 bytes, or 32 in the national
    form. PICKUP: of one code with which somebody else collects a prescription, 16 bytes, signed."""

    CARD = "CARD"
    NATIONAL = "NATIONAL"
    NUMBER = "NUMBER"
    PRINTED = "PRINTED"
    PICKUP = "PICKUP"


@dataclass(frozen=True, slots=True)
class Handle:
    """What a handle leads to."""

    kind: HandleKind
    resident_id: UUID
    card_id: UUID
    printed_code_id: UUID | None


async def add_handle(connection: Connection, handle: bytes, leads_to: Handle) -> bool:
    """Makes the handle lead there; False when it leads somewhere already."""
    values = (leads_to.kind, leads_to.resident_id, leads_to.card_id, leads_to.printed_code_id)
    return await connection.fetchval(INSERT, handle, *values) is not None


async def find_handle(connection: Connection, handle: bytes) -> Handle | None:
    """What the handle leads to, or None."""
    row = await connection.fetchrow(FIND, handle)
    return None if row is None else Handle(HandleKind(row["kind"]), *list(row)[1:])


async def use(connection: Connection, nonce: bytes, resident_id: UUID, now: datetime, keep_until: datetime) -> bool:
    """Uses a code up; False when it was used before. Waits for who uses it at the same time."""
    return await connection.fetchval(USE, nonce, resident_id, now, keep_until) is not None
