"""Payments and their parts of bills, as rows. What a fact moves stands in `db.payment_moves`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from db.connection import Connection, Record
from domain.enums import BillStatus
from domain.ledger import OfBill
from domain.payments import Part

_COLUMNS = (
    "resident_id, id, number, institution_id, app_id, client_id, method, flow, status, amount, payer_reference, payer_address,"
    " return_url, provider_reference, started_at, expires_at"
)

INSERT = f"insert into payment ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
INSERT_PARTS = (
    "insert into payment_bill (resident_id, payment_id, bill_id, amount) select $1, $2, * from unnest($3::uuid[], $4::bigint[])"
)
INSERT_NUMBER = "insert into money_number (number, kind, resident_id, id) values ($1, 'PAYMENT', $2, $3)"
FIND_NUMBER = "select kind, resident_id, id from money_number where number = $1"
FIND = f"select {_COLUMNS} from payment where resident_id = $1 and id = $2"
LOCK = f"{FIND} for update"
PARTS = (
    "select b.id, p.amount, b.status, b.payment_id from payment_bill p join bill b on b.id = p.bill_id"
    " where p.resident_id = $1 and b.resident_id = $1 and p.payment_id = $2 order by b.id for update of b"
)
BILLS = (
    "select id, institution_id, status, payable from bill where resident_id = $1 and id = any($2::uuid[]) order by id for update"
)
TAKE_BILLS = (
    "update bill set status = 'PAYING', payment_id = $3 where resident_id = $1 and id = any($2::uuid[]) and status = 'UNPAID'"
    " returning id"
)
FREE_BILLS = (
    "update bill set status = 'UNPAID', payment_id = null where resident_id = $1 and id = any($2::uuid[]) and status = 'PAYING'"
    " and payment_id = $3"
)
SETTLE_BILLS = (
    "update bill set status = 'PAID', payment_id = $3, paid_at = $4 where resident_id = $1 and id = any($2::uuid[])"
    " and status in ('UNPAID', 'PAYING')"
)
MAY_PAY = "select id from pay_permission where resident_id = $1 and app_id = $2 and expires_at > $3 limit 1"
PAYING_HERE = (
    "select id from visit where resident_id = $1 and institution_id = $2 and care_step = 'PAY' and expires_at > $3 limit 1"
)
INSTRUCT = (
    "update payment set code_url = $3, parameters = $4::jsonb, payer_address = null"
    " where resident_id = $1 and id = $2 and status = 'PENDING' returning id"
)
END = "update payment set status = $4, failure_reason = $5, ended_at = $6 where resident_id = $1 and id = $2 and status = $3"
SUCCEED = (
    "update payment set status = 'SUCCEEDED', failure_reason = null, provider_reference = $4, paid_at = $5, ended_at = $6,"
    " book_day = $7 where resident_id = $1 and id = $2 and status = $3"
)
DOUBT = "update payment set failure_reason = $3 where resident_id = $1 and id = $2 and status <> 'SUCCEEDED'"
CLAIM_REFERENCE = (
    "insert into provider_reference (method, kind, reference, resident_id, id) values ($1, 'PAYMENT', $2, $3, $4)"
    " on conflict do nothing returning reference"
)


@dataclass(frozen=True, slots=True)
class Payment:
    """A row. `number`: by which the provider knows it; `amount`: fen; `app_id`, `client_id`: through whom it was started."""

    resident_id: UUID
    id: UUID
    number: str
    institution_id: UUID
    app_id: UUID | None
    client_id: UUID | None
    method: str
    flow: str
    status: str
    amount: int
    payer_reference: str | None
    payer_address: str | None
    return_url: str | None
    provider_reference: str | None
    started_at: datetime
    expires_at: datetime

    def bill(self, bill_id: UUID) -> OfBill:
        """Whose money it is about."""
        return OfBill(self.resident_id, self.institution_id, bill_id)


@dataclass(frozen=True, slots=True)
class OpenBill:
    """Of a bill what paying it asks for."""

    id: UUID
    institution_id: UUID
    status: str
    payable: int


@dataclass(frozen=True, slots=True)
class Number:
    """What a number of ours stands for. `kind`: PAYMENT or REFUND."""

    kind: str
    resident_id: UUID
    id: UUID


async def insert(connection: Connection, row: Payment, parts: Mapping[UUID, int]) -> None:
    """Adds it with its number and what it pays of each bill, in fen."""
    await connection.execute(INSERT_NUMBER, row.number, row.resident_id, row.id)
    of = (row.resident_id, row.id, row.number, row.institution_id, row.app_id, row.client_id, row.method, row.flow, row.status)
    payer = (row.payer_reference, row.payer_address, row.return_url)
    await connection.execute(INSERT, *of, row.amount, *payer, row.provider_reference, row.started_at, row.expires_at)
    await connection.execute(INSERT_PARTS, row.resident_id, row.id, list(parts), list(parts.values()))


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Payment | None:
    """The payment."""
    return _payment(await connection.fetchrow(FIND, resident_id, id))


async def lock(connection: Connection, resident_id: UUID, id: UUID) -> Payment | None:
    """The payment, and nobody else changes it until the transaction ends."""
    return _payment(await connection.fetchrow(LOCK, resident_id, id))


def _payment(row: Record | None) -> Payment | None:
    return None if row is None else Payment(**row)


async def by_number(connection: Connection, number: str) -> Number | None:
    """What the number stands for, or None."""
    row = await connection.fetchrow(FIND_NUMBER, number)
    return None if row is None else Number(**row)


async def parts(connection: Connection, resident_id: UUID, id: UUID) -> list[Part]:
    """What it pays, as the bills are now; they stay so until the transaction ends."""
    rows = await connection.fetch(PARTS, resident_id, id)
    return [Part(row["id"], row["amount"], BillStatus(row["status"]), row["payment_id"]) for row in rows]


async def bills(connection: Connection, resident_id: UUID, ids: Sequence[UUID]) -> list[OpenBill]:
    """The bills, which nobody else changes until the transaction ends."""
    return [OpenBill(**row) for row in await connection.fetch(BILLS, resident_id, ids)]


async def take_bills(connection: Connection, resident_id: UUID, ids: Sequence[UUID], payment_id: UUID) -> bool:
    """Lets the payment pay these, and no other; False when one of them is no longer open."""
    return len(await connection.fetch(TAKE_BILLS, resident_id, ids, payment_id)) == len(ids)


async def may_pay(connection: Connection, resident_id: UUID, app_id: UUID | None, now: datetime) -> bool:
    """Whether the resident has let the app pay, for now."""
    return await connection.fetchval(MAY_PAY, resident_id, app_id, now) is not None


async def is_paying_at(connection: Connection, resident_id: UUID, institution_id: UUID | None, now: datetime) -> bool:
    """Whether the resident is at the institution's window or kiosk, to pay."""
    return await connection.fetchval(PAYING_HERE, resident_id, institution_id, now) is not None


async def instruct(
    connection: Connection, resident_id: UUID, id: UUID, code_url: str | None, parameters: Mapping[str, Any] | None
) -> bool:
    """Keeps how it is paid; False when it is over."""
    text = None if parameters is None else json.dumps(dict(parameters))
    return await connection.fetchval(INSTRUCT, resident_id, id, code_url, text) is not None


async def claim_reference(connection: Connection, payment: Payment, reference: str | None) -> bool:
    """Makes the provider's reference, where it has one, that of this payment; False when it is another's."""
    if reference is None:
        return True
    claimed = await connection.fetchval(CLAIM_REFERENCE, payment.method, reference, payment.resident_id, payment.id)
    return claimed is not None
