"""A bounded map that forgets what was used longest ago, and counts how it does."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most `limit` entries of together at most `limit_weight` (characters of SQL, bytes of text: what `weigh` says)."""

    def __init__(self, limit: int, limit_weight: int, weigh: Callable[[V], int]) -> None:
        self._limit = limit
        self._limit_weight = limit_weight
        self._weigh = weigh
        self._entries: OrderedDict[K, V] = OrderedDict()
        self.weight = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry

    def put(self, key: K, value: V) -> None:
        old = self._entries.pop(key, None)
        if old is not None:
            self.weight -= self._weigh(old)
        self._entries[key] = value
        self.weight += self._weigh(value)
        while len(self._entries) > self._limit or (self.weight > self._limit_weight and len(self._entries) > 1):
            _, dropped = self._entries.popitem(last=False)
            self.weight -= self._weigh(dropped)
