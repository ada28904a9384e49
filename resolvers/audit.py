"""What was done is written down with it, in its transaction."""

from uuid import UUID

from db import audit
from db.audit import Entry
from resolvers.transaction import Transaction


async def record(tx: Transaction, action: str, subject_id: UUID, object_id: UUID | None = None, reason: str | None = None) -> None:
    """`action`: thing and deed, "card.suspended". `subject_id`: the resident it is about, else the thing itself."""
    viewer = tx.viewer
    actor = viewer.resident_id or viewer.institution_id or viewer.app_id
    entry = Entry(subject_id, tx.new_id(), tx.now, viewer.kind, actor, action, object_id, reason)
    await audit.insert(tx.connection, entry)
