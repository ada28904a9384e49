"""Scans: the resident's list of them, and what scans uploaded later came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = (
    "insert into scan (resident_id, id, card_id, institution_id, visit_id, care_step, care_setting, purpose, outcome,"
    " terminal_id, terminal_kind, scanned_at, offline)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
)
INSERT_UPLOADED = (
    "insert into offline_scan (id, institution_id, client_reference, outcome, resident_id, visit_id, uploaded_at)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
)
UPLOADED = "select client_reference, id from offline_scan where institution_id = $1 and client_reference = any($2)"


@dataclass(frozen=True, slots=True)
class Scan:
    """A row. `visit_id`: the visit that it opened, when it was accepted."""

    resident_id: UUID
    id: UUID
    card_id: UUID
    institution_id: UUID
    visit_id: UUID | None
    care_step: str
    care_setting: str
    purpose: str
    outcome: str
    terminal_id: str
    terminal_kind: str
    scanned_at: datetime
    offline: bool


@dataclass(frozen=True, slots=True)
class UploadedScan:
    """What came of a scan that was taken offline. `resident_id`: null where the code led to nobody."""

    id: UUID
    institution_id: UUID
    client_reference: str
    outcome: str
    resident_id: UUID | None
    visit_id: UUID | None
    uploaded_at: datetime


async def insert(connection: Connection, row: Scan) -> None:
    """Adds it."""
    scanned = (row.resident_id, row.id, row.card_id, row.institution_id, row.visit_id, row.care_step, row.care_setting)
    terminal = (row.terminal_id, row.terminal_kind)
    await connection.execute(INSERT, *scanned, row.purpose, row.outcome, *terminal, row.scanned_at, row.offline)


async def insert_uploaded(connection: Connection, row: UploadedScan) -> None:
    """Adds it."""
    values = (row.id, row.institution_id, row.client_reference, row.outcome)
    await connection.execute(INSERT_UPLOADED, *values, row.resident_id, row.visit_id, row.uploaded_at)


async def uploaded(connection: Connection, institution_id: UUID, references: Sequence[str]) -> dict[str, UUID]:
    """Which of the institution's references were uploaded before, and the ids of what came of them."""
    rows = await connection.fetch(UPLOADED, institution_id, list(references))
    return {row["client_reference"]: row["id"] for row in rows}
