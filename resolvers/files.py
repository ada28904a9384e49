"""Asking for a file: its row, its key, and the job that makes it."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from db import files, outbox
from db.files import FileKind, NewFile
from db.outbox import JobKind
from domain.enums import ExportFormat
from resolvers.transaction import Transaction

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {"SVG": "image/svg+xml", "PNG": "image/png", "PDF": "application/pdf", "JSON": "application/json"}
)
_KEY_BYTES = 32


async def ask_for(tx: Transaction, resident_id: UUID, kind: FileKind, subject_id: UUID, format: str) -> None:
    """`subject_id`: the card, printed code or report that the file shows; `format`: SVG, PNG or PDF."""
    await _ask(tx, NewFile(resident_id, tx.new_id(), kind, subject_id, format, _key(tx), MEDIA_TYPES[format], tx.now))


async def ask_for_export(tx: Transaction, resident_id: UUID, format: ExportFormat, life: timedelta) -> UUID:
    """A file of all there is of the resident, and its id. It can be fetched for so long."""
    id = tx.new_id()
    about = (FileKind.RECORD_EXPORT, id, format, _key(tx), MEDIA_TYPES[format])
    await _ask(tx, NewFile(resident_id, id, *about, tx.now, tx.now + life))
    return id


async def ask_again(tx: Transaction, resident_id: UUID, subject_id: UUID) -> None:
    """For what has changed since its files were made: they are PENDING under the same address until they show it."""
    for id in await files.again(tx.connection, resident_id, subject_id, tx.now):
        await _put(tx, resident_id, id)


def _key(tx: Transaction) -> str:
    return base64.urlsafe_b64encode(tx.random(_KEY_BYTES)).decode().rstrip("=")


async def _ask(tx: Transaction, row: NewFile) -> None:
    await files.insert(tx.connection, row)
    await _put(tx, row.resident_id, row.id)


async def _put(tx: Transaction, resident_id: UUID, id: UUID) -> None:
    args = {"resident_id": str(resident_id), "id": str(id)}
    await outbox.put(tx.connection, JobKind.RENDER_FILE, args, tx.new_id(), tx.now)
