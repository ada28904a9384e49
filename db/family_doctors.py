"""Teams of family doctors, and the packages that they offer.

A place of a team is taken and given back together with the agreement that holds it: see `db.agreements`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection
from domain.family_doctors import Package, Service

_COLUMNS = "id, institution_id, code, name, leader_id, capacity, email"

FIND = f"select {_COLUMNS} from family_doctor_team where id = $1"
OF_CODE = f"select {_COLUMNS} from family_doctor_team where institution_id = $1 and code = $2"
ADDRESSES = (
    "select t.email as team, i.email as institution, t.institution_id from family_doctor_team t"
    " join institution i on i.id = t.institution_id where t.id = $1"
)
INSERT = f"insert into family_doctor_team ({_COLUMNS}, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"
UPDATE = (
    "update family_doctor_team set name = $2, leader_id = $3, capacity = $4, email = $5 where id = $1 and taken <= $4 returning id"
)
OFFERED = (
    "select p.id, p.code, p.name, p.annual_fee, array_agg(s.name order by s.position) as services,"
    " array_agg(s.promised order by s.position) as times"
    " from family_doctor_package p join promised_service s on s.package_id = p.id"
    " where p.team_id = $1 and p.offered group by p.id order by p.code"
)
IDS = "select code, id from family_doctor_package where team_id = $1"
OFFER = (
    "with gone as (update family_doctor_package p set offered = false where p.team_id = $1 and p.offered and not (p.id = any($2)))"
    " insert into family_doctor_package (id, team_id, code, name, annual_fee)"
    " select x.id, $1, x.code, x.name, x.fee from unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[]) x (id, code, name, fee)"
    " on conflict (id) do update set name = excluded.name, annual_fee = excluded.annual_fee, offered = true"
)
CLEAR_SERVICES = "delete from promised_service where package_id = any($1)"
PROMISE = (
    "insert into promised_service (package_id, position, name, promised)"
    " select * from unnest($1::uuid[], $2::smallint[], $3::text[], $4::int[])"
)


@dataclass(frozen=True, slots=True)
class Team:
    """A row. `code`: the institution's own; `email`: where the team is reminded of requests, else the institution is."""

    id: UUID
    institution_id: UUID
    code: str
    name: str
    leader_id: UUID
    capacity: int
    email: str | None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a team, and its institution, are written to; None where they gave none."""

    team: str | None
    institution: str | None
    institution_id: UUID


async def find(connection: Connection, id: UUID) -> Team | None:
    """The team, or None."""
    row = await connection.fetchrow(FIND, id)
    return None if row is None else Team(**row)


async def of_code(connection: Connection, institution_id: UUID, code: str) -> Team | None:
    """The institution's team with this code, or None."""
    row = await connection.fetchrow(OF_CODE, institution_id, code)
    return None if row is None else Team(**row)


async def addresses(connection: Connection, id: UUID) -> Addresses:
    """Of the team, which there is."""
    return Addresses(**await connection.fetchrow(ADDRESSES, id))


async def insert(connection: Connection, row: Team, now: datetime) -> None:
    """Adds it, with all of its places free."""
    values = (row.id, row.institution_id, row.code, row.name, row.leader_id, row.capacity, row.email)
    await connection.execute(INSERT, *values, now)


async def update(connection: Connection, row: Team) -> bool:
    """Changes it; False when more places are taken than it would have."""
    return await connection.fetchval(UPDATE, row.id, row.name, row.leader_id, row.capacity, row.email) is not None


async def offered(connection: Connection, team_id: UUID) -> list[Package]:
    """What one can sign up for, by code."""
    return [
        Package(row["id"], row["code"], row["name"], row["annual_fee"], tuple(map(Service, row["services"], row["times"])))
        for row in await connection.fetch(OFFERED, team_id)
    ]


async def package_ids(connection: Connection, team_id: UUID) -> dict[str, UUID]:
    """Code → package, also of those that are offered no longer."""
    return {row["code"]: row["id"] for row in await connection.fetch(IDS, team_id)}


async def offer(connection: Connection, team_id: UUID, packages: Sequence[Package]) -> None:
    """From now on the team offers these and no others. Agreements keep what they were promised."""
    ids = [package.id for package in packages]
    columns = ([getattr(package, name) for package in packages] for name in ("code", "name", "annual_fee"))
    await connection.execute(OFFER, team_id, ids, *columns)
    await connection.execute(CLEAR_SERVICES, ids)
    rows = [(package.id, place, each.name, each.promised) for package in packages for place, each in enumerate(package.services)]
    await connection.execute(PROMISE, *map(list, zip(*rows, strict=True)))
