"""Agreements for which it is time, over all residents, a page at a time. What was done about one is marked, so that it is done
once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from db.connection import Connection, Record
from domain.family_doctors import NOTICE, PATIENCE, REMINDER_BEFORE
from domain.times import shanghai_day

PAGE = 500


class Due(StrEnum):
    """What it is time for."""

    GIVING_UP = "GIVING_UP"  # the team has not decided at all
    END = "END"  # the year is over
    ESCALATION = "ESCALATION"  # the team has not decided in time
    REMINDER = "REMINDER"  # it soon must decide
    NOTICE = "NOTICE"  # the year is nearly over


def _page(status: str, column: str, kind: str, unmarked: str = "true") -> str:
    return (
        f"select resident_id, id, {column} as at from family_doctor_agreement where status = '{status}' and {column} <= $1::{kind}"
        f" and {unmarked} and ({column}, id) > ($2::{kind}, $3::uuid) order by {column}, id limit $4"
    )


PAGES: Mapping[Due, str] = MappingProxyType(
    {
        Due.GIVING_UP: _page("REQUESTED", "decide_by", "timestamptz"),
        Due.END: _page("ACTIVE", "ends_on", "date"),
        Due.ESCALATION: _page("REQUESTED", "decide_by", "timestamptz", "escalated_at is null"),
        Due.REMINDER: _page("REQUESTED", "decide_by", "timestamptz", "reminded_at is null"),
        Due.NOTICE: _page("ACTIVE", "ends_on", "date", "ending_told_at is null"),
    }
)
_TO_MARK = "where resident_id = $1 and id = $2 and status ="
# Who is asked to decide what is late needs no reminder that it soon will be.
MARKS: Mapping[Due, str] = MappingProxyType(
    {
        Due.ESCALATION: "update family_doctor_agreement set escalated_at = $3, reminded_at = coalesce(reminded_at, $3)"
        f" {_TO_MARK} 'REQUESTED' and escalated_at is null returning team_id",
        Due.REMINDER: "update family_doctor_agreement set reminded_at = $3"
        f" {_TO_MARK} 'REQUESTED' and reminded_at is null returning team_id",
        Due.NOTICE: "update family_doctor_agreement set ending_told_at = $3"
        f" {_TO_MARK} 'ACTIVE' and ending_told_at is null returning team_id",
    }
)


async def page(connection: Connection, due: Due, now: datetime, after: Record | None) -> list[Record]:
    """Agreements (resident_id, id, at) for which it is time, behind `after`."""
    today = shanghai_day(now)
    until: Mapping[Due, datetime | date] = {
        Due.GIVING_UP: now - PATIENCE,
        Due.END: today - timedelta(days=1),
        Due.ESCALATION: now,
        Due.REMINDER: now + REMINDER_BEFORE,
        Due.NOTICE: today + NOTICE,
    }
    first = datetime.min.replace(tzinfo=now.tzinfo) if isinstance(until[due], datetime) else date.min
    start = (first, UUID(int=0)) if after is None else (after["at"], after["id"])
    rows: list[Record] = await connection.fetch(PAGES[due], until[due], *start, PAGE)
    return rows


async def mark(connection: Connection, due: Due, resident_id: UUID, id: UUID, now: datetime) -> UUID | None:
    """The team, where it is still to be done, and from now on is; None where it is not. Not for what ends."""
    found: UUID | None = await connection.fetchval(MARKS[due], resident_id, id, now)
    return found
