"""What can be listened to. A field is read like a query's, and its rule is judged each time: at once and whenever its topic says
that something has changed, until there is nothing to see (any more); or once for each thing that is new."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry

from db.updates import NOTIFICATIONS
from domain.ids import PublicId
from plans.mapping import Edge, Made, ScopeSets
from schema import notifications
from schema.base import argument, field
from schema.notifications import Notification
from schema.payments import READ, Payment

WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Watch:
    """`topic`: of the field's arguments and the viewer's values: what to listen to, as `db.updates` tells it; None: there will be
    nothing. `new`: under which name the key of what is new is provided; None where the field is read again and again."""

    topic: Callable[[Mapping[str, Any], Mapping[str, Any]], str | None]
    new: str | None = None


def watched(target: str, description: str, by_id: str, args: Mapping[str, tuple[Any, Any]], scopes: ScopeSets) -> Any:
    """A row that its id names, and whose changes are told under that id. `by_id`: the argument, as the schema writes it."""
    watch = Watch(lambda given, _: str(given[by_id]))
    return field(description, Edge(target, by_id=by_id), args, scopes, watch=watch)


def _of_viewer(_: Mapping[str, Any], viewer: Mapping[str, Any]) -> str | None:
    resident_id = viewer["resident_id"]
    return None if resident_id is None else PublicId(NOTIFICATIONS, resident_id).encode()


@strawberry.type(description="What can be listened to, over graphql-transport-ws or as server-sent events.")
class Subscription:
    payment_updated: Payment | None = watched(
        "Payment",
        "A payment: as it is now, and again whenever it has changed.",
        "paymentId",
        {"payment_id": argument(strawberry.ID, "Which one.", ...)},
        READ,
    )
    notification_received: Notification | None = field(
        "What the resident is told from now on: each once, and nothing of before.",
        Made("Notification"),
        scopes=notifications.READ,
        watch=Watch(_of_viewer, "notification_received"),
    )
