"""What people are told of a change, once it is made: nothing of it happens unless the transaction commits."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from db import notifications
from domain.notifications import NotificationEvent
from resolvers.transaction import Transaction


async def tell(
    tx: Transaction,
    event: NotificationEvent,
    resident_id: UUID,
    subject_id: UUID,
    at: datetime | None = None,
    also: Iterable[UUID] = (),
    **values: str,
) -> None:
    """Has the resident told, or their carers, and `also` these people; the worker looks at the subject once more and drops what no
    longer holds. `values`: `occasion` tells apart what is told twice of one subject; BOOKING_LOCKED takes `until`, as
    `domain.times.to_text` writes it."""
    await notifications.put(tx.connection, event, resident_id, subject_id, tx.new_id(), tx.now, at, also, **values)


async def remind(tx: Transaction, resident_id: UUID, appointment_id: UUID, starts_at: datetime) -> None:
    """Has the resident reminded of a booked appointment, unless it is cancelled or moved by then."""
    ids = (tx.new_id(), tx.new_id())
    await notifications.put_reminders(tx.connection, resident_id, appointment_id, starts_at, ids, tx.now)
