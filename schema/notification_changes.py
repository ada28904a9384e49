"""How people say how they want to be told, and what they have read: inputs, payloads and mutations."""

import strawberry

from resolvers import notifications
from schema.base import made, provided
from schema.changes import change, payload
from schema.enums import NotificationChannel
from schema.notifications import NotificationPreferences
from schema.scalars import Time

WRITE = (("notification:write",),)


@strawberry.input(
    description="What is left out stays as it is. language: zh-CN or en. Quiet hours have both ends and may go over midnight; they"
    " end where both are null, or the same."
)
class UpdateNotificationPreferencesInput:
    language: str | None = strawberry.UNSET
    channels: list[NotificationChannel] | None = strawberry.UNSET
    quiet_from: Time | None = strawberry.UNSET
    quiet_to: Time | None = strawberry.UNSET


@payload
class UpdateNotificationPreferencesPayload:
    """What holds from now on."""

    preferences: NotificationPreferences | None = made("NotificationPreferences", "All of them.")


@strawberry.input(description="Those with these ids, at most 100; all of them where it is left out.")
class MarkNotificationsReadInput:
    ids: list[strawberry.ID] | None = strawberry.UNSET


@payload
class MarkNotificationsReadPayload:
    """What is left."""

    unread_count: int | None = provided("How many are unread now.", "unread_count")


@strawberry.type
class NotificationChanges:
    update_notification_preferences: UpdateNotificationPreferencesPayload | None = change(
        notifications.update_notification_preferences,
        UpdateNotificationPreferencesInput,
        "Chooses language, channels and quiet hours. What concerns the safety of the record is listed in the app in any case.",
        scopes=WRITE,
    )
    mark_notifications_read: MarkNotificationsReadPayload | None = change(
        notifications.mark_notifications_read, MarkNotificationsReadInput, "Marks notifications as read.", scopes=WRITE
    )
