"""What people are told, and how they want to be told."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.notifications import EVENTS
from plans.mapping import Pointer
from schema import rules
from schema.base import Node, computed, edge, field, newest_first, stored
from schema.enums import NotificationChannel, NotificationEvent
from schema.scalars import DateTime, Time

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("notification:read",),)
NEWEST = newest_first()
SUBJECT = Pointer(frozenset(told.letter for told in EVENTS.values()), "subject_letter", "about_id", "subject_id")


def in_language(column: str) -> str:
    """The text in the language of the request, else of the reader's preference."""
    return f"case coalesce({{viewer.language}}::text, {{t}}.language) when 'en' then {{t}}.{column}_en else {{t}}.{column}_zh end"


@stored(view="notification", letter="w", owned=True, rule=rules.NOBODY_ELSE, scopes=READ)
class Notification(Node):
    """What somebody was told. It is as it was then; its subject is as it is now."""

    event: NotificationEvent = field("What happened, for apps that show it in their own way; more may come.")
    title: str = computed("In a few words.", in_language("title"))
    body: str = computed("The whole.", in_language("body"))
    created_at: DateTime = field("When it was told.")
    read_at: DateTime | None = field("When it was marked as read.")
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident", "Whom it is about: the reader, or somebody they care for.", on={"resident_id": "{p}.about_id"}
    )
    subject: Node | None = field("What it is about; null where the reader may not read that, or not any more.", SUBJECT)


@stored(view="notification_preferences", owned=True, rule=rules.NOBODY_ELSE, scopes=READ)
class NotificationPreferences:
    """How somebody wants to be told."""

    language: str = field("zh-CN or en.")
    channels: list[NotificationChannel] = field("On which ways.")
    quiet_from: Time | None = field("From when on nothing is sent, in Asia/Shanghai; null where there are no quiet hours.")
    quiet_to: Time | None = field("Until when nothing is sent.")
