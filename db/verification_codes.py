"""Codes sent by SMS, by the keyed hash of the phone. The code itself is stored hashed, and sealed until it is sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into verification_code"
    " (phone_digest, id, purpose, phone_sealed, code_digest, code_sealed, language, created_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
# The newest code of the phone and purpose. The row's lock makes parallel tries count one after the other.
TRY = (
    "update verification_code set tries = tries + 1 where phone_digest = $1 and id = (select id from verification_code"
    " where phone_digest = $1 and purpose = $2 order by id desc limit 1)"
    " returning id, code_digest, tries - 1 as tries, expires_at, used_at is not null as is_used"
)
UNSENT = (
    "select phone_digest, id, purpose, phone_sealed, code_digest, code_sealed, language, created_at, expires_at"
    " from verification_code where phone_digest = $1 and id = $2 and code_sealed is not null and expires_at > $3"
)
SENT = "update verification_code set code_sealed = null where phone_digest = $1 and id = $2"
USE = "update verification_code set used_at = $3 where phone_digest = $1 and id = $2 and used_at is null returning id"


@dataclass(frozen=True, slots=True)
class VerificationCode:
    """A row. `language`: of the message."""

    phone_digest: bytes
    id: UUID
    purpose: str
    phone_sealed: bytes
    code_digest: bytes
    code_sealed: bytes
    language: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TriedCode:
    """A code that was tried. `tries`: those before this one."""

    id: UUID
    code_digest: bytes
    tries: int
    expires_at: datetime
    is_used: bool


async def insert(connection: Connection, row: VerificationCode) -> None:
    """Adds it."""
    values = (row.phone_digest, row.id, row.purpose, row.phone_sealed, row.code_digest, row.code_sealed)
    await connection.execute(INSERT, *values, row.language, row.created_at, row.expires_at)


async def count_try(connection: Connection, phone_digest: bytes, purpose: str) -> TriedCode | None:
    """Counts a try of the newest code of this phone and purpose; None when none was sent."""
    row = await connection.fetchrow(TRY, phone_digest, purpose)
    return None if row is None else TriedCode(**row)


async def use(connection: Connection, phone_digest: bytes, id: UUID, now: datetime) -> bool:
    """Uses the code up; False when it was used before."""
    return await connection.fetchval(USE, phone_digest, id, now) is not None


async def unsent(connection: Connection, phone_digest: bytes, id: UUID, now: datetime) -> VerificationCode | None:
    """The code when it is still to be sent; None when it was sent or is over."""
    row = await connection.fetchrow(UNSENT, phone_digest, id, now)
    return None if row is None else VerificationCode(**row)


async def sent(connection: Connection, phone_digest: bytes, id: UUID) -> None:
    """It was sent: from now on nobody can read it here."""
    await connection.execute(SENT, phone_digest, id)
