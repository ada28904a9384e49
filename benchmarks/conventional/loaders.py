"""The DataLoaders of one request: each gathers what is asked for in one turn of the loop, and asks it in one statement.

Who may read what stands in the statements: one's own rows, and those of the people whom one cares for.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from strawberry.dataloader import DataLoader

from benchmarks.conventional import statements
from domain.enums import CareScope
from domain.viewer import Viewer

RESIDENTS = """
select r.*, r.resident_id = $2 or $3 = any(k.scopes) as shows_card
from resident r left join carer k
    on k.resident_id = r.resident_id and k.carer_id = $2 and (k.expires_at is null or k.expires_at > now())
where r.resident_id = any($1) and (r.resident_id = $2 or k.resident_id is not null)
"""
CARDS = """
select distinct on (c.resident_id) c.*
from card c left join carer k
    on k.resident_id = c.resident_id and k.carer_id = $2 and $3 = any(k.scopes) and (k.expires_at is null or k.expires_at > now())
where c.resident_id = any($1) and (c.resident_id = $2 or k.resident_id is not null)
order by c.resident_id, c.id desc
"""
FAMILY = """
select * from family_member where resident_id = any($1) and (expires_at is null or expires_at > now()) order by id desc
"""
PRINTED = """
select p.* from unnest($1::uuid[], $2::uuid[]) asked (resident_id, card_id)
join printed_code p using (resident_id, card_id) order by p.id desc
"""
FILES = """
select f.* from unnest($1::uuid[], $2::uuid[], $3::text[]) asked (resident_id, subject_id, format)
join file f using (resident_id, subject_id, format)
"""
SCANS = """
select s.* from unnest($1::uuid[], $2::uuid[]) asked (resident_id, card_id)
cross join lateral (
    select * from scan s where s.resident_id = asked.resident_id and s.card_id = asked.card_id
    order by s.scanned_at desc, s.id desc limit $3
) s
"""
INSTITUTIONS = "select * from institution where id = any($1)"
DEPARTMENTS = "select * from department where id = any($1)"
DOCTORS = "select * from doctor where id = any($1)"
# Oneself, whom the institution expects, and who is there.
PATIENTS = """
select r.* from resident r
where r.resident_id = any($1) and (r.resident_id = $3 or exists (
    select from appointment b where b.resident_id = r.resident_id and b.starts_at >= date_trunc('day', now(), 'Asia/Shanghai')
      and b.institution_id = $2 and b.status in ('BOOKED', 'CHECKED_IN', 'COMPLETED'))
  or exists (
    select from visit w where w.resident_id = r.resident_id and w.institution_id = $2 and w.expires_at > now()))
"""
BILLS = "select b.* from unnest($1::uuid[], $2::uuid[]) asked (resident_id, id) join bill b using (resident_id, id)"

Row: TypeAlias = asyncpg.Record
Owned: TypeAlias = tuple[UUID, UUID]
Entry: TypeAlias = tuple[str, UUID, UUID]  # the kind, and an owned key


@dataclass(frozen=True, slots=True)
class FileKey:
    resident_id: UUID
    subject_id: UUID
    format: str


@dataclass(frozen=True, slots=True)
class ScansKey:
    resident_id: UUID
    card_id: UUID
    first: int


class Loaders:
    """One for each request, so that nothing is remembered beyond it."""

    def __init__(self, pool: "asyncpg.Pool[Row]", viewer: Viewer) -> None:
        self._pool = pool
        self._viewer = viewer.resident_id
        self._institution = viewer.institution_id
        self.resident: DataLoader[UUID, Row | None] = DataLoader(self._residents)
        self.card: DataLoader[UUID, Row | None] = DataLoader(self._cards)
        self.family: DataLoader[UUID, list[Row]] = DataLoader(self._family)
        self.printed_codes: DataLoader[Owned, list[Row]] = DataLoader(self._printed_codes)
        self.file: DataLoader[FileKey, Row | None] = DataLoader(self._files)
        self.scans: DataLoader[ScansKey, list[Row]] = DataLoader(self._scans)
        self.institution: DataLoader[UUID, Row | None] = DataLoader(partial(self._by_id, INSTITUTIONS))
        self.department: DataLoader[UUID, Row | None] = DataLoader(partial(self._by_id, DEPARTMENTS))
        self.doctor: DataLoader[UUID, Row | None] = DataLoader(partial(self._by_id, DOCTORS))
        self.patient: DataLoader[UUID, Row | None] = DataLoader(self._patients)
        self.bill: DataLoader[Owned, Row | None] = DataLoader(self._bills)
        self.bill_items: DataLoader[Owned, list[Row]] = DataLoader(partial(self._parts, statements.BILL_ITEMS))
        self.diagnoses: DataLoader[Owned, list[Row]] = DataLoader(partial(self._parts, statements.DIAGNOSES))
        self.prescription_items: DataLoader[Owned, list[Row]] = DataLoader(partial(self._parts, statements.PRESCRIPTION_ITEMS))
        self.entry: DataLoader[Entry, Row | None] = DataLoader(self._entries)

    async def _fetch(self, sql: str, *arguments: Any) -> list[Row]:
        rows: list[Row] = await self._pool.fetch(sql, *arguments)
        return rows

    async def _residents(self, keys: list[UUID]) -> Sequence[Row | None]:
        rows = await self._fetch(RESIDENTS, keys, self._viewer, CareScope.CARD)
        found = {row["resident_id"]: row for row in rows}
        return [found.get(key) for key in keys]

    async def _cards(self, keys: list[UUID]) -> Sequence[Row | None]:
        rows = await self._fetch(CARDS, keys, self._viewer, CareScope.CARD)
        found = {row["resident_id"]: row for row in rows}
        return [found.get(key) for key in keys]

    async def _family(self, keys: list[UUID]) -> Sequence[list[Row]]:
        found: dict[UUID, list[Row]] = defaultdict(list)
        for row in await self._fetch(FAMILY, [key for key in keys if key == self._viewer]):
            found[row["resident_id"]].append(row)
        return [found[key] for key in keys]

    async def _printed_codes(self, keys: list[Owned]) -> Sequence[list[Row]]:
        found: dict[Owned, list[Row]] = defaultdict(list)
        for row in await self._fetch(PRINTED, [key[0] for key in keys], [key[1] for key in keys]):
            found[row["resident_id"], row["card_id"]].append(row)
        return [found[key] for key in keys]

    async def _files(self, keys: list[FileKey]) -> Sequence[Row | None]:
        columns = ([key.resident_id for key in keys], [key.subject_id for key in keys], [key.format for key in keys])
        found = {(row["subject_id"], row["format"]): row for row in await self._fetch(FILES, *columns)}
        return [found.get((key.subject_id, key.format)) for key in keys]

    async def _scans(self, keys: list[ScansKey]) -> Sequence[list[Row]]:
        found: dict[Owned, list[Row]] = defaultdict(list)
        first = max(key.first for key in keys)
        for row in await self._fetch(SCANS, [key.resident_id for key in keys], [key.card_id for key in keys], first):
            found[row["resident_id"], row["card_id"]].append(row)
        return [found[key.resident_id, key.card_id][: key.first] for key in keys]

    async def _patients(self, keys: list[UUID]) -> Sequence[Row | None]:
        found = {row["resident_id"]: row for row in await self._fetch(PATIENTS, keys, self._institution, self._viewer)}
        return [found.get(key) for key in keys]

    async def _by_id(self, sql: str, keys: list[UUID]) -> Sequence[Row | None]:
        found = {row["id"]: row for row in await self._fetch(sql, keys)}
        return [found.get(key) for key in keys]

    async def _bills(self, keys: list[Owned]) -> Sequence[Row | None]:
        rows = await self._fetch(BILLS, [key[0] for key in keys], [key[1] for key in keys])
        found = {(row["resident_id"], row["id"]): row for row in rows}
        return [found.get(key) for key in keys]

    async def _parts(self, sql: str, keys: list[Owned]) -> Sequence[list[Row]]:
        found: dict[Owned, list[Row]] = defaultdict(list)
        for row in await self._fetch(sql, [key[0] for key in keys], [key[1] for key in keys]):
            found[row["resident_id"], row["id"]].append(row)
        return [found[key] for key in keys]

    async def _entries(self, keys: list[Entry]) -> Sequence[Row | None]:
        of_kind: dict[str, list[Entry]] = defaultdict(list)
        for key in keys:
            of_kind[key[0]].append(key)
        asked = (
            self._fetch(statements.OF_KIND[kind], [key[1] for key in some], [key[2] for key in some])
            for kind, some in of_kind.items()
        )
        found = {row["id"]: row for rows in await asyncio.gather(*asked) for row in rows}
        return [found.get(key[2]) for key in keys]
