"""The ledger. Rows are added and never changed; what is posted twice is refused by the table."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from db.connection import Connection
from domain.enums import PaymentMethod
from domain.ids import Random, new_id
from domain.ledger import Account, Entry, LedgerEvent, OfBill, OfRefund, Posting

POST = (
    "insert into ledger_entry (resident_id, id, at, event, subject_id, leg, debit, credit, amount, institution_id, method, bill_id,"
    " payment_id, refund_id) select r, i, $3::timestamptz, e, s, l, d, c, a, n, m, b, p, f from unnest($1::uuid[], $2::uuid[],"
    " $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::uuid[], $11::text[], $12::uuid[],"
    " $13::uuid[], $14::uuid[]) as x(r, i, e, s, l, d, c, a, n, m, b, p, f)"
)
OF_BILL = (
    "select event, subject_id, debit, credit, amount, bill_id, payment_id, refund_id from ledger_entry"
    " where resident_id = $1 and bill_id = $2 order by id"
)
REQUEST_OF_REFUND = (
    "select institution_id, bill_id, payment_id, method, amount, debit from ledger_entry"
    " where resident_id = $1 and event = 'REFUND_REQUESTED' and subject_id = $2 and leg = 'WHOLE'"
)


async def post(connection: Connection, postings: Sequence[Posting], now: datetime, random: Random) -> None:
    """Adds them, in one statement."""
    if not postings:
        return
    columns = zip(*(_values(posting, new_id(now, random)) for posting in postings), strict=True)
    residents, ids, *rest = map(list, columns)
    await connection.execute(POST, residents, ids, now, *rest)


async def of_bill(connection: Connection, resident_id: UUID, bill_id: UUID) -> list[Entry]:
    """All that was posted for a bill."""
    return [entry_of(*row) for row in await connection.fetch(OF_BILL, resident_id, bill_id)]


async def requested_refund(connection: Connection, resident_id: UUID, refund_id: UUID) -> OfRefund | None:
    """A refund as it was posted when it was requested: with what its end is posted. None when there is none."""
    row = await connection.fetchrow(REQUEST_OF_REFUND, resident_id, refund_id)
    if row is None:
        return None
    bill = OfBill(resident_id, row["institution_id"], row["bill_id"])
    surplus = row["debit"] == Account.RESIDENT
    return OfRefund(bill, row["payment_id"], refund_id, PaymentMethod(row["method"]), row["amount"], surplus)


def entry_of(
    event: str,
    subject_id: UUID,
    debit: str,
    credit: str,
    amount: int,
    bill_id: UUID,
    payment_id: UUID | None,
    refund_id: UUID | None,
) -> Entry:
    """A row as the domain knows it."""
    return Entry(LedgerEvent(event), subject_id, Account(debit), Account(credit), amount, bill_id, payment_id, refund_id)


def _values(posting: Posting, id: UUID) -> tuple[object, ...]:
    bill = posting.bill
    moved = (posting.event, posting.subject_id, posting.leg, posting.debit, posting.credit, posting.amount)
    about = (posting.method, bill.bill_id, posting.payment_id, posting.refund_id)
    return (bill.resident_id, id, *moved, bill.institution_id, *about)
