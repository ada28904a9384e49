"""Whether there is still something to tell, and what: the thing as it is now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from db import notification_subjects
from db.connection import Connection
from domain.notifications import EVENTS, NotificationEvent
from domain.times import from_text, to_text

# Who sets out early for a cancelled appointment, or has one since a minute ago, must hear of it so long before.
NOTICE = timedelta(hours=2)
TOLD_AT_ONCE = frozenset({NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION, NotificationEvent.WAITLIST_BOOKED})
# News that are older only puzzle people: they have long seen what it is.
FRESH = timedelta(days=3)

Facts = Mapping[str, Any]


async def facts(connection: Connection, args: Mapping[str, str], now: datetime) -> Facts | None:
    """What there is to say of `event`, whose subject is `subject_id` of `resident_id`; None when it is no longer true, or too late
    to be of use."""
    event = NotificationEvent(args["event"])
    row = await notification_subjects.subject(connection, event, UUID(args["resident_id"]), UUID(args["subject_id"]))
    if row is None or row["status"] not in EVENTS[event].states:
        return None
    found = dict(row)
    if event is NotificationEvent.BOOKING_LOCKED:
        found["until"] = from_text(args["until"])
        return found if now < found["until"] else None
    starts_at: datetime | None = found.get("starts_at")
    if starts_at is not None:
        is_moved = to_text(starts_at) != args.get("starts_at", to_text(starts_at))
        return None if is_moved or starts_at <= now else found
    return found if now < found["at"] + FRESH else None


def needed_by(event: NotificationEvent, found: Facts) -> datetime | None:
    """By when people need to know it; then no quiet hours hold it back."""
    starts_at: datetime | None = found.get("starts_at")
    return starts_at - NOTICE if event in TOLD_AT_ONCE and starts_at is not None else None
