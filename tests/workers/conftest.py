"""What the tests of workers share."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from db.pool import Pool
from domain.sealing import Lookup, Sealer
from tests.workers.city import now
from workers.tools import Tools


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = field(default_factory=now)

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class RecordingSms:
    """Keeps what it sends, and fails as often as it is told to."""

    sent: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def send(self, phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        if self.failures:
            raise self.failures.pop()
        self.sent.append((phone, text, reference, verification_code))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sms() -> RecordingSms:
    return RecordingSms()


@pytest.fixture
async def tools(pool: Pool, clock: Clock, sms: RecordingSms) -> Tools:
    """Tools on the shared database, whose outbox and clock's turns are emptied."""
    async with pool.connection() as connection:
        await connection.execute("delete from outbox")
        await connection.execute("delete from cron_run")
    return Tools(
        pool=pool,
        clock=clock,
        random=os.urandom,
        sealer=Sealer({"one": b"s" * 32}, "one", os.urandom),
        lookup=Lookup(b"l" * 32),
        sms=sms,
        city="深圳市",
    )
