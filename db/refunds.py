"""Refunds: a part of what a payment paid of a bill goes back.

What is promised is reserved on the payment and on its part of the bill, by compare-and-set; what has gone back is counted when the
provider says so. Between the two stands the refund, with a number of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db import ledger, outbox, residents, updates
from db.connection import Connection
from db.outbox import JobKind
from domain.enums import BillStatus, PaymentMethod, PaymentStatus
from domain.ids import Random, new_id
from domain.ledger import OfBill, OfRefund, refund_failed, refund_requested, refund_succeeded
from domain.refunds import RequestedBy, amount_to_refund
from domain.refusals import NotFound, RefundExceedsPayment, WrongState

PAID = frozenset({BillStatus.PAID, BillStatus.PARTLY_REFUNDED, BillStatus.REFUNDED})
PAYMENT = "Y"  # who watches a payment sees what went back of it

# The resident first, then the payment and its part: whoever settles a payment takes them in this order too.
LOCK_PAYMENT = "select institution_id, method, status from payment where resident_id = $1 and id = $2 for update"
# What a payment paid that is not the one that the bill was paid by was too much.
LOCK_PART = (
    "select q.amount - q.reserved - q.applied as left, b.payment_id is distinct from q.payment_id as surplus"
    " from payment_bill q join bill b on b.id = q.bill_id"
    " where q.resident_id = $1 and b.resident_id = $1 and q.payment_id = $2 and q.bill_id = $3 for update of q"
)
RESERVE = (
    "update payment set reserved = reserved + $3"
    " where resident_id = $1 and id = $2 and status = 'SUCCEEDED' and reserved + $3 <= amount returning id"
)
RESERVE_PART = (
    "update payment_bill set reserved = reserved + $4"
    " where resident_id = $1 and payment_id = $2 and bill_id = $3 and reserved + applied + $4 <= amount returning bill_id"
)
RELEASE = "update payment set reserved = reserved - $3 where resident_id = $1 and id = $2"
RELEASE_PART = "update payment_bill set reserved = reserved - $4 where resident_id = $1 and payment_id = $2 and bill_id = $3"
INSERT = (
    "insert into refund (resident_id, id, number, payment_id, bill_id, institution_id, method, amount, reason, status,"
    " requested_by, requested_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'PENDING', $10, $11)"
)
INSERT_NUMBER = "insert into money_number (number, kind, resident_id, id) values ($1, 'REFUND', $2, $3)"
PAYS = "select payment_id, status, institution_id from bill where resident_id = $1 and id = $2"
CARRIED = (
    "select p.method, p.app_id,"
    " array(select q.bill_id from payment_bill q where q.resident_id = $1 and q.payment_id = $2) as bill_ids"
    " from payment p where p.resident_id = $1 and p.id = $2"
)
FIND = (
    "select r.resident_id, r.id, r.number, r.payment_id, r.bill_id, r.institution_id, r.method, r.amount, r.reason, r.status,"
    " r.requested_by, r.requested_at, r.failure_reason, p.number as order_number, p.provider_reference as order_reference,"
    " p.amount as total"
    " from refund r join payment p on p.resident_id = r.resident_id and p.id = r.payment_id"
    " where r.resident_id = $1 and p.resident_id = $1 and r.id = $2"
)
LOCK = f"{FIND} for update of r"
SUCCEED = (
    "update refund set status = 'SUCCEEDED', provider_reference = $3, succeeded_at = $4, ended_at = $5, book_day = $6"
    " where resident_id = $1 and id = $2 and status = 'PENDING' returning id"
)
FAIL = (
    "update refund set status = 'FAILED', provider_reference = $3, failure_reason = $4, ended_at = $5"
    " where resident_id = $1 and id = $2 and status = 'PENDING' returning id"
)
CLAIM_REFERENCE = (
    "insert into provider_reference (method, kind, reference, resident_id, id) values ($1, 'REFUND', $2, $3, $4)"
    " on conflict do nothing returning reference"
)
COUNT = "update payment set refunded = refunded + $3 where resident_id = $1 and id = $2"
COUNT_OF_BILL = (
    "update bill set refunded = refunded + $3,"
    " status = case when refunded + $3 = self_paid then 'REFUNDED' else 'PARTLY_REFUNDED' end"
    " where resident_id = $1 and id = $2 and status in ('PAID', 'PARTLY_REFUNDED') returning id"
)


@dataclass(frozen=True, slots=True)
class Refund:
    """A row, and of its payment what the provider must be told: our number and its own reference of the order, and its total."""

    resident_id: UUID
    id: UUID
    number: str
    payment_id: UUID
    bill_id: UUID
    institution_id: UUID
    method: str
    amount: int
    reason: str
    status: str
    requested_by: str
    requested_at: datetime
    failure_reason: str | None
    order_number: str
    order_reference: str | None
    total: int

    @property
    def surplus(self) -> bool:
        """Whether it gives back what no bill needed: then no bill counts it."""
        return self.requested_by == RequestedBy.SURPLUS

    @property
    def posted(self) -> OfRefund:
        """As the ledger has it."""
        bill = OfBill(self.resident_id, self.institution_id, self.bill_id)
        return OfRefund(bill, self.payment_id, self.id, PaymentMethod(self.method), self.amount, self.surplus)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked back of what a payment paid of a bill. `amount`: fen; None for all that is left."""

    resident_id: UUID
    payment_id: UUID
    bill_id: UUID
    amount: int | None
    reason: str
    requested_by: RequestedBy


async def request(connection: Connection, now: datetime, random: Random, wanted: Wanted) -> UUID:
    """Reserves the amount, stores the refund, and leaves the rest to the workers: the refund's id. Raises NotFound (of the bill:
    the payment did not pay for it), WrongState (nothing was paid), InvalidInput and RefundExceedsPayment (both of the amount)."""
    await residents.lock(connection, wanted.resident_id)
    part = (wanted.resident_id, wanted.payment_id, wanted.bill_id)
    payment = await connection.fetchrow(LOCK_PAYMENT, wanted.resident_id, wanted.payment_id)
    paid = await connection.fetchrow(LOCK_PART, *part)
    if payment is None or paid is None:
        raise NotFound("bill_id")
    if payment["status"] != PaymentStatus.SUCCEEDED:
        raise WrongState
    by = RequestedBy.SURPLUS if paid["surplus"] else wanted.requested_by
    amount = amount_to_refund(wanted.amount, paid["left"])
    reserved = await connection.fetchval(RESERVE, wanted.resident_id, wanted.payment_id, amount)
    if reserved is None or await connection.fetchval(RESERVE_PART, *part, amount) is None:
        raise RefundExceedsPayment("amount")
    id = new_id(now, random)
    owner = (payment["institution_id"], payment["method"])
    await connection.execute(INSERT_NUMBER, id.hex, wanted.resident_id, id)
    asked = (wanted.reason, by, now)
    await connection.execute(INSERT, wanted.resident_id, id, id.hex, wanted.payment_id, wanted.bill_id, *owner, amount, *asked)
    posted = OfRefund(
        OfBill(wanted.resident_id, payment["institution_id"], wanted.bill_id),
        wanted.payment_id,
        id,
        PaymentMethod(payment["method"]),
        amount,
        by is RequestedBy.SURPLUS,
    )
    await ledger.post(connection, [refund_requested(posted)], now, random)
    await put_job(connection, now, random, wanted.resident_id, id)
    return id


@dataclass(frozen=True, slots=True)
class Carried:
    """Of a payment whom it belongs to: `method` of which provider, `app_id` that started it, and the bills that it pays."""

    method: str
    app_id: UUID | None
    bill_ids: Sequence[UUID]


async def carried(connection: Connection, resident_id: UUID, payment_id: UUID) -> Carried | None:
    """The payment as a payment app knows it."""
    row = await connection.fetchrow(CARRIED, resident_id, payment_id)
    return None if row is None else Carried(**row)


async def payment_of(connection: Connection, resident_id: UUID, bill_id: UUID, institution_id: UUID) -> UUID | None:
    """The payment that paid this bill of the institution; None when it needed none. Raises NotFound, and WrongState when it is
    not paid."""
    row = await connection.fetchrow(PAYS, resident_id, bill_id)
    if row is None or row["institution_id"] != institution_id:
        raise NotFound("bill_id")
    if row["status"] not in PAID:
        raise WrongState("bill_id")
    found: UUID | None = row["payment_id"]
    return found


async def put_job(
    connection: Connection, now: datetime, random: Random, resident_id: UUID, id: UUID, asked: int = 0, at: datetime | None = None
) -> None:
    """Lets a worker tell the provider, or ask it again, at `at`. `asked`: how often the provider has been asked."""
    args = {"resident_id": str(resident_id), "id": str(id), "asked": str(asked)}
    await outbox.put(connection, JobKind.REFUND, args, new_id(now, random), now, at)


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Refund | None:
    """The refund."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else Refund(**row)


async def lock(connection: Connection, resident_id: UUID, id: UUID) -> Refund | None:
    """The refund, and nobody else decides of it until the transaction ends."""
    await residents.lock(connection, resident_id)
    row = await connection.fetchrow(LOCK, resident_id, id)
    return None if row is None else Refund(**row)


async def claim_reference(connection: Connection, refund: Refund, reference: str | None) -> bool:
    """Makes the provider's reference, where it has one, that of this refund; False when it is another's."""
    if reference is None:
        return True
    claimed = await connection.fetchval(CLAIM_REFERENCE, refund.method, reference, refund.resident_id, refund.id)
    return claimed is not None


async def succeed(
    connection: Connection, now: datetime, random: Random, refund: Refund, reference: str | None, at: datetime, book_day: date
) -> bool:
    """The provider has given it back, `at` that time; it stands in the books of `book_day`. False when it was decided before."""
    if await connection.fetchval(SUCCEED, refund.resident_id, refund.id, reference, at, now, book_day) is None:
        return False
    await connection.execute(COUNT, refund.resident_id, refund.payment_id, refund.amount)
    if not refund.surplus:
        await connection.execute(COUNT_OF_BILL, refund.resident_id, refund.bill_id, refund.amount)
    await ledger.post(connection, [refund_succeeded(refund.posted)], now, random)
    await updates.tell(connection, PAYMENT, refund.payment_id, refund.resident_id)
    return True


async def fail(connection: Connection, now: datetime, random: Random, refund: Refund, reference: str | None, reason: str) -> bool:
    """The provider will not give it back: what was reserved is free again. False when it was decided before."""
    if await connection.fetchval(FAIL, refund.resident_id, refund.id, reference, reason, now) is None:
        return False
    await connection.execute(RELEASE, refund.resident_id, refund.payment_id, refund.amount)
    await connection.execute(RELEASE_PART, refund.resident_id, refund.payment_id, refund.bill_id, refund.amount)
    await ledger.post(connection, [refund_failed(refund.posted)], now, random)
    return True
