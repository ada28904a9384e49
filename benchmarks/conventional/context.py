"""What a request brings along: who asks, the loaders, and whom it looked at."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import strawberry

from benchmarks.conventional.loaders import Loaders, Row
from domain.viewer import Viewer
from ecard.change import Changes


@dataclass(slots=True)
class Context:
    """`seen`: of which other residents what kinds of things were read."""

    viewer: Viewer
    pool: "asyncpg.Pool[Row]"
    loaders: Loaders
    public_url: str
    changes: Changes
    seen: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))

    def saw(self, resident_id: UUID, kind: str) -> None:
        """Remembers that something of a resident was read, unless it is the viewer's own."""
        if resident_id != self.viewer.resident_id:
            self.seen[resident_id].add(kind)


Info = strawberry.Info[Context, None]
