"""What can be listened to. Each field is read like a query's, again and again: at once, and whenever its topic says that something
has changed. Its rule is judged each time; when there is nothing to see (any more), the stream ends."""

from collections.abc import Callable, Mapping
from typing import Any

import strawberry

from schema.base import argument, edge
from schema.payments import READ, Payment

TOPIC = "topic"
Topic = Callable[[Mapping[str, Any]], str]
"""What the statement's arguments say to listen to: the public id of what changes."""


def heard(field: Any, topic: Topic) -> Any:
    """Makes a field that is read one that is listened to."""
    field.metadata[TOPIC] = topic
    return field


@strawberry.type(description="What can be listened to: over graphql-transport-ws, or as server-sent events.")
class Subscription:
    payment_updated: Payment | None = heard(
        edge(
            "Payment",
            "A payment: as it is now, and again whenever it has changed.",
            by_id="paymentId",
            args={"payment_id": argument(strawberry.ID, "Which one.", ...)},
            scopes=READ,
        ),
        lambda given: str(given["paymentId"]),
    )
