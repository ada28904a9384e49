"""Agreements with family doctors: their packages, their years, and what was delivered in them.

Whoever changes one has locked its resident first. It moves by compare-and-set, together with the place that it holds in its team:
so many stand as places are taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection
from domain.enums import AgreementStatus
from domain.family_doctors import Package, Service, Term

_COLUMNS = "resident_id, id, institution_id, team_id, status"

# The place is taken first: without one nothing is put in.
INSERT = (
    "with place as (update family_doctor_team set taken = taken + 1 where id = $4 and taken < capacity returning id),"
    " a as (insert into family_doctor_agreement (resident_id, id, institution_id, team_id, status, requested_at, decide_by)"
    " select $1::uuid, $2::uuid, $3::uuid, p.id, 'REQUESTED', $5::timestamptz, $6::timestamptz from place p returning id),"
    " k as (insert into agreement_package (resident_id, agreement_id, package_id, annual_fee)"
    " select $1, a.id, x.id, x.fee from a, unnest($7::uuid[], $8::bigint[]) x (id, fee)),"
    " t as (insert into agreement_term (resident_id, id, agreement_id, asked_at)"
    " select $1, $9::uuid, a.id, $5 from a returning id),"
    " s as (insert into agreement_service (resident_id, term_id, name, position, promised)"
    " select $1, t.id, x.name, x.n, x.times from t, unnest($10::text[], $11::int[]) with ordinality x (name, times, n))"
    " select id from a"
)
FIND = f"select {_COLUMNS} from family_doctor_agreement where resident_id = $1 and id = $2"
STANDING = f"select {_COLUMNS} from family_doctor_agreement where resident_id = $1 and status in ('REQUESTED', 'ACTIVE')"
PACKAGES = "select package_id from agreement_package where resident_id = $1 and agreement_id = $2"
FEES = (
    "select p.code, p.name, k.annual_fee from agreement_package k join family_doctor_package p on p.id = k.package_id"
    " where k.resident_id = $1 and k.agreement_id = $2 order by p.code"
)
TERMS = (
    "select t.id, t.starts_on, t.ends_on, t.bill_id, (select sum(s.delivered)::int from agreement_service s"
    " where s.resident_id = $1 and s.term_id = t.id) as delivered"
    " from agreement_term t where t.resident_id = $1 and t.agreement_id = $2 order by t.starts_on"
)
ACCEPT = (
    "with a as (update family_doctor_agreement set status = 'ACTIVE', decided_at = $3, starts_on = $4, ends_on = $5, bill_id = $6"
    " where resident_id = $1 and id = $2 and status = 'REQUESTED' returning id)"
    " update agreement_term t set starts_on = $4, ends_on = $5, bill_id = $6 from a"
    " where t.resident_id = $1 and t.agreement_id = a.id returning t.id"
)
_FREES = ") update family_doctor_team t set taken = t.taken - 1 from a where t.id = a.team_id returning t.id"
DECLINE = (
    "with a as (update family_doctor_agreement set status = 'DECLINED', decided_at = $3, decision_reason = $4"
    " where resident_id = $1 and id = $2 and status = 'REQUESTED' returning team_id" + _FREES
)
# The last day of what ends early is the day on which it ends.
END = (
    "with a as (update family_doctor_agreement set status = $4, ended_at = $5, ended_by = $6, end_reason = $7,"
    " ends_on = case when ends_on > $8::date then $8::date else ends_on end"
    " where resident_id = $1 and id = $2 and status = $3 returning team_id" + _FREES
)
KEEP_PACKAGES = (
    "with d as (delete from agreement_package where resident_id = $1 and agreement_id = $2 and not (package_id = any($3)))"
    " update agreement_package k set annual_fee = x.fee from unnest($3::uuid[], $4::bigint[]) x (id, fee)"
    " where k.resident_id = $1 and k.agreement_id = $2 and k.package_id = x.id"
)
RENEW = (
    "with a as (update family_doctor_agreement set ends_on = $5, bill_id = $6, ending_told_at = null"
    " where resident_id = $1 and id = $2 and status = 'ACTIVE' and ends_on < $4::date returning id),"
    " t as (insert into agreement_term (resident_id, id, agreement_id, starts_on, ends_on, bill_id, asked_at)"
    " select $1::uuid, $3::uuid, a.id, $4, $5::date, $6::uuid, $7::timestamptz from a returning id),"
    " s as (insert into agreement_service (resident_id, term_id, name, position, promised)"
    " select $1, t.id, x.name, x.n, x.times from t, unnest($8::text[], $9::int[]) with ordinality x (name, times, n))"
    " select id from t"
)
DELIVER = (
    "with s as (update agreement_service set delivered = delivered + 1, last_delivered_at = greatest(last_delivered_at, $6)"
    " where resident_id = $1 and term_id = $4 and name = $5 returning name)"
    " insert into service_delivery (resident_id, id, agreement_id, term_id, name, visit_id, delivered_at, recorded_at)"
    " select $1::uuid, $2::uuid, $3::uuid, $4::uuid, s.name, $7::uuid, $6::timestamptz, $8::timestamptz from s returning id"
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is judged of a row. `institution_id`: the team's."""

    resident_id: UUID
    id: UUID
    institution_id: UUID
    team_id: UUID
    status: str

    @property
    def state(self) -> AgreementStatus:
        return AgreementStatus(self.status)


async def request(
    connection: Connection,
    row: Agreement,
    packages: Sequence[Package],
    promised: Sequence[Service],
    term_id: UUID,
    requested_at: datetime,
    decide_by: datetime,
) -> bool:
    """Adds it with its packages, their fees and what they promise, and takes a place in the team; False when none is left."""
    about = (row.resident_id, row.id, row.institution_id, row.team_id, requested_at, decide_by)
    asked = ([package.id for package in packages], [package.annual_fee for package in packages])
    return await connection.fetchval(INSERT, *about, *asked, term_id, *_columns(promised)) is not None


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Agreement | None:
    """It, or None."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else Agreement(**row)


async def standing(connection: Connection, resident_id: UUID) -> Agreement | None:
    """The one that the resident has asked for, or has."""
    row = await connection.fetchrow(STANDING, resident_id)
    return None if row is None else Agreement(**row)


async def package_ids(connection: Connection, row: Agreement) -> set[UUID]:
    """What was signed up for."""
    return {each["package_id"] for each in await connection.fetch(PACKAGES, row.resident_id, row.id)}


async def fees(connection: Connection, row: Agreement) -> Mapping[tuple[str, str], int]:
    """(code, name) of each package → what it costs a year, in fen, as it was asked for."""
    rows = await connection.fetch(FEES, row.resident_id, row.id)
    return {(each["code"], each["name"]): each["annual_fee"] for each in rows}


async def terms(connection: Connection, row: Agreement) -> list[Term]:
    """Its years, in their order."""
    return [Term(**each) for each in await connection.fetch(TERMS, row.resident_id, row.id)]


async def accept(connection: Connection, row: Agreement, year: tuple[date, date], bill_id: UUID | None, now: datetime) -> bool:
    """Makes a request run for that year; False when it is none by now."""
    return await connection.fetchval(ACCEPT, row.resident_id, row.id, now, *year, bill_id) is not None


async def decline(connection: Connection, row: Agreement, reason: str | None, now: datetime) -> bool:
    """Declines a request and gives its place back; False when it is none by now."""
    return await connection.fetchval(DECLINE, row.resident_id, row.id, now, reason) is not None


async def end(
    connection: Connection, row: Agreement, to: AgreementStatus, by: str, reason: str | None, now: datetime, today: date
) -> bool:
    """Ends it, from the state that the row has, and gives its place back; False when it is in another by now. `today`: now, in
    Asia/Shanghai."""
    return await connection.fetchval(END, row.resident_id, row.id, row.status, to, now, by, reason, today) is not None


async def renew(
    connection: Connection,
    row: Agreement,
    term_id: UUID,
    year: tuple[date, date],
    bill_id: UUID | None,
    packages: Sequence[Package],
    promised: Sequence[Service],
    now: datetime,
) -> bool:
    """Adds another year, of these packages alone; False when it does not run, or that year has been added."""
    fees = [package.annual_fee for package in packages]
    await connection.execute(KEEP_PACKAGES, row.resident_id, row.id, [package.id for package in packages], fees)
    about = (row.resident_id, row.id, term_id, *year, bill_id, now)
    return await connection.fetchval(RENEW, *about, *_columns(promised)) is not None


async def deliver(
    connection: Connection,
    row: Agreement,
    id: UUID,
    term: Term,
    service: str,
    delivered_at: datetime,
    visit_id: UUID | None,
    now: datetime,
) -> bool:
    """Counts a service in that year; False when it was not promised. `id`: a new one, of the delivery."""
    about = (row.resident_id, id, row.id, term.id, service, delivered_at, visit_id)
    return await connection.fetchval(DELIVER, *about, now) is not None


def _columns(promised: Sequence[Service]) -> tuple[list[str], list[int]]:
    return [service.name for service in promised], [service.promised for service in promised]
