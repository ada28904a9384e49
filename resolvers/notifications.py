"""What people are told of a change, once it is made: nothing of it happens unless the transaction commits. And how they want to be
told, and what they have read."""

from collections.abc import Collection, Iterable
from datetime import datetime, time
from uuid import UUID

from db import notifications, residents
from domain.enums import NotificationChannel
from domain.ids import Key
from domain.notifications import NotificationEvent
from domain.quiet_hours import Preferences, Quiet
from domain.refusals import InvalidInput, NotFound
from resolvers.audit import record
from resolvers.inputs import NOTIFICATION, read_owned_id
from resolvers.people import signed_in_resident
from resolvers.transaction import Made, Transaction

LANGUAGES = ("zh-CN", "en")
MOST_IDS = 100


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


async def update_notification_preferences(
    tx: Transaction,
    *,
    language: str | None = None,
    channels: Collection[NotificationChannel] | None = None,
    **hours: time | None,
) -> Made:
    """Chooses how whoever asks is told. `hours`: `quiet_from` and `quiet_to`, both or neither; there are none where both are None,
    or the same. Raises InvalidInput."""
    resident_id = signed_in_resident(tx.viewer)
    if language not in (None, *LANGUAGES):
        raise InvalidInput("language")
    start, end = hours.get("quiet_from"), hours.get("quiet_to")
    if len(hours) == 1 or (start is None) != (end is None):
        raise InvalidInput("quiet_to" if end is None else "quiet_from")
    # Under the lock, two that each leave something out lose nothing of each other.
    await residents.lock(tx.connection, resident_id)
    chosen = await notifications.preferences(tx.connection, resident_id)
    quiet = None if start is None or end is None or start == end else Quiet(start, end)
    wanted = Preferences(
        chosen.channels if channels is None else frozenset(channels),
        quiet if hours else chosen.quiet,
    )
    await notifications.prefer(tx.connection, resident_id, wanted, tx.now)
    if language is not None:
        await residents.set_language(tx.connection, resident_id, language)
    await record(tx, "notification_preferences.changed", resident_id, resident_id)
    return Made({"preferences": Key(resident_id, resident_id)})


async def mark_notifications_read(tx: Transaction, *, ids: Collection[str] | None = None) -> Made:
    """Marks these of whoever asks as read, or all; what is read already stays so. Raises InvalidInput, NotFound."""
    resident_id = signed_in_resident(tx.viewer)
    if ids is not None and len(ids) > MOST_IDS:
        raise InvalidInput("ids")
    named = None if ids is None else [read_owned_id(id, NOTIFICATION, "ids") for id in ids]
    if named is not None and any(owner != resident_id for owner, _ in named):
        raise NotFound("ids")
    await notifications.mark_read(tx.connection, resident_id, None if named is None else [id for _, id in named], tx.now)
    return Made({"unread_count": await notifications.unread(tx.connection, resident_id)})
