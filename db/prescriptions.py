"""Prescriptions with their items, and what was handed out of them.

A prescription moves by compare-and-set, and whoever moves it has locked its resident first: refunds and payments of its bill take
that lock too, so that what is paid stays paid while it is handed out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from db.connection import Connection, Record
from domain.enums import PrescriptionStatus
from domain.ledger import OfBill
from domain.prescriptions import Item, Stage, Stock

PAGE = 500

INSERT = (
    "with p as (insert into prescription (resident_id, id, institution_id, pharmacy_id, visit_id, doctor_id, bill_id, status,"
    " issued_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, 'ISSUED', $8, $9))"
    " insert into prescription_item (resident_id, id, prescription_id, position, code, medicine, dose, route, frequency, days,"
    " quantity, unit, unit_price)"
    " select $1::uuid, i, $2::uuid, n, c, m, d, r, f, t, q, u, p from unnest($10::uuid[], $11::text[], $12::text[], $13::text[],"
    " $14::text[], $15::text[], $16::int[], $17::numeric[], $18::text[], $19::bigint[])"
    " with ordinality x(i, c, m, d, r, f, t, q, u, p, n)"
)
# A bill that was refunded in part was paid still, but not one of which nothing is left with the institution.
FIND = (
    "select p.resident_id, p.id, p.institution_id, p.pharmacy_id, p.bill_id, p.status, p.expires_at,"
    " coalesce((select b.status in ('PAID', 'PARTLY_REFUNDED') and not exists (select from payment_bill q"
    " where q.resident_id = $1 and q.payment_id = b.payment_id and q.bill_id = b.id and q.reserved >= q.amount)"
    " from bill b where b.resident_id = $1 and b.id = p.bill_id), true) as paid"
    " from prescription p where p.resident_id = $1 and p.id = $2"
)
MOVE = (
    "update prescription set status = $4::text, ready_at = case $4 when 'READY' then $5::timestamptz else ready_at end,"
    " ended_at = case when $4 in ('DISPENSED', 'CANCELLED', 'EXPIRED') then $5 end, cancel_reason = $6"
    " where resident_id = $1 and id = $2 and status = $3 returning id"
)
STOCK = "select id, quantity, dispensed from prescription_item where resident_id = $1 and prescription_id = $2 order by position"
DISPENSE = (
    "with given as (select * from unnest($3::uuid[], $4::numeric[], $5::uuid[]) x (item_id, quantity, id)),"
    " u as (update prescription_item i set dispensed = i.dispensed + g.quantity from given g"
    " where i.resident_id = $1 and i.prescription_id = $2 and i.id = g.item_id)"
    " insert into dispensing (resident_id, id, prescription_id, item_id, visit_id, quantity, dispensed_at)"
    " select $1, g.id, $2, g.item_id, $6, g.quantity, $7 from given g"
)
# Over all residents, a page at a time in the order of their ends.
OVERDUE = (
    "select resident_id, id, expires_at from prescription where status in ('ISSUED', 'READY', 'PARTLY_DISPENSED')"
    " and expires_at <= $1 and (expires_at, id) > ($2, $3) order by expires_at, id limit $4"
)


@dataclass(frozen=True, slots=True)
class NewPrescription:
    """A prescription to be issued. `pharmacy_id`: the institution that hands it out; `bill_id`: None where it costs nothing."""

    resident_id: UUID
    id: UUID
    institution_id: UUID
    pharmacy_id: UUID
    visit_id: UUID
    doctor_id: UUID
    bill_id: UUID | None
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Prescription:
    """What is judged of a row. `paid`: see `domain.prescriptions.Stage`."""

    resident_id: UUID
    id: UUID
    institution_id: UUID
    pharmacy_id: UUID
    bill_id: UUID | None
    status: str
    expires_at: datetime
    paid: bool

    @property
    def bill(self) -> OfBill | None:
        return None if self.bill_id is None else OfBill(self.resident_id, self.institution_id, self.bill_id)

    @property
    def stage(self) -> Stage:
        return Stage(PrescriptionStatus(self.status), self.expires_at, self.paid)


async def insert(connection: Connection, row: NewPrescription, items: Sequence[Item], ids: Sequence[UUID]) -> None:
    """Adds it with its items. `ids`: theirs."""
    about = (row.resident_id, row.id, row.institution_id, row.pharmacy_id, row.visit_id, row.doctor_id, row.bill_id)
    names = ("code", "medicine", "dose", "route", "frequency", "days", "quantity", "unit", "unit_price")
    columns = ([getattr(item, name) for item in items] for name in names)
    await connection.execute(INSERT, *about, row.issued_at, row.expires_at, list(ids), *columns)


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Prescription | None:
    """It, or None."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else Prescription(**row)


async def move(
    connection: Connection, row: Prescription, to: PrescriptionStatus, now: datetime, cancel_reason: str | None = None
) -> bool:
    """Moves it from the state that the row has; False when it is in another by now."""
    return await connection.fetchval(MOVE, row.resident_id, row.id, row.status, to, now, cancel_reason) is not None


async def stock(connection: Connection, resident_id: UUID, id: UUID) -> list[Stock]:
    """What was prescribed and handed out of each item, in their order."""
    return [Stock(**row) for row in await connection.fetch(STOCK, resident_id, id)]


async def dispense(
    connection: Connection,
    row: Prescription,
    visit_id: UUID,
    handed_out: Mapping[UUID, Decimal],
    ids: Sequence[UUID],
    now: datetime,
) -> None:
    """Writes down what was handed out of which item, to whoever the visit is of. `ids`: new ones, of the rows."""
    items, quantities = list(handed_out), list(handed_out.values())
    await connection.execute(DISPENSE, row.resident_id, row.id, items, quantities, list(ids), visit_id, now)


async def overdue(connection: Connection, now: datetime, after: Record | None) -> list[Record]:
    """Prescriptions (resident_id, id, expires_at) that still wait and can be collected no longer: a page, behind `after`."""
    start = (datetime.min.replace(tzinfo=now.tzinfo), UUID(int=0)) if after is None else (after["expires_at"], after["id"])
    rows: list[Record] = await connection.fetch(OVERDUE, now, *start, PAGE)
    return rows
