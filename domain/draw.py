"""The draw of the time at which a place that was given up returns. docs/reference/return-draw.md tells it to people.

The seed of a day is drawn before the day's first place is given up, and bound by its digest, which is public at once. So whoever
gives a place up cannot know when it returns, and we cannot choose it. When all the day's draws are over the seed is public too, and
anyone can repeat them.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from domain.booking import BookingRules
from domain.ids import PublicId, Random
from domain.times import SHANGHAI, to_text

SEED_BYTES = 32
LAST_CALL = timedelta(hours=1)
"""How long before its slot begins a place is back at the latest."""
REVEAL_MARGIN = timedelta(minutes=10)
"""For what is given up in the day's last moment and written down in the next."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What a day's draws are made of. A place returns between `after_min` and `after_max` later; whole seconds."""

    day: date
    seed: bytes
    after_min: timedelta
    after_max: timedelta

    @property
    def commitment(self) -> bytes:
        """What is public of it from the start."""
        return sha256(self.seed).digest()

    @property
    def revealable_at(self) -> datetime:
        """When all the day's draws are over."""
        midnight = datetime.combine(self.day + timedelta(days=1), time(), SHANGHAI)
        return midnight + self.after_max + REVEAL_MARGIN


def new_seed(day: date, rules: BookingRules, random: Random) -> Seed:
    """The seed of a day, with the window that the rules set now."""
    return Seed(day, random(SEED_BYTES), rules.return_after_min, rules.return_after_max)


def returns_at(seed: Seed, slot_id: UUID, number: int, given_up_at: datetime, starts_at: datetime) -> datetime:
    """When the place of this number, given up at that time, returns. The window ends LAST_CALL before the slot begins; where
    nothing is left of it the place is back at once."""
    return drawn(seed, PublicId("T", slot_id).encode(), number, given_up_at, starts_at)


def drawn(seed: Seed, slot: str, number: int, given_up_at: datetime, starts_at: datetime) -> datetime:
    """The same with the slot's public id: all that somebody outside needs to repeat the draw."""
    latest = min(seed.after_max, starts_at - LAST_CALL - given_up_at)
    if latest < seed.after_min:
        return given_up_at
    seconds = (latest - seed.after_min) // timedelta(seconds=1) + 1
    message = "\n".join((slot, str(number), to_text(given_up_at))).encode()
    chance = int.from_bytes(hmac.digest(seed.seed, message, "sha256"))
    return given_up_at + seed.after_min + timedelta(seconds=chance % seconds)
