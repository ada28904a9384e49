"""The draw of the time at which a place that was given up returns: public, so that anyone can repeat it."""

from schema import rules
from schema.base import Connection, Node, connection, edge, field, newest_first, stored
from schema.scalars import Date, DateTime
from schema.slots import Slot


@stored(view="return_draw", rule=rules.EVERYONE)
class ReturnDraw:
    """A day's draws. The commitment binds the seed before the first of them; the seed is shown when the last is over."""

    date: Date = field("The day on which the places were given up.")
    commitment: str = field("SHA-256 of the seed, in hexadecimal.")
    seed: str | None = field("The seed, in hexadecimal, once all places of the day have returned.")
    minimum_seconds: int = field("After how many seconds a place returns at the earliest.")
    maximum_seconds: int = field("After how many at the latest.")
    revealed_at: DateTime | None = field("Since when the seed is shown.")
    returns: Connection["PlaceReturn"] = connection(
        "PlaceReturn", "What was drawn, newest first; none before the seed is shown.", on={"day": "{p}.key"}, order=newest_first()
    )


@stored(view="place_return", letter="E", rule=rules.EVERYONE)
class PlaceReturn(Node):
    """A place that was given up, and when it returned."""

    slot: Slot | None = edge("Slot", "Of which slot.", on={"key": "{p}.slot_id"})
    queue_number: int = field("The place within the slot.")
    given_up_at: DateTime = field("When it was given up.")
    returns_at: DateTime = field("When it returned to who waited for it, or to everybody.")
