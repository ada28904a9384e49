"""Asking for a file: its row, its key, and the job that makes it."""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from db import files, outbox
from db.files import FileKind, NewFile
from db.outbox import JobKind
from resolvers.transaction import Transaction

MEDIA_TYPES: Mapping[str, str] = MappingProxyType({"SVG": "image/svg+xml", "PNG": "image/png", "PDF": "application/pdf"})
_KEY_BYTES = 32


async def ask_for(tx: Transaction, resident_id: UUID, kind: FileKind, subject_id: UUID, format: str) -> None:
    """`subject_id`: the card or printed code that the file shows; `format`: SVG, PNG or PDF."""
    key = base64.urlsafe_b64encode(tx.random(_KEY_BYTES)).decode().rstrip("=")
    row = NewFile(resident_id, tx.new_id(), kind, subject_id, format, key, MEDIA_TYPES[format], tx.now)
    await files.insert(tx.connection, row)
    await _put(tx, resident_id, row.id)


async def ask_again(tx: Transaction, resident_id: UUID, subject_id: UUID) -> None:
    """For what has changed since its files were made: they are PENDING under the same address until they show it."""
    for id in await files.again(tx.connection, resident_id, subject_id, tx.now):
        await _put(tx, resident_id, id)


async def _put(tx: Transaction, resident_id: UUID, id: UUID) -> None:
    args = {"resident_id": str(resident_id), "id": str(id)}
    await outbox.put(tx.connection, JobKind.RENDER_FILE, args, tx.new_id(), tx.now)
