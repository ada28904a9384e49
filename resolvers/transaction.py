"""What a resolver is given, and what it gives back.

`ecard.change` opens the one transaction and makes these; a resolver never opens, commits or rolls back. Time and randomness come
with it, so that a test decides both.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from db.connection import Connection
from domain.ids import new_id
from domain.refusals import Refusal
from domain.viewer import Viewer
from resolvers.tools import Tools


@dataclass(frozen=True, slots=True)
class Transaction:
    """The open transaction, who asks, and what time it is. `address` is the network address, for limits alone."""

    connection: Connection
    viewer: Viewer
    now: datetime
    random: Callable[[int], bytes]
    tools: Tools
    language: str
    address: str

    def new_id(self) -> UUID:
        return new_id(self.now, self.random)


@dataclass(frozen=True, slots=True)
class Ask:
    """What runs before the transaction: questions to the outside world, and tries that must count even when the change is refused.
    `own()` opens a transaction of its own, which commits when its block ends."""

    viewer: Viewer
    now: datetime
    tools: Tools
    language: str
    address: str
    own: Callable[[], AbstractAsyncContextManager[Transaction]]


@dataclass(frozen=True, slots=True)
class Made:
    """What a resolver made: the payload's fields. A row is a `domain.ids.Key`, a list of rows a list of them, anything else a
    plain value; a function is called when its field is asked for. `read_as`: as whom the rows are read, when not as who asked."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    read_as: Viewer | None = None


class Recorded(Exception):  # a refusal is not an error
    """A refusal whose trace must outlive the rolled-back transaction: `record` is run in a transaction of its own."""

    def __init__(self, refusal: Refusal, record: Callable[[Transaction], Awaitable[None]]) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.record = record
