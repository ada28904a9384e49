"""What people found in their lists when it happened. The workers tell nobody of what is long past, so the demo puts it there."""

from functools import cache
from uuid import UUID

from db import carers, notifications, residents
from db.notifications import Notification
from domain.notifications import EVENTS, NotificationEvent
from ecard.demo.beyond_data import PREFERENCES
from resolvers.transaction import Transaction
from workers import messages, news
from workers.notification_templates import load
from workers.wording import LANGUAGES

_words = cache(load)


async def told(tx: Transaction, event: NotificationEvent, resident_id: UUID, subject_id: UUID) -> None:
    """Lists it for the resident, or where they have no phone for who cares for them. `tx`: of that time."""
    args = {"event": event, "resident_id": str(resident_id), "subject_id": str(subject_id)}
    facts = await news.facts(tx.connection, args, tx.now)
    about = await residents.find(tx.connection, resident_id)
    if facts is None or about is None:
        return
    is_reached = about.phone_sealed is not None
    readers = [resident_id] if is_reached else await carers.with_scope(tx.connection, resident_id, EVENTS[event].scope, tx.now)
    holder = None if is_reached else about.full_name
    chinese, english = (messages.listed(_words()[spoken], spoken, event, facts, holder) for spoken in LANGUAGES)
    for reader in readers:
        subject = (event, resident_id, EVENTS[event].letter, subject_id, "")
        row = Notification(reader, tx.new_id(), *subject, True, chinese, english, tx.now)
        await notifications.make(tx.connection, row)


async def choose(tx: Transaction, index: int, resident_id: UUID) -> None:
    """Some want to be told in another way than usual."""
    wanted = PREFERENCES.get(index)
    if wanted is not None:
        await notifications.prefer(tx.connection, resident_id, wanted, tx.now)
