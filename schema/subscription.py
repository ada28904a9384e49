"""What can be listened to. A field is read like a query's, again and again: at once, and whenever its topic says that something has
changed. Its rule is judged each time; when there is nothing to see (any more), the stream ends."""

from collections.abc import Callable, Mapping
from typing import Any

import strawberry

from plans.mapping import Edge, ScopeSets
from schema.base import argument, field
from schema.payments import READ, Payment

TOPIC = "topic"
Topic = Callable[[Mapping[str, Any]], str]
"""Of the field's arguments: what to listen to, as `db.updates` tells it."""


def watched(target: str, description: str, by_id: str, args: Mapping[str, tuple[Any, Any]], scopes: ScopeSets) -> Any:
    """A row that its id names, and whose changes are told under that id. `by_id`: the argument, as the schema writes it."""

    def topic(given: Mapping[str, Any]) -> str:
        return str(given[by_id])

    return field(description, Edge(target, by_id=by_id), args, scopes, topic=topic)


@strawberry.type(description="What can be listened to, over graphql-transport-ws or as server-sent events.")
class Subscription:
    payment_updated: Payment | None = watched(
        "Payment",
        "A payment: as it is now, and again whenever it has changed.",
        "paymentId",
        {"payment_id": argument(strawberry.ID, "Which one.", ...)},
        READ,
    )
