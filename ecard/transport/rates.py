"""How many requests a client may send: a token bucket for each session, client or address, in this process and bounded.

A bucket is one number, the moment at which it will be full again. A bucket that is full is the same as none, so forgetting those
costs nothing; what is forgotten beyond that, under a flood of addresses, gives a client a fresh bucket and never takes one away.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from time import monotonic_ns
from typing import NamedTuple

from domain.addresses import network
from domain.viewer import Viewer, ViewerKind
from ecard.transport.asgi import Headers

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`quota` requests at once, given back evenly over `window` seconds. It counts for one process: share it out among several."""

    name: str
    quota: int
    window: int


class Taken(NamedTuple):
    """What one request left. `retry_after`: 0, or the whole seconds after which there is room again: then it is refused."""

    headers: Headers
    retry_after: int


class Bucket:
    """The buckets of one rate, at most `limit` of them, those used last. `clock`: nanoseconds."""

    def __init__(self, rate: Rate, limit: int, clock: Callable[[], int]) -> None:
        # Whole nanoseconds, since a sum of fractions would take a little from some quotas.
        self._step = rate.window * _SECOND // rate.quota
        self._window = self._step * rate.quota
        self._limit = limit
        self._clock = clock
        self._full_at: OrderedDict[Hashable, int] = OrderedDict()
        self._policy = (b"ratelimit-policy", f'"{rate.name}";q={rate.quota};w={rate.window}'.encode())
        self._format = f'"{rate.name}";r=%d;t=%d'.encode()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: Hashable) -> Taken:
        """Takes one request out of the bucket of `key`, if there is one left."""
        now = self._clock()
        known = self._full_at.get(key, now)
        wait = (known if known > now else now) - now + self._step
        if wait > self._window:
            self._full_at.move_to_end(key)
            return Taken(self._headers(wait - self._step), -((self._window - wait) // _SECOND))
        self._full_at[key] = now + wait
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._limit:
            self._full_at.popitem(last=False)
        return Taken(self._headers(wait), 0)

    def _headers(self, full_in: int) -> Headers:
        remaining = (self._window - full_in) // self._step
        return (self._policy, (b"ratelimit", self._format % (remaining, -(-full_in // _SECOND))))


class Rates:
    """The rate of each kind of viewer. Whoever did not sign in, or could not, is known by address."""

    def __init__(self, rates: Mapping[ViewerKind, Rate], buckets: int = 100_000, clock: Callable[[], int] = monotonic_ns) -> None:
        self._buckets = {kind: Bucket(rate, buckets, clock) for kind, rate in rates.items()}

    def take(self, viewer: Viewer, address: str) -> Taken:
        """Takes one request of the viewer's."""
        key = viewer.session_id or viewer.client_id
        if key is None:
            return self.take_of_address(address)
        # The number, since a UUID's own hash is made anew each time.
        return self._buckets[viewer.kind].take(key.int)

    def take_of_address(self, address: str) -> Taken:
        """Takes one request of an address, as of someone who did not sign in."""
        return self._buckets[ViewerKind.ANONYMOUS].take(network(address))
