"""A resident's lists, each asked by itself: they stand once in a question. Who may read them stands in the statements."""

from typing import Any
from uuid import UUID

import strawberry

from benchmarks.conventional.appointments import Appointment
from benchmarks.conventional.bills import Bill
from benchmarks.conventional.context import Info
from benchmarks.conventional.health_record import Report
from benchmarks.conventional.loaders import Row
from benchmarks.conventional.statements import reads
from benchmarks.conventional.types import DateTime
from domain.enums import CareScope
from domain.ids import PublicId

APPOINTMENTS = f"""
select a.* from appointment a
where a.resident_id = $1 and {reads("a", CareScope.APPOINTMENTS)} and ($3::text[] is null or a.status = any($3))
order by a.starts_at, a.id limit $4
"""
BILLS = f"""
select b.* from bill b
where b.resident_id = $1 and {reads("b", CareScope.BILLS)} and ($3::text[] is null or b.status = any($3))
order by b.issued_at desc, b.id desc limit $4
"""
REPORTS = f"""
select r.* from report r
where r.resident_id = $1 and {reads("r", CareScope.REPORTS)} and r.status = 'FINAL'
  and ($3::text[] is null or r.category = any($3))
order by r.issued_at desc, r.id desc limit $4
"""
# In the language that the reader prefers.
NOTIFICATIONS = """
select n.resident_id, n.id, n.created_at, case r.language when 'en' then n.title_en else n.title_zh end as title,
       case r.language when 'en' then n.body_en else n.body_zh end as body
from (select n.* from notification n where n.resident_id = $1 and n.in_app and (not $2::boolean or n.read_at is null)
      order by n.id desc limit $3) n join resident r on r.resident_id = n.resident_id
order by n.id desc
"""
COUNT = "select count(*) from notification n where n.resident_id = $1 and n.in_app and (not $2::boolean or n.read_at is null)"


@strawberry.type
class Notification:
    id: strawberry.ID
    title: str
    body: str
    created_at: DateTime

    @classmethod
    def of(cls, row: Row) -> "Notification":
        id = strawberry.ID(PublicId("w", row["id"], row["resident_id"]).encode())
        return cls(id=id, title=row["title"], body=row["body"], created_at=DateTime(row["created_at"]))


@strawberry.type
class Notifications:
    key: strawberry.Private[UUID]
    unread_only: strawberry.Private[bool]
    first: strawberry.Private[int]

    @strawberry.field
    async def total_count(self, info: Info) -> int:
        count: int = await info.context.pool.fetchval(COUNT, self.key, self.unread_only)
        return count

    @strawberry.field
    async def nodes(self, info: Info) -> list[Notification]:
        rows = await info.context.pool.fetch(NOTIFICATIONS, self.key, self.unread_only, self.first)
        return [Notification.of(row) for row in rows]


@strawberry.type
class Appointments:
    nodes: list[Appointment]


@strawberry.type
class Bills:
    nodes: list[Bill]


@strawberry.type
class Reports:
    nodes: list[Report]


async def appointments(info: Info, key: UUID, statuses: Any, first: int) -> Appointments:
    return Appointments(nodes=[Appointment.of(row) for row in await _page(info, "APPOINTMENT", APPOINTMENTS, key, statuses, first)])


async def bills(info: Info, key: UUID, statuses: Any, first: int) -> Bills:
    return Bills(nodes=[Bill.of(row) for row in await _page(info, "BILL", BILLS, key, statuses, first)])


async def reports(info: Info, key: UUID, categories: Any, first: int) -> Reports:
    return Reports(nodes=[Report.of(row) for row in await _page(info, "REPORT", REPORTS, key, categories, first)])


async def _page(info: Info, kind: str, sql: str, key: UUID, only: Any, first: int) -> list[Row]:
    info.context.saw(key, kind)
    rows: list[Row] = await info.context.pool.fetch(sql, key, info.context.viewer.resident_id, only, first)
    return rows
