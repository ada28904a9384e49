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
from domain.enums import CareScope

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
