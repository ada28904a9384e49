"""Counting what may be done only so often. A try that is refused takes its count back: who waits for the window gets through."""

from collections.abc import Sequence

from db import rate_counts
from domain.limits import Limit
from resolvers.transaction import Transaction


async def count(tx: Transaction, limits: Sequence[Limit], what: str, whose: str | bytes, *field: str) -> None:
    """Counts one more of `what` in each window of the limits. Raises RateLimited, of the input's `field`, for one too many."""
    lookup = tx.tools.lookup
    key = lookup.digest(what, whose)
    for limit in limits:
        start = limit.window_start(tx.now)
        # The length is a part of the key: the windows of a minute and of an hour may begin together.
        name = lookup.digest("window", str(int(limit.window.total_seconds())), key)
        limit.check(await rate_counts.count(tx.connection, name, start, start + limit.window), tx.now, *field)
