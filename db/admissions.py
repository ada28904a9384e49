"""Stays in hospital: patients admitted, charged and discharged, and the deposits that they paid.

Whatever is written of a stay is written under the lock of its resident, as payments and refunds are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from db.bills import Bill
from db.connection import Connection
from domain.admissions import Charge, Deposit, Thing
from domain.bills import Item
from domain.enums import PaymentMethod
from domain.ledger import OfBill

_COLUMNS = "resident_id, id, institution_id, visit_id, status, ward, bed, admitted_at, charged, low_percent"

INSERT = f"insert into admission ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
FIND = f"select {_COLUMNS} from admission where resident_id = $1 and id = $2 and institution_id = $3"
TRANSFER = (
    "update admission set ward = $3, bed = $4 where resident_id = $1 and id = $2 and status = 'ADMITTED'"
    " and (ward, bed) <> ($3, $4) returning id"
)
CHARGED_BEFORE = (
    "select code, unit_price, sum(quantity) as quantity from inpatient_charge"
    " where resident_id = $1 and admission_id = $2 and code = any($3::text[]) group by code, unit_price"
)
CHARGE = (
    "insert into inpatient_charge (resident_id, admission_id, recorded_at, id, charged_on, code, name, quantity, unit_price,"
    " amount) select $1::uuid, $2::uuid, $3::timestamptz, x.*"
    " from unnest($4::uuid[], $5::date[], $6::text[], $7::text[], $8::numeric[], $9::bigint[], $10::bigint[]) x"
)
ADD = (
    "update admission set charged = charged + $3 where resident_id = $1 and id = $2 and status = 'ADMITTED' and charged = $4"
    " returning id"
)
# Under the name that was written last. What was taken back whole is no line of a bill.
THINGS = (
    "select code, (array_agg(name order by id desc))[1] as name, sum(quantity) as quantity, unit_price from inpatient_charge"
    " where resident_id = $1 and admission_id = $2 group by code, unit_price having sum(quantity) > 0 order by code, unit_price"
)
UNPAID_DEPOSITS = (
    "select id from bill where resident_id = $1 and admission_id = $2 and kind = 'DEPOSIT' and status in ('UNPAID', 'PAYING')"
    " order by id"
)
DEPOSITS = (
    "select b.id as bill_id, b.payment_id, p.method, q.amount - q.reserved - q.applied as held"
    " from bill b join payment_bill q on q.bill_id = b.id and q.payment_id = b.payment_id join payment p on p.id = b.payment_id"
    " where b.resident_id = $1 and q.resident_id = $1 and p.resident_id = $1 and b.admission_id = $2 and b.kind = 'DEPOSIT'"
    " and b.status in ('PAID', 'PARTLY_REFUNDED') order by b.paid_at, b.id"
)
APPLY = (
    "update payment_bill q set applied = applied + x.amount from unnest($2::uuid[], $3::uuid[], $4::bigint[])"
    " x(payment_id, bill_id, amount)"
    " where q.resident_id = $1 and q.payment_id = x.payment_id and q.bill_id = x.bill_id"
)
DISCHARGE = (
    "update admission set status = 'DISCHARGED', discharged_at = $3, summary = $4, final_bill_id = $5"
    " where resident_id = $1 and id = $2 and status = 'ADMITTED' returning id"
)


@dataclass(frozen=True, slots=True)
class Admission:
    """A row. `charged`: fen; `low_percent`: below how much of the deposits they are low."""

    resident_id: UUID
    id: UUID
    institution_id: UUID
    visit_id: UUID
    status: str
    ward: str
    bed: str
    admitted_at: datetime
    charged: int
    low_percent: int


async def insert(connection: Connection, row: Admission) -> None:
    """Adds it; `admission_is_unique` refuses a second one at the same institution."""
    where = (row.resident_id, row.id, row.institution_id, row.visit_id, row.status, row.ward, row.bed)
    await connection.execute(INSERT, *where, row.admitted_at, row.charged, row.low_percent)


async def find(connection: Connection, resident_id: UUID, id: UUID, institution_id: UUID) -> Admission | None:
    """The stay at that institution, or None."""
    row = await connection.fetchrow(FIND, resident_id, id, institution_id)
    return None if row is None else Admission(**row)


async def transfer(connection: Connection, row: Admission, ward: str, bed: str) -> bool:
    """Moves the patient; False when they lie there already."""
    return await connection.fetchval(TRANSFER, row.resident_id, row.id, ward, bed) is not None


async def charged_before(connection: Connection, row: Admission, charges: Sequence[Charge]) -> Mapping[Thing, Decimal]:
    """How much was charged of what has these codes."""
    codes = list({charge.code for charge in charges})
    found = await connection.fetch(CHARGED_BEFORE, row.resident_id, row.id, codes)
    return {(each["code"], each["unit_price"]): each["quantity"] for each in found}


async def charge(
    connection: Connection, row: Admission, charges: Sequence[Charge], amounts: Sequence[int], ids: Sequence[UUID], now: datetime
) -> bool:
    """Adds the lines, with what they come to; False when the stay is not as the row says any more."""
    if await connection.fetchval(ADD, row.resident_id, row.id, sum(amounts), row.charged) is None:
        return False
    columns = ([getattr(each, name) for each in charges] for name in ("charged_on", "code", "name", "quantity", "unit_price"))
    await connection.execute(CHARGE, row.resident_id, row.id, now, ids, *columns, amounts)
    return True


async def things(connection: Connection, row: Admission) -> list[Item]:
    """What was charged, a line for each code and price."""
    found = await connection.fetch(THINGS, row.resident_id, row.id)
    return [Item(each["code"], each["name"], each["quantity"], None, each["unit_price"]) for each in found]


async def unpaid_deposits(connection: Connection, row: Admission) -> list[OfBill]:
    """The bills of deposits that nobody has paid."""
    found = await connection.fetch(UNPAID_DEPOSITS, row.resident_id, row.id)
    return [OfBill(row.resident_id, row.institution_id, each["id"]) for each in found]


async def deposits(connection: Connection, row: Admission) -> list[Deposit]:
    """The paid ones, in the order in which they were paid."""
    found = await connection.fetch(DEPOSITS, row.resident_id, row.id)
    return [Deposit(each["bill_id"], each["payment_id"], PaymentMethod(each["method"]), each["held"]) for each in found]


async def apply(connection: Connection, row: Admission, used: Sequence[tuple[Deposit, int]]) -> None:
    """Lets so much of each deposit (fen) count towards the final bill."""
    payments, bills = [each.payment_id for each, _ in used], [each.bill_id for each, _ in used]
    await connection.execute(APPLY, row.resident_id, payments, bills, [amount for _, amount in used])


async def discharge(connection: Connection, row: Admission, summary: str, final: Bill | None, now: datetime) -> bool:
    """Ends the stay; False when it has ended. `final`: its bill, which is stored already."""
    bill_id = None if final is None else final.id
    return await connection.fetchval(DISCHARGE, row.resident_id, row.id, now, summary, bill_id) is not None
