"""What the platform itself asks money for, and what becomes of its bill when that is given up: the fee of an appointment first."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from db import bills, payment_moves, refunds
from db.appointments import Appointment
from db.connection import Connection
from db.refunds import Wanted
from domain.enums import BillStatus
from domain.ids import Random
from domain.ledger import OfBill
from domain.refunds import RequestedBy
from domain.refusals import RefundExceedsPayment

CANCELLED = "预约已取消，挂号费退还"

PAYMENT_OF = "select payment_id from bill where resident_id = $1 and id = $2"


async def ask(connection: Connection, row: Appointment, now: datetime, random: Random) -> None:
    """Issues the bill that the appointment, which is stored already, names; nothing when it costs nothing."""
    if row.bill_id is not None:
        await bills.issue_fee(connection, row.bill_id, row.resident_id, row.institution_id, row.id, row.fee, now, random)


async def release(connection: Connection, row: Appointment, by: RequestedBy, now: datetime, random: Random) -> None:
    """Does with the bill of the appointment's fee, where it has one, what `release_bill` does."""
    if row.bill_id is not None:
        bill = OfBill(row.resident_id, row.institution_id, row.bill_id)
        await release_bill(connection, bill, CANCELLED, by, now, random)


async def release_bill(connection: Connection, bill: OfBill, reason: str, by: RequestedBy, now: datetime, random: Random) -> None:
    """Cancels the bill, its payment where one is under way, or gives back what was paid. The caller has locked the resident.
    `reason`: for people."""
    before = await bills.cancel(connection, bill, reason, now, random)
    if before is BillStatus.PAYING:
        await payment_moves.cancel(connection, now, random, bill.resident_id, await _payment(connection, bill))
        await bills.cancel(connection, bill, reason, now, random)
    elif before in (BillStatus.PAID, BillStatus.PARTLY_REFUNDED):
        wanted = Wanted(bill.resident_id, await _payment(connection, bill), bill.bill_id, None, reason, by)
        # The institution may have given all of it back already.
        with suppress(RefundExceedsPayment):
            await refunds.request(connection, now, random, wanted)


async def _payment(connection: Connection, bill: OfBill) -> UUID:
    """The payment that is paying the bill, or has paid it."""
    id: UUID = await connection.fetchval(PAYMENT_OF, bill.resident_id, bill.bill_id)
    return id
