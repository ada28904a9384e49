"""What the page of a report shows, read for the worker that draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection
from domain.enums import ObservationFlag
from domain.reports import Observation
from domain.trends import Result

FIND = (
    "select r.number, r.version, r.title, r.category, r.status, r.findings, r.conclusion, r.observed_at, r.issued_at,"
    " r.amend_reason, r.credential, i.name as institution, d.name as author, d.title as author_title, p.full_name as holder,"
    " p.sex, p.birth_date, p.language, c.national_id"
    " from report r join institution i on i.id = r.institution_id join doctor d on d.id = r.author_id"
    " join resident p on p.resident_id = r.resident_id and p.resident_id = $1"
    " left join lateral (select k.national_id from card k where k.resident_id = $1 order by k.id desc limit 1) c on true"
    " where r.resident_id = $1 and r.id = $2 and r.status <> 'WITHDRAWN'"
)
OBSERVATIONS = (
    "select code, display, value, unit, reference_range, flag from observation where resident_id = $1 and report_id = $2"
    " order by position"
)
# Of every other report the version that stands; of this one, this version.
EARLIER = (
    "select c.code, t.observed_at, t.value, t.unit"
    " from (select distinct code from observation where resident_id = $1 and report_id = $2) c"
    " cross join lateral (select o.id, o.observed_at, o.value, o.unit from observation o"
    " join report r on r.resident_id = $1 and r.id = o.report_id"
    " where o.resident_id = $1 and o.code = c.code and o.observed_at < $3 and r.status = 'FINAL'"
    " order by o.observed_at desc, o.id desc limit $4) t"
    " order by t.observed_at, t.id"
)


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A report with what surrounds it. `national_id`: of the holder's card, 64 hexadecimal digits; `language`: of the holder, zh-CN
    or en; `earlier`: code → the results of other reports before this one, oldest first."""

    number: str
    version: int
    title: str
    category: str
    status: str
    findings: str | None
    conclusion: str | None
    observed_at: datetime
    issued_at: datetime
    amend_reason: str | None
    credential: str | None
    institution: str
    author: str
    author_title: str
    holder: str
    sex: str
    birth_date: date
    language: str
    national_id: str | None
    observations: Sequence[Observation]
    earlier: Mapping[str, Sequence[Result]]


async def find(connection: Connection, resident_id: UUID, report_id: UUID, earlier: int) -> ReportDocument | None:
    """The report; None when it was withdrawn. `earlier`: how many earlier results of each code, at most."""
    row = await connection.fetchrow(FIND, resident_id, report_id)
    if row is None:
        return None
    observations = [
        Observation(**{**one, "flag": one["flag"] and ObservationFlag(one["flag"])})
        for one in await connection.fetch(OBSERVATIONS, resident_id, report_id)
    ]
    before: dict[str, list[Result]] = {}
    for one in await connection.fetch(EARLIER, resident_id, report_id, row["observed_at"], earlier):
        before.setdefault(one["code"], []).append(Result(one["observed_at"], one["value"], one["unit"]))
    return ReportDocument(**row, observations=observations, earlier=before)
