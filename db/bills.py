"""Bills: issued with their items and posted to the ledger, cancelled while nobody has paid."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db import ledger
from db.connection import Connection
from domain.bills import Content, own_number, registration_fee
from domain.enums import BillKind, BillStatus, CareSetting
from domain.ids import Key, Random
from domain.ledger import OfBill, bill_cancelled, bill_issued
from domain.refusals import WrongState

INSERT = (
    "with b as (insert into bill (resident_id, id, number, kind, institution_id, visit_id, appointment_id, care_setting, status,"
    " total, insured, self_paid, content_digest, issued_at, paid_at, admission_id, deposited)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text, $10, $11, $12, $13, $14::timestamptz, case $9 when 'PAID' then $14 end,"
    " $15, $16))"
    " insert into bill_item (resident_id, bill_id, position, code, name, quantity, unit, unit_price, amount)"
    " select $1::uuid, $2::uuid, n, c, l, q, u, p, a from unnest($17::text[], $18::text[], $19::numeric[], $20::text[],"
    " $21::bigint[], $22::bigint[]) with ordinality x(c, l, q, u, p, a, n)"
)
CLAIM_NUMBER = (
    "insert into bill_number (institution_id, number, resident_id, bill_id) values ($1, $2, $3, $4)"
    " on conflict on constraint bill_number_is_unique do nothing returning bill_id"
)
FIND_NUMBER = "select resident_id, bill_id from bill_number where institution_id = $1 and number = $2"
DIGEST = "select content_digest from bill where resident_id = $1 and id = $2"
# What is insured whole is paid without anybody paying: it cannot be refunded, but nobody need be asked either. The final bill of a
# stay stands: deposits have gone into it.
CANCEL = (
    "update bill set status = 'CANCELLED', cancelled_at = $4, cancel_reason = $5"
    " where resident_id = $1 and id = $2 and institution_id = $3 and kind <> 'DISCHARGE'"
    " and (status = 'UNPAID' or status = 'PAID' and self_paid = 0)"
    " returning self_paid, insured"
)
UNPAID = "select id from bill where resident_id = $1 and status = 'UNPAID' order by issued_at desc, id desc limit $2"
STATUS = "select status, kind from bill where resident_id = $1 and id = $2 and institution_id = $3"


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill to be issued. `admission_id`: the stay in hospital that it belongs to; `deposited`: fen of the self-paid part that
    deposits of the stay have paid before."""

    resident_id: UUID
    id: UUID
    number: str
    kind: BillKind
    institution_id: UUID
    visit_id: UUID | None
    appointment_id: UUID | None
    care_setting: CareSetting
    content: Content
    admission_id: UUID | None = None
    deposited: int = 0

    @property
    def status(self) -> BillStatus:
        """What it begins with: where nothing is left to pay, it is paid."""
        return BillStatus.PAID if self.content.self_paid == self.deposited else BillStatus.UNPAID


async def issue(connection: Connection, bill: Bill, now: datetime, random: Random) -> None:
    """Adds the bill with its items, and posts what is owed."""
    content = bill.content
    about = (bill.resident_id, bill.id, bill.number, bill.kind, bill.institution_id, bill.visit_id, bill.appointment_id)
    amounts = (content.total, content.insured, content.self_paid)
    items = (
        [getattr(item, name) for item in content.items] for name in ("code", "name", "quantity", "unit", "unit_price", "amount")
    )
    digest, stay = content.digest(bill.resident_id), (bill.admission_id, bill.deposited)
    await connection.execute(INSERT, *about, bill.care_setting, bill.status, *amounts, digest, now, *stay, *items)
    of_bill = OfBill(bill.resident_id, bill.institution_id, bill.id)
    await ledger.post(connection, bill_issued(of_bill, content.self_paid, content.insured), now, random)


async def issue_fee(
    connection: Connection,
    id: UUID,
    resident_id: UUID,
    institution_id: UUID,
    appointment_id: UUID,
    fee: int,
    now: datetime,
    random: Random,
) -> None:
    """The platform's own bill for an appointment, under a number of the platform's. `id`: the bill's, which the appointment has
    already; `fee`: fen, more than nothing."""
    content = registration_fee(fee)
    kind, setting = BillKind.FEE, CareSetting.OUTPATIENT
    bill = Bill(resident_id, id, own_number(id), kind, institution_id, None, appointment_id, setting, content)
    await issue(connection, bill, now, random)


async def claim_number(connection: Connection, institution_id: UUID, number: str, bill: Key) -> Key | None:
    """None when the number is that bill's from now on, else the bill that has it. Waits for who claims it at the same time."""
    if await connection.fetchval(CLAIM_NUMBER, institution_id, number, bill.resident_id, bill.id) is not None:
        return None
    row = await connection.fetchrow(FIND_NUMBER, institution_id, number)
    return Key(row["bill_id"], row["resident_id"])


async def digest(connection: Connection, bill: Key) -> bytes:
    """What tells whether another bill says the same."""
    found: bytes = await connection.fetchval(DIGEST, bill.resident_id, bill.id)
    return found


async def cancel(connection: Connection, bill: OfBill, reason: str, now: datetime, random: Random) -> BillStatus | None:
    """Cancels a bill that nobody has begun to pay, and posts it. UNPAID when it is cancelled now; else what it is, since nothing
    was changed; None when the institution has no such bill. Raises WrongState for the final bill of a stay."""
    row = await connection.fetchrow(CANCEL, bill.resident_id, bill.bill_id, bill.institution_id, now, reason)
    if row is None:
        found = await connection.fetchrow(STATUS, bill.resident_id, bill.bill_id, bill.institution_id)
        if found is not None and found["kind"] == BillKind.DISCHARGE:
            raise WrongState("bill_id")
        return None if found is None else BillStatus(found["status"])
    await ledger.post(connection, bill_cancelled(bill, row["self_paid"], row["insured"]), now, random)
    return BillStatus.UNPAID


async def unpaid(connection: Connection, resident_id: UUID, most: int) -> list[Key]:
    """The newest bills that can be paid."""
    return [Key(row["id"], resident_id) for row in await connection.fetch(UNPAID, resident_id, most)]
