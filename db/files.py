"""Files: asked for here, made by a worker, fetched under a key that cannot be guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into file (resident_id, id, kind, subject_id, format, key, status, media_type, created_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6, 'PENDING', $7, $8, $9)"
)
INSERT_KEY = "insert into file_key (key, resident_id, file_id) values ($1, $2, $3)"
REVOKE = "update file set revoked_at = $3 where resident_id = $1 and subject_id = any($2) and revoked_at is null"
REVOKE_OF_CARD = (
    "update file set revoked_at = $3 where resident_id = $1 and revoked_at is null and (subject_id = $2"
    " or subject_id in (select p.id from printed_code p where p.resident_id = $1 and p.card_id = $2))"
)
OF_KEY = "select resident_id, file_id from file_key where key = $1"
CONTENT = (
    "select media_type, content from file where resident_id = $1 and id = $2 and status = 'READY'"
    " and content is not null and revoked_at is null and (expires_at is null or expires_at > $3)"
)

UNMADE = (
    "select resident_id, id, kind, subject_id, format, key, media_type, created_at, expires_at from file"
    " where resident_id = $1 and id = $2 and status <> 'READY' and revoked_at is null"
)
# Only what was drawn since it was asked for last: what the file shows may have changed meanwhile.
STORE = (
    "update file set status = 'READY', content = $4, ready_at = $5 where resident_id = $1 and id = $2 and created_at = $3"
    " and status <> 'READY' returning id"
)
APPEND = "update file set content = content || $3 where resident_id = $1 and id = $2"
AGAIN = (
    "update file set status = 'PENDING', created_at = $3 where resident_id = $1 and subject_id = $2 and revoked_at is null"
    " returning id"
)
FAIL = "update file set status = 'FAILED' where resident_id = $1 and id = $2 and status = 'PENDING'"
WAIT = "update file set status = 'PENDING' where resident_id = $1 and id = $2 and status = 'FAILED'"
PIECE = 4_000_000  # bytes of a content that are written at once


class FileKind(StrEnum):
    """What a file shows."""

    CARD_IMAGE = "CARD_IMAGE"
    PRINTED_CODE = "PRINTED_CODE"
    REPORT = "REPORT"
    RECORD_EXPORT = "RECORD_EXPORT"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is asked for. `subject_id`: the card, printed code or report that it shows, the file itself where it shows all
    there is; `format`: SVG, PNG, PDF or JSON; `expires_at`: until when it can be fetched, where that ends."""

    resident_id: UUID
    id: UUID
    kind: FileKind
    subject_id: UUID
    format: str
    key: str
    media_type: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What is fetched."""

    media_type: str
    content: bytes


async def insert(connection: Connection, row: NewFile) -> None:
    """Asks for it: PENDING, until a worker has made it."""
    values = (row.resident_id, row.id, row.kind, row.subject_id, row.format, row.key, row.media_type)
    await connection.execute(INSERT, *values, row.created_at, row.expires_at)
    await connection.execute(INSERT_KEY, row.key, row.resident_id, row.id)


async def revoke(connection: Connection, resident_id: UUID, subject_ids: Sequence[UUID], now: datetime) -> None:
    """The files of printed codes or reports can be fetched no longer."""
    await connection.execute(REVOKE, resident_id, subject_ids, now)


async def revoke_of_card(connection: Connection, resident_id: UUID, card_id: UUID, now: datetime) -> None:
    """The images of a card, and the pages of what was printed of it, can be fetched no longer."""
    await connection.execute(REVOKE_OF_CARD, resident_id, card_id, now)


async def fetch(connection: Connection, key: str, now: datetime) -> Content | None:
    """The file under the key; None alike when there is none, and when it is not made yet, revoked or expired."""
    leads_to = await connection.fetchrow(OF_KEY, key)
    if leads_to is None:
        return None
    row = await connection.fetchrow(CONTENT, leads_to["resident_id"], leads_to["file_id"], now)
    return None if row is None else Content(**row)


async def unmade(connection: Connection, resident_id: UUID, id: UUID) -> NewFile | None:
    """The file when it is still to be made; None when it was made, revoked, or never asked for."""
    row = await connection.fetchrow(UNMADE, resident_id, id)
    return None if row is None else NewFile(**row)


async def store(connection: Connection, file: NewFile, content: IO[bytes], now: datetime) -> None:
    """It is made: READY, unless it was asked for again since `file` was read. A long content is written piece by piece."""
    key = (file.resident_id, file.id)
    if await connection.fetchval(STORE, *key, file.created_at, content.read(PIECE), now) is not None:
        while piece := content.read(PIECE):
            await connection.execute(APPEND, *key, piece)


async def again(connection: Connection, resident_id: UUID, subject_id: UUID, now: datetime) -> list[UUID]:
    """Asks anew for the files of what has changed: PENDING. They are given back, to be made by a job each."""
    return [row["id"] for row in await connection.fetch(AGAIN, resident_id, subject_id, now)]


async def fail(connection: Connection, resident_id: UUID, id: UUID) -> None:
    """It could not be made: FAILED."""
    await connection.execute(FAIL, resident_id, id)


async def wait(connection: Connection, resident_id: UUID, id: UUID) -> None:
    """It is tried again: PENDING."""
    await connection.execute(WAIT, resident_id, id)
