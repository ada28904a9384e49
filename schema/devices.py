"""Where messages go to, beside phone and list."""

from schema import rules
from schema.base import Node, field, stored
from schema.enums import NotificationChannel
from schema.notifications import READ
from schema.scalars import DateTime


@stored(view="device", letter="v", owned=True, rule=rules.NOBODY_ELSE, scopes=READ)
class Device(Node):
    """A browser that takes push messages, or a WeChat account. It ends with its session."""

    channel: NotificationChannel = field("PUSH or WECHAT.")
    created_at: DateTime = field("When it was registered first.")
