"""What is read to compare bills, payments and refunds with the ledger: all of some residents, in one snapshot."""

from collections.abc import Sequence
from uuid import UUID

from db.connection import Connection
from db.ledger import entry_of
from domain.enums import BillStatus, PaymentStatus, RefundStatus
from domain.ledger_check import BillRow, PaymentRow, RefundRow, Rows

RESIDENTS = "select resident_id from resident where resident_id > $1 order by resident_id limit $2"
BILLS = "select id, status, self_paid, insured, refunded, deposited from bill where resident_id = any($1::uuid[])"
PAYMENTS = (
    "select p.id, p.status, p.amount, p.reserved, p.refunded, (select coalesce(sum(q.applied), 0)::bigint from payment_bill q"
    " where q.resident_id = p.resident_id and q.payment_id = p.id) from payment p where p.resident_id = any($1::uuid[])"
)
REFUNDS = "select id, status, amount from refund where resident_id = any($1::uuid[])"
ENTRIES = (
    "select event, subject_id, debit, credit, amount, bill_id, payment_id, refund_id from ledger_entry"
    " where resident_id = any($1::uuid[])"
)


async def residents(connection: Connection, after: UUID, limit: int) -> list[UUID]:
    """Residents in the order of their ids, behind `after`."""
    return [row["resident_id"] for row in await connection.fetch(RESIDENTS, after, limit)]


async def rows(connection: Connection, resident_ids: Sequence[UUID]) -> Rows:
    """All that these residents have, as of one moment: the platform goes on writing."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        bills = [BillRow(id, BillStatus(status), *rest) for id, status, *rest in await connection.fetch(BILLS, resident_ids)]
        payments = [
            PaymentRow(id, PaymentStatus(status), *rest) for id, status, *rest in await connection.fetch(PAYMENTS, resident_ids)
        ]
        refunds = [
            RefundRow(id, RefundStatus(status), amount) for id, status, amount in await connection.fetch(REFUNDS, resident_ids)
        ]
        entries = [entry_of(*row) for row in await connection.fetch(ENTRIES, resident_ids)]
    return Rows(bills, payments, refunds, entries)
