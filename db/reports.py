"""Reports with their observations: published, amended by a row that supersedes the one before, withdrawn, read."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection
from domain.enums import ObservationFlag, ReportCategory, ReportStatus
from domain.ids import Key
from domain.reports import Content, Observation

CLAIM_NUMBER = (
    "insert into report_number (institution_id, number, resident_id, report_id) values ($1, $2, $3, $4)"
    " on conflict on constraint report_number_is_unique do nothing returning report_id"
)
FIND_NUMBER = "select resident_id, report_id from report_number where institution_id = $1 and number = $2"
DIGEST = "select content_digest from report where resident_id = $1 and id = $2"
INSERT = (
    "with r as (insert into report (resident_id, id, institution_id, visit_id, number, version, title, category, status, findings,"
    " conclusion, author_id, observed_at, issued_at, supersedes, amend_reason, content_digest, credential)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, 'FINAL', $9, $10, $11, $12, $13, $14, $15, $16, $17))"
    " insert into observation (resident_id, id, report_id, position, code, display, value, unit, reference_range, flag,"
    " observed_at) select $1::uuid, i, $2::uuid, n, c, d, v, u, r, f, $12::timestamptz"
    " from unnest($18::uuid[], $19::text[], $20::text[], $21::text[], $22::text[],"
    " $23::text[], $24::text[]) with ordinality x(i, c, d, v, u, r, f, n)"
)
FIND = (
    "select resident_id, id, institution_id, visit_id, number, version, title, category, status, findings, conclusion, author_id,"
    " observed_at, issued_at from report where resident_id = $1 and id = $2 and institution_id = $3"
)
OBSERVATIONS = (
    "select code, display, value, unit, reference_range, flag from observation where resident_id = $1 and report_id = $2"
    " order by position"
)
SUPERSEDE = (
    "update report set status = 'AMENDED', superseded_by = $4"
    " where resident_id = $1 and id = $2 and institution_id = $3 and status = 'FINAL' returning id"
)
# What came before it goes with it: it is the same report.
WITHDRAW = (
    "with current as (update report set status = 'WITHDRAWN', withdrawn_at = $4, withdraw_reason = $5"
    " where resident_id = $1 and id = $2 and institution_id = $3 and status = 'FINAL' returning number),"
    " earlier as (update report e set status = 'WITHDRAWN', withdrawn_at = $4, withdraw_reason = $5 from current c"
    " where e.resident_id = $1 and e.institution_id = $3 and e.number = c.number and e.status = 'AMENDED' returning e.id)"
    " select $2::uuid as id from current union all select id from earlier"
)
ABOUT = (
    "select r.full_name as holder, r.birth_date, i.name as institution from resident r, institution i"
    " where r.resident_id = $1 and i.id = $2"
)
STATUS = "select status from report where resident_id = $1 and id = $2"
READ = "update report set read_at = $3 where resident_id = $1 and id = $2 and read_at is null returning id"


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was issued. `version`: 1, 2, 3 … of its number."""

    resident_id: UUID
    id: UUID
    institution_id: UUID
    visit_id: UUID
    number: str
    version: int
    title: str
    category: ReportCategory
    author_id: UUID
    observed_at: datetime
    issued_at: datetime
    content: Content


@dataclass(frozen=True, slots=True)
class About:
    """Of whom and by whom a report is."""

    holder: str
    birth_date: date
    institution: str


@dataclass(frozen=True, slots=True)
class Supersedes:
    """What an amendment is made of: which report it takes the place of, and why."""

    report_id: UUID
    reason: str


async def claim_number(connection: Connection, institution_id: UUID, number: str, report: Key) -> Key | None:
    """None when the number is that report's from now on, else the first version of the one that has it. Waits for who claims it at
    the same time."""
    if await connection.fetchval(CLAIM_NUMBER, institution_id, number, report.resident_id, report.id) is not None:
        return None
    row = await connection.fetchrow(FIND_NUMBER, institution_id, number)
    return Key(row["report_id"], row["resident_id"])


async def digest(connection: Connection, report: Key) -> bytes:
    """What tells whether another report says the same."""
    found: bytes = await connection.fetchval(DIGEST, report.resident_id, report.id)
    return found


async def about(connection: Connection, resident_id: UUID, institution_id: UUID) -> About:
    """What a report tells of both."""
    return About(**await connection.fetchrow(ABOUT, resident_id, institution_id))


async def insert(
    connection: Connection,
    row: Report,
    digest: bytes,
    credential: str | None,
    observation_ids: list[UUID],
    supersedes: Supersedes | None = None,
) -> None:
    """Adds it, FINAL, with its observations. `observation_ids`: a new one for each."""
    content = row.content
    about = (row.resident_id, row.id, row.institution_id, row.visit_id, row.number, row.version, row.title, row.category)
    says = (content.findings, content.conclusion, row.author_id, row.observed_at, row.issued_at)
    before = (None, None) if supersedes is None else (supersedes.report_id, supersedes.reason)
    names = ("code", "display", "value", "unit", "reference_range", "flag")
    lines = ([getattr(one, name) for one in content.observations] for name in names)
    await connection.execute(INSERT, *about, *says, *before, digest, credential, observation_ids, *lines)


async def find(connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID) -> tuple[Report, ReportStatus] | None:
    """A report that the institution wrote, and how it stands; None when there is none."""
    row = await connection.fetchrow(FIND, resident_id, id, institution_id)
    if row is None:
        return None
    found = await connection.fetch(OBSERVATIONS, resident_id, id)
    observations = [Observation(**{**one, "flag": one["flag"] and ObservationFlag(one["flag"])}) for one in found]
    values = dict(row)
    content = Content(observations, values.pop("findings"), values.pop("conclusion"))
    status = ReportStatus(values.pop("status"))
    return Report(**{**values, "category": ReportCategory(row["category"])}, content=content), status


async def supersede(connection: Connection, report: Report, by: UUID) -> bool:
    """Marks it AMENDED; False when it is no longer FINAL."""
    return await connection.fetchval(SUPERSEDE, report.resident_id, report.id, report.institution_id, by) is not None


async def withdraw(
    connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID, now: datetime, reason: str
) -> list[UUID]:
    """Withdraws it and the versions before it; their ids, or none when it is not FINAL."""
    return [row["id"] for row in await connection.fetch(WITHDRAW, resident_id, id, institution_id, now, reason)]


async def status(connection: Connection, resident_id: UUID, id: UUID) -> ReportStatus | None:
    """How it stands; None when there is none."""
    found = await connection.fetchval(STATUS, resident_id, id)
    return None if found is None else ReportStatus(found)


async def mark_read(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> bool:
    """Notes when it was read first; False when it was before."""
    return await connection.fetchval(READ, resident_id, id, now) is not None
