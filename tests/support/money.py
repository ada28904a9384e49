"""Paid bills, as the changes and jobs before leave them: rows and ledger."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db import ledger
from db.connection import Connection
from domain.enums import PaymentMethod
from domain.ids import new_id
from domain.ledger import OfBill, bill_issued, payment_succeeded
from domain.times import shanghai_day


@dataclass(frozen=True, slots=True)
class Place:
    """Where and by which method is paid."""

    institution_id: UUID
    method: PaymentMethod = PaymentMethod.WECHAT_PAY


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that succeeded, with its bills. `reference`: the provider's own."""

    resident_id: UUID
    payment_id: UUID
    bill_ids: tuple[UUID, ...]
    number: str
    reference: str


async def add_resident(connection: Connection, now: datetime) -> UUID:
    """Somebody without a phone."""
    id = new_id(now, os.urandom)
    await connection.execute(
        "insert into resident (resident_id, full_name, sex, birth_date, document_type, document_sealed, document_masked, language,"
        " created_at) values ($1, '测试者', 'FEMALE', $2, 'RESIDENT_ID', 'sealed', 'masked', 'zh-CN', $3)",
        id,
        date(1990, 1, 1),
        now,
    )
    await connection.execute("insert into log_head (resident_id, entries, digest) values ($1, 0, $2)", id, bytes(32))
    return id


async def add_institution(connection: Connection, now: datetime) -> UUID:
    """Some hospital."""
    id = new_id(now, os.urandom)
    await connection.execute(
        "insert into institution (id, code, name, district, level, address, accepts_outpatient, accepts_inpatient, care_steps,"
        " created_at) values ($1, $2, '市第九人民医院', '福田区', '三级甲等', '莲花路1120号', true, true, '{}', $3)",
        id,
        f"H{id.hex}",
        now,
    )
    return id


async def add_paid(connection: Connection, now: datetime, place: Place, *amounts: int, resident_id: UUID | None = None) -> Paid:
    """A payment of bills over these amounts (fen), booked on the day of `now`."""
    owner = resident_id or await add_resident(connection, now)
    payment_id, bill_ids = new_id(now, os.urandom), tuple(new_id(now, os.urandom) for _ in amounts)
    await _add_payment(connection, now, place, owner, payment_id, sum(amounts))
    parts = [(OfBill(owner, place.institution_id, id), amount) for id, amount in zip(bill_ids, amounts, strict=True)]
    for bill, amount in parts:
        await _add_bill(connection, now, bill, payment_id, amount)
        await ledger.post(connection, bill_issued(bill, amount, 0), now, os.urandom)
    await ledger.post(connection, payment_succeeded(payment_id, place.method, parts), now, os.urandom)
    return Paid(owner, payment_id, bill_ids, payment_id.hex, f"P-{payment_id.hex}")


async def _add_payment(connection: Connection, now: datetime, place: Place, owner: UUID, id: UUID, amount: int) -> None:
    await connection.execute(
        "insert into payment (resident_id, id, number, institution_id, method, flow, status, amount, provider_reference,"
        " started_at, expires_at, ended_at, paid_at, book_day)"
        " values ($1, $2, $3, $4, $5, 'QR_CODE', 'SUCCEEDED', $6, $7, $8, $8, $8, $8, $9)",
        *(owner, id, id.hex, place.institution_id, place.method, amount, f"P-{id.hex}", now, shanghai_day(now)),
    )
    await connection.execute("insert into money_number values ($1, 'PAYMENT', $2, $3)", id.hex, owner, id)


async def _add_bill(connection: Connection, now: datetime, bill: OfBill, payment_id: UUID, amount: int) -> None:
    await connection.execute(
        "insert into bill (resident_id, id, number, kind, institution_id, care_setting, status, total, insured, self_paid,"
        " payment_id, content_digest, issued_at, paid_at) values ($1, $2, $3, 'VISIT', $4, 'OUTPATIENT', 'PAID', $5, 0, $5, $6,"
        " 'digest', $7, $7)",
        *(bill.resident_id, bill.bill_id, bill.bill_id.hex, bill.institution_id, amount, payment_id, now),
    )
    await connection.execute(
        "insert into payment_bill (resident_id, payment_id, bill_id, amount) values ($1, $2, $3, $4)",
        *(bill.resident_id, payment_id, bill.bill_id, amount),
    )
