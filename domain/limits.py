"""How often something may be done, over all processes together."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.refusals import RateLimited


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in each fixed window of this length, counted from 1970."""

    window: timedelta
    most: int

    def window_start(self, now: datetime) -> datetime:
        """When the window began that `now` is in."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return epoch + (now - epoch) // self.window * self.window

    def check(self, count: int, now: datetime, *field: str) -> None:
        """`count`: how many there are in this window, with the one in question. Raises RateLimited until the next window."""
        if count > self.most:
            raise RateLimited(*field, retry_at=self.window_start(now) + self.window)
