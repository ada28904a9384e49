"""What a request brings along: who asks, the loaders, and whom it looked at."""

from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import strawberry

from benchmarks.conventional.loaders import Loaders, Row
from domain.viewer import Viewer
from ecard.change import Changes


@dataclass(slots=True)
class Context:
    """`seen`: which other residents were looked at; `kinds`: for which kinds of things, whether there were any or not."""

    viewer: Viewer
    pool: "asyncpg.Pool[Row]"
    loaders: Loaders
    public_url: str
    changes: Changes
    seen: set[UUID] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)

    def saw(self, resident_id: UUID, kind: str) -> None:
        """Remembers that something of a resident was read, unless it is the viewer's own."""
        self.kinds.add(kind)
        if resident_id != self.viewer.resident_id:
            self.seen.add(resident_id)


Info = strawberry.Info[Context, None]
