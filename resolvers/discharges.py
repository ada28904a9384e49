"""How a stay in hospital ends: the final bill, which deposits pay first, and what is left of them goes back the way it came.

All of it happens under the lock of the resident. A deposit that is being paid is given up with its bill: money that arrives later
has no bill that needs it, and goes back by itself.
"""

from collections.abc import Sequence
from decimal import Decimal

from db import admissions, bills, fees, ledger, refunds
from db.admissions import Admission
from db.bills import Bill
from db.refunds import Wanted
from domain.admissions import Deposit, final_content, to_apply
from domain.bills import check_content, own_number
from domain.enums import BillKind, BillStatus, CareSetting
from domain.ledger import OfBill, deposits_applied
from domain.money import fen
from domain.notifications import NotificationEvent
from domain.refunds import RequestedBy
from domain.refusals import AmountMismatch, Conflict, InvalidInput
from resolvers.admissions import lock_admission, made
from resolvers.audit import record
from resolvers.inputs import read_prose
from resolvers.notifications import tell
from resolvers.transaction import Made, Transaction

LEFT_OVER = "出院结算，剩余押金原路退回"
NOT_NEEDED = "已出院，无需再交押金"
LONGEST_SUMMARY = 10_000


async def discharge_patient(tx: Transaction, *, admission_id: str, insured: Decimal, summary: str) -> Made:
    """Ends the stay: what was charged becomes the final bill, where anything was. Raises Forbidden, NotFound, InvalidInput,
    AmountMismatch, and WrongState for who was discharged already."""
    part, text = fen(insured, "insured"), read_prose(summary, LONGEST_SUMMARY, "summary")
    if text is None:
        raise InvalidInput("summary")
    row = await lock_admission(tx, admission_id)
    for unpaid in await admissions.unpaid_deposits(tx.connection, row):
        await fees.release_bill(tx.connection, unpaid, NOT_NEEDED, RequestedBy.INSTITUTION, tx.now, tx.random)
    deposits = await admissions.deposits(tx.connection, row)
    final, used = await _final_bill(tx, row, part, deposits)
    if not await admissions.discharge(tx.connection, row, text, final, tx.now):
        raise Conflict("admission_id")
    await record(tx, "admission.discharged", row.resident_id, row.id)
    for deposit, amount in zip(deposits, used, strict=True):
        if amount < deposit.held:
            await _give_back(tx, row, deposit)
    await tell(tx, NotificationEvent.DISCHARGED, row.resident_id, row.id)
    return made(row)


async def _final_bill(tx: Transaction, row: Admission, insured: int, deposits: Sequence[Deposit]) -> tuple[Bill | None, list[int]]:
    """The bill, and how much each deposit pays of it; none where the stay has cost nothing. Raises AmountMismatch."""
    if row.charged == 0:
        if insured:
            raise AmountMismatch("insured")
        return None, [0] * len(deposits)
    content = final_content(await admissions.things(tx.connection, row), insured)
    check_content(content)
    used, id = to_apply(deposits, content.self_paid), tx.new_id()
    about = (row.resident_id, id, own_number(id), BillKind.DISCHARGE, row.institution_id, row.visit_id, None)
    bill = Bill(*about, CareSetting.INPATIENT, content, row.id, sum(used))
    await bills.issue(tx.connection, bill, tx.now, tx.random)
    await record(tx, "bill.issued", row.resident_id, id)
    if bill.deposited:
        parts = list(zip(deposits, used, strict=True))
        await admissions.apply(tx.connection, row, parts)
        posted = deposits_applied(
            OfBill(row.resident_id, row.institution_id, id),
            [(deposit.bill_id, deposit.method, deposit.payment_id, amount) for deposit, amount in parts],
        )
        await ledger.post(tx.connection, posted, tx.now, tx.random)
    if bill.status is BillStatus.UNPAID:
        await tell(tx, NotificationEvent.BILL_ISSUED, row.resident_id, id)
    return bill, used


async def _give_back(tx: Transaction, row: Admission, deposit: Deposit) -> None:
    """All that is left of it."""
    wanted = Wanted(row.resident_id, deposit.payment_id, deposit.bill_id, None, LEFT_OVER, RequestedBy.PLATFORM)
    id = await refunds.request(tx.connection, tx.now, tx.random, wanted)
    await record(tx, "refund.requested", row.resident_id, id, LEFT_OVER)
