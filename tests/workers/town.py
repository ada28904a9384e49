"""A resident and a clinic, among others, of whom people are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db import notifications, outbox, sessions
from db.connection import Record
from db.outbox import Job
from domain.notifications import NotificationEvent
from domain.quiet_hours import Preferences, Quiet
from tests.workers import telling
from tests.workers.city import fresh_id
from tests.workers.clinic import Clinic, add_appointment, add_bill, add_clinic, add_resident, care_for
from workers.tools import Tools

BY_NIGHT = Preferences().quiet
EVENT = NotificationEvent
PHONE, OTHER_PHONE, THIRD_PHONE = "+8613800001111", "+8613800002222", "+8613800003333"
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 25, 6, tzinfo=UTC)


@dataclass
class Town:
    """What a test is about."""

    tools: Tools
    clinic: Clinic
    resident_id: UUID

    async def carer(self, resident_id: UUID, phone: str | None, *scopes: str, language: str = "zh-CN") -> UUID:
        """Somebody who cares for the resident."""
        carer_id = await self.resident(phone, language)
        async with self.tools.pool.transaction() as connection:
            await care_for(connection, resident_id, carer_id, NOON, *scopes)
        return carer_id

    async def sign_in(self, resident_id: UUID) -> UUID:
        """A session of the resident's, which stands for a month."""
        id, app_id = fresh_id(), fresh_id()
        await self.rows("insert into app values ($1, 'App', 'CITY_APP', '{}', null, $2)", app_id, NOON)
        async with self.tools.pool.transaction() as connection:
            await sessions.insert(connection, resident_id, id, app_id, None, b"", NOON, NOON + timedelta(days=30))
        return id

    async def device(self, resident_id: UUID, channel: str, token: str = "token") -> UUID:  # noqa: S107 - no secret
        """A device in a new session."""
        id, session_id = fresh_id(), await self.sign_in(resident_id)
        sealed = self.tools.sealer.seal(token, "device", "token_sealed", id)
        insert = "insert into device values ($1, $2, $3, $4, $5, $6, $7)"
        await self.rows(insert, resident_id, id, session_id, channel, id.bytes, sealed, NOON)
        return id

    async def prefers(self, resident_id: UUID, channels: Iterable[str], quiet: Quiet | None = BY_NIGHT) -> None:
        """They have chosen these channels and quiet hours."""
        async with self.tools.pool.transaction() as connection:
            await notifications.prefer(connection, resident_id, Preferences(frozenset(channels), quiet), NOON)

    async def told(
        self, event: NotificationEvent, subject_id: UUID, resident_id: UUID | None = None, also: Iterable[UUID] = (), **values: str
    ) -> Job:
        """A started job that tells it."""
        id, now = fresh_id(), self.tools.clock()
        async with self.tools.pool.transaction() as connection:
            await notifications.put(connection, event, resident_id or self.resident_id, subject_id, id, now, None, also, **values)
            job = await outbox.start(connection, id, now)
        assert job is not None
        return job

    async def tell(
        self, event: NotificationEvent, subject_id: UUID, resident_id: UUID | None = None, also: Iterable[UUID] = (), **values: str
    ) -> Job:
        """Tells it, and brings it to whom it is due now."""
        job = await self.told(event, subject_id, resident_id, also, **values)
        await telling.tell(self.tools, job)
        return job

    async def appointment(self, status: str = "BOOKED", resident_id: UUID | None = None) -> UUID:
        async with self.tools.pool.transaction() as connection:
            return await add_appointment(connection, self.clinic, resident_id or self.resident_id, STARTS, status)

    async def resident(self, phone: str | None, language: str = "zh-CN") -> UUID:
        async with self.tools.pool.transaction() as connection:
            return await add_resident(connection, self.tools.sealer, NOON, phone, language)

    async def bill(self, status: str = "UNPAID", resident_id: UUID | None = None) -> UUID:
        async with self.tools.pool.transaction() as connection:
            return await add_bill(connection, self.clinic, resident_id or self.resident_id, self.tools.clock(), status)

    async def rows(self, sql: str, *values: object) -> list[Record]:
        async with self.tools.pool.connection() as connection:
            found: list[Record] = await connection.fetch(sql, *values)
        return found

    async def state(self, job: Job) -> str:
        async with self.tools.pool.connection() as connection:
            state: str = await connection.fetchval("select state from outbox where id = $1", job.id)
        return state

    async def waiting(self) -> list[datetime]:
        """When the jobs run that wait."""
        async with self.tools.pool.connection() as connection:
            rows = await connection.fetch("select run_at from outbox where state = 'waiting' order by run_at")
        return [row["run_at"] for row in rows]


async def new_town(tools: Tools) -> Town:
    """With people of whom nobody is told anything."""
    async with tools.pool.transaction() as connection:
        clinic = await add_clinic(connection, NOON)
        residents = [await add_resident(connection, tools.sealer, NOON, phone) for phone in (OTHER_PHONE, PHONE, OTHER_PHONE)]
        for resident_id in residents[::2]:
            await add_appointment(connection, clinic, resident_id, STARTS)
    return Town(tools, clinic, residents[1])
