"""Residents. What identifies them is sealed here, and found through `db.identities`."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = (
    "resident_id, full_name, sex, birth_date, document_type, document_sealed, document_masked,"
    " social_security_sealed, social_security_masked, phone_sealed, phone_masked, language, created_at, temporary"
)

INSERT = f"insert into resident ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
FIND = f"select {_COLUMNS} from resident where resident_id = $1"
LOCK = f"{FIND} for no key update"
RENAME = "update resident set full_name = $2 where resident_id = $1"
SET_DOCUMENT = "update resident set document_type = $2, document_sealed = $3, document_masked = $4 where resident_id = $1"
SET_SOCIAL_SECURITY = "update resident set social_security_sealed = $2, social_security_masked = $3 where resident_id = $1"
SET_LANGUAGE = "update resident set language = $2 where resident_id = $1"
SET_PHONE = "update resident set phone_sealed = $2, phone_masked = $3 where resident_id = $1"
KEEP_DOCUMENT = (
    "insert into former_document (resident_id, id, document_type, document_sealed, document_masked, replaced_at)"
    " values ($1, $2, $3, $4, $5, $6)"
)
# The chain starts from 32 zero bytes: a digest that no entry has, so the first entry is known to be the first.
START_LOG = "insert into log_head (resident_id, entries, digest) values ($1, 0, decode(repeat('00', 32), 'hex'))"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A number as it is stored: encrypted, and in the masked form that people are shown."""

    sealed: bytes
    masked: str


@dataclass(frozen=True, slots=True)
class Resident:
    """A row. `language`: zh-CN or en; `temporary`: a patient who is not known yet."""

    resident_id: UUID
    full_name: str
    sex: str
    birth_date: date
    document_type: str
    document_sealed: bytes
    document_masked: str
    social_security_sealed: bytes | None
    social_security_masked: str | None
    phone_sealed: bytes | None
    phone_masked: str | None
    language: str
    created_at: datetime
    temporary: bool = False


async def insert(connection: Connection, row: Resident) -> None:
    """Adds one, with an empty access log."""
    document = (row.document_type, row.document_sealed, row.document_masked)
    social_security = (row.social_security_sealed, row.social_security_masked)
    values = (row.resident_id, row.full_name, row.sex, row.birth_date, *document, *social_security)
    await connection.execute(INSERT, *values, row.phone_sealed, row.phone_masked, row.language, row.created_at, row.temporary)
    await connection.execute(START_LOG, row.resident_id)


async def find(connection: Connection, resident_id: UUID) -> Resident | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, resident_id)
    return None if row is None else Resident(**row)


async def lock(connection: Connection, resident_id: UUID) -> Resident | None:
    """The row, locked until the transaction ends: what is judged of one resident as a whole is judged under it."""
    row = await connection.fetchrow(LOCK, resident_id)
    return None if row is None else Resident(**row)


async def rename(connection: Connection, resident_id: UUID, full_name: str) -> None:
    """Sets the name."""
    await connection.execute(RENAME, resident_id, full_name)


async def set_document(connection: Connection, resident_id: UUID, document_type: str, number: Sealed) -> None:
    """Sets the document."""
    await connection.execute(SET_DOCUMENT, resident_id, document_type, number.sealed, number.masked)


async def keep_document(
    connection: Connection, resident_id: UUID, id: UUID, document_type: str, number: Sealed, replaced_at: datetime
) -> None:
    """Keeps a document that was replaced, so that the history does."""
    values = (resident_id, id, document_type, number.sealed, number.masked, replaced_at)
    await connection.execute(KEEP_DOCUMENT, *values)


async def set_social_security(connection: Connection, resident_id: UUID, number: Sealed) -> None:
    """Sets the social security number."""
    await connection.execute(SET_SOCIAL_SECURITY, resident_id, number.sealed, number.masked)


async def set_language(connection: Connection, resident_id: UUID, language: str) -> None:
    """Sets the language in which messages are written."""
    await connection.execute(SET_LANGUAGE, resident_id, language)


async def set_phone(connection: Connection, resident_id: UUID, phone: Sealed) -> None:
    """Sets the phone."""
    await connection.execute(SET_PHONE, resident_id, phone.sealed, phone.masked)
